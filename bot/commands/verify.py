"""``/verify``: is this certificate real, does it still stand, and what does this file prove?

Anybody may ask, so nothing here says who bought what for how much.
"""

import unicodedata
from datetime import datetime
from pathlib import Path

from bot.commands.asked import title
from bot.commands.said import Answer, Command, Person, Reply
from bot.commands.services import Inspected, Services
from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.screens import Screen, Tone
from bot.texts import plain

ENDED = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
STANDING = {
    Tone.GOOD: "web-verify-stands", Tone.WAIT: "web-verify-replaced", Tone.BAD: "web-verify-ended",
}  # fmt: skip
"""What is said of a certificate, in the colour that goes with it."""

MARKS = {"proven": "✅", "hint": "▫️", "against": "⛔"}


async def verify(services: Services, person: Person, said: Command) -> Answer:
    """Answer for a certificate's number, for an attached file, or for both.

    :raises NotFound: if this shop issued no such certificate; :raises BadInput: if nothing was given to look at.
    """
    number, place = read_number(said.options.get("certificate", "")), said.options.get("file-path", "")
    deliveries = services.deliveries
    seen = await deliveries.inspect(Path(place), person.locale) if place and deliveries else None
    number = number or (seen.certificate if seen else "")
    if number:
        own = seen is not None and seen.certificate == number
        return Reply(await _standing(services, person, said, number, seen, own=own))
    if seen is None:
        key = "error-verify-nothing" if not said.options.get("file") else "error-certificate-unnamed"
        raise BadInput("nothing to verify", text=key)
    say = services.texts.say
    text = "\n".join((*_lines(seen), "", say(person.locale, "verify-private")))
    return Reply(Screen(say(person.locale, "verify-file"), text, tone=seen.tone))


def read_number(typed: str) -> str:
    """Return a certificate's number as it is printed, also from ``bgm abcde 23456``; other words come back harmless."""
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed[:80]).upper()))
    if len(signs) == 13 and signs.startswith("BGM"):
        return f"{signs[:3]}-{signs[3:8]}-{signs[8:]}"
    return plain(typed, 40).upper()


def standing_tone(*, ended: bool, replaced: bool) -> Tone:
    """Return how a certificate looks wherever it is shown: it counts, a newer one counts instead, or none does."""
    if ended:
        return Tone.BAD
    return Tone.WAIT if replaced else Tone.GOOD


async def _standing(
    services: Services, person: Person, said: Command, number: str, seen: Inspected | None, *, own: bool
) -> Screen:
    """Return how a certificate stands; ``own`` says that a brought file led to it, so that it is judged as the file."""
    note = await services.book.recall(f"certificate:{number}")
    if not note:
        raise NotFound(f"no certificate {number!r}", text="error-certificate-unknown", number=number)
    order = await services.book.get(note["order"])
    say, locale = services.texts.say, person.locale
    newer = order.data.get("certificate", {}).get("number", number)
    tone = standing_tone(ended=order.state in ENDED, replaced=newer != number)
    file = said.options.get("file", "")
    same = _names(order, file)
    facts = [
        (say(locale, "web-verify-music"), title(services, locale, order.brief.to_json())),
        (say(locale, "web-verify-purpose"), services.scope(locale, order.brief.purpose)),
    ]
    if issued := await _issued(services, order, number):
        facts.append((say(locale, "web-verify-issued"), services.texts.on_paper(locale, issued)))
    if seen is not None:
        facts.append((say(locale, "verify-file"), "\n".join(_lines(seen))))
    elif file:
        facts.append((say(locale, "verify-file"), say(locale, "web-verify-same" if same else "web-verify-other")))
    verdict = say(locale, STANDING[tone]) + (f" {newer}" if tone is Tone.WAIT else "")
    text = f"{verdict}\n{say(locale, 'verify-private')}"
    if seen is not None:
        tone = seen.tone if own else _graver(tone, seen.tone)
    elif file and not same:
        tone = Tone.BAD
    return Screen(number, text, tuple(facts), tone=tone)


def _graver(*tones: Tone) -> Tone:
    return max(tones, key=(Tone.GOOD, Tone.WAIT, Tone.BAD).index)


def _lines(seen: Inspected) -> tuple[str, ...]:
    return tuple(f"{MARKS[weight]} {sentence}" for weight, sentence in seen.lines)


def _names(order: Order, sha256: str) -> bool:
    """Whether the order's certificate names a file of that hash, or is that file itself."""
    files = [*order.data.get("files", ()), order.data.get("certificate", {}).get("file", {})]
    return any(file.get("sha256") == sha256 for file in files)


async def _issued(services: Services, order: Order, number: str) -> datetime | None:
    """Return when a certificate was issued, as it says itself: when its take was approved, or when the buyer gave the
    name that it was issued anew in."""
    due: datetime | None = None
    issued: list[datetime] = []
    for event in await services.book.journal(order.id):
        if event.outcome == "applied" and (event.kind == "Approved" or (event.kind == "LicenseeNamed" and issued)):
            due = event.at
        if event.outcome == "applied" and event.kind == "Certified" and due is not None:
            issued.append(due)
    numbers = [*order.data.get("replaced", ()), order.data.get("certificate", {}).get("number", "")]
    return dict(zip(numbers, issued, strict=False)).get(number)
