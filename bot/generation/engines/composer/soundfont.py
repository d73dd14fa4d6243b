"""A SoundFont (sf3: Ogg Vorbis samples; sf2: plain ones) read with numpy, one sample at a time.

Format: SoundFont Technical Specification 2.04, sections 5 to 8. Only what single notes need is read: ranges, roots,
tuning, loops, volume envelopes, filters, attenuation.
"""

import io
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bot.errors import EngineFailed

Array = NDArray[np.float32]
OVERSAMPLED = 2
"""Samples are kept at twice their rate: linear interpolation then stays below -60 dB of image noise."""
_KEPT_SAMPLES = 12_000_000
_HEADER = struct.Struct("<20sIIIIIBbHH")
_KEYS, _SAMPLE, _INSTRUMENT = 43, 53, 41
_DEFAULTS = {8: 13500, 33: -12000, 34: -12000, 35: -12000, 36: -12000, 37: 0, 38: -12000, 48: 0, 51: 0, 52: 0, 54: 0}
_DEFAULTS |= {56: 100, 58: -1}
_ADDITIVE = frozenset({8, 48, 51, 52, 34, 36, 37, 38})


@dataclass(frozen=True, slots=True)
class Zone:
    """One sample of a preset and the keys it covers. Times in seconds, ``sustain`` and ``gain`` linear."""

    low: int
    high: int
    sample: int
    root: float
    scale: float
    looped: bool
    attack: float
    hold: float
    decay: float
    sustain: float
    release: float
    gain: float
    cutoff: float


