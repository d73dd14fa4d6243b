"""Waveforms a person can judge by: one lane a take, with its sections, loudness, problems and telling seconds.

Words in the picture are digits and units, so it reads in every language. Drawn at twice its size and scaled down.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bot.finishing.heard import Heard, hear
from bot.finishing.loudness import HOP
from bot.finishing.measure import Facts
from bot.finishing.preview import Span
from bot.finishing.reel import Audio, blocks
from bot.finishing.sections import sections

WIDTH: Final = 1200
_SCALE = 2
_LEFT, _RIGHT, _TOP, _AXIS = 64, 56, 14, 30
_LANE_ALONE, _LANE, _GAP = 220, 168, 14
_HEADER = 26
_BACKGROUND, _PANEL, _PANEL_ODD = (18, 20, 26), (25, 28, 36), (30, 34, 44)
_GRID, _AXIS_TEXT, _TEXT, _DIM = (44, 49, 61), (132, 140, 156), (226, 230, 238), (154, 162, 178)
_WAVES = ((74, 144, 226), (52, 178, 142), (214, 140, 66))
_LOUDNESS, _TARGET, _PROBLEM, _PREVIEW = (255, 255, 255), (120, 128, 145), (240, 82, 82), (250, 204, 92)
_QUIETEST, _LOUDEST = -36.0, -6.0
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class Lane:
    """One take in a picture: its audio, its facts, what stands in the badge, the span of its preview.

    ``heard`` spares the listening where it was done before.
    """

    audio: Audio
    rate: int
    facts: Facts
    label: str = ""
    preview: Span | None = None
    heard: Heard | None = None


def picture(lanes: list[Lane], target_lufs: float | None = None) -> bytes:
    """Return a PNG, 1200 pixels wide, of one take or several under each other on a common time axis.

    The filled shape is the peaks, its bright core the RMS, the white line the short-term loudness (scale on the right,
    LUFS), the dashed line the target. Red marks clicks, clipping, holes and a bad loop joint; yellow is the preview.
    """
    height = _LANE_ALONE if len(lanes) == 1 else _LANE
    size = (WIDTH, _TOP + len(lanes) * (height + _GAP) - _GAP + _AXIS)
    image = Image.new("RGB", (size[0] * _SCALE, size[1] * _SCALE), _BACKGROUND)
    longest = max(lane.audio.shape[1] / lane.rate for lane in lanes)
    for index, lane in enumerate(lanes):
        box = _Box(_TOP + index * (height + _GAP), height, longest)
        _draw_lane(image, box, lane, _WAVES[index % len(_WAVES)], target_lufs)
    _draw_axis(ImageDraw.Draw(image), size[1] - _AXIS, longest)
    small = image.resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a lane lies, in unscaled pixels, and how many seconds its width stands for."""

    top: int
    height: int
    longest: float

    @property
    def wave_top(self) -> int:
        return self.top + _HEADER

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def x(self, seconds: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * seconds / self.longest

    def y_of(self, lufs: float) -> float:
        share = (np.clip(lufs, _QUIETEST, _LOUDEST) - _QUIETEST) / (_LOUDEST - _QUIETEST)
        return float(self.bottom - 6 - share * (self.bottom - self.wave_top - 12))


def _draw_lane(
    image: Image.Image, box: _Box, lane: Lane, colour: tuple[int, int, int], target_lufs: float | None
) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    seconds = lane.audio.shape[1] / lane.rate
    heard = lane.heard or hear(lane.audio, lane.rate)
    _draw_sections(draw, box, heard, seconds)
    _draw_wave(image, box, lane, colour, seconds)
    _draw_scale(draw, box, seconds, target_lufs)
    _draw_loudness(draw, box, heard, seconds)
    _draw_problems(draw, box, lane.facts, seconds)
    if lane.preview:
        _draw_preview(draw, box, lane.preview)
    _draw_header(draw, box, lane, colour)


def _draw_sections(draw: ImageDraw.ImageDraw, box: _Box, heard: Heard, seconds: float) -> None:
    """Shade the sections in turn."""
    starts = (*sections(heard.curves), seconds)
    for index, (start, end) in enumerate(pairwise(starts)):
        area = _scaled(box.x(start), box.wave_top, box.x(end), box.bottom)
        draw.rectangle(area, fill=_PANEL_ODD if index % 2 else _PANEL)
        if index:
            draw.line(_scaled(box.x(start), box.wave_top, box.x(start), box.bottom), fill=(74, 82, 100), width=_SCALE)


def _draw_wave(image: Image.Image, box: _Box, lane: Lane, colour: tuple[int, int, int], seconds: float) -> None:
    """Fill the peaks and, brighter, the RMS of each column."""
    columns = max(int((box.x(seconds) - _LEFT) * _SCALE), 1)
    low, high, core = _columns(lane.audio, columns)
    pixels = np.asarray(image).copy()
    top, bottom = box.wave_top * _SCALE, box.bottom * _SCALE
    middle, half = (top + bottom) / 2.0, (bottom - top) / 2.0 - 3 * _SCALE
    rows = (middle - np.arange(top, bottom))[:, np.newaxis] / half
    area = pixels[top:bottom, _LEFT * _SCALE : _LEFT * _SCALE + columns]
    hairline = 1.0 / half
    shape = (rows <= high + hairline) & (rows >= low - hairline)
    depth = np.clip(1.0 - 0.35 * np.abs(rows), 0.0, 1.0)[..., np.newaxis]
    outer = np.array(colour) * 0.62 * depth + np.array(_PANEL) * (1.0 - 0.62 * depth)
    inner = np.array(colour) * 0.88 + 26.0
    area[:] = np.where(shape[..., np.newaxis], outer, area)
    area[:] = np.where(((np.abs(rows) <= core) & shape)[..., np.newaxis], inner, area)
    image.paste(Image.fromarray(pixels))


def _columns(audio: Audio, columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return lowest, highest and RMS value of each column of pixels."""
    samples = audio.shape[1]
    starts = np.minimum((np.arange(columns) * samples / columns).astype(np.intp), samples - 1)
    low, high = np.full(columns, np.inf, np.float32), np.full(columns, -np.inf, np.float32)
    power = np.zeros(columns)
    for start, block in blocks(audio):
        stop = start + block.shape[1]
        first = int(np.searchsorted(starts, start, "left"))
        first -= first == columns or starts[first] > start
        inside = slice(first, int(np.searchsorted(starts, stop, "left")))
        cuts = np.maximum(starts[inside] - start, 0)
        low[inside] = np.minimum(low[inside], np.minimum.reduceat(block.min(axis=0), cuts))
        high[inside] = np.maximum(high[inside], np.maximum.reduceat(block.max(axis=0), cuts))
        power[inside] += np.add.reduceat(np.square(block).mean(axis=0), cuts)
    width = np.diff(np.append(starts, samples)).clip(1)
    return low, high, np.sqrt(power / width).astype(np.float32)


def _draw_scale(draw: ImageDraw.ImageDraw, box: _Box, seconds: float, target_lufs: float | None) -> None:
    """Write the loudness scale at the right edge and dash the target across."""
    for mark in (-12, -18, -24, -30):
        y = box.y_of(mark)
        draw.line(_scaled(box.x(seconds), y, box.x(seconds) + 5, y), fill=_GRID, width=_SCALE)
        draw.text(_point(WIDTH - _RIGHT + 10, y), str(mark), font=_font(11), fill=_AXIS_TEXT, anchor="lm")
    if target_lufs is None:
        return
    y = box.y_of(target_lufs)
    for x in np.arange(_LEFT, box.x(seconds), 12.0):
        draw.line(_scaled(x, y, min(x + 5, box.x(seconds)), y), fill=(*_TARGET, 200), width=_SCALE)


def _draw_loudness(draw: ImageDraw.ImageDraw, box: _Box, heard: Heard, seconds: float) -> None:
    """Draw the short-term loudness, each value at the middle of its three seconds."""
    curve = heard.loudness.short
    if len(curve) < 3:
        return
    middle = min(1.5, seconds / 2.0)
    points = [_scaled(box.x(index * HOP + middle), box.y_of(float(value))) for index, value in enumerate(curve)]
    flat = [coordinate for point in points for coordinate in point]
    draw.line(flat, fill=(10, 12, 16, 150), width=_SCALE * 4, joint="curve")
    draw.line(flat, fill=(*_LOUDNESS, 235), width=_SCALE * 3 // 2, joint="curve")


def _draw_problems(draw: ImageDraw.ImageDraw, box: _Box, facts: Facts, seconds: float) -> None:
    """Mark holes as bands, clicks as lines with a flag, a bad joint at both ends."""
    holes = list(facts.gaps)
    if facts.silence_head > 0.3:
        holes.append((0.0, facts.silence_head))
    if facts.silence_tail > 1.0:
        holes.append((seconds - facts.silence_tail, seconds))
    for start, end in holes:
        draw.rectangle(_scaled(box.x(start), box.wave_top, box.x(end), box.bottom), fill=(*_PROBLEM, 70))
        draw.rectangle(_scaled(box.x(start), box.bottom - 3, box.x(end), box.bottom), fill=_PROBLEM)
    lines = list(facts.clicks)
    if facts.seam and facts.seam.faults:
        lines += [0.0, seconds]
    for time in lines:
        x = box.x(time)
        draw.line(_scaled(x, box.wave_top, x, box.bottom), fill=(*_PROBLEM, 220), width=_SCALE)
        draw.polygon(
            [_scaled(x - 6, box.wave_top), _scaled(x + 6, box.wave_top), _scaled(x, box.wave_top + 9)], _PROBLEM
        )


def _draw_preview(draw: ImageDraw.ImageDraw, box: _Box, span: Span) -> None:
    """Underline the telling seconds, with a play mark at their start."""
    y, left, right = box.bottom - 2, box.x(span.start), box.x(span.end)
    draw.rectangle(_scaled(left, box.wave_top, right, box.bottom), fill=(*_PREVIEW, 14))
    draw.rounded_rectangle(_scaled(left, y - 2, right, y + 1), radius=2 * _SCALE, fill=(*_PREVIEW, 235))
    draw.polygon([_scaled(left, y - 14), _scaled(left + 11, y - 8), _scaled(left, y - 2)], fill=_PREVIEW)


def _draw_header(draw: ImageDraw.ImageDraw, box: _Box, lane: Lane, colour: tuple[int, int, int]) -> None:
    """Put the badge at the left and the facts above the wave."""
    if lane.label:
        middle = (box.wave_top + box.bottom) / 2
        draw.ellipse(_scaled(_LEFT / 2 - 19, middle - 19, _LEFT / 2 + 19, middle + 19), fill=colour)
        draw.text(_point(_LEFT / 2, middle), lane.label, font=_font(24), fill=(16, 18, 24), anchor="mm")
    facts = lane.facts
    parts = [f"{facts.lufs:.1f} LUFS", f"{facts.true_peak_dbtp:.1f} dBTP"]
    if facts.tempo_bpm:
        parts.insert(0, f"{facts.tempo_bpm:.0f} BPM")
    if facts.key:
        parts.insert(1 if facts.tempo_bpm else 0, facts.key)
    parts.insert(0, _clock(facts.seconds, exact=True))
    draw.text(_point(_LEFT, box.top + 9), "   ·   ".join(parts), font=_font(13), fill=_DIM, anchor="lm")
    problems = len(facts.clicks) + len(facts.gaps) + bool(facts.clipped) + bool(facts.seam and facts.seam.faults)
    if problems:
        x = WIDTH - _RIGHT - 22
        draw.rounded_rectangle(_scaled(x, box.top, x + 22, box.top + 18), radius=9 * _SCALE, fill=_PROBLEM)
        draw.text(_point(x + 11, box.top + 9), str(problems), font=_font(12), fill=(255, 255, 255), anchor="mm")


def _draw_axis(draw: ImageDraw.ImageDraw, top: int, longest: float) -> None:
    """Write the time below the lanes, at round steps."""
    step = next((step for step in _STEPS if longest / step <= 13), _STEPS[-1])
    box = _Box(0, 0, longest)
    for tick in np.arange(0.0, longest + 1e-6, step):
        x = box.x(float(tick))
        draw.line(_scaled(x, top + 4, x, top + 9), fill=_AXIS_TEXT, width=_SCALE)
        draw.text(_point(x, top + 19), _clock(float(tick)), font=_font(12), fill=_AXIS_TEXT, anchor="mm")


def _clock(seconds: float, *, exact: bool = False) -> str:
    tenths = round(seconds * 10)
    text = f"{tenths // 600}:{tenths // 10 % 60:02d}"
    return f"{text}.{tenths % 10}" if exact and tenths % 10 else text


def _point(x: float, y: float) -> tuple[float, float]:
    return x * _SCALE, y * _SCALE


def _scaled(*coordinates: float) -> tuple[float, ...]:
    return tuple(coordinate * _SCALE for coordinate in coordinates)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own typeface (Aileron, CC0), so that the picture is the same on every machine."""
    return ImageFont.load_default(size * _SCALE)
