"""Measures of what a demanding ear would dislike: in tune and harmony, in form and playing, in the sound."""
