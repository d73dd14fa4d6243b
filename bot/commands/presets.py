"""Presets: a good take kept under a name by the operator (⭐), looked after with ``/shop preset``, and chosen by buyers
as one of the shop's picks."""

import hashlib
from dataclasses import replace

from bot.commands.asked import asked_facts, title
from bot.commands.drafts import Draft
from bot.commands.operator import allowed
from bot.commands.said import Answer, Choice, Command, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services, Shelf
from bot.commands.words import folded
from bot.errors import BadInput, NotFound
from bot.orders.order import Order
from bot.orders.preset import LONGEST_NAME, Preset
from bot.screens import Button, Field, Form, Look, Option, Screen, Select, Tone
from bot.texts import plain

KEEP, SHOW, RENAME, OFFER, DROP, PICK = "keep", "preset", "rename", "offer", "unkeep", "pick"
STAR = "★ "
"""Stands before a pick's name where it is one of many suggestions."""
MOST_PICKS = 25


async def keep_form(services: Services, person: Person, said: Press) -> Answer:
    """Ask for the name of a new preset, and for the take if there are several."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    say, locale = services.texts.say, person.locale
    name = Field(
        "name", say(locale, "preset-name"), _usual_name(services, locale, order), required=True, most=LONGEST_NAME
    )
    takes = [str(take["index"]) for take in order.data.get("takes", ())]
    which = Field("take", say(locale, "preset-take", takes=", ".join(takes)), _usual_take(order), required=True, most=1)
    return Form(data(KEEP, order.id), say(locale, "preset-form-title"), (name, which) if len(takes) > 1 else (name,))


async def keep(services: Services, person: Person, said: Submitted) -> Answer:
    """Keep a preset; the same form sent twice keeps one.

    :raises BadInput: if it has no name, or there is no such take.
    """
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    number = said.fields.get("take", "").strip() or _usual_take(order)
    take = next((take for take in order.data.get("takes", ()) if str(take["index"]) == number), None)
    if take is None:
        raise BadInput(f"no take {number[:10]!r}", text="ruling-no-take", order=order.id)
    preset_id = hashlib.sha256(said.key.encode()).hexdigest()[:10].upper()
    shelf = _shelf(services)
    await shelf.keep(Preset.of(preset_id, _name(said), order, take, person.id))
    return Reply(await _screen(services, person, await _found(shelf, preset_id)))


async def listed(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/shop preset``, and a press that leads back to the list or to one of it."""
    allowed(services, person, said.place)
    shelf = _shelf(services)
    if isinstance(said, Press) and (said.values or said.target != "list"):
        preset = await _found(shelf, said.values[0] if said.values else said.target)
        return Reply(await _screen(services, person, preset), How.UPDATE)
    return Reply(_list(services, person, await shelf.all()), How.UPDATE if isinstance(said, Press) else How.NEW)


async def rename_form(services: Services, person: Person, said: Press) -> Answer:
    """Ask for another name."""
    allowed(services, person, said.place)
    preset = await _found(_shelf(services), said.target)
    name = Field(
        "name", services.texts.say(person.locale, "preset-name"), preset.name, required=True, most=LONGEST_NAME
    )
    return Form(data(RENAME, preset.id), services.texts.say(person.locale, "preset-rename"), (name,))


async def rename(services: Services, person: Person, said: Submitted) -> Answer:
    """Give a preset another name. :raises BadInput: if that is none."""
    allowed(services, person, said.place)
    shelf = _shelf(services)
    await shelf.rename(said.target, _name(said))
    return Reply(await _screen(services, person, await _found(shelf, said.target)), How.UPDATE)


async def offer(services: Services, person: Person, said: Press) -> Answer:
    """Offer a preset to buyers, or no more."""
    allowed(services, person, said.place)
    shelf = _shelf(services)
    await shelf.offer(said.target, said.arg == "yes")
    return Reply(await _screen(services, person, await _found(shelf, said.target)), How.UPDATE)


async def drop(services: Services, person: Person, said: Press) -> Answer:
    """Forget a preset, once that is confirmed."""
    allowed(services, person, said.place)
    shelf, say, locale = _shelf(services), services.texts.say, person.locale
    if said.arg == "yes":
        await shelf.drop(said.target)
        return Reply(_list(services, person, await shelf.all()), How.UPDATE)
    preset = await _found(shelf, said.target)
    buttons = (
        Button(say(locale, "preset-drop"), data(DROP, preset.id, "yes"), Look.BAD, "🗑️"),
        Button(say(locale, "dialogue-back"), data(SHOW, preset.id), emoji="◀️"),
    )
    return Reply(Screen(say(locale, "preset-drop-title", name=preset.name), rows=(buttons,), tone=Tone.BAD), How.UPDATE)


async def picks(services: Services, draft: Draft, locale: str) -> tuple[tuple[Select], ...]:
    """Return the list of the shop's picks as rows of the first question; none if nothing is offered."""
    offered = await _offered(services)
    if not offered:
        return ()
    options = tuple(
        Option(preset.id, preset.name, _about(services, locale, preset), "⭐", preset.id == draft.preset)
        for preset in offered[:MOST_PICKS]
    )
    return ((Select(data(PICK, draft.id), services.texts.say(locale, "preset-picks"), options),),)


