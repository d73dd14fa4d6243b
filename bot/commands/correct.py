"""Corrections by hand: a small panel beside the review card, one button for each step; the card plays the result.

::

    card ── Correct… ──► panel of the best take ── take 2 ──► its panel
                           │ louder, fade-in, …, undo, reset
                           ▼
                         "a new preview is being made" ──► "it is on the card", with what was measured
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands.operator import allowed
from bot.commands.said import Answer, How, Person, Press, Reply, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders import corrections
from bot.orders.corrections import PRESSES, RESET, UNDO, loudness_press
from bot.orders.facts import CorrectionAsked, Fact
from bot.orders.order import Order, State
from bot.screens import Button, Control, Look, Option, Screen, Select, Tone

WAIT_SECONDS = 25.0
"""How long a panel waits for its preview before it stays as it is; the card is brought up to date all the same."""

EMOJI = {
    "fade-in": "↗️", "fade-out": "↘️", "trim-start": "⏮️", "trim-end": "⏭️", "seam": "🧵",
    "tame": "🪄", "louder": "🔊", "softer": "🔉", "less-bass": "🔻", "less-treble": "🔺",
}  # fmt: skip
DIGITS = ("1️⃣", "2️⃣", "3️⃣")
IN_A_ROW = 5


async def panel(services: Services, person: Person, said: Press) -> Answer:
    """Open the panel of a take; of the best one if none is named."""
    allowed(services, person, said.place)
    round_, index, _ = _read(said.arg)
    order = await services.book.get(said.target)
    if order.state is not State.REVIEWING or order.round != round_:
        return Reply(_over(services, person, order, round_))
    takes = [take for take in order.data["takes"] if "target" in take]
    best = min(takes, key=lambda take: take.get("rank", 99), default=None)
    take = next((take for take in takes if take["index"] == index), best)
    if take is None:
        raise BadInput(f"{order.id} has no such take", text="ruling-no-take", order=order.id)
    return Reply(_screen(services, person, order, take["index"]), How.UPDATE)


async def press(services: Services, person: Person, said: Press) -> Answer:
    """Take one press on a panel; the answer is shown at once, and again when the new preview is there."""
    allowed(services, person, said.place)
    round_, index, named = _read(said.arg)
    what = CorrectionAsked(round_, index, said.values[0] if said.values else named)
    told = await services.book.tell(Fact(said.target, said.key, person.id, what))
    order = told.order or await services.book.get(said.target)
    if order.state is not State.REVIEWING or order.round != round_:
        return Reply(_over(services, person, order, round_), How.UPDATE)
    if told.outcome not in ("applied", "duplicate"):
        raise BadInput(f"{what.press!r} means nothing now", text="error-correction-nothing")
    number = corrections.of_take(order, index)["asked"]

    async def later() -> Screen | None:
        settled = await _rendered(services, order, round_, index, number)
        if settled.state is not State.REVIEWING or settled.round != round_:
            return _over(services, person, settled, round_)
        return _screen(services, person, settled, index)

    return Reply(_screen(services, person, order, index), How.UPDATE, later=later)


async def _rendered(services: Services, order: Order, round_: int, index: int, number: int) -> Order:
    """Return the order once that press is heard (or taken back, or too late), or when time is up."""
    latest = order
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            async for latest in services.book.watch(order.id):
                done = corrections.of_take(latest, index)["done"] >= number
                if done or latest.state is not State.REVIEWING or latest.round != round_:
                    break
    except TimeoutError:
        pass
    return latest


def _read(arg: str) -> tuple[int, int, str]:
    """Return (round, take, press) of ``<round>[.<take>[.<press>]]``; take 0 is none.

    :raises BadInput: if it is no such thing.
    """
    round_, _, rest = arg.partition(".")
    take, _, named = rest.partition(".")
    if not (round_.isascii() and round_.isdigit()) or (take and not (take.isascii() and take.isdigit())):
        raise BadInput(f"no take: {arg[:40]!r}", text="error-outdated-control")
    return int(round_), int(take or 0), named


def _over(services: Services, person: Person, order: Order, round_: int) -> Screen:
    """Return that the round takes no corrections any more, and what was approved, if anything."""
    key = "ruling-old" if round_ < order.round else "correct-over"
    return Screen(text=services.texts.say(person.locale, key, order=order.id), tone=Tone.BAD)


def _screen(services: Services, person: Person, order: Order, index: int) -> Screen:
    say, locale = services.texts.say, person.locale
    entry = corrections.of_take(order, index)
    take = next(take for take in order.data["takes"] if take["index"] == index)
    waiting = corrections.pending(order, index)
    lines = [
        say(locale, "correct-making") if waiting else say(locale, "correct-heard" if entry["asked"] else "correct-how")
    ]
    if problem := entry.get("problem"):
        lines.insert(0, "⚠️ " + say(locale, problem["text"], **problem.get("values", {})))
    changed = [say(locale, key, **values) for key, values in corrections.changes(take)]
    facts = [(say(locale, "correct-now"), " · ".join(changed) or say(locale, "correct-nothing"))]
    if entry["asked"] and not waiting:
        facts.append((say(locale, "correct-measured"), _measured(services, locale, entry["before"], take)))
    return Screen(
        say(locale, "correct-title", order=order.id, take=index),
        "\n".join(lines),
        tuple(facts),
        rows=_rows(services, person, order, take),
        tone=Tone.WAIT if waiting else Tone.PLAIN,
    )


def _measured(services: Services, locale: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return loudness and peak, before and after."""
    number = services.texts.number

    def moved(name: str, unit: str) -> str:
        old, new = number(locale, before[name], 1), number(locale, now[name], 1)
        return f"{new} {unit}" if old == new else f"{old} → {new} {unit}"

    return f"{moved('lufs', 'LUFS')} · {moved('true_peak_dbtp', 'dBTP')}"