class SoundFont:
    """A bank of sampled instruments. Samples are decoded when first needed and forgotten when others need the room."""

    def __init__(self, path: Path) -> None:
        """Read the directory of the bank; :raises EngineFailed: if the file is no SoundFont."""
        self._path = path
        try:
            self._data = path.read_bytes()
            self._chunks = dict(_chunks(self._data))
            self._names = self._presets()
        except (OSError, struct.error, KeyError, ValueError) as error:
            raise EngineFailed(f"{path.name} is no readable SoundFont: {error}") from error
        self._zones: dict[tuple[int, int], tuple[Zone, ...]] = {}
        self._decoded: OrderedDict[int, Array] = OrderedDict()

    def zones(self, bank: int, program: int) -> tuple[Zone, ...]:
        """Return the zones of a preset; empty if the bank does not have it."""
        if (bank, program) not in self._zones and (bank, program) in self._names:
            self._zones[bank, program] = tuple(self._preset_zones(*self._names[bank, program]))
        return self._zones.get((bank, program), ())

    def zone(self, bank: int, program: int, key: int) -> Zone | None:
        """Return the zone that covers a key, or the nearest one of a preset."""
        zones = self.zones(bank, program)
        return min(zones, key=lambda z: max(z.low - key, key - z.high, 0)) if zones else None

    def sample(self, zone: Zone) -> tuple[Array, float, float, float]:
        """Return a zone's sound, its rate in Hz, and its loop's start and end in samples of that sound."""
        name, start, end, loop_start, loop_end, rate, *_ = self._header(zone.sample)
        if zone.sample not in self._decoded:
            self._decoded[zone.sample] = self._decode(start, end, name)
            while sum(map(len, self._decoded.values())) > _KEPT_SAMPLES and len(self._decoded) > 1:
                self._decoded.popitem(last=False)
        self._decoded.move_to_end(zone.sample)
        sound = self._decoded[zone.sample]
        return sound, rate * OVERSAMPLED, loop_start * OVERSAMPLED, min(loop_end * OVERSAMPLED, len(sound) - 2)

    def _decode(self, start: int, end: int, name: bytes) -> Array:
        first, _ = self._chunks["smpl"]
        if self._header_type & 0x10:
            try:
                wave, _ = soundfile.read(io.BytesIO(self._data[first + start : first + end]), dtype="float32")
            except soundfile.LibsndfileError as error:
                raise EngineFailed(f"sample {name!r} of {self._path.name} cannot be decoded") from error
        else:
            wave = np.frombuffer(self._data[first + 2 * start : first + 2 * end], "<i2").astype(np.float32) / 32768
        return np.asarray(resample_poly(wave, OVERSAMPLED, 1), np.float32)

    def _header(self, index: int) -> tuple[bytes, int, int, int, int, int]:
        at, _ = self._chunks["shdr"]
        name, start, end, loop_start, loop_end, rate, _, _, _, kind = _HEADER.unpack_from(self._data, at + 46 * index)
        self._header_type = kind
        if not kind & 0x10:
            loop_start, loop_end = loop_start - start, loop_end - start
        return name.split(b"\0")[0], start, end, loop_start, loop_end, rate

    def _presets(self) -> dict[tuple[int, int], tuple[int, int]]:
        at, size = self._chunks["phdr"]
        rows = [struct.unpack_from("<20sHHH", self._data, at + 38 * i) for i in range(size // 38)]
        return {(bank, program): (rows[i][3], rows[i + 1][3]) for i, (_, program, bank, _) in enumerate(rows[:-1])}

    def _bags(self, bag: str, generators: str, first: int, last: int) -> list[dict[int, int]]:
        """Return the generators of each zone between two bags; the first one without a target is global."""
        at, _ = self._chunks[bag]
        gen, _ = self._chunks[generators]
        zones: list[dict[int, int]] = []
        common: dict[int, int] = {}
        for index in range(first, last):
            begin, end = (struct.unpack_from("<H", self._data, at + 4 * i)[0] for i in (index, index + 1))
            values = {}
            for row in range(begin, end):
                operator, amount = struct.unpack_from("<Hh", self._data, gen + 4 * row)
                values[operator] = amount
            target = _INSTRUMENT if generators == "pgen" else _SAMPLE
            if target not in values and index == first:
                common = values
            elif target in values:
                zones.append(common | values)
        return zones

    def _preset_zones(self, first: int, last: int) -> list[Zone]:
        found = []
        for outer in self._bags("pbag", "pgen", first, last):
            at, _ = self._chunks["inst"]
            begin, end = (
                struct.unpack_from("<20sH", self._data, at + 22 * i)[1]
                for i in (outer[_INSTRUMENT], outer[_INSTRUMENT] + 1)
            )
            for inner in self._bags("ibag", "igen", begin, end):
                values = _DEFAULTS | inner
                values |= {key: values[key] + amount for key, amount in outer.items() if key in _ADDITIVE}
                zone = self._zone(values, outer.get(_KEYS))
                if zone.low <= zone.high:
                    found.append(zone)
        return found

    def _zone(self, values: dict[int, int], outer_keys: int | None) -> Zone:
        low, high = _span(values.get(_KEYS))
        outer_low, outer_high = _span(outer_keys)
        at, _ = self._chunks["shdr"]
        original, correction = struct.unpack_from("<Bb", self._data, at + 46 * values[_SAMPLE] + 40)
        root = values[58] if values[58] >= 0 else (original if original <= 127 else 60)
        tune = values[51] + (values[52] + correction) / 100
        return Zone(
            low=max(low, outer_low),
            high=min(high, outer_high),
            sample=values[_SAMPLE],
            root=root - tune,
            scale=values[56] / 100,
            looped=values[54] & 1 == 1,
            attack=_time(values[34]),
            hold=_time(values[35]),
            decay=_time(values[36]),
            sustain=float(10 ** (-max(0, min(1440, values[37])) / 200)),
            release=_time(values[38]),
            gain=float(10 ** (-0.4 * max(0, values[48]) / 200)),
            cutoff=8.176 * 2 ** (min(13500, values[8]) / 1200),
        )


def _chunks(data: bytes) -> list[tuple[str, tuple[int, int]]]:
    """List the leaves of the RIFF tree: name, offset and size in bytes."""
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise ValueError("no RIFF sfbk header")
    found, at = [], 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if kind == b"LIST":
            at += 12
            continue
        found.append((kind.decode("latin-1"), (at + 8, size)))
        at += 8 + size + (size & 1)
    return found


def _span(keys: int | None) -> tuple[int, int]:
    return (0, 127) if keys is None else (keys & 0xFF, (keys >> 8) & 0xFF)


def _time(timecents: int) -> float:
    return float(2 ** (timecents / 1200)) if timecents > -12000 else 0.0
