"""Every sentence the room can utter exists in both languages and needs no value that is not given."""

import re
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast

ROOT = Path(__file__).parents[2]
TRAITS = ("brightness", "energy", "density")


def messages(language: str) -> dict[str, set[str]]:
    """Return each sentence's key with the names of the values it needs."""
    resource = FluentParser().parse((ROOT / "config" / "texts" / f"{language}.ftl").read_text("utf-8"))
    needs = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            needs[entry.id.name] = variables(entry.to_json())
    return needs


def variables(node: Any) -> set[str]:
    """Return the names of the values a parsed sentence needs."""
    if isinstance(node, list):
        return set().union(*(variables(part) for part in node))
    if not isinstance(node, dict):
        return set()
    here = {str(node["id"]["name"])} if node.get("type") == "VariableReference" else set()
    return here.union(*(variables(part) for part in node.values()))


def uttered() -> set[str]:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "finishing").glob("*.py"))
    keys = set(re.findall(r'"((?:check|rank|correction|error)-[a-z-]*[a-z])"', sources))
    keys |= {f"check-{trait}-{end}" for trait in TRAITS for end in ("fine", "high", "low")}
    keys |= {f"rank-behind-{trait}-{end}" for trait in TRAITS for end in ("high", "low")}
    keys |= {f"rank-best-{trait}" for trait in (*TRAITS, "tempo")}
    keys |= {f"check-seam-{fault}" for fault in ("bars", "level", "flux", "click")}
    return keys | {"correction-did-fade-in", "correction-did-fade-out"}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_sentence_is_missing(language: str) -> None:
    keys = uttered()
    assert len(keys) > 70
    assert keys - messages(language).keys() == set()


def test_both_languages_need_the_same_values() -> None:
    korean, english = messages("ko"), messages("en")
    assert {key: korean[key] for key in uttered()} == {key: english[key] for key in uttered()}
