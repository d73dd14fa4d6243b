"""Controls as buttons under a message, and what a press on one of them means.

Telegram has no lists and no greyed-out buttons: the options of a list become buttons, and what is off is left out. The
value of an option stands behind ``=`` in the callback data (``bgm:mood:K7Q2…:=calm``); where several may be chosen
it stands behind ``+=``, pressing adds or removes it, and what is chosen is read off the ticks on the buttons.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.lengths import cut
from bot.chat.telegram import limits
from bot.commands.said import read_data
from bot.screens import Button, Control, Link, Look, Option, Select

STYLES = {Look.MAIN: "primary", Look.GOOD: "success", Look.BAD: "danger", Look.PLAIN: None}
TICK = "✅ "
HEADING = "bgm:-:"
"""The data of a button that only names the list below it."""

LONG = "bgm:~:"
"""Begins the data that stands for data too long for a button; the rest is its note's name."""

WIDE = 20
BESIDE = ((4, 7), (3, 12), (2, WIDE))
"""How many buttons fit beside each other on a phone if none of them is wider than so many columns."""


@dataclass(slots=True)
class Keyboard:
    """Buttons in rows, and ``long``: data that did not fit into a button, by the data that stands for it; ``list_at``
    is the row where the last list begins."""

    rows: list[list[InlineKeyboardButton]] = field(default_factory=list)
    long: dict[str, str] = field(default_factory=dict)
    list_at: int = 0

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """The keyboard as Telegram takes it, or None if there is nothing to press."""
        return InlineKeyboardMarkup(self.rows) if self.rows else None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press means, as `bot.commands.said.Press` has it."""

    verb: str
    target: str
    arg: str
    values: tuple[str, ...] = ()


def keyboard(rows: Sequence[Sequence[Control]]) -> Keyboard:
    """Return controls as a keyboard; links that no button can bear are left to the text (`in_words`)."""
    made, before = Keyboard(), ""
    for row in rows:
        buttons = list[InlineKeyboardButton]()
        for control in row:
            match control:
                case Button(off=False):
                    buttons.append(_button(made, control.label, control.emoji, control.data, control.look))
                case Link() if not in_words(control):
                    buttons.append(InlineKeyboardButton(_label(control.label, control.emoji), url=control.url))
                case Select():
                    _add_list(made, control, goes_on=_same_list(control.data, before))
                    before = control.data
        made.rows += _beside(buttons)
    while sum(len(row) for row in made.rows) > limits.BUTTONS:
        made.rows.pop(0)
    return made


def in_words(link: Link) -> bool:
    """Whether Telegram would refuse this address on a button: a host without a dot, such as ``localhost``."""
    return "." not in (urlsplit(link.url).hostname or "")


def hints(rows: Sequence[Sequence[Control]], said: str) -> list[str]:
    """Return the lines that explain a list's options, if they are few enough and ``said`` does not name them."""
    options = [option for row in rows for control in row if isinstance(control, Select) for option in control.options]
    if len(options) > FEW:
        return []
    unsaid = [option for option in options if option.hint and option.label not in said]
    return [f"{_label(option.label, option.emoji)} – {option.hint}" for option in unsaid]


FEW = 12


def read_press(data: str, markup: InlineKeyboardMarkup | None) -> Pressed | None:
    """Return what a button's data means, or None if it is not one of ours; ``markup`` is the keyboard it was on."""
    parts = read_data(data)
    if parts is None:
        return None
    verb, target, arg = parts
    if "+=" in arg:
        arg, _, value = arg.partition("+=")
        before = _ticked(data.removesuffix(value), markup)
        return Pressed(verb, target, arg, tuple(one for one in before if one != value) if value in before
                       else (*before, value))  # fmt: skip
    if "=" in arg:
        arg, _, value = arg.partition("=")
        return Pressed(verb, target, arg, (value,))
    return Pressed(verb, target, arg)


def _ticked(start: str, markup: InlineKeyboardMarkup | None) -> tuple[str, ...]:
    buttons = [one for row in markup.inline_keyboard for one in row] if markup else []
    found = [str(one.callback_data) for one in buttons if one.text.startswith(TICK)]
    return tuple(data.removeprefix(start) for data in found if data.startswith(start))


def _add_list(made: Keyboard, control: Select, *, goes_on: bool) -> None:
    """Add a list's options, below its heading unless their emoji speak for themselves; one may go on from another
    (chats with shorter lists part long ones)."""
    buttons = [_option(made, control, option) for option in control.options]
    if goes_on:
        buttons = [*(one for row in made.rows[made.list_at :] for one in row), *buttons]
        del made.rows[made.list_at :]
    elif not any(option.emoji for option in control.options):
        made.rows.append([InlineKeyboardButton(cut(f"▾ {control.placeholder}", limits.LABEL), callback_data=HEADING)])
    made.list_at = len(made.rows)
    made.rows += _beside(buttons)


def _same_list(data: str, before: str) -> bool:
    return bool(before) and data.split(":")[:3] == before.split(":")[:3]


def _option(made: Keyboard, control: Select, option: Option) -> InlineKeyboardButton:
    joint = "" if control.data.count(":") > 2 else ":"
    data = f"{control.data}{joint}{'+=' if control.most > 1 else '='}{option.value}"
    label = (TICK if option.chosen else "") + option.label
    return _button(made, label, "" if option.chosen else option.emoji, data, Look.PLAIN)


def _button(made: Keyboard, label: str, emoji: str, data: str, look: Look) -> InlineKeyboardButton:
    if len(data.encode()) > limits.CALLBACK_DATA:
        short = LONG + hashlib.sha256(data.encode()).hexdigest()[:40]
        made.long[short] = data
        data = short
    return InlineKeyboardButton(_label(label, emoji), callback_data=data, style=STYLES[look])


def _label(label: str, emoji: str) -> str:
    return cut(f"{emoji} {label}".strip(), limits.LABEL)


def _beside(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Return buttons in rows of as many as can be read beside each other, equally long; a wide one has its own row."""
    widths = [_width(button.text) for button in buttons]
    widest = max((width for width in widths if width <= WIDE), default=0)
    most = next(most for most, room in BESIDE if widest <= room)
    rows = list[list[InlineKeyboardButton]]()
    for wide, group in groupby(zip(buttons, widths, strict=True), key=lambda one: one[1] > WIDE):
        alike = [button for button, _ in group]
        count = 1 if wide else -(-len(alike) // -(-len(alike) // most))
        rows += [alike[start : start + count] for start in range(0, len(alike), count)]
    return rows


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
