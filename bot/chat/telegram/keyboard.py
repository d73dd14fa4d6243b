"""Controls as buttons under a message, and what a press on one of them means.

Telegram has no lists and no greyed-out buttons: the options of a list become buttons, and what is off is left out. The
value of an option stands behind ``=`` in the callback data (``bgm:mood:K7Q2…:=calm``); where several may be chosen
it stands behind ``+=``, pressing adds or removes it, and what is chosen is read off the ticks on the buttons.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.telegram import limits
from bot.chat.telegram.limits import cut
from bot.commands.said import read_data
from bot.screens import Button, Control, Link, Look, Option, Select

STYLES = {Look.MAIN: "primary", Look.GOOD: "success", Look.BAD: "danger", Look.PLAIN: None}
TICK = "✅ "
HEADING = "bgm:-:"
"""The data of a button that only names the list below it."""

LONG = "bgm:~:"
"""Begins the data that stands for data too long for a button; the rest is its note's name."""

TWO_BESIDE, THREE_BESIDE = 20, 12
"""Columns a label may take so that two (three) fit beside each other on a phone."""


@dataclass(slots=True)
class Keyboard:
    """Buttons in rows, and ``long``: data that did not fit into a button, by the data that stands for it."""

    rows: list[list[InlineKeyboardButton]] = field(default_factory=list)
    long: dict[str, str] = field(default_factory=dict)

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
    made = Keyboard()
    for row in rows:
        buttons = list[InlineKeyboardButton]()
        for control in row:
            match control:
                case Button(off=False):
                    buttons.append(_button(made, control.label, control.emoji, control.data, control.look))
                case Link() if not in_words(control):
                    buttons.append(InlineKeyboardButton(_label(control.label, control.emoji), url=control.url))
                case Select():
                    made.rows += _list(made, control)
        made.rows += _beside(buttons)
    while sum(len(row) for row in made.rows) > limits.BUTTONS:
        made.rows.pop(0)
    return made


def in_words(link: Link) -> bool:
    """Whether Telegram would refuse this address on a button: a host without a dot, such as ``localhost``."""
    return "." not in (urlsplit(link.url).hostname or "")


def hints(rows: Sequence[Sequence[Control]]) -> list[str]:
    """Return the lines that explain a list's options, where there are few enough to read."""
    options = [option for row in rows for control in row if isinstance(control, Select) for option in control.options]
    if len(options) > FEW:
        return []
    return [f"{_label(option.label, option.emoji)} – {option.hint}" for option in options if option.hint]


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


def _list(made: Keyboard, control: Select) -> list[list[InlineKeyboardButton]]:
    heading = []
    if not any(option.emoji for option in control.options):
        heading = [[InlineKeyboardButton(cut(f"▾ {control.placeholder}", limits.LABEL), callback_data=HEADING)]]
    return heading + _beside([_option(made, control, option) for option in control.options])


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
    """Return buttons in rows of as many as can be read beside each other."""
    widest = max((_width(button.text) for button in buttons), default=0)
    count = 3 if widest <= THREE_BESIDE else 2 if widest <= TWO_BESIDE else 1
    return [list(buttons[start : start + count]) for start in range(0, len(buttons), count)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