def picked(draft: Draft, preset: Preset) -> Draft:
    """Return a draft with a preset's answers in place of its own."""
    return replace(draft.but(**preset.answers()), preset=preset.id)


async def find(services: Services, preset_id: str) -> Preset:
    """Return an offered preset. :raises NotFound: if it is not offered (any more)."""
    preset = await _found(_shelf(services), preset_id)
    if not preset.offered:
        raise NotFound(f"preset {preset_id!r} is not offered", text="error-outdated-control")
    return preset


async def named(services: Services, typed: str) -> Preset | None:
    """Return the pick whose name was typed as one, star and all, or None."""
    if not typed.startswith(STAR):
        return None
    sought = folded(typed.removeprefix(STAR))
    return next((preset for preset in await _offered(services) if folded(preset.name) == sought), None)


async def suggested(services: Services, locale: str, typed: str) -> list[Choice]:
    """Return the picks whose names fit what is being typed."""
    sought = folded(typed.removeprefix(STAR.strip()))
    fitting = [preset for preset in await _offered(services) if sought in folded(preset.name)]
    return [
        Choice(f"{STAR}{preset.name} · {_about(services, locale, preset)}", f"{STAR}{preset.name}")
        for preset in fitting
    ]


async def _offered(services: Services) -> list[Preset]:
    """Return what buyers may choose; of a mood that is off the menu nothing can be made."""
    if services.presets is None:
        return []
    return [one for one in await services.presets.all() if one.offered and one.brief.mood in services.catalogue.moods]


def _shelf(services: Services) -> Shelf:
    if services.presets is None:
        raise NotFound("this shop keeps no presets", text="error-outdated-control")
    return services.presets


async def _found(shelf: Shelf, preset_id: str) -> Preset:
    preset = await shelf.get(preset_id)
    if preset is None:
        raise NotFound(f"no preset {preset_id[:20]!r}", text="error-no-preset")
    return preset


def _name(said: Submitted) -> str:
    name = plain(said.fields.get("name", ""), LONGEST_NAME)
    if not name:
        raise BadInput("a preset without a name", text="error-preset-name")
    return name


def _usual_name(services: Services, locale: str, order: Order) -> str:
    name, brief = services.menu.name, order.brief
    parts = (name(locale, "mood", brief.mood), name(locale, "style", brief.style) if brief.style else "")
    return " · ".join(part for part in parts if part)[:LONGEST_NAME]


def _usual_take(order: Order) -> str:
    """Return the number of the approved take, or of the best one."""
    best = min(order.data.get("takes", ()), key=lambda take: take.get("rank", 99), default={"index": 1})
    return str(order.data.get("chosen") or best["index"])


def _about(services: Services, locale: str, preset: Preset) -> str:
    answers = preset.answers()
    tempo = f"{answers['tempo_bpm']} BPM" if "tempo_bpm" in answers else ""
    name = services.menu.name
    style = name(locale, "style", answers["style"]) if "style" in answers else ""
    parts = (name(locale, "mood", answers["mood"]), style, tempo, answers.get("key", ""))
    return " · ".join(part for part in parts if part)


def _list(services: Services, person: Person, presets: list[Preset]) -> Screen:
    say, locale = services.texts.say, person.locale
    if not presets:
        return Screen(say(locale, "preset-title"), say(locale, "preset-none"))
    options = tuple(
        Option(preset.id, preset.name, _about(services, locale, preset), "⭐" if preset.offered else "📁")
        for preset in presets[:MOST_PICKS]
    )
    rows = ((Select(data(SHOW, "list"), say(locale, "preset-choose"), options),),)
    return Screen(say(locale, "preset-title"), say(locale, "preset-text", count=len(presets)), rows=rows)


async def _screen(services: Services, person: Person, preset: Preset) -> Screen:
    say, locale = services.texts.say, person.locale
    source = say(
        locale, "preset-source", order=preset.order, take=preset.take.get("index", 1),
        title=title(services, locale, preset.brief.to_json()),
    )  # fmt: skip
    played = f"{preset.take.get('engine', '')} · {preset.take.get('seed', '')}"
    facts = (
        *asked_facts(services, locale, preset.answers()),
        (say(locale, "preset-from"), source),
        (say(locale, "preset-played"), played),
    )
    if preset.offered:
        switch = Button(say(locale, "preset-withdraw"), data(OFFER, preset.id, "no"), emoji="🙈")
    else:
        switch = Button(say(locale, "preset-offer"), data(OFFER, preset.id, "yes"), Look.GOOD, "🛍️")
    buttons = (
        switch,
        Button(say(locale, "preset-rename"), data(RENAME, preset.id), emoji="✏️"),
        Button(say(locale, "preset-drop"), data(DROP, preset.id), Look.BAD, "🗑️"),
        Button(say(locale, "preset-all"), data(SHOW, "list"), emoji="📃"),
    )
    text = say(locale, "preset-is-offered" if preset.offered else "preset-is-kept")
    return Screen(f"⭐ {preset.name}", text, facts, rows=(buttons,), tone=Tone.GOOD if preset.offered else Tone.PLAIN)
