"""A delivered piece changed: calmer, brighter, longer, shorter, looped, with fewer drums, or in the buyer's own words.

::

    button ───────────────► summary: what will change, what it costs ─► confirm ─► a revision, an order of its own
    own words ─► form ─────►   │ (said again: the same summary)           (pressed twice: the same order)

What is asked for is a note before its summary is shown, so that the buttons work for ever and after any restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.commands import agreements
from bot.commands.asked import asked_facts, price_lines, title
from bot.commands.changes import Wish, wish_in
from bot.commands.my_orders import order_reply, owned
from bot.commands.offer import Offer, offered, order_of
from bot.commands.revision_buttons import WRITE
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.commands.summary import closed, tick_box, way_label
from bot.errors import BadInput, NotFound
from bot.orders.brief import DETAILS_LIMIT, Brief, checked
from bot.orders.consents import TICKED, region_of
from bot.orders.order import Order, new_order_id
from bot.orders.revision import (
    STEPS,
    WORDS,
    Source,
    delivered_take,
    grown,
    left,
    must_be_revisable,
    root_of,
    stepped,
)
from bot.screens import Button, Control, Field, Form, Look, Screen, Tone

WORDS_LIMIT = 500
CONFIRM = "revised"
TICK = "revisetick"
"""Ticks, on the summary of a change, that work begins at once and the right to withdraw ends with the delivery."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A revision that could be placed: of which piece, as which order, with which brief, for how much.

    ``free`` says that it counts as one of the ``left`` free ones; what credit pays for costs nothing more, but is sold.
    """

    parent: Order
    root: Order
    id: str
    change: str
    words: str
    wish: Wish
    offer: Offer
    free: bool
    left: int
    at_once: str

    @property
    def source(self) -> Source:
        """What the order will say it changes."""
        take, key = delivered_take(self.parent)
        words, edits = self.words, self.wish.edits
        return Source(self.parent.id, self.root.id, take, key, self.change, words, edits, self.free)


async def ask(services: Services, person: Person, said: Press) -> Answer:
    """Show what a button's change would do and cost.

    :raises BadInput: if the piece cannot be changed so (any more).
    """
    parent = await owned(services, person, said.target)
    if said.arg not in STEPS:
        raise NotFound(f"no change {said.arg[:40]!r}", text="error-outdated-control")
    return await _asked(services, person, said, parent, said.arg, "")


async def form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for own words, with what was typed before."""
    parent = await owned(services, person, said.target)
    must_be_revisable(parent)
    before = await services.book.recall(_note(parent, WORDS)) or {}
    say, locale = services.texts.say, person.locale
    field = Field(
        "words", say(locale, "revise-words"), str(before.get("words", ""))[:WORDS_LIMIT],
        say(locale, "revise-words-example"), required=True, long=True, most=WORDS_LIMIT,
    )  # fmt: skip
    return Form(data(WRITE, parent.id), say(locale, "revise-words-title"), (field,))


async def worded(services: Services, person: Person, said: Submitted) -> Answer:
    """Show what was understood of a buyer's own words, and what it costs.

    :raises BadInput: if they are too many words, none, or about what cannot be changed.
    """
    parent = await owned(services, person, said.target)
    words = said.fields.get("words", "").strip()
    if not words:
        raise BadInput("no words", text="error-revise-empty")
    if len(words) > WORDS_LIMIT:
        raise BadInput(f"{len(words)} characters", text="error-details-long", length=len(words), limit=WORDS_LIMIT)
    return await _asked(services, person, said, parent, WORDS, words)


async def confirm(services: Services, person: Person, said: Press) -> Answer:
    """Place a revision, once for each summary; if its price has changed since, the summary is shown again.

    :raises BadInput: if the piece cannot be changed so (any more).
    """
    parent = await owned(services, person, said.target)
    change, _, rest = said.arg.partition(".")
    order_id, _, rest = rest.partition(".")
    seen, _, way = rest.partition(".")
    if order := await _placed(services, person, order_id):
        return await order_reply(services, person, order)
    note = await services.book.recall(_note(parent, change))
    if note is None or note.get("id") != order_id:
        return _outdated(services, person)
    if refused := await closed(services, person, said.place):
        return Reply(refused, How.NEW)
    plan = await _plan(services, person, parent, change, note)
    if plan.offer.seen != seen:
        return Reply(_summary(services, person, plan, "summary-price-changed"), How.UPDATE)
    if not plan.free and agreements.must_tick(services, region_of(parent)) and not _ticked(services, person, plan):
        return Reply(_summary(services, person, plan, "summary-tick-first"), How.UPDATE)
    try:
        order = await services.book.place(_order(services, person, plan, way), by=person.id, key=f"revision:{plan.id}")
    except BadInput as error:
        if error.text not in ("error-revise-not-free", "error-credit-gone"):
            raise
        plan = await _plan(services, person, parent, change, note)
        return Reply(_summary(services, person, plan, "summary-price-changed"), How.UPDATE)
    await services.book.remember(_note(parent, change), {})
    return await order_reply(services, person, order)


