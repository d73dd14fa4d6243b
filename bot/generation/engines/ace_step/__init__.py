"""ACE-Step 1.5: music by flow matching, told tempo and key apart, and sung words or none.

In: requests with English prompts, perhaps a source. Out: takes at 48 kHz stereo, 10 to 600 seconds, in 8 steps (turbo).
"""
