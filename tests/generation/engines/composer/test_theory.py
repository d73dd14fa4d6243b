"""Keys, chord symbols, scales, and the tables of progressions."""

from itertools import pairwise

import pytest

from bot.generation.engines.composer import progressions, theory
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.harmony import Setting, choose_phrases, voice, write_section


@pytest.mark.parametrize(
    ("symbol", "root", "tones"),
    [
        ("I", 0, (0, 4, 7)),
        ("vi", 9, (0, 3, 7)),
        ("bVImaj7", 8, (0, 4, 7, 11)),
        ("V7/vi", 4, (0, 4, 7, 10)),
        ("iim7b5", 2, (0, 3, 6, 10)),
        ("bVII", 10, (0, 4, 7)),
        ("V7sus4", 7, (0, 5, 7, 10)),
    ],
)
def test_reads_chord_symbols(symbol: str, root: int, tones: tuple[int, ...]) -> None:
    assert theory.read_symbol(symbol) == (root, tones)


def test_refuses_what_is_no_chord() -> None:
    with pytest.raises(ValueError, match="no chord symbol"):
        theory.read_symbol("H7")


@pytest.mark.parametrize("mode", list(theory.MODES))
def test_key_names_read_back(mode: str) -> None:
    for tonic in range(12):
        key, minor = theory.read_key(theory.key_name(tonic, mode))
        assert theory.tonic_for(key, mode) == tonic
        assert minor == theory.is_minor(mode)


def test_every_progression_is_whole_phrases_of_known_chords() -> None:
    for table in (progressions.MAJOR, progressions.MINOR, progressions.KOREAN):
        for phrases in table.values():
            assert len(set(phrases)) == len(phrases)
            for phrase in phrases:
                assert len(phrase.split()) in (4, 8)
                for bar in phrase.split():
                    assert all(theory.read_symbol(chord) for chord in bar.split(","))


def test_sections_of_a_piece_stand_on_different_progressions() -> None:
    for seed in range(40):
        phrases = choose_phrases(("pop", "anthem"), "ionian", 0.1, Dice(seed, "harmony"))
        assert len(set(phrases.values())) >= 3


@pytest.mark.parametrize("mode", ["ionian", "aeolian", "dorian"])
def test_chords_fill_the_section_without_gaps(mode: str) -> None:
    setting = Setting(2, mode, 4, "ninths", 0.5, 0.2)
    for seed in range(20):
        dice = Dice(seed, "test")
        phrase = choose_phrases(("jazz", "pop"), mode, 0.5, dice)["A"]
        chords = write_section(phrase, 6, 8.0, setting, "V7", dice)
        assert chords[0].start == 8.0
        assert all(a.start + a.length == pytest.approx(b.start) for a, b in pairwise(chords))
        assert chords[-1].start + chords[-1].length == pytest.approx(32.0)
        assert all(set(chord.classes) <= set(chord.scale) for chord in chords)


def test_voices_move_little_from_chord_to_chord() -> None:
    setting = Setting(0, "ionian", 4, "triads", 0.0, 0.0)
    chords = write_section(("I", "vi", "IV", "V"), 8, 0.0, setting, None, Dice(1, "voices"))
    previous: tuple[int, ...] | None = None
    for chord in chords:
        pitches = voice(chord, previous, 60)
        assert {pitch % 12 for pitch in pitches} == set(chord.classes)
        if previous:
            assert max(abs(a - b) for a, b in zip(pitches, previous, strict=True)) <= 5
        previous = pitches


@pytest.mark.parametrize(
    ("pitch_class", "tonic", "mode", "name"),
    [
        (1, 6, "aeolian", "C#"),
        (1, 8, "ionian", "Db"),
        (10, 0, "mixolydian", "Bb"),
        (3, 0, "aeolian", "Eb"),
        (8, 5, "aeolian", "Ab"),
        (6, 4, "dorian", "F#"),
        (5, 0, "pyeongjo", "F"),
    ],
)
def test_notes_are_written_as_the_key_writes_them(pitch_class: int, tonic: int, mode: str, name: str) -> None:
    assert theory.note_name(pitch_class, tonic, mode) == name
