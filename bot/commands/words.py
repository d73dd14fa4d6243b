"""What a person typed, found on the menu: by name or by the words it may be meant by, in either language."""

import re
import unicodedata

from bot.commands.front import Item, Menu
from bot.errors import BadInput


def folded(text: str) -> str:
    """Return text as it is compared: one width, one case, no spaces or hyphens."""
    return re.sub(r"[\s_·./-]+", "", unicodedata.normalize("NFKC", text).casefold())


def ranked(items: tuple[Item, ...], typed: str) -> list[Item]:
    """Return the items that fit what was typed so far, best first; all of them if nothing was typed."""
    sought = folded(typed)
    scored = [(score, place, item) for place, item in enumerate(items) if (score := _score(item, sought)) is not None]
    return [item for _, _, item in sorted(scored, key=lambda entry: entry[:2])]


def found(menu: Menu, kind: str, typed: str, locale: str) -> str:
    """Return the id of the ``mood``, ``style``, ``purpose`` or ``instrument`` a person named.

    :raises BadInput: naming what there is to choose from.
    """
    items = menu.items(kind)
    sought = folded(typed)
    exact = [item for item in items if sought in _names(item)]
    candidates = exact or [item for item in ranked(items, typed) if sought]
    if candidates:
        return candidates[0].id
    raise BadInput(
        f"unknown {kind} {typed[:40]!r}",
        text=f"error-unknown-{kind}",
        value=typed[:40],
        choices=", ".join(item.named(locale) for item in items),
    )


def _names(item: Item) -> set[str]:
    return {folded(item.id), *(folded(name) for name in item.name.values()), *(folded(word) for word in item.words)}


def _score(item: Item, sought: str) -> int | None:
    names = {folded(item.id), *(folded(name) for name in item.name.values())}
    words = {folded(word) for word in item.words}
    tests = (
        any(name.startswith(sought) for name in names),
        any(word.startswith(sought) for word in words),
        any(sought in name for name in names | words),
    )
    return next((score for score, passed in enumerate(tests) if passed), None)
