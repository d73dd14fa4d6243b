"""What everybody has in the end, but for what differs between any two orders: the same after a crash as without one."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.sandbox.discord import Person
from bot.sandbox.telegram import Person as Caller
from tests.crashes.stage import Stage
from tests.stories import phone, street
from tests.stories.phone import Phone
from tests.stories.street import Street

Message = dict[str, Any]
Portrait = dict[str, Any]
"""By name, what is there. Of a `Counter` it is told what is missing and what is too much."""

MOVED = "SELECT kind, amount, currency FROM ledger WHERE order_id IN ({}) AND kind != 'fee' ORDER BY id"
"""What was moved. What that cost is asked of the provider once in a while, and so after a start."""

LEFT = "SELECT kind, state, error FROM jobs WHERE order_id IN ({}) AND state IN ('open', 'dead')"

EPHEMERAL, LOADING = 1 << 6, 1 << 7


def on_discord(stage: Stage, buyer: Person, orders: list[str]) -> Portrait:
    """Return what buyer and operator see of some orders, what Stripe has, and what the books say.

    An answer that only the buyer sees says what was true when they asked; it must not offer what is over, though.
    """
    here, review = stage.here, str(stage.here.discord.review_channel_id)
    seen = [
        one for channel in buyer.channels() for one in buyer.messages(channel["id"]) if one["author"].get("bot")
    ]  # fmt: skip
    letters, answers = _split(seen)
    rooms = [one["id"] for one in here.operator.channels() if review in (one["id"], one.get("parent_id"))]
    desk, _ = _split(one for room in rooms for one in here.operator.messages(room))
    cards = (one for one in desk if any(order in street.words(one) for order in orders))
    return {
        "letters": Counter(_letter(one) for one in letters),
        "offered in answers": sorted(one for answer in answers for one in _binding(answer)),
        "desk": Counter(_card(one) for one in cards),
        "stripe": Counter(_sessions(here, orders)),
    } | _books(stage, orders)


def on_telegram(stage: Stage, here: Phone, buyer: Caller, orders: list[str]) -> Portrait:
    """The same of Telegram, with what became of the buyer's Stars. Sounds stand there as messages of their own."""
    letters = (one for one in buyer.messages(buyer.id) if not one["is_mine"])
    desk = (one for one in here.operator.messages(here.world.review_chat_id) if orders[0] in phone.words(one))
    charges = (one for one in here.world.realm.charges.values() if one.user_id == buyer.id)
    return {
        "letters": Counter(_text(one) for one in letters),
        "desk": Counter(_text(one, phone.words(one).splitlines()[0]) for one in desk),
        "stars": Counter(f"{one.invoice.amount} {'given back' if one.refunded else 'kept'}" for one in charges),
    } | _books(stage, orders)


def differences(golden: Portrait, found: Portrait) -> list[str]:
    """Return what is not as it is on an undisturbed day."""
    wrong = []
    for part, before in golden.items():
        now = found[part]
        if isinstance(before, Counter):
            wrong += [f"{part}, missing: {one}" for one in (before - now).elements()]
            wrong += [f"{part}, too much: {one}" for one in (now - before).elements()]
        elif before != now:
            wrong.append(f"{part}: {before} became {now}")
    return wrong


def twice(golden: Portrait, found: Portrait) -> list[str]:
    """Return those `differences` that are a message which was sent a second time: its twin is as on an undisturbed day,
    or, if that is edited later, at most one was left behind as it was then."""
    twins, left_behind = list[str](), list[str]()
    for part in ("letters", "desk"):
        for one in found[part] - golden[part]:
            (twins if one in golden[part] else left_behind).append(f"{part}, too much: {one}")
    return twins + (left_behind if len(left_behind) == 1 else [])


def _books(stage: Stage, orders: list[str]) -> Portrait:
    return {
        "orders": stage.rows("SELECT state, round FROM orders WHERE id IN ({}) ORDER BY created", orders),
        "work left": stage.rows(LEFT, orders),
        "ledger": stage.rows(MOVED, orders),
        "pay buttons": stage.rows(
            "SELECT value FROM notes WHERE name IN (SELECT 'to-pay:' || id FROM orders WHERE id IN ({}))", orders
        ),
    }


def _split(messages: Iterable[Message]) -> tuple[list[Message], list[Message]]:
    """Part what stays from answers for one person's eyes; one that never came is neither."""
    stays = list(messages)
    only = [one for one in stays if one["flags"] & EPHEMERAL]
    return [one for one in stays if one not in only], [one for one in only if not one["flags"] & LOADING]


def _letter(message: Message) -> str:
    files = [one["filename"] for one in message["attachments"]]
    return _plain(f"{street.words(message)} | {_controls(message)} | {files}")


def _card(message: Message) -> str:
    """A card is told by its head, its end and its buttons: what it says about takes differs from one to the next.

    The shop's reactions belong to a card that can be judged: one that was judged before it was found has none.
    """
    title = " ".join(embed.get("title", "") for embed in message["embeds"])
    ends = [line for line in street.words(message).splitlines() if re.match("Approved|New takes|Reject|Refund", line)]
    live = not street.judged(message)
    offered = sorted(one["emoji"]["name"] for one in message.get("reactions", ()) if live)
    files = [one["filename"] for one in message["attachments"]]
    return _plain(f"{title} | {street.footer(message)} | {ends} | {_controls(message)} | {files} | {offered}")


def _controls(message: Message) -> list[str]:
    return [
        f"{control.get('label') or control.get('placeholder')}{' (off)' if control.get('disabled') else ''}"
        for row in message["components"] for control in row["components"]
    ]  # fmt: skip


def _binding(answer: Message) -> list[str]:
    pays = [one["label"] for one in street.buttons(answer) if "/pay/" in one.get("url", "")]
    return pays + [one["label"] for one in street.buttons(answer, "cancel")]


def _text(message: Message, words: str | None = None) -> str:
    kind = next((one for one in ("audio", "document", "photo", "invoice") if one in message), "text")
    name = (message.get("audio") or message.get("document") or {}).get("file_name", "")
    offered = [one["text"] for one in phone.buttons(message)]
    return _plain(f"{kind} | {phone.words(message) if words is None else words} | {name} | {offered}")


def _plain(text: str) -> str:
    text = re.sub(r"https?://\S+", "URL", text)
    text = re.sub(r"\b[A-G][#b♯♭]? (major|minor)", "KEY", text)
    text = re.sub(r"\b(BGM-)?[2-9A-HJ-NP-Z]{4,}(-[2-9A-HJ-NP-Z]{4,})*\b", "ID", text)
    return re.sub(r"\d+", "0", text)


def _sessions(here: Street, orders: list[str]) -> Iterable[str]:
    for session in here.stripe.sessions:
        if session["metadata"].get("order") in orders:
            back = [one["amount"] for one in here.stripe.refunds if one["payment_intent"] == session["payment_intent"]]
            yield f"{session['status']} {session['payment_status']} back {back}"
