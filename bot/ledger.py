"""``bgm ledger``: a month of the shop's money, for the operator's books."""

import asyncio
import csv
import io
import sys
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.configuration import Config
from bot.errors import BadInput
from bot.orders.ledger import Kind
from bot.orders.pricing import Money
from bot.settings.environment import Environment
from bot.storage.database import open_database
from bot.storage.ledger import Entry, Ledger, Totals
from bot.texts import Texts

COLUMNS = ("at", "order", "kind", "provider", "payment", "reference", "amount", "currency", "tax")


async def report(month: str, language: str, *, as_csv: bool = False, file: Path | None = None) -> None:
    """Print the sums of a month (``2026-11``, in the shop's time zone; "" is the present one), or its lines as CSV.

    :raises BadInput: if it is no month, or the file's folder does not exist.
    """
    if file is not None and not file.parent.is_dir():
        raise BadInput(f"there is no folder {file.parent}", text="error-no-folder", folder=str(file.parent))
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    zone = ZoneInfo(config.shop.timezone)
    since, until = span(month, datetime.now(zone))
    database = open_database(environment.database)
    try:
        await database.upgrade()
        ledger = Ledger(database)
        entries, totals = await ledger.between(since, until), await ledger.totals(since, until)
        parts, taxes = await ledger.taxes_in(entries), await ledger.taxes(since, until)
    finally:
        await database.close()
    if as_csv and file is not None:
        # with a byte-order mark, or spreadsheets take Korean for something else
        await asyncio.to_thread(file.write_text, lines(entries, zone, parts), "utf-8-sig")
        Console(soft_wrap=True, highlight=False).print(str(file), markup=False)
    elif as_csv:
        sys.stdout.write(lines(entries, zone, parts))
    elif not totals:
        Console(soft_wrap=True, highlight=False).print(
            config.texts.say(language, "ledger-empty", since=config.texts.day(language, since)), markup=False
        )
    else:
        Console().print(summary(totals, config.texts, language, since, taxes))


def span(month: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next (UTC), in the time zone of ``now``.

    :raises BadInput: if it is no month.
    """
    try:
        first = datetime.strptime(month, "%Y-%m") if month else now
        first = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=now.tzinfo)
        after = first + timedelta(days=monthrange(first.year, first.month)[1])
        return first.astimezone(UTC), after.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"{month!r} is no month", text="error-month", value=month[:20]) from None


def lines(entries: Sequence[Entry], zone: ZoneInfo, taxes: Mapping[str, int]) -> str:
    """Return the lines as CSV; times in ``zone``, amounts in whole units with their sign.

    ``taxes`` (minor units by the key of the movement) are contained in the amounts; where none is known, none stands.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for entry in entries:
        one = entry.movement
        amount = Money(one.amount, one.currency).as_decimal()
        at = entry.at.astimezone(zone).isoformat(timespec="seconds")
        tax = Money(taxes[one.key], one.currency).as_decimal() if one.key in taxes else ""
        rows.writerow([at, entry.order, one.kind, one.provider, one.payment, one.reference, amount, one.currency, tax])
    return out.getvalue()


def summary(
    totals: Totals, texts: Texts, language: str, since: datetime, taxes: Mapping[str, int] | None = None
) -> Table:
    """Return the sums as a table: a column for each currency, and what is left in the last line.

    ``taxes`` (minor units by currency) are contained in payments and refunds and stand below for information.
    """
    title = texts.say(language, "ledger-title", since=texts.day(language, since))
    table = Table(title=title, show_footer=True)
    table.add_column("", footer=texts.say(language, "ledger-net"))
    for currency, sums in totals.items():
        net = texts.money(language, Money(sum(sums.values()), currency))
        table.add_column(currency, justify="right", footer=net)
    for kind in Kind:
        if any(kind in sums for sums in totals.values()):
            amounts = [texts.money(language, Money(sums.get(kind, 0), currency)) for currency, sums in totals.items()]
            table.add_row(texts.say(language, f"ledger-{kind.replace('_', '-')}"), *amounts)
    if taxes:
        contained = [texts.money(language, Money(taxes.get(currency, 0), currency)) for currency in totals]
        table.add_row(texts.say(language, "ledger-tax"), *(f"({amount})" for amount in contained))
    return table
