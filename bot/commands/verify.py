"""``/verify``: is this certificate real, does it still stand, and is this file one of its files?

Anybody may ask, so nothing here says who bought what for how much.
"""

from bot.commands.asked import title
from bot.commands.said import Answer, Command, Person, Reply
from bot.commands.services import Services
from bot.errors import NotFound
from bot.orders.order import Order, State
from bot.screens import Screen, Tone
from bot.texts import plain

ENDED = (State.REFUNDING, State.REFUNDED, State.CANCELLED)


async def verify(services: Services, person: Person, said: Command) -> Answer:
    """Answer for a certificate's number, and for an attached file if there is one.

    :raises NotFound: if this shop issued no such certificate.
    """
    number = plain(said.options.get("certificate", ""), 40).upper()
    if not number:
        raise NotFound("no certificate is named", text="error-certificate-unnamed")
    note = await services.book.recall(f"certificate:{number}")
    if note is None:
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
    if file:
        facts.append((say(locale, "verify-file"), say(locale, "web-verify-same" if same else "web-verify-other")))
    text = f"{say(locale, 'web-verify-stands' if stands else 'web-verify-ended')}\n{say(locale, 'verify-private')}"
    return Reply(Screen(number, text, tuple(facts), tone=Tone.GOOD if stands and (same or not file) else Tone.BAD))


def _names(order: Order, sha256: str) -> bool:
    """Whether the order's certificate names a file of that hash, or is that file itself."""
    files = [*order.data.get("files", ()), order.data.get("certificate", {}).get("file", {})]
    return any(file.get("sha256") == sha256 for file in files)


async def _issued(services: Services, locale: str, order: Order) -> str:
    events = await services.book.journal(order.id)
    return next((services.texts.moment(locale, event.at) for event in events if event.kind == "Certified"), "")