def _rows(services: Services, person: Person, order: Order, take: Mapping[str, Any]) -> tuple[tuple[Control, ...], ...]:
    say, locale, index = services.texts.say, person.locale, take["index"]
    entry, at = corrections.of_take(order, index), f"{order.round}.{index}"
    steps: list[Control] = [
        Button(
            say(locale, f"correction-{name}"),
            data("fix", order.id, f"{at}.{name}"),
            emoji=EMOJI[name],
            off=name == "seam" and not take["target"]["loop"],
        )
        for name in PRESSES
    ]
    shown = f".{entry['shown']}" if entry["shown"] else ""
    last = (
        Button(
            say(locale, "correct-undo"), data("fix", order.id, f"{at}.{UNDO}"), emoji="↩️",
            off=not corrections.possible(entry["presses"], UNDO),
        ),
        Button(
            say(locale, "correct-reset"), data("fix", order.id, f"{at}.{RESET}"), emoji="🧹",
            off=not corrections.possible(entry["presses"], RESET),
        ),
        Button(
            say(locale, "correct-approve", take=index), data("approve", order.id, f"{at}{shown}"), Look.GOOD, "✅",
            off=corrections.pending(order, index),
        ),
    )  # fmt: skip
    return (
        *_other_takes(services, person, order, index),
        *(tuple(steps[start : start + IN_A_ROW]) for start in range(0, len(steps), IN_A_ROW)),
        *_loudness(services, locale, order, take),
        last,
    )


def _other_takes(services: Services, person: Person, order: Order, index: int) -> tuple[tuple[Control, ...], ...]:
    takes: Sequence[Mapping[str, Any]] = [take for take in order.data["takes"] if "target" in take]
    if len(takes) < 2:
        return ()
    return (
        tuple(
            Button(
                services.texts.say(person.locale, "card-button-approve", take=take["index"]),
                data("correct", order.id, f"{order.round}.{take['index']}"),
                Look.MAIN if take["index"] == index else Look.PLAIN,
                DIGITS[take["index"] - 1],
            )
            for take in takes
        ),
    )


def _loudness(
    services: Services, locale: str, order: Order, take: Mapping[str, Any]
) -> tuple[tuple[Control, ...], ...]:
    """Return the list of loudnesses, each named by the purposes that want it."""
    purposes: dict[float, list[str]] = {}
    for purpose, lufs in services.loudness.items():
        purposes.setdefault(lufs, []).append(services.menu.name(locale, "purpose", purpose))
    options = tuple(
        Option(
            loudness_press(lufs),
            f"{lufs:g} LUFS",
            ", ".join(names),
        )
        for lufs, names in sorted(purposes.items(), reverse=True)
    )[:25]
    if len(options) < 2:
        return ()
    return (
        (
            Select(
                data("fix", order.id, f"{order.round}.{take['index']}"),
                services.texts.say(locale, "correct-loudness"),
                options,
            ),
        ),
    )