async def tick(services: Services, person: Person, said: Press) -> Answer:
    """Tick that work begins at once, or take that back, and show the summary so."""
    parent = await owned(services, person, said.target)
    change, _, order_id = said.arg.partition(".")
    if order := await _placed(services, person, order_id):
        return await order_reply(services, person, order)
    note = await services.book.recall(_note(parent, change))
    if note is None or note.get("id") != order_id:
        return _outdated(services, person)
    on = not _ticked(services, person, await _plan(services, person, parent, change, note))
    note |= {"at_once": agreements.at_once(services, person.locale) if on else ""}
    await services.book.remember(_note(parent, change), note)
    return Reply(_summary(services, person, await _plan(services, person, parent, change, note)), How.UPDATE)


def _ticked(services: Services, person: Person, plan: Plan) -> bool:
    return plan.at_once == agreements.at_once(services, person.locale)


def _outdated(services: Services, person: Person) -> Reply:
    say = services.texts.say
    return Reply(Screen(say(person.locale, "dialogue-outdated"), say(person.locale, "revise-again")))


async def _placed(services: Services, person: Person, order_id: str) -> Order | None:
    """Return the order that a summary became, if it was confirmed."""
    try:
        return await owned(services, person, order_id)
    except NotFound:
        return None


async def _asked(
    services: Services, person: Person, said: Press | Submitted, parent: Order, change: str, words: str
) -> Reply:
    """Write down what is asked for, and show its summary. The same wish keeps its id until it was placed."""
    if refused := await closed(services, person, said.place):
        return Reply(refused, How.NEW)
    must_be_revisable(parent)
    note = await services.book.recall(_note(parent, change)) or {}
    same = note.get("words") == words and not await _placed(services, person, note["id"])
    at_once = note.get("at_once", "") if same else ""
    note = {"id": note["id"] if same else new_order_id(), "words": words, "customer": person.id, "at_once": at_once}
    await services.book.remember(_note(parent, change), note)
    return Reply(_summary(services, person, await _plan(services, person, parent, change, note)), How.UPDATE)


async def _plan(services: Services, person: Person, parent: Order, change: str, note: dict[str, Any]) -> Plan:
    must_be_revisable(parent)
    family: Sequence[Order] = await services.book.family(root_of(parent))
    root = next((one for one in family if one.id == root_of(parent)), parent)
    must_be_revisable(root)
    words = str(note.get("words", ""))
    wish = wish_in(services, words, parent.brief.seconds) if change == WORDS else Wish((), None, {})
    brief = _worded_brief(services, parent, root, wish, words) if change == WORDS else stepped(
        parent.brief, change, root.brief, services.catalogue
    )  # fmt: skip
    remaining = left(root, family, services.policy)
    price = services.revision_price(person, remaining > 0)
    offer = await offered(services, person, brief, price, region_of(parent))
    at_once = str(note.get("at_once", ""))
    return Plan(parent, root, note["id"], change, words, wish, offer, remaining > 0, remaining, at_once)


def _worded_brief(services: Services, parent: Order, root: Order, wish: Wish, words: str) -> Brief:
    """Return the brief after a wish in own words; the words themselves go with it."""
    brief = parent.brief
    if wish.seconds is not None:
        brief = brief.but(seconds=grown(wish.seconds, brief, root.brief, services.catalogue))
    for edit in wish.edits:
        if edit in ("longer", "shorter", "loop") and not (edit == "loop" and brief.loop):
            brief = stepped(brief, edit, root.brief, services.catalogue)
    if {"faster", "slower"} & set(wish.edits):
        brief = brief.but(tempo_bpm=None)
    answers = {name: tuple(value) if isinstance(value, list) else value for name, value in wish.answers.items()}
    for name, other in (("wanted", "unwanted"), ("unwanted", "wanted")):
        if named := answers.get(name):
            kept = tuple(one for one in getattr(brief, other) if one not in named)
            answers.setdefault(other, kept)
    details = f"{brief.details}\n{words}".strip()[-DETAILS_LIMIT:]
    return checked(brief.but(**answers, details=details), services.catalogue)


