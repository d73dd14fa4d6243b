"""Every mood and every style, in rotating pairs: right length, loudness, peak and key, by independent measurement."""

import numpy as np
import pyloudnorm
import pytest

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.plan import make
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, load_moods

from .conftest import MOODS, Compose
from .readback import key_ranking, relative

_BOOK = load_moods(MOODS)
PAIRS = [(mood, list(_BOOK.styles)[(5 * place) % len(_BOOK.styles)]) for place, mood in enumerate(_BOOK.moods)]


@pytest.mark.parametrize(("mood", "style"), PAIRS)
def test_a_short_piece_of_each(compose: Compose, mood: str, style: str) -> None:
    take = compose(mood, 9, style=style)
    assert take.audio.shape == (2, 9 * take.rate)
    assert np.isfinite(take.audio).all()
    assert np.abs(take.audio).max() <= 0.85
    loudness = pyloudnorm.Meter(take.rate).integrated_loudness(take.audio.T.astype(np.float64))
    assert -22 < loudness < -15.5
    assert take.key is not None
    near = {take.key, relative(take.key), *neighbours(take.key)}
    assert near & set(key_ranking(take.audio, take.rate)[:4])


def neighbours(key: str) -> set[str]:
    """Return the keys a fifth away and their relatives: what a modal piece may be taken for."""
    tonic, minor = theory.read_key(key)
    mode = "aeolian" if minor else "ionian"
    found = {theory.key_name((tonic + step) % 12, mode) for step in (5, 7)}
    return found | {relative(other) for other in found}


def test_every_pair_can_be_planned_in_every_purpose(book: MoodBook) -> None:
    for place, mood in enumerate(book.moods):
        for style in book.styles:
            purpose = list(book.purposes)[place % len(book.purposes)]
            song = arrange(make(Brief(mood, 20, purpose, style=style), place, book))
            assert {"harmony", "lead"} & {part.role for part in song.parts}
            assert sum(len(part.notes) for part in song.parts) > 8
