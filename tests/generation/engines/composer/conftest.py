"""The shop's own moods and one composer for all tests of this folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.generation.engine import Request, Take
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, load_moods

MOODS = Path(__file__).parents[4] / "config" / "moods.toml"

Compose = Callable[..., Take]


@pytest.fixture(scope="session")
def book() -> MoodBook:
    return load_moods(MOODS)


@pytest.fixture(scope="session")
def composer(book: MoodBook) -> Composer:
    engine = Composer(book)
    engine.load()
    return engine


@pytest.fixture(scope="session")
def compose(composer: Composer) -> Compose:
    """Compose one take: mood, seconds, seed and any other answer of a brief; the same call is composed once."""
    made: dict[object, Take] = {}

    def one(mood: str, seconds: int, seed: int = 1, *, stems: bool = False, **answers: object) -> Take:
        key = (mood, seconds, seed, stems, repr(sorted(answers.items())))
        if key not in made:
            brief = Brief(mood=mood, seconds=seconds, **{"purpose": "youtube"} | answers)  # type: ignore[arg-type]
            (made[key],) = composer.generate(Request(brief, (seed,), stems=stems), lambda share: None)
        return made[key]

    return one
