"""Step 4, the finishing room: a take becomes a master, and the operator learns what is worth hearing.

In come arrays: any engine's take, float32 of shape (channels, samples) at its rate in Hz, and what was asked for.
Out go arrays, pictures, encoded files and findings; nothing here knows an order, a chat or a database.

The way of one take, in the order of the work::

    intake   made safe: stereo, finite, not silent, at 44.1 or 48 kHz
    trim     silence cut, exact length to the sample on whole beats (stretch for the last few milliseconds)
    seam     a loop closes: whole bars, tails wrapped, level matched
    tame     resonances and over-loud bands turned down a little
    fades    in and out as the purpose asks
    levels   loudness to target, with the limiter holding the true peak
    master   all of that in one call: `master.finish`; `corrections` are what the operator changed
    measure  the facts of the result: loudness, peaks, blemishes, tempo, key, brightness, energy, density
    check    the facts against the brief; `rank` puts the best take first and says why
    likeness is it too much like something sold before?
    preview  the telling seconds; waveform: the picture; encode: files a buyer can use; deliverables: a folder of them

Levels are LUFS (ITU-R BS.1770-4) and dBTP (true peak), times are seconds, frequencies Hz.
"""
