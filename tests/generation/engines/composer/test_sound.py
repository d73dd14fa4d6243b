"""The instruments are in tune, the effects do what they say, the mix has an even spectrum."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.errors import EngineFailed
from bot.finishing.reel import BLOCK
from bot.generation.engines.composer import effects, grooves, textures
from bot.generation.engines.composer.balance import OCTAVES
from bot.generation.engines.composer.drums import Metre, vocabulary
from bot.generation.engines.composer.instruments import Orchestra, vendored_bank
from bot.generation.engines.composer.soundfont import SoundFont
from bot.generation.engines.composer.voices import VOICES
from bot.settings.moods import SOUNDS, MoodBook

from .conftest import Compose
from .readback import spectrogram

RATE = 44100
OCTAVE_BELOW = {"analog-pad", "dark-drone", "saw-bass", "pluck-bass"}
INHARMONIC = {"glockenspiel", "bell", "music-box", "kalimba", "vibraphone", "marimba"}


@pytest.fixture(scope="module")
def orchestra() -> Orchestra:
    return Orchestra()


def fundamental(wave: NDArray[np.float32], near: float) -> float:
    """Return the frequency within two semitones of ``near`` (Hz) whose first harmonics are strongest."""
    mono = wave.mean(axis=0) if wave.ndim == 2 else wave
    piece = mono[3000:35768]
    size = 1 << 18
    power = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), size))
    hz = np.geomspace(near / 1.122, near * 1.122, 481)
    total = np.zeros(len(hz))
    for harmonic in range(1, 5):
        places = np.clip(np.round(hz * harmonic * size / RATE).astype(int), 0, len(power) - 1)
        total += power[places] / harmonic**0.3
    return float(hz[np.argmax(total)])


@pytest.mark.parametrize("sound", SOUNDS)
def test_every_sound_is_in_tune_and_clean_over_its_range(orchestra: Orchestra, sound: str) -> None:
    voice = VOICES[sound]
    for pitch in (voice.low, (voice.low + voice.high) // 2, voice.high):
        wave = orchestra.note(sound, pitch, 0.9, 0.6, False, False)
        assert np.isfinite(wave).all()
        assert 0.05 < np.abs(wave).max() < 2.5
        assert np.abs(wave[..., -30:]).max() < 0.02 * np.abs(wave).max()
        if pitch != (voice.low + voice.high) // 2 or sound in INHARMONIC:
            continue
        wanted = 440 * 2 ** ((pitch - 69) / 12)
        cents = 1200 * np.log2(fundamental(wave, wanted) / wanted)
        assert abs(cents) < 35, f"{sound} is {cents:.0f} cents off"


@pytest.mark.parametrize("kit", ["acoustic", "brushes", "dusty", "electronic", "big", "rock", "chip", "gugak"])
def test_every_drum_of_every_groove_sounds(orchestra: Orchestra, kit: str) -> None:
    tables = (grooves.GROOVES, grooves.TERNARY, grooves.THREE)
    voices = {voice for table in tables for bars in table.values() for bar in bars for voice in bar}
    voices |= {voice for fill in (*grooves.FILLS, *grooves.BIG_FILLS, *grooves.KOREAN_FILLS) for voice in fill}
    for voice in sorted(voices):
        wave = orchestra.drum(kit, voice, 0.7)
        assert len(wave) > 400, voice
        assert np.isfinite(wave).all()
        assert 0.2 < np.abs(wave).max() < 1.3


@pytest.mark.parametrize(("beats", "ternary"), [(4, False), (3, False), (2, True), (4, True), (3, True)])
def test_every_groove_fills_its_bar_in_every_metre(book: MoodBook, beats: int, ternary: bool) -> None:
    metre = Metre(beats, ternary)
    for style in book.styles.values():
        if style.kit == "gugak" and (beats, ternary) == (3, False):
            continue
        for groove in style.grooves:
            for bar in vocabulary(groove, metre):
                assert all(len(line) == metre.steps for line in bar.values()), groove
                if style.kit == "gugak":
                    assert not {grooves.SNARE, grooves.HAT} & set(bar)


def test_harder_strokes_are_brighter(orchestra: Orchestra) -> None:
    for sound in ("piano", "rhodes", "strings", "nylon-guitar", "brass", "saw-lead"):
        soft, hard = (orchestra.note(sound, 60, 0.6, hardness, False, False) for hardness in (0.1, 0.9))
        tones = []
        for wave in (soft, hard):
            power = np.abs(np.fft.rfft(wave.mean(axis=0) if wave.ndim == 2 else wave)) ** 2
            tones.append(float(power @ np.fft.rfftfreq(wave.shape[-1], 1 / RATE) / power.sum()))
        assert tones[1] > tones[0], sound


def test_what_is_no_soundfont_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.sf2"
    path.write_bytes(b"RIFF....WAVE" + bytes(100))
    with pytest.raises(EngineFailed, match=r"song\.sf2"):
        SoundFont(path)


def test_an_operators_own_bank_is_played(tmp_path: Path) -> None:
    own = tmp_path / "own.sf3"
    own.write_bytes(vendored_bank().read_bytes())
    one, other = Orchestra(), Orchestra(own=own)
    assert np.array_equal(
        one.note("piano", 60, 0.5, 0.5, False, False), other.note("piano", 60, 0.5, 0.5, False, False)
    )


def white(seconds: float = 2.0) -> NDArray[np.float32]:
    return (np.random.default_rng(1).random((2, int(seconds * RATE)), dtype=np.float32) - 0.5) * 0.5


def test_equaliser_does_what_its_response_says() -> None:
    sections = [effects.low_cut(100), effects.peak(1000, 6.0), effects.shelf(6000, -9.0, True)]
    before = white(6.0)
    after = effects.run(before.copy(), [effects.Equaliser(sections)])
    ratio = (spectrogram(after, 4096, 4096) ** 2).mean(axis=0) / (spectrogram(before, 4096, 4096) ** 2).mean(axis=0)
    hz = np.fft.rfftfreq(4096, 1 / RATE)
    for at in (50, 1000, 3000, 12000):
        near = np.abs(hz - at) < 0.12 * at
        expected = effects.response(sections, hz[near]).mean()
        assert 10 * np.log10(ratio[near].mean() / expected) == pytest.approx(0, abs=1.0)


def test_filters_go_on_where_a_piece_ends() -> None:
    """Long sounds are filtered piece by piece; nothing may be heard at the joints."""
    sound = white(8.0)
    pieces = effects.run(sound.copy(), [effects.Equaliser([effects.low_cut(200)])])
    step = np.abs(np.diff(pieces, axis=1)).max(axis=0)
    assert step[BLOCK - 3 : BLOCK + 3].max() <= step.max()
    once = effects.run(sound[:, :100_000].copy(), [effects.Equaliser([effects.low_cut(200)])])
    assert np.allclose(pieces[:, :100_000], once, atol=1e-5)


def test_compressor_brings_down_what_is_loud() -> None:
    sound = white(4.0)
    sound[:, : 2 * RATE] *= 0.1
    before = sound[:, 3 * RATE :].std() / sound[:, RATE : 2 * RATE].std()
    meter = effects.PowerMeter()
    effects.run(sound, [meter])
    after = effects.run(sound, [effects.Gain(effects.compression(meter.power, 4.0, 0.0))])
    assert after[:, 3 * RATE :].std() / after[:, RATE : 2 * RATE].std() < 0.8 * before


def test_widening_leaves_the_mono_sum_alone() -> None:
    sound = np.repeat(white(4.0)[:1], 2, axis=0)
    wide = effects.run(sound.copy(), [effects.Widener(0.5)])
    assert np.allclose(wide.sum(axis=0), sound.sum(axis=0), atol=1e-4)
    assert np.corrcoef(wide[0], wide[1])[0, 1] < 0.9


def test_lows_are_made_mono() -> None:
    mono = effects.run(white(4.0), [effects.MonoBelow(140.0)])
    side = np.abs(np.fft.rfft(mono[0] - mono[1])) ** 2
    hz = np.fft.rfftfreq(mono.shape[1], 1 / RATE)
    assert side[hz < 60].mean() < 0.06 * side[hz > 500].mean()


def test_the_room_answers_and_dies_away() -> None:
    sound = np.zeros((2, 4 * RATE), np.float32)
    sound[:, 100] = 1.0
    wet = effects.run(sound, [effects.Reverb(effects.room(1.5, 0.4), 0.5)])
    early, late = wet[:, 2000 : RATE // 2].std(), wet[:, int(1.2 * RATE) : int(1.4 * RATE)].std()
    assert early > 10 * late > 0
    assert abs(np.corrcoef(wet[0, 2000:RATE], wet[1, 2000:RATE])[0, 1]) < 0.3


@pytest.mark.parametrize("texture", sorted(textures.BACKGROUNDS))
def test_backgrounds_have_no_joint(texture: str) -> None:
    count = int(2.5 * textures.PERIOD * RATE)
    sound = textures.turning(textures.cycle(texture, 48), 0, count)
    step = np.abs(np.diff(sound, axis=1)).max(axis=0)
    joint = int((textures.PERIOD - 0.05) * RATE)
    assert step[joint - 3 : joint + 3].max() <= step.max()
    assert sound.shape == (2, count)


@pytest.mark.parametrize(
    ("mood", "style"), [("calm", "acoustic"), ("happy", "corporate"), ("epic", "cinematic"), ("chill", "lo-fi")]
)
def test_the_spectrum_falls_evenly(compose: Compose, mood: str, style: str) -> None:
    """Octaves from 62 Hz to 8 kHz lie around a falling line, without a hump of more than 6 dB and without a hole."""
    take = compose(mood, 20, style=style)
    power = (spectrogram(take.audio, 8192, 8192) ** 2).mean(axis=0)
    hz = np.fft.rfftfreq(8192, 1 / RATE)
    bands = OCTAVES[1:9]
    levels = np.array([10 * np.log10(power[(hz >= c / 2**0.5) & (hz < c * 2**0.5)].sum()) for c in bands])
    line = np.polyval(np.polyfit(np.arange(len(bands)), levels, 2), np.arange(len(bands)))
    assert np.abs(levels - line).max() < 6
    assert -32 < levels[-1] - levels[2] < -4
    assert levels[0] - levels[2] < 6


@pytest.mark.parametrize("mood", ["calm", "funky", "wonder"])
def test_a_mix_is_wide_but_safe_in_mono(compose: Compose, mood: str) -> None:
    left, right = compose(mood, 12).audio
    assert 0.3 < np.corrcoef(left, right)[0, 1] < 0.97
    assert np.std((left + right) / 2) > 0.75 * np.sqrt((left.var() + right.var()) / 2)
