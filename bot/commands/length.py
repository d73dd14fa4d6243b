"""The question about the length: common lengths as buttons, any other one typed."""

from bot.commands.drafts import Draft
from bot.commands.said import Person, data
from bot.commands.services import Services
from bot.orders.brief import read_length
from bot.screens import Button, Field, Form, Look, Screen

COMMON = (15, 30, 60, 90, 120, 180, 300)
"""Lengths offered as buttons, in seconds, as far as the shop makes them."""
PER_ROW = 4


def offered(services: Services) -> tuple[int, ...]:
    """Return the common lengths that the shop makes, in seconds."""
    return tuple(one for one in COMMON if services.catalogue.shortest <= one <= services.catalogue.longest)


def screen(services: Services, person: Person, draft: Draft) -> Screen:
    """Return the buttons; the present answer stands out."""
    say, locale, texts = services.texts.say, person.locale, services.texts
    buttons = [
        Button(
            texts.length(locale, one),
            data("length", draft.id, one),
            Look.MAIN if draft.answers.get("seconds") == one else Look.PLAIN,
        )
        for one in offered(services)
    ]
    buttons.append(Button(say(locale, "length-other"), data("form", draft.id, "length"), emoji="⌨️"))
    return Screen(
        title=say(locale, "length-title"),
        text=say(
            locale,
            "length-text",
            shortest=texts.length(locale, services.catalogue.shortest),
            longest=texts.length(locale, services.catalogue.longest),
        ),
        rows=tuple(tuple(buttons[start : start + PER_ROW]) for start in range(0, len(buttons), PER_ROW)),
    )


def pressed(services: Services, person: Person, draft: Draft, value: str) -> Draft:
    """Take a button's length. :raises BadInput: if the shop does not make it (any more)."""
    return draft.but(seconds=read_length(value, services.catalogue.shortest, services.catalogue.longest))


def form(services: Services, person: Person, draft: Draft) -> Form:
    """Return the form for any other length."""
    say, locale = services.texts.say, person.locale
    field = Field(
        "length",
        say(locale, "length-field"),
        value=draft.typed.get("length", ""),
        placeholder=say(locale, "length-example"),
        required=True,
        most=40,
    )
    return Form(data("length", draft.id), say(locale, "length-title"), (field,))


def submitted(services: Services, person: Person, draft: Draft, fields: dict[str, str]) -> Draft:
    """Take a typed length. :raises BadInput: if it is none, or out of range."""
    return pressed(services, person, draft, fields.get("length", ""))
