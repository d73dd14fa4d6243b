"""The summary of an order before it is placed: what, for how much, under which licence; and the placing itself."""

import hashlib
from dataclasses import replace
from typing import Any

from bot.commands import drafts
from bot.commands.asked import asked_facts, price_lines
from bot.commands.drafts import Draft
from bot.commands.my_orders import order_reply
from bot.commands.said import How, Person, Reply, data
from bot.commands.services import Services
from bot.commands.sources import came_from
from bot.orders.brief import checked
from bot.orders.order import Order
from bot.orders.pricing import Price
from bot.screens import Button, Look, Option, Screen, Select, Tone

PAUSE = "pause"
"""The note that the operator has paused the shop: ``{"since", "words"}``."""


def screen(services: Services, person: Person, draft: Draft) -> Screen:
    """Return the summary: answers, price, licence scope, AI notice, consents, and what can be done now.

    :raises BadInput: if the shop cannot make it (any more).
    """
    say, locale = services.texts.say, person.locale
    brief = checked(draft.brief(), services.catalogue)
    price = services.quote(brief, person)
    facts = (
        *asked_facts(services, locale, draft.answers),
        (say(locale, "summary-price"), price_lines(services, locale, price)),
        (say(locale, "summary-licence"), services.scope(locale, brief.purpose)),
        (say(locale, "summary-ai"), ai_notice(services, locale)),
        (say(locale, "summary-withdrawal"), say(locale, "summary-withdrawal-text")),
        (say(locale, "summary-consent"), consent(services, locale)),
    )
    change = Select(
        data("go", draft.id),
        say(locale, "summary-change"),
        tuple(Option(step, say(locale, f"summary-change-{step}")) for step in ("mood", "length", "purpose", "details")),
    )
    pay = Button(say(locale, "summary-confirm", amount=price.total), _confirm_data(draft, price), Look.GOOD, emoji="💳")
    cancel = Button(say(locale, "dialogue-cancel"), data("drop", draft.id))
    return Screen(say(locale, "summary-title"), say(locale, "summary-text"), facts, rows=((change,), (pay, cancel)))


def consent(services: Services, locale: str) -> str:
    """Return what the buyer agrees to by confirming; the order keeps these very words."""
    hours = services.policy.review_within // 3600
    return services.texts.say(locale, "summary-consent-text", shop=services.front.name, hours=hours)


def ai_notice(services: Services, locale: str) -> str:
    """Return the notice that the music is made by AI, naming the engine."""
    engine = services.front.engine
    if services.texts.has(locale, f"engine-{engine}"):
        engine = services.texts.say(locale, f"engine-{engine}")
    return services.texts.say(locale, "summary-ai-text", engine=engine)


async def place(services: Services, person: Person, draft: Draft, seen: str) -> Reply:
    """Place the order, once for each draft, and show how to pay.

    ``seen`` is the price that the summary showed; if it has changed since, the summary is shown again instead.

    :raises BadInput: if the shop cannot make it (any more).
    """
    if draft.order:
        return await order_reply(services, person, await services.book.get(draft.order))
    brief = checked(draft.brief(), services.catalogue)
    price = services.quote(brief, person)
    if seen != _seen(price):
        changed = screen(services, person, draft)
        notice = services.texts.say(person.locale, "summary-price-changed")
        return Reply(replace(changed, text=f"⚠️ {notice}\n\n{changed.text}", tone=Tone.BAD), How.UPDATE)
    order = Order(
        id=draft.id,
        customer=person.id,
        locale=person.locale,
        brief=brief,
        price=price,
        place=draft.place,
        created=services.clock(),
        data={"consents": _consents(services, person), "name": person.name} | await _source(services, person),
    )
    order = await services.book.place(order, by=person.id, key=f"draft:{draft.id}")
    await drafts.save(services, person, replace(draft, order=order.id))
    return await order_reply(services, person, order)


async def _source(services: Services, person: Person) -> dict[str, str]:
    """Return where the buyer came from, if a link told."""
    source = await came_from(services, person.id)
    return {"came_from": source} if source else {}


async def closed(services: Services, person: Person, place: str) -> Screen | None:
    """Return why no order can be begun here and now, or None."""
    say, locale = services.texts.say, person.locale
    if place and place in services.review_places.values():
        return Screen(say(locale, "closed-review-title"), say(locale, "closed-review"))
    if pause := await services.book.recall(PAUSE):
        words = pause.get("words") or say(locale, "closed-pause")
        return Screen(say(locale, "closed-pause-title"), words, tone=Tone.WAIT)
    return None


def _confirm_data(draft: Draft, price: Price) -> str:
    return data("place", draft.id, _seen(price))


def _seen(price: Price) -> str:
    return f"{price.total.amount}{price.currency}"


def _consents(services: Services, person: Person) -> list[dict[str, Any]]:
    """Return what the buyer agreed to: the very words, when (UTC), and a version that names these words."""
    at, locale = services.clock().isoformat(), person.locale
    words = {
        "ai-notice": ai_notice(services, locale),
        "no-withdrawal": services.texts.say(locale, "summary-withdrawal-text"),
        "terms": consent(services, locale),
    }
    return [
        {"what": what, "text": text, "version": _version(text), "at": at, "locale": locale}
        for what, text in words.items()
    ]


def _version(text: str) -> str:
    """Return the first 12 hexadecimal digits of the words' SHA-256: the same words, the same version."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
