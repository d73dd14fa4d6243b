from __future__ import annotations

import re

from bot.sandbox.page.server import STATIC

WORDS = STATIC / "js" / "words"


def keys(language: str) -> dict[str, set[str]]:
    """Return the keys of a language with the placeholders in each."""
    entries = re.findall(r'^  (\w+):\s+"((?:[^"\\]|\\.)*)",$', (WORDS / f"{language}.js").read_text(), re.MULTILINE)
    return {key: set(re.findall(r"\{(\w+)\}", words)) for key, words in entries}


def test_both_languages_say_the_same() -> None:
    assert keys("en") == keys("ko")


def test_everything_the_page_says_is_there() -> None:
    sources = "".join(path.read_text() for path in (STATIC / "js").rglob("*.js"))
    said = set(re.findall(r'\bt\(\s*"(\w+)"', sources))
    stems = set(re.findall(r"\bt\(\s*`(\w+?)\$\{", sources))
    assert len(said) > 40
    assert said <= keys("en").keys()
    for stem in stems:
        assert any(key.startswith(stem) for key in keys("en")), stem
