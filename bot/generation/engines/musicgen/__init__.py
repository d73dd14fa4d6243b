"""MusicGen: text to music by one language model over the codes of a sound codec.

In: requests with English prompts, perhaps a source to go on from or a melody. Out: takes, with their codes for a later
extend. `weights` loads a model folder, `conditions` reads prompts and melodies, `windows` walks through any length,
`delay` lays the codes out, `decoder` makes the steps, `chance` draws, `codec` turns codes into sound.

The transformers library's own ``generate()`` is not used: it tells no progress, cannot be cancelled, draws every take
from one global generator, gives no codes back and stops at the length it was trained on. Greedily both give the same
codes, which a test holds them to.
"""
