"""The summary of an order before it is placed: what, for how much, under which licence; and the placing itself."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import agreements, drafts
from bot.commands.asked import asked_facts, price_lines
from bot.commands.drafts import Draft
from bot.commands.my_orders import order_reply
from bot.commands.offer import Offer, order_of, region_note, settled
from bot.commands.said import How, Person, Reply, data
from bot.commands.services import Services
from bot.commands.sources import came_from
from bot.errors import BadInput
from bot.orders.consents import TICKED, Region
from bot.orders.pricing import Money
from bot.screens import Button, Control, Look, Option, Screen, Select, Tone

PAUSE = "pause"
"""The note that the operator has paused the shop: ``{"since", "words"}``."""


async def screen(services: Services, person: Person, draft: Draft, problems: Sequence[str] = ()) -> Screen:
    """Return the summary: answers, price, licence scope, AI notice, consents, and what can be done now.

    What is no longer offered is taken out of the draft, which is kept; ``problems`` stand above the rest.

    :raises BadInput: if the shop cannot make it (any more).
    """
    before = draft
    draft, offer = await settled(services, person, draft)
    if draft != before:
        await drafts.save(services, person, draft)
    say, locale = services.texts.say, person.locale
    facts = (
        *asked_facts(services, locale, offer.brief.to_json()),
        (say(locale, "summary-price"), _price(services, locale, offer)),
        (say(locale, "summary-licence"), _licence(services, locale, offer)),
        *agreements.facts(services, person, offer.region),
    )
    rows = (
        (_change(services, person, draft),),
        *(((_tiers(services, person, draft, offer),),) if len(services.menu.tiers) > 1 else ()),
        *((extras,) if (extras := _extras(services, person, draft, offer)) else ()),
        (_regions(services, person, draft),),
        tuple(_buttons(services, person, draft, offer)),
    )
    warnings = "".join(f"⚠️ {problem}\n\n" for problem in (*problems, *offer.problems))
    tone = Tone.BAD if warnings else Tone.PLAIN
    return Screen(say(locale, "summary-title"), warnings + say(locale, "summary-text"), facts, rows=rows, tone=tone)


async def place(services: Services, person: Person, draft: Draft, arg: str) -> Reply:
    """Place the order, once for each draft, and show how to pay.

    ``arg`` is the price that the summary showed and the way it is paid (``15000KRW.stripe``); if the price has changed
    since, or something is missing, the summary is shown again instead.

    :raises BadInput: if the shop cannot make it (any more).
    """
    if draft.order:
        return await order_reply(services, person, await services.book.get(draft.order))
    seen, _, way = arg.partition(".")
    before = draft
    draft, offer = await settled(services, person, draft)
    if draft != before:
        await drafts.save(services, person, draft)
    problem = _not_yet(services, person, draft, offer, seen)
    if problem or offer.problems:
        again = await screen(services, person, draft, [*offer.problems, problem] if problem else offer.problems)
        return Reply(again, How.UPDATE)
    kept = {"preset": draft.preset} if draft.preset else {}
    if source := await came_from(services, person.id):
        kept["came_from"] = source
    order = order_of(
        services, person, offer, draft.id, place=draft.place, way=way if way in offer.ways else offer.ways[0],
        ticked=ticked(services, person, draft), kept=kept,
    )  # fmt: skip
    try:
        order = await services.book.place(order, by=person.id, key=f"draft:{draft.id}")
    except BadInput as error:  # somebody else was quicker with the coupon, or this buyer with the credit
        return Reply(await screen(services, person, draft, [services.texts.error(person.locale, error)]), How.UPDATE)
    await drafts.save(services, person, replace(draft, order=order.id))
    await services.book.remember(region_note(person), {"region": offer.region.value})
    return await order_reply(services, person, order)


async def closed(services: Services, person: Person, place: str) -> Screen | None:
    """Return why no order can be begun here and now, or None."""
    say, locale = services.texts.say, person.locale
    if place and place in services.review_places.values():
        return Screen(say(locale, "closed-review-title"), say(locale, "closed-review"))
    if pause := await services.book.recall(PAUSE):
        words = pause.get("words") or say(locale, "closed-pause")
        return Screen(say(locale, "closed-pause-title"), words, tone=Tone.WAIT)
    return None


def tick_box(services: Services, locale: str, verb: str, *, on: bool) -> Button:
    """Return the box to tick for work to begin at once; it is never ticked beforehand."""
    label = services.texts.say(locale, "summary-tick-on" if on else "summary-tick-off")
    return Button(label, verb, Look.GOOD if on else Look.PLAIN, "☑️" if on else "⬜")


def way_label(services: Services, locale: str, offer: Offer, way: str) -> str:
    """Return what the button says that pays an offer in one of its ways; it names the way only where there are more."""
    key = f"summary-confirm-{way}" if len(offer.ways) > 1 else "summary-confirm"
    return services.texts.say(locale, key, amount=offer.price.total)


def ticked(services: Services, person: Person, draft: Draft) -> bool:
    """Whether the buyer has ticked the words about withdrawing as they stand now."""
    return draft.at_once == agreements.at_once(services, person.locale)


def _not_yet(services: Services, person: Person, draft: Draft, offer: Offer, seen: str) -> str:
    """Return why the order cannot be placed as it was shown; "" if it can."""
    if seen != offer.seen:
        return services.texts.say(person.locale, "summary-price-changed")
    unticked = agreements.must_tick(services, offer.region) and not ticked(services, person, draft)
    return services.texts.say(person.locale, "summary-tick-first") if unticked else ""


def _price(services: Services, locale: str, offer: Offer) -> str:
    lines = price_lines(services, locale, offer.price)
    if not offer.discounts.bundle:
        return lines
    credit = Money(offer.discounts.bundle, offer.price.currency)
    return f"{lines}\n{services.texts.say(locale, 'summary-bundle', credit=credit)}"


def _licence(services: Services, locale: str, offer: Offer) -> str:
    scope = services.scope(locale, offer.brief.purpose)
    tier = next((one for one in services.menu.tiers if one.id == offer.brief.tier), None)
    return (
        f"{scope}\n{tier.named(locale)}: {tier.described(locale)}" if tier and len(services.menu.tiers) > 1 else scope
    )


def _change(services: Services, person: Person, draft: Draft) -> Select:
    say, locale = services.texts.say, person.locale
    steps = ("mood", "length", "purpose", "details")
    options = tuple(Option(step, say(locale, f"summary-change-{step}")) for step in steps)
    return Select(data("go", draft.id), say(locale, "summary-change"), options)


def _tiers(services: Services, person: Person, draft: Draft, offer: Offer) -> Select:
    locale = person.locale
    options = tuple(
        Option(tier.id, tier.named(locale), tier.described(locale), chosen=tier.id == offer.brief.tier)
        for tier in services.menu.tiers
    )
    return Select(data("tier", draft.id), services.texts.say(locale, "summary-tier"), options)


def _regions(services: Services, person: Person, draft: Draft) -> Select:
    say, locale = services.texts.say, person.locale
    options = tuple(
        Option(region.value, say(locale, f"region-{region.value}"), chosen=region.value == draft.region)
        for region in Region
    )
    return Select(data("region", draft.id), say(locale, "summary-region"), options)


def _extras(services: Services, person: Person, draft: Draft, offer: Offer) -> tuple[Button, ...]:
    """Return a button for everything that can be had besides, with what it costs, and the bundle if there is one."""
    say, locale = services.texts.say, person.locale
    buttons = []
    for extra in services.catalogue.extras:
        having = extra in offer.brief.extras
        without = offer.brief.but(extras=tuple(one for one in offer.brief.extras if one != extra))
        both = services.quote(without.but(extras=(*without.extras, extra)), person), services.quote(without, person)
        more = Money(both[0].total.amount - both[1].total.amount, both[0].currency)
        key = "summary-extra-on" if having else "summary-extra-off"
        label = say(locale, key, extra=say(locale, f"extra-{extra}"), amount=more)
        buttons.append(Button(label, data("extra", draft.id, extra), Look.GOOD if having else Look.PLAIN))
    for bundle in services.bundles:
        label = say(locale, "summary-bundle-button", pieces=bundle.pieces, pay=bundle.pay)
        on = bool(offer.discounts.bundle)
        buttons.append(Button(label, data("bundle", draft.id, bundle.name), Look.GOOD if on else Look.PLAIN, "🧺"))
    return tuple(buttons)


def _buttons(services: Services, person: Person, draft: Draft, offer: Offer) -> list[Control]:
    say, locale = services.texts.say, person.locale
    needs_tick = offer.region in TICKED
    buttons: list[Control] = []
    for way in offer.ways:
        label = way_label(services, locale, offer, way) if way else say(locale, "summary-confirm-free")
        arg = f"{offer.seen}.{way}" if way else offer.seen
        buttons.append(Button(label, data("place", draft.id, arg), Look.GOOD, emoji="💳"))
    if needs_tick:
        buttons.insert(0, tick_box(services, locale, data("tick", draft.id), on=ticked(services, person, draft)))
    elif services.sample is not None and len(offer.ways) < 3:
        buttons.append(Button(say(locale, "summary-sample"), data("sample", draft.id), emoji="🎧"))
    if not draft.bundle:
        key = "summary-coupon-change" if draft.coupon else "summary-coupon"
        buttons.append(Button(say(locale, key, code=draft.coupon), data("coupon", draft.id), emoji="🎟️"))
    buttons.append(Button(say(locale, "dialogue-cancel"), data("drop", draft.id)))
    return buttons
