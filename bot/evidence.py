"""``bgm evidence``: everything that proves an order, in one folder, for a bank that questions its payment.

``evidence.txt`` is what is handed in: what was sold, what the buyer agreed to and when, what happened, the files with
their hashes, and how they were handed over. Beside it lie ``order.json`` and ``journal.csv`` (the same, complete), and
the licence certificate with its signed record.
"""

import asyncio
import csv
import io
import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.configuration import Config
from bot.errors import BadInput
from bot.orders.order import Order
from bot.orders.pricing import Money
from bot.settings.environment import Environment
from bot.shop import open_media
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook
from bot.storage.rows import Event
from bot.texts import Texts, plain

UNTOLD = ("BuyerTold", "CardPosted", "CheckoutOpened", "JobDied", "RetryAsked")
"""Facts that say nothing to a bank; the complete journal has them."""


async def collect(order_id: str, out: Path, language: str) -> None:
    """Write the evidence of an order into ``out``, in ``language``, and print what was written.

    :raises NotFound: if there is no such order; :raises BadInput: if ``out`` is a file.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file", text="order-out-wrong", folder=str(out))
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    database = open_database(environment.database)
    try:
        await database.upgrade()
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        order = await book.get(order_id)
        journal = await book.journal(order.id)
        number = order.data.get("certificate", {}).get("number", "")
        note = await book.recall(f"certificate:{number}") if number else None
    finally:
        await database.close()
    words = "\n".join(statement(order, journal, config, language)) + "\n"
    papers = await _papers(order, note, environment)
    written = await asyncio.to_thread(_write, out, words, order, journal, papers)
    for path in written:
        Console(soft_wrap=True, highlight=False).print(str(path), markup=False)


def statement(order: Order, journal: Sequence[Event], config: Config, language: str) -> Iterator[str]:
    """Yield the lines of ``evidence.txt``."""
    texts, seller = config.texts, config.shop.business

    def say(key: str, /, **values: object) -> str:
        return texts.say(language, key, **values)

    yield say("evidence-title", order=order.id)
    yield ", ".join(part for part in (seller.name, seller.owner, seller.registration, seller.address) if part)
    yield from ("", say("evidence-sold"), f"  {say('evidence-sold-text', asked=_asked(order, config, language))}")
    if details := plain(order.brief.details, 1000):
        yield f"  {say('asked-details')}: {details}"
    yield from _section(say("evidence-money"), _money(order, texts, language))
    yield from _section(say("evidence-agreed"), _agreed(order, texts, language))
    yield from _section(say("evidence-happened"), _happened(journal, texts, language))
    yield from _section(say("evidence-files"), _files(order, say("evidence-bytes")))
    handed = [f"{way}: {where}".rstrip(": ") for way, where in order.data.get("hand_over", {}).items()]
    yield from _section(say("evidence-handed", customer=order.customer), handed)


def journal_csv(journal: Sequence[Event]) -> str:
    """Return the complete journal as CSV: when (UTC), what, by whom, what became of it, why, and its details."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["at", "fact", "by", "outcome", "because", "key", "details"])
    for event in journal:
        details = json.dumps(event.data, ensure_ascii=False)
        rows.writerow([event.at.isoformat(), event.kind, event.by, event.outcome, event.because, event.key, details])
    return out.getvalue()


def _asked(order: Order, config: Config, language: str) -> str:
    brief = order.brief
    return config.texts.say(
        language,
        "asked-title",
        mood=config.name("moods", brief.mood, language),
        length=config.texts.length(language, brief.seconds),
        purpose=config.name("purposes", brief.purpose, language),
    )


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *(f"  {line}" for line in lines))


def _money(order: Order, texts: Texts, language: str) -> list[str]:
    lines, payment = [], order.data.get("payment")
    if payment:
        amount = Money(payment["amount"], payment["currency"])
        references = f"{payment['provider']} {payment['payment']} ({payment['reference']})"
        lines.append(texts.say(language, "evidence-paid", amount=amount, reference=references))
    for refund in order.data.get("refunds", ()):
        amount = Money(refund["amount"], refund["currency"].upper())
        lines.append(texts.say(language, "evidence-back", amount=amount, reference=refund["reference"]))
    for reference, dispute in order.data.get("disputes", {}).items():
        amount = Money(dispute["amount"], dispute["currency"])
        reason = dispute["reason"]
        lines.append(texts.say(language, "evidence-disputed", amount=amount, reference=reference, reason=reason))
    return lines


def _agreed(order: Order, texts: Texts, language: str) -> list[str]:
    return [
        f"{texts.moment(language, datetime.fromisoformat(consent['at']))} "
        f"[{consent['what']} {consent.get('version', '')}".rstrip()
        + f"]: {plain(consent['text'], 2000)}"
        for consent in order.data.get("consents", ())
    ]


def _happened(journal: Sequence[Event], texts: Texts, language: str) -> list[str]:
    return [
        f"{texts.moment(language, event.at)}: {texts.say(language, f'journal-{event.kind.lower()}')} ({event.by})"
        for event in journal
        if event.outcome == "applied" and event.kind not in UNTOLD
    ]


def _files(order: Order, unit: str) -> list[str]:
    certificate = order.data.get("certificate", {})
    papers = [certificate["file"] | {"number": certificate["number"]}] if certificate.get("file") else []
    return [
        f"{file['name']} {file.get('number', '')}".rstrip() + f": {file['size']} {unit}, SHA-256 {file['sha256']}"
        for file in (*order.data.get("files", ()), *papers)
    ]


async def _papers(order: Order, note: dict[str, Any] | None, environment: Environment) -> dict[str, Path]:
    """Return the certificate and its signed record by the names they get, as far as they are there."""
    media = open_media(environment)
    keys = {"licence.pdf": order.data.get("certificate", {}).get("file", {}).get("key"), "licence.json": None}
    keys["licence.json"] = (note or {}).get("record")
    places = {name: await media.fetch(key) for name, key in keys.items() if key}
    return {name: path for name, path in places.items() if path.is_file()}


def _write(out: Path, words: str, order: Order, journal: Sequence[Event], papers: dict[str, Path]) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    about = {
        "order": order.id, "state": order.state.value, "customer": order.customer, "place": order.place,
        "created": order.created.isoformat() if order.created else None, "brief": order.brief.to_json(),
        "price": order.price.to_json(), "data": order.data,
    }  # fmt: skip
    contents = {
        "evidence.txt": words,
        "order.json": json.dumps(about, ensure_ascii=False, indent=2) + "\n",
        "journal.csv": journal_csv(journal),
    }
    for name, content in contents.items():
        (out / name).write_text(content, "utf-8")
    for name, path in papers.items():
        shutil.copyfile(path, out / name)
    return [out / name for name in (*contents, *papers)]
