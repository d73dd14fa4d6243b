"""The question about details: a style from the list, a loop or not, and a form for everything in own words."""

import re
from dataclasses import replace

from bot.commands.asked import asked_facts
from bot.commands.drafts import Draft
from bot.commands.menus import lists
from bot.commands.said import Person, data
from bot.commands.services import Services
from bot.commands.words import found
from bot.errors import BadInput
from bot.orders.brief import DETAILS_LIMIT, INSTRUMENTS_LIMIT, read_details, read_key, read_tempo
from bot.screens import Button, Field, Form, Look, Option, Screen, Select

WISHES = ("details", "style", "tempo_bpm", "key", "wanted", "unwanted", "loop")
ANY = "any"


def screen(services: Services, person: Person, draft: Draft) -> Screen:
    """Return the list of styles and the buttons; what is wished so far stands above."""
    say, locale = services.texts.say, person.locale
    given = {name: draft.answers[name] for name in WISHES if name in draft.answers}
    loop = bool(draft.answers.get("loop"))
    buttons = (
        Button(say(locale, "details-write"), data("form", draft.id, "details"), emoji="✍️"),
        Button(
            say(locale, "details-loop-on" if loop else "details-loop-off"),
            data("details", draft.id, "loop"),
            Look.GOOD if loop else Look.PLAIN,
            emoji="🔁",
        ),
        Button(
            say(locale, "details-go" if given else "details-skip"), data("details", draft.id, "go"), Look.MAIN,
            emoji="▶️",
        ),
    )  # fmt: skip
    return Screen(
        title=say(locale, "details-title"),
        text=say(locale, "details-text"),
        facts=asked_facts(services, locale, given),
        rows=(*_styles(services, locale, draft), buttons),
    )


def pressed(services: Services, person: Person, draft: Draft, value: str) -> Draft:
    """Take a style, the loop button, or "go on". :raises BadInput: if a style is off the menu."""
    if value == "go":
        return replace(draft, wishes=True, typed={})
    stay = replace(draft, wishes=False)
    if value == "loop":
        return stay.but(loop=None if draft.answers.get("loop") else True)
    return stay.but(style=None if value == ANY else found(services.menu, "style", value, person.locale))


def form(services: Services, person: Person, draft: Draft) -> Form:
    """Return the form, filled with what was typed or answered before."""
    say, locale = services.texts.say, person.locale
    before = _answers_as_typed(services, locale, draft) | draft.typed

    def field(name: str, *, most: int, long: bool = False) -> Field:
        label, example = say(locale, f"details-{name}"), say(locale, f"details-{name}-example")
        return Field(name, label, before.get(name, "")[:most], example, long=long, most=most)

    fields = (
        field("words", most=DETAILS_LIMIT, long=True),
        field("tempo", most=20),
        field("key", most=30),
        field("wanted", most=200),
        field("unwanted", most=200),
    )
    return Form(data("details", draft.id), say(locale, "details-form-title"), fields)


def submitted(services: Services, person: Person, draft: Draft, fields: dict[str, str]) -> Draft:
    """Take the filled form.

    :raises BadInput: naming the first line that cannot be used, or an instrument that is wanted and unwanted.
    """
    wanted = read_instruments(services, person.locale, fields.get("wanted", ""))
    unwanted = read_instruments(services, person.locale, fields.get("unwanted", ""))
    if both := next((one for one in wanted if one in unwanted), None):
        name = services.menu.name(person.locale, "instrument", both)
        raise BadInput(f"{both!r} is wanted and unwanted", text="error-instrument-both", name=name)
    return replace(draft, wishes=True).but(
        details=read_details(fields.get("words", "")) or None,
        tempo_bpm=read_tempo(fields.get("tempo", "")),
        key=read_key(fields.get("key", "")),
        wanted=wanted or None,
        unwanted=unwanted or None,
    )


def read_instruments(services: Services, locale: str, typed: str) -> list[str]:
    """Read a list of instruments, separated by commas or lines, as ids.

    :raises BadInput: naming the one the shop does not have, or if there are too many.
    """
    names = [name.strip() for name in re.split(r"[,，、/\n]", typed) if name.strip()]
    if len(names) > INSTRUMENTS_LIMIT:
        raise BadInput(
            f"{len(names)} instruments", text="error-instruments-many", count=len(names), limit=INSTRUMENTS_LIMIT
        )
    ids = (found(services.menu, "instrument", name, locale) for name in names)
    return list(dict.fromkeys(ids))


def _answers_as_typed(services: Services, locale: str, draft: Draft) -> dict[str, str]:
    def instruments(name: str) -> str:
        return ", ".join(services.menu.name(locale, "instrument", one) for one in draft.answers.get(name, ()))

    return {
        "words": str(draft.answers.get("details", "")),
        "tempo": str(draft.answers.get("tempo_bpm", "")),
        "key": str(draft.answers.get("key", "")),
        "wanted": instruments("wanted"),
        "unwanted": instruments("unwanted"),
    }


def _styles(services: Services, locale: str, draft: Draft) -> tuple[tuple[Select], ...]:
    """Return the styles to choose from; the first list begins with "any"."""
    chosen = draft.answers.get("style")
    (first,), *more = lists(services, locale, "style", data("details", draft.id), chosen, spare=1)
    any_style = Option(ANY, services.texts.say(locale, "details-any-style"), chosen=not chosen)
    return ((replace(first, options=(any_style, *first.options)),), *more)
