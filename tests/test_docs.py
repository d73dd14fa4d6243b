"""What the documents promise is there: files they link to, headings they point at, verbs and settings they name."""

import re
from pathlib import Path

import pytest

from bot.cli import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])


def headings(document: Path) -> set[str]:
    """Return the anchors of a document, as code hosts make them of its headings."""
    titles = re.findall(r"(?m)^#+ (.+)$", document.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        if ":" in path:
            continue
        place = (document.parent / path).resolve() if path else document
        if not place.exists() or (anchor and anchor not in headings(place)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_front_page_lists_every_verb(name: str) -> None:
    verbs = {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}
    verbs |= {group.name for group in cli.registered_groups if group.name}
    table = (ROOT / name).read_text("utf-8").split("| `bgm …` |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z]+)`", table)) == verbs