def _order(services: Services, person: Person, plan: Plan, way: str) -> Order:
    """Return the order that a plan becomes, paid the way that its buyer chose, else the usual one."""
    kept: dict[str, Any] = {"source": plan.source.to_json()}
    if licensee := plan.parent.data.get("licensee"):
        kept["licensee"] = licensee
    ways = plan.offer.ways
    return order_of(
        services, person, plan.offer, plan.id, place=plan.parent.place, way=way if way in ways else ways[0],
        ticked=_ticked(services, person, plan), free=plan.free, kept=kept,
    )  # fmt: skip


def _summary(services: Services, person: Person, plan: Plan, problem: str = "") -> Screen:
    say, locale = services.texts.say, person.locale
    name = say(locale, f"change-{plan.change.replace('_', '-')}")
    piece = title(services, locale, plan.parent.brief.to_json())
    lines = [say(locale, problem)] if problem else []
    lines.append(say(locale, "revise-what", order=plan.parent.id, piece=piece))
    if plan.change == WORDS and plan.wish.empty:
        lines.append(say(locale, "revise-not-understood"))
    lines.append(say(locale, "revise-how"))
    rows: list[Control] = []
    if region_of(plan.parent) in TICKED and not plan.free:
        verb = data(TICK, plan.parent.id, f"{plan.change}.{plan.id}")
        rows.append(tick_box(services, locale, verb, on=_ticked(services, person, plan)))
    rows += _confirming(services, locale, plan)
    if plan.change == WORDS:
        rows.append(Button(say(locale, "revise-reword"), data(WRITE, plan.parent.id), emoji="✍️"))
    rows.append(Button(say(locale, "revise-leave"), data("order", plan.parent.id), emoji="↩️"))
    facts = (*_changes(services, locale, plan), *_costs(services, person, plan))
    tone = Tone.BAD if problem else Tone.PLAIN
    return Screen(say(locale, "revise-title", change=name), "\n\n".join(lines), facts, rows=(tuple(rows),), tone=tone)


def _confirming(services: Services, locale: str, plan: Plan) -> list[Button]:
    """Return what places the change: a button for every way to pay for it."""
    say, verb = services.texts.say, data(CONFIRM, plan.parent.id, f"{plan.change}.{plan.id}.{plan.offer.seen}")
    if plan.free or plan.offer.ways == ("",):
        label = say(locale, "revise-confirm-free" if plan.free else "summary-confirm-free")
        return [Button(label, verb, Look.GOOD, "✅")]
    return [
        Button(way_label(services, locale, plan.offer, way), f"{verb}.{way}", Look.GOOD, "✅")
        for way in plan.offer.ways
    ]


def _changes(services: Services, locale: str, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return (label, value) of everything that will be different."""
    say, lines = services.texts.say, []
    if plan.words:
        lines.append((say(locale, "revise-words"), plan.words))
    edits = plan.wish.edits or (() if plan.change == WORDS else (plan.change,))
    named = [say(locale, f"change-{edit.replace('_', '-')}") for edit in edits]
    if named:
        lines.append((say(locale, "revise-changes"), ", ".join(named)))
    before, after = plan.parent.brief, plan.offer.brief
    if after.seconds != before.seconds:
        texts = services.texts
        lines.append(
            (say(locale, "asked-seconds"), f"{texts.length(locale, before.seconds)} → "
             f"{texts.length(locale, after.seconds)}")
        )  # fmt: skip
    answers = {
        name: value for name, value in after.to_json().items()
        if name not in ("seconds", "details") and value != before.to_json()[name]
    }  # fmt: skip
    return (*lines, *asked_facts(services, locale, answers))


def _costs(services: Services, person: Person, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return what it costs, and the words that are agreed to."""
    say, locale = services.texts.say, person.locale
    agreed = agreements.facts(services, person, region_of(plan.parent), free=plan.free)
    if plan.free:
        return ((say(locale, "summary-price"), say(locale, "revise-free", left=plan.left - 1)), *agreed)
    price = (say(locale, "summary-price"), price_lines(services, locale, plan.offer.price))
    used = (say(locale, "revise-used"), say(locale, "revise-used-text"))
    return (price, used, *agreed)


def _note(parent: Order, change: str) -> str:
    """Return the name of the note about a change of a piece that was asked for."""
    return f"revision:{parent.id}:{change}"
