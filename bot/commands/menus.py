"""The questions answered from a list: mood and purpose."""

from bot.commands.drafts import Draft
from bot.commands.front import Item
from bot.commands.said import Person, data
from bot.commands.services import Services
from bot.commands.words import found
from bot.screens import Option, Screen, Select

LIST_LIMIT = 25
"""Most options in one list (Discord's limit)."""


def mood_screen(services: Services, person: Person, draft: Draft) -> Screen:
    """Return the moods, each with one line about it."""
    return _screen(services, person, draft, "mood")


def mood_pressed(services: Services, person: Person, draft: Draft, value: str) -> Draft:
    """Take a mood. :raises BadInput: if it is off the menu."""
    return draft.but(mood=found(services.menu, "mood", value, person.locale))


def purpose_screen(services: Services, person: Person, draft: Draft) -> Screen:
    """Return the purposes, each with one line about it."""
    return _screen(services, person, draft, "purpose")


def purpose_pressed(services: Services, person: Person, draft: Draft, value: str) -> Draft:
    """Take a purpose. :raises BadInput: if it is off the menu."""
    return draft.but(purpose=found(services.menu, "purpose", value, person.locale))


def lists(
    services: Services, locale: str, kind: str, name: str, chosen: str | None, *, spare: int = 0
) -> tuple[tuple[Select], ...]:
    """Return a menu as lists of equal length, as few as the limit of a list allows, one in each row.

    ``spare`` is for how many more options every list has room.
    """
    items = services.menu.items(kind)
    count = -(-len(items) // (LIST_LIMIT - spare))
    size = -(-len(items) // count)
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return tuple(
        (_select(services, locale, kind, name if number == 0 else f"{name}:{number + 1}", part, count > 1, chosen),)
        for number, part in enumerate(parts)
    )


def _screen(services: Services, person: Person, draft: Draft, kind: str) -> Screen:
    say, locale = services.texts.say, person.locale
    rows = lists(services, locale, kind, data(kind, draft.id), draft.answers.get(kind))
    return Screen(title=say(locale, f"{kind}-title"), text=say(locale, f"{kind}-text"), rows=rows)


def _select(
    services: Services, locale: str, kind: str, name: str, items: tuple[Item, ...], parted: bool, chosen: str | None
) -> Select:
    placeholder = services.texts.say(locale, f"{kind}-placeholder")
    if parted:
        first, last = items[0].named(locale), items[-1].named(locale)
        placeholder = services.texts.say(locale, "list-part", what=placeholder, first=first, last=last)
    options = tuple(
        Option(
            item.id,
            item.named(locale),
            item.described(locale),
            emoji_of(services, locale, kind, item.id),
            item.id == chosen,
        )
        for item in items
    )
    return Select(name, placeholder, options)


def emoji_of(services: Services, locale: str, kind: str, item_id: str) -> str:
    """Return the emoji of a mood or purpose, empty if the texts name none (the operator's own, perhaps)."""
    key = f"emoji-{kind}-{item_id}"
    return services.texts.say(locale, key) if services.texts.has(locale, key) else ""
