"""From take to master in one call: `finish`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bot.errors import BadInput
from bot.finishing.blemishes import clipped
from bot.finishing.corrections import Corrections
from bot.finishing.fades import CLICK_GUARD, fade_in_place
from bot.finishing.findings import Finding
from bot.finishing.heard import Heard, hear
from bot.finishing.intake import at_rate, audible, delivery_rate, ratio, stereo, without_dc
from bot.finishing.levels import level
from bot.finishing.loudness import loudness
from bot.finishing.measure import Facts, measure
from bot.finishing.reel import Audio, blocks, joined, release
from bot.finishing.seam import measure_seam, repair_seam
from bot.finishing.tame import USUAL, Tone, tame
from bot.finishing.trim import fit, without_silence

SHORTEST, LONGEST = 0.2, 1200.0
_WRAP = 1.0
_DEEP_LIMITING = 6.0
_SAME = 0.001
"""Seconds by which two lengths are the same: what resampling adds or drops."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a master has to be. Times in seconds, loudness in LUFS, peak in dBTP, rate in Hz.

    ``rate`` None keeps 44.1 and 48 kHz and brings everything else to one of them. ``tempo_bpm`` is what the engine
    says it played; ``tame`` from 0 to 1 is how much of what sticks out is turned down.
    """

    seconds: float
    lufs: float = -14.0
    true_peak_dbtp: float = -1.5
    fade_in: float = 0.0
    fade_out: float = 0.0
    loop: bool = False
    tame: float = USUAL
    rate: int | None = None
    tempo_bpm: float | None = None
    beats_per_bar: int = 4

    def __post_init__(self) -> None:
        if not SHORTEST <= self.seconds <= LONGEST:
            raise BadInput(f"{self.seconds} s is outside {SHORTEST:g}-{LONGEST:g} s", text="error-master-length")

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finished:
    """A master: float32 (2, samples) at ``rate`` Hz, its facts, and what was done to get there, in order.

    ``heard`` is what the facts were read from, for whoever goes on listening.
    """

    audio: Audio
    rate: int
    facts: Facts
    target: Target
    corrections: Corrections
    done: tuple[Finding, ...]
    heard: Heard = field(repr=False)

    @property
    def asked(self) -> Target:
        """What the master was to be, the loudness being the one it was corrected to."""
        return replace(self.target, lufs=self.corrections.loudness(self.target.lufs))

    def to_json(self) -> dict[str, Any]:
        """Return everything but the sound as plain data."""
        return {
            "facts": self.facts.to_json(),
            "target": self.target.to_json(),
            "corrections": self.corrections.to_json(),
            "done": [finding.to_json() for finding in self.done],
        }


def finish(
    audio: ArrayLike,
    rate: int,
    target: Target,
    corrections: Corrections | None = None,
    stems: Mapping[str, Audio] | None = None,
    report: Callable[[float], None] = lambda _share: None,
) -> Finished:
    """Return the master of a take: exact length, clean joints, tamed, faded, at its loudness, under its peak.

    ``audio`` is (channels, samples) at ``rate`` Hz and is not changed. ``stems`` are needed only where the corrections
    change one. The result depends on nothing but the arguments. ``report`` hears between the steps what share of the
    work is done; what it raises ends the work.

    :raises BadInput: if ``audio`` is no audio, or a corrected stem is missing.
    :raises EngineFailed: if the take is silent, or broken (NaN, infinite).
    """
    corrections = corrections or Corrections()
    done: list[Finding] = []
    # 1. Made safe, the stems rebalanced, at the rate of delivery.
    wanted_rate = target.rate or delivery_rate(rate)
    taken = stereo(audio, rate)
    flat_tops = clipped(taken)
    safe = audible(without_dc(_rebalanced(taken, rate, corrections, stems or {}, done)))
    music = at_rate(safe, rate, wanted_rate)
    report(0.1)
    # 2. As long as it was ordered.
    music = _as_long(music, wanted_rate, target, corrections, done)
    report(0.2)
    # 3. What sticks out turned down, the edges faded.
    music = _tamed(music, wanted_rate, target, corrections, done)
    music = _faded(music, wanted_rate, target, corrections, done)
    report(0.4)
    # 4. Loud as the purpose wants it.
    music = _levelled(music, wanted_rate, target, corrections, done)
    report(0.7)
    heard = hear(music, wanted_rate)
    report(0.9)
    facts = measure(
        music,
        wanted_rate,
        tempo_bpm=target.tempo_bpm,
        loop=target.loop,
        beats_per_bar=target.beats_per_bar,
        heard=heard,
    )
    facts = replace(facts, clipped=flat_tops)
    return Finished(music, wanted_rate, facts, target, corrections, tuple(done), heard)


def as_heard(audio: Audio, rate: int, target: Target, corrections: Corrections) -> tuple[Audio, int]:
    """Return a take, and its rate, with the times of its master: cut, joined and as long as that, and nothing else.

    What a buyer says of a master's fortieth second is about the fortieth second of this. Its tone, edges and loudness
    are still the take's own; a take that the master follows from beginning to end is returned as it is.

    :raises BadInput: if ``audio`` is no audio; :raises EngineFailed: if it is silent or broken.
    """
    done: list[Finding] = []
    wanted = target.rate or delivery_rate(rate)
    music = _as_long(at_rate(audible(without_dc(stereo(audio, rate))), rate, wanted), wanted, target, corrections, done)
    return (music, wanted) if done or abs(music.shape[1] / wanted - audio.shape[1] / rate) > _SAME else (audio, rate)


def _as_long(music: Audio, rate: int, target: Target, corrections: Corrections, done: list[Finding]) -> Audio:
    """Return the take cut where the operator cut it, and exactly as long as it was ordered."""
    trimmed = _trimmed(music, rate, corrections, done)
    samples = round(target.seconds * rate)
    return (_looped if target.loop else _fitted)(trimmed, rate, samples, target, corrections, done)


def _rebalanced(
    audio: Audio, rate: int, corrections: Corrections, stems: Mapping[str, Audio], done: list[Finding]
) -> Audio:
    """Make single stems of the mix louder or softer, in place: add the share of the stem that is to change."""
    for role, change_db in corrections.stem_db:
        if role not in stems:
            raise BadInput(f"this take has no stem {role!r}", text="error-correction-stem", value=role[:40])
        stem = stems[role]
        if stem.shape != audio.shape:
            raise BadInput(f"stem {role!r} is not as long as the take", text="error-correction-stem", value=role[:40])
        for start, block in blocks(audio):
            block += stem[:, start : start + block.shape[1]] * np.float32(ratio(change_db) - 1.0)
            release(stem)
        done.append(Finding("correction-did-stem", values={"stem": role, "db": round(change_db, 1)}))
    return audio


def _trimmed(audio: Audio, rate: int, corrections: Corrections, done: list[Finding]) -> Audio:
    """Return the take without what the operator cut from its ends (at least 0.2 s of it remain)."""
    first, last = round(corrections.trim_start * rate), audio.shape[1] - round(corrections.trim_end * rate)
    if first == 0 and last == audio.shape[1]:
        return audio
    if last - first < SHORTEST * rate:
        raise BadInput("nothing is left after that trim", text="error-correction-trim")
    done.append(Finding("correction-did-trim", values={"start": corrections.trim_start, "end": corrections.trim_end}))
    return audible(fade_in_place(audio[:, first:last], rate, CLICK_GUARD if first else 0.0, 0.0))


def _fitted(
    audio: Audio, rate: int, samples: int, target: Target, corrections: Corrections, done: list[Finding]
) -> Audio:
    """Return the take without dead air, at its length."""
    cleaned = without_silence(audio, rate, samples)
    if cleaned.shape[1] < audio.shape[1] - 0.1 * rate:
        done.append(
            Finding("correction-did-silence", values={"seconds": round((audio.shape[1] - cleaned.shape[1]) / rate, 1)})
        )
    fade_out = target.fade_out if corrections.fade_out is None else corrections.fade_out
    fitted = fit(cleaned, rate, samples, fading=fade_out >= 0.5, tempo_bpm=target.tempo_bpm)
    if fitted.joints:
        done.append(Finding("correction-did-joints", values={"count": len(fitted.joints)}))
    if abs(fitted.stretched) >= 0.001:
        done.append(Finding("correction-did-stretch", values={"percent": round(100.0 * fitted.stretched, 1)}))
    return fitted.audio


def _looped(
    audio: Audio, rate: int, samples: int, target: Target, corrections: Corrections, done: list[Finding]
) -> Audio:
    """Return the take as a loop; one that already closes is left alone."""
    ready = audio.shape[1] == samples and corrections.seam is not True
    if corrections.seam is False:
        return fit(audio, rate, samples, fading=False, tempo_bpm=target.tempo_bpm).audio
    if ready and not measure_seam(audio, rate, target.tempo_bpm, target.beats_per_bar).faults:
        return audio
    done.append(Finding("correction-did-seam"))
    return repair_seam(audio, rate, samples, target.tempo_bpm, target.beats_per_bar)


def _tamed(audio: Audio, rate: int, target: Target, corrections: Corrections, done: list[Finding]) -> Audio:
    """Return the music with its loud bands turned down; a loop is worked on as it will be heard, going round."""
    amount = target.tame if corrections.tame is None else corrections.tame
    tone = Tone(corrections.low_db, corrections.mid_db, corrections.high_db)
    wrap = min(int(_WRAP * rate), audio.shape[1]) if target.loop else 0
    found = tame(_wrapped(audio, wrap), rate, amount, tone)
    if found.cut_db:
        done.append(Finding("correction-did-tame", values={"db": round(found.cut_db, 1), "hertz": round(found.hertz)}))
    if tone != Tone():
        done.append(
            Finding("correction-did-tone", values={"low": tone.low_db, "mid": tone.mid_db, "high": tone.high_db})
        )
    return _unwrapped(found.audio, wrap)


def _faded(audio: Audio, rate: int, target: Target, corrections: Corrections, done: list[Finding]) -> Audio:
    """Return the music faded as the purpose, or the operator, wants it; a loop only where the operator insists."""
    fade_in = (0.0 if target.loop else target.fade_in) if corrections.fade_in is None else corrections.fade_in
    fade_out = (0.0 if target.loop else target.fade_out) if corrections.fade_out is None else corrections.fade_out
    for way, seconds in (("in", fade_in), ("out", fade_out)):
        if seconds:
            done.append(Finding(f"correction-did-fade-{way}", values={"seconds": round(seconds, 1)}))
    if not target.loop:
        fade_in, fade_out = max(fade_in, _edge(audio[:, 0])), max(fade_out, _edge(audio[:, -1]))
    return fade_in_place(audio, rate, fade_in, fade_out)


def _edge(sample: Audio) -> float:
    """Return the seconds of fade that keep an edge from clicking: none where the music starts from zero."""
    return CLICK_GUARD if float(np.abs(sample).max()) > 1e-3 else 0.0


def _levelled(audio: Audio, rate: int, target: Target, corrections: Corrections, done: list[Finding]) -> Audio:
    """Return the music at its loudness, a loop limited as it will be heard, going round."""
    lufs = corrections.loudness(target.lufs)
    wrap = min(int(_WRAP * rate), audio.shape[1]) if target.loop else 0
    going_round = _wrapped(audio, wrap)
    if wrap:
        lufs += loudness(going_round, rate).integrated - loudness(audio, rate).integrated
    levelled = level(going_round, rate, lufs, target.true_peak_dbtp)
    if levelled.deepest >= _DEEP_LIMITING:
        done.append(Finding("correction-did-limit", values={"db": round(levelled.deepest, 1)}))
    return _unwrapped(levelled.audio, wrap)


def _wrapped(audio: Audio, wrap: int) -> Audio:
    return joined(audio[:, -wrap:], audio, audio[:, :wrap]) if wrap else audio


def _unwrapped(audio: Audio, wrap: int) -> Audio:
    return audio[:, wrap:-wrap] if wrap else audio
