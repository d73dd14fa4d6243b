"""What the small shop sells: a sound, and a picture of sounds."""

from __future__ import annotations

import io
import math
import struct
import wave

from PIL import Image, ImageDraw


def chord(seconds: float, base: float) -> bytes:
    """Return a WAV: three sine waves that swell and fade, 16 bit mono at 22,050 Hz."""
    rate, raw = 22_050, bytearray()
    for i in range(int(seconds * rate)):
        at = i / rate
        swell = math.sin(math.pi * at / seconds) * (0.55 + 0.45 * math.sin(2 * math.pi * at / 1.6))
        tone = sum(math.sin(2 * math.pi * base * ratio * at) for ratio in (1.0, 1.25, 1.5)) / 3
        raw += struct.pack("<h", int(20_000 * swell * tone))
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(raw))
    return sound.getvalue()


def picture() -> bytes:
    """Return a PNG in which three rows of bars stand for three takes."""
    image = Image.new("RGB", (960, 300), "#14161c")
    pen = ImageDraw.Draw(image)
    for row, colour in enumerate(("#f2b545", "#5c9df2", "#4cc38a")):
        for bar in range(150):
            tall = 6 + 34 * abs(math.sin(bar * 0.21 + row) * math.sin(bar * 0.037 * (row + 1)))
            x, y = 18 + bar * 6.2, 50 + row * 100
            pen.rounded_rectangle((x, y - tall, x + 4, y + tall), 2, fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
