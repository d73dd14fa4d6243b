"""What was asked for and what it costs, as a reader sees it."""

from collections.abc import Mapping
from typing import Any

from bot.commands.services import Services
from bot.orders.pricing import Line, Price
from bot.texts import plain

Facts = tuple[tuple[str, str], ...]

KINDS = (
    *("mood", "seconds", "purpose", "tier", "style", "tempo_bpm", "key", "wanted", "unwanted", "loop", "extras"),
    "details",
)
"""The answers, in the order they are read."""


def asked_facts(services: Services, locale: str, answers: Mapping[str, Any]) -> Facts:
    """Return (label, value) of every answer given; ``answers`` are the fields of a `Brief`, perhaps not all yet."""
    say, name = services.texts.say, services.menu.name
    lines: list[tuple[str, str]] = []
    for kind in KINDS:
        value = answers.get(kind)
        if not value or (kind == "tier" and len(services.menu.tiers) < 2):  # one licence for all is no choice
            continue
        match kind:
            case "mood" | "purpose" | "style" | "tier":
                shown = name(locale, kind, value)
            case "seconds":
                shown = services.texts.length(locale, value)
            case "tempo_bpm":
                shown = f"{value} BPM"
            case "wanted" | "unwanted":
                shown = ", ".join(name(locale, "instrument", instrument) for instrument in value)
            case "extras":
                shown = ", ".join(say(locale, f"extra-{extra}") for extra in value)
            case "loop":
                shown = say(locale, "asked-loop-yes")
            case _:
                shown = plain(str(value), 500)
        lines.append((say(locale, f"asked-{kind.replace('_', '-')}"), shown))
    return tuple(lines)


def price_lines(services: Services, locale: str, price: Price) -> str:
    """Return one line for everything that is paid for, then the total."""
    lines = [
        services.texts.say(locale, "price-line", what=_what(services, locale, line), amount=_amount(price, line))
        for line in price.lines
    ]
    total = services.texts.say(locale, "price-total", amount=price.total)
    return "\n".join([*lines, total] if len(lines) > 1 else [total])


def title(services: Services, locale: str, answers: Mapping[str, Any]) -> str:
    """Return an order in a few words: ``Calm · 1:00 · YouTube``."""
    return services.texts.say(
        locale,
        "asked-title",
        mood=services.menu.name(locale, "mood", answers["mood"]),
        length=services.texts.length(locale, answers["seconds"]),
        purpose=services.menu.name(locale, "purpose", answers["purpose"]),
    )


def _what(services: Services, locale: str, line: Line) -> str:
    values: dict[str, object] = dict(line.values)
    if isinstance(seconds := values.get("seconds"), int):
        values["length"] = services.texts.length(locale, seconds)
    if "purpose" in values:
        values["purpose"] = services.menu.name(locale, "purpose", str(values["purpose"]))
    if "tier" in values:
        values["tier"] = services.menu.name(locale, "tier", str(values["tier"]))
    return services.texts.say(locale, line.text, **values)


def _amount(price: Price, line: Line) -> object:
    return type(price.total)(line.amount, price.currency)
