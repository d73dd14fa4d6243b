"""Stable Audio 3: music by rectified flow, good at tempo and key; varies and repairs a piece.

In: requests with English prompts, perhaps a source. Out: takes at 44.1 kHz stereo, up to 380 seconds, in 8 steps.
"""
