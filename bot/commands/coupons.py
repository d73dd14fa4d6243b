"""``/shop coupon``: the operator makes coupons, ends them, and gives buyers credit."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.commands.operator import allowed
from bot.commands.said import Answer, Command, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.discounts import Coupon, Kind, read_code
from bot.orders.order import ALPHABET
from bot.orders.pricing import STARS, Money, read_amount
from bot.screens import Button, Control, Field, Form, Look, Option, Screen, Select, Tone

NEW, END, CREDIT = "newcoupon", "endcoupon", "newcredit"
FREE = ("free", "무료", "100%")
FIELDS = ("code", "off", "minimum", "limit", "until")
NOTHING = ""
MOST_USES = 1_000_000
_STARS = re.compile(r"\s*(stars?|스타|별|⭐\ufe0f?)\s*$", re.IGNORECASE)
"""How people write what Telegram's buyers pay with."""


async def coupons(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/shop coupon``: every coupon, how often it is used, and what can be done."""
    allowed(services, person, said.place)
    how = How.UPDATE if isinstance(said, Press) else How.NEW
    return Reply(await _screen(services, person), how)


async def new_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form of a new coupon, with what could not be used last time."""
    allowed(services, person, said.place)
    say, locale = services.texts.say, person.locale
    before = await services.book.recall(_note(person)) or {}

    def field(name: str) -> Field:
        label, example = say(locale, f"coupon-new-{name}"), say(locale, f"coupon-new-{name}-example")
        return Field(name, label, str(before.get(name, "")), example, required=name == "off", most=40)

    fields = tuple(field(name) for name in FIELDS)
    return Form(data(NEW, "new"), say(locale, "coupon-new-title"), fields)


async def make(services: Services, person: Person, said: Submitted) -> Answer:
    """Make the coupon of a filled form. :raises BadInput: naming what cannot be used; the form keeps it."""
    allowed(services, person, said.place)
    try:
        coupon = _read(services, said.fields)
        if not await services.purse.make(coupon, person.id):
            raise BadInput(f"{coupon.code} is taken", text="error-coupon-taken", code=coupon.code)
    except BadInput:
        await services.book.remember(_note(person), {name: said.fields.get(name, "")[:40] for name in FIELDS})
        raise
    await services.book.remember(_note(person), {})
    notice = services.texts.say(person.locale, "coupon-made", code=coupon.code)
    return Reply(await _screen(services, person, notice))


async def end(services: Services, person: Person, said: Press) -> Answer:
    """End a coupon; orders that used it keep their price."""
    allowed(services, person, said.place)
    code = said.values[0] if said.values else said.arg
    if not await services.purse.end(code):
        raise BadInput(f"no coupon {code}", text="error-coupon-unknown", code=code[:40])
    notice = services.texts.say(person.locale, "coupon-over", code=code)
    return Reply(await _screen(services, person, notice), How.UPDATE)


async def credit_form(services: Services, person: Person, said: Press) -> Answer:
    """Ask whom to give how much credit."""
    allowed(services, person, said.place)
    say, locale = services.texts.say, person.locale
    names = ("buyer", "amount")
    fields = tuple(
        Field(name, say(locale, f"credit-{name}"), "", say(locale, f"credit-{name}-example"), required=True, most=60)
        for name in names
    )
    return Form(data(CREDIT, secrets.token_hex(4)), say(locale, "credit-title"), fields)


async def give(services: Services, person: Person, said: Submitted) -> Answer:
    """Give credit, once for each form that was opened.

    :raises BadInput: naming what cannot be used, by the shop or by a buyer who pays in Stars only.
    """
    allowed(services, person, said.place)
    customer = said.fields.get("buyer", "").strip()
    if not re.fullmatch("(discord|telegram):[0-9]{1,20}", customer):
        raise BadInput(f"{customer[:60]!r} is nobody", text="error-credit-person", value=customer[:60])
    money = _money(services, said.fields.get("amount", ""))
    pays_in = services.revision_price(Person(customer, "", person.locale), False).currency
    if pays_in == STARS != money.currency:
        raise BadInput(f"{customer} pays in Stars", text="error-credit-stars", id=customer)
    key = f"given:{said.target}:{customer}"
    balance = await services.purse.give(customer, money.amount, money.currency, key=key, by=person.id)
    left = Money(balance, money.currency)
    say, locale = services.texts.say, person.locale
    return Reply(
        Screen(say(locale, "credit-title"), say(locale, "credit-given", id=customer, left=left), tone=Tone.GOOD)
    )


async def _screen(services: Services, person: Person, notice: str = NOTHING) -> Screen:
    say, locale = services.texts.say, person.locale
    found = await services.purse.coupons()
    lines = [_line(services, locale, coupon, used) for coupon, used in found]
    running = [coupon for coupon, _ in found if coupon.on][:25]
    options = tuple(Option(coupon.code, coupon.code, _off(services, locale, coupon)) for coupon in running)
    buttons: tuple[Control, ...] = (
        Button(say(locale, "coupon-new-title"), data(NEW, "new"), Look.MAIN, emoji="🎟️"),
        Button(say(locale, "credit-title"), data(CREDIT, "new"), emoji="🎁"),
    )
    endable: tuple[tuple[Control, ...], ...] = (
        ((Select(data(END, "list"), say(locale, "coupon-end"), options),),) if options else ()
    )
    text = "\n".join(line for line in (notice, *(lines or [say(locale, "coupon-none")])) if line)
    return Screen(say(locale, "coupon-list"), text, rows=(*endable, buttons))


def _line(services: Services, locale: str, coupon: Coupon, used: int) -> str:
    say = services.texts.say
    parts = [_off(services, locale, coupon)]
    if coupon.minimum:
        parts.append(say(locale, "coupon-from", minimum=Money(coupon.minimum, coupon.currency)))
    if coupon.until:
        parts.append(say(locale, "coupon-until", until=services.texts.moment(locale, coupon.until)))
    count = say(locale, "coupon-used-of", used=used, limit=coupon.limit) if coupon.limit else ""
    parts.append(count or say(locale, "coupon-used", used=used))
    if not coupon.on:
        parts.append(say(locale, "coupon-is-over"))
    return f"{coupon.code}: {' · '.join(parts)}"


def _off(services: Services, locale: str, coupon: Coupon) -> str:
    if coupon.kind is Kind.PERCENT:
        return services.texts.say(locale, "coupon-percent", percent=coupon.value)
    return services.texts.say(locale, "coupon-amount", amount=Money(coupon.value, coupon.currency))


def _read(services: Services, fields: Mapping[str, str]) -> Coupon:
    """Return the coupon that a filled form asks for. :raises BadInput: naming the first line that cannot be used."""
    code = read_code(fields.get("code", "")) or "".join(secrets.choice(ALPHABET) for _ in range(8))
    if not re.fullmatch(r"[0-9A-Z가-힣_-]{3,40}", code):
        raise BadInput(f"{code!r} is no code", text="error-coupon-code", code=code)
    kind, value, currency = _discount(services, fields.get("off", ""))
    typed = fields.get("minimum", "").strip()
    minimum = _money(services, typed, currency) if typed else None
    limit = fields.get("limit", "").strip()
    if limit and not (re.fullmatch(r"\d{1,7}", limit) and 0 < int(limit) <= MOST_USES):
        raise BadInput(f"{limit!r} is no number", text="error-coupon-limit", value=limit[:40])
    return Coupon(
        code, kind, value, currency or (minimum.currency if minimum else ""), minimum.amount if minimum else 0,
        int(limit or 0), 1, _until(services, fields.get("until", "")),
    )  # fmt: skip


def _discount(services: Services, typed: str) -> tuple[Kind, int, str]:
    text = "".join(typed.split()).lower()
    if text in FREE:
        return Kind.PERCENT, 100, ""
    if share := re.fullmatch(r"(\d{1,3})(?:%|％|퍼센트|percent)", text):
        if 1 <= int(share[1]) <= 100:
            return Kind.PERCENT, int(share[1]), ""
        raise BadInput(f"{typed[:40]!r} is no share", text="error-coupon-off", value=typed[:40])
    try:
        money = _money(services, typed)
    except BadInput:
        raise BadInput(f"{typed[:40]!r} is no discount", text="error-coupon-off", value=typed[:40]) from None
    return Kind.AMOUNT, money.amount, money.currency


def _money(services: Services, typed: str, currency: str = "") -> Money:
    """Read an amount in the shop's currency, or in the one that is written behind it (``500 XTR``, ``500 Stars``)."""
    typed = _STARS.sub(f" {STARS}", typed)
    named = re.search(r"(?<![A-Za-z])([A-Za-z]{3})\s*$", typed)
    if named and (code := named[1].upper()) in services.currencies:
        return read_amount(typed[: named.start()], code)
    return read_amount(typed, currency or services.currencies[0])


def _until(services: Services, typed: str) -> datetime | None:
    """Read the last day on which a coupon counts, in the shop's time zone."""
    text = typed.strip().rstrip(".").replace(".", "-").replace("/", "-").replace(" ", "")
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
        zone = ZoneInfo(services.front.timezone)
        until = datetime.combine(day + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        raise BadInput(f"{typed[:40]!r} is no day", text="error-coupon-until", value=typed[:40]) from None
    if until <= services.clock():
        raise BadInput(f"{typed[:40]!r} is over", text="error-coupon-until", value=typed[:40])
    return until


def _note(person: Person) -> str:
    return f"coupon-form:{person.id}"
