"""``/verify``: is this certificate real, does it still stand, and what does this file prove?

Anybody may ask, so nothing here says who bought what for how much.
"""

from pathlib import Path

from bot.commands.asked import title
from bot.commands.said import Answer, Command, Person, Reply
from bot.commands.services import Inspected, Services
from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.screens import Screen, Tone
from bot.texts import plain

ENDED = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
MARKS = {"proven": "✅", "hint": "▫️", "against": "⛔"}


async def verify(services: Services, person: Person, said: Command) -> Answer:
    """Answer for a certificate's number, for an attached file, or for both.

    :raises NotFound: if this shop issued no such certificate; :raises BadInput: if nothing was given to look at.
    """
    number, place = plain(said.options.get("certificate", ""), 40).upper(), said.options.get("file-path", "")
    deliveries = services.deliveries
    seen = await deliveries.inspect(Path(place), person.locale) if place and deliveries else None
    number = number or (seen.certificate if seen else "")
    if number:
        return Reply(await _standing(services, person, said, number, seen))
    if seen is None:
        key = "error-verify-nothing" if not said.options.get("file") else "error-certificate-unnamed"
        raise BadInput("nothing to verify", text=key)
    say = services.texts.say
    text = "\n".join((*_lines(seen), "", say(person.locale, "verify-private")))
    return Reply(Screen(say(person.locale, "verify-file"), text, tone=Tone.GOOD if seen.proven else Tone.PLAIN))


async def _standing(services: Services, person: Person, said: Command, number: str, seen: Inspected | None) -> Screen:
    note = await services.book.recall(f"certificate:{number}")
    if not note:
        raise NotFound(f"no certificate {number!r}", text="error-certificate-unknown", number=number)
    order = await services.book.get(note["order"])
    say, locale = services.texts.say, person.locale
    stands = order.state not in ENDED
    file = said.options.get("file", "")
    same = _names(order, file)
    facts = [
        (say(locale, "web-verify-music"), title(services, locale, order.brief.to_json())),
        (say(locale, "web-verify-purpose"), services.scope(locale, order.brief.purpose)),
    ]
    if issued := await _issued(services, locale, order):
        facts.append((say(locale, "web-verify-issued"), issued))
    if (newer := order.data.get("certificate", {}).get("number", number)) != number:
        facts.append((say(locale, "web-verify-newer"), newer))
    if seen is not None:
        facts.append((say(locale, "verify-file"), "\n".join(_lines(seen))))
    elif file:
        facts.append((say(locale, "verify-file"), say(locale, "web-verify-same" if same else "web-verify-other")))
    text = f"{say(locale, 'web-verify-stands' if stands else 'web-verify-ended')}\n{say(locale, 'verify-private')}"
    good = stands and (seen.proven if seen is not None else same or not file)
    return Screen(number, text, tuple(facts), tone=Tone.GOOD if good else Tone.BAD)


def _lines(seen: Inspected) -> tuple[str, ...]:
    return tuple(f"{MARKS[weight]} {sentence}" for weight, sentence in seen.lines)


def _names(order: Order, sha256: str) -> bool:
    """Whether the order's certificate names a file of that hash, or is that file itself."""
    files = [*order.data.get("files", ()), order.data.get("certificate", {}).get("file", {})]
    return any(file.get("sha256") == sha256 for file in files)


async def _issued(services: Services, locale: str, order: Order) -> str:
    events = await services.book.journal(order.id)
    return next((services.texts.moment(locale, event.at) for event in events if event.kind == "Certified"), "")
