"""New takes with other answers: what the operator may change before a round is made again.

Length and purpose stay: the buyer has paid for them. Whether the verdict counts is the review desk's to say.
"""

from typing import Any

from bot.commands.operator import allowed
from bot.commands.said import Answer, Person, Press, Submitted, data
from bot.commands.services import Services
from bot.commands.wishes import read_instruments
from bot.commands.words import found
from bot.errors import BadInput
from bot.orders.brief import Brief, read_tempo
from bot.screens import Field, Form

VERB = "but"
FIELDS = ("mood", "style", "tempo", "wanted", "unwanted")


async def form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form, filled with the order's answers or with what could not be used last time."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    say, locale = services.texts.say, person.locale
    before = _as_typed(services, locale, order.brief) | (await services.book.recall(_note(said)) or {})
    fields = tuple(Field(name, say(locale, f"again-{name}"), before[name], most=200) for name in FIELDS)
    return Form(data(VERB, order.id, said.arg), say(locale, "again-title"), fields)


async def changes(services: Services, person: Person, said: Submitted) -> tuple[tuple[str, Any], ...]:
    """Return the answers that the filled form changes, by the names of `Brief`'s fields.

    :raises BadInput: naming what cannot be used; what was typed is there again when the form is reopened.
    """
    allowed(services, person, said.place)
    brief = (await services.book.get(said.target)).brief
    try:
        answers = _read(services, person.locale, said.fields)
    except BadInput:
        await services.book.remember(_note(said), {name: said.fields.get(name, "") for name in FIELDS})
        raise
    return tuple((name, value) for name, value in answers.items() if value != getattr(brief, name))


def _read(services: Services, locale: str, fields: Any) -> dict[str, Any]:
    typed = {name: fields.get(name, "").strip() for name in FIELDS}
    return {
        "mood": found(services.menu, "mood", typed["mood"], locale),
        "style": found(services.menu, "style", typed["style"], locale) if typed["style"] else None,
        "tempo_bpm": read_tempo(typed["tempo"]),
        "wanted": tuple(read_instruments(services, locale, typed["wanted"])),
        "unwanted": tuple(read_instruments(services, locale, typed["unwanted"])),
    }


def _as_typed(services: Services, locale: str, brief: Brief) -> dict[str, str]:
    name = services.menu.name
    return {
        "mood": name(locale, "mood", brief.mood),
        "style": name(locale, "style", brief.style) if brief.style else "",
        "tempo": str(brief.tempo_bpm or ""),
        "wanted": ", ".join(name(locale, "instrument", one) for one in brief.wanted),
        "unwanted": ", ".join(name(locale, "instrument", one) for one in brief.unwanted),
    }


def _note(said: Press | Submitted) -> str:
    return f"again:{said.target}:{said.arg}"
