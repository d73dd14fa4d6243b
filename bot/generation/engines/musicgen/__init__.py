"""MusicGen: text to music by one language model over the codes of a sound codec.

In: requests with English prompts, perhaps a melody, or a source to go on from, to vary, or of which a part is to be
made again. Out: takes, with their codes for a later change. `model` loads a folder of weights, `conditions` reads
prompts and melodies, `parts` says what is drawn for a request and `changes` what is kept of its source, `windows` walks
through any length, `delay` lays the codes out, `decoder` makes the steps, `chance` draws, `codec` turns codes into
sound and back, and `sounding` puts approved sound back to the sample.

The transformers library's own ``generate()`` is not used: it tells no progress, cannot be cancelled, draws every take
from one global generator, gives no codes back and stops at the length it was trained on. Greedily both give the same
codes, which a test holds them to.
"""
