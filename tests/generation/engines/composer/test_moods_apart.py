"""Moods differ in sound as their descriptions differ in words, by measures the composer does not use."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.plan import make
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook

from .conftest import Compose
from .readback import centroid, liveliness

CONTRASTED = (
    "sleepy", "calm", "melancholic", "dark", "horror", "romantic", "dreamy", "focus", "hopeful", "corporate",
    "happy", "epic", "funky", "energetic", "aggressive",
)  # fmt: skip
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def heard(compose: Compose) -> dict[str, tuple[float, float]]:
    """Return brightness (Hz) and liveliness of each mood, averaged over the seeds."""
    found = {}
    for mood in CONTRASTED:
        takes = [compose(mood, 12, seed) for seed in SEEDS]
        found[mood] = (
            float(np.mean([centroid(take.audio, take.rate) for take in takes])),
            float(np.mean([liveliness(take.audio) for take in takes])),
        )
    return found


def test_brightness_follows_the_description(heard: dict[str, tuple[float, float]], book: MoodBook) -> None:
    described = [book.moods[mood].brightness for mood in CONTRASTED]
    assert spearmanr(described, [heard[mood][0] for mood in CONTRASTED]).statistic > 0.8
    assert heard["happy"][0] > 1.8 * heard["dark"][0]


def test_energy_and_density_follow_the_description(heard: dict[str, tuple[float, float]], book: MoodBook) -> None:
    lively = [heard[mood][1] for mood in CONTRASTED]
    for trait in ("energy", "density"):
        described = [getattr(book.moods[mood], trait) for mood in CONTRASTED]
        assert spearmanr(described, lively).statistic > 0.6, trait
    assert heard["energetic"][1] > 1.2 * heard["sleepy"][1]


def test_moods_keep_to_their_tempo_and_modes(book: MoodBook) -> None:
    for name, mood in book.moods.items():
        for seed in range(12):
            plan = make(Brief(name, 45, "youtube"), seed, book)
            assert mood.tempo[0] * 0.97 <= plan.tempo <= mood.tempo[1] * 1.03
            if plan.cast.kit != "gugak":
                assert plan.mode in mood.modes


def test_minor_moods_are_mostly_minor(book: MoodBook) -> None:
    for name, minor in (("melancholic", True), ("dark", True), ("happy", False), ("calm", False)):
        modes = [make(Brief(name, 30, "youtube"), seed, book).mode for seed in range(40)]
        assert (np.mean([theory.is_minor(mode) for mode in modes]) > 0.9) == minor


def test_purposes_shape_the_piece(book: MoodBook) -> None:
    for seed in range(8):
        bed = make(Brief("warm", 60, "podcast"), seed, book)
        hook = make(Brief("warm", 60, "shorts"), seed, book)
        assert bed.ending == "fade"
        assert hook.sections[0].name != "intro"
        assert hook.sections[-1].name == "ending"
        assert bed.character.density < hook.character.density
        assert bed.character.melody < hook.character.melody
        assert make(Brief("warm", 60, "game"), seed, book).ending == "loop"
