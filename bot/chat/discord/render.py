"""Screens and forms as Discord shows them: an embed, files and rows of components, always within Discord's limits.

Every text of a screen is shown as it is: what Discord would read as markup is escaped, so that nobody's words can
format, mention or link. Three things become Discord's own: people (``discord:123``), commands (``/orders``) and line
breaks.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.chat.discord import limits
from bot.chat.discord.addresses import read_person
from bot.chat.lengths import cut, size
from bot.screens import Button, Control, Field, File, Form, Link, Look, Option, Screen, Select, Tone

COLOURS = {Tone.PLAIN: 0x5865F2, Tone.WAIT: 0xE3A008, Tone.GOOD: 0x2EA567, Tone.BAD: 0xD64545}
STYLES = {
    Look.MAIN: discord.ButtonStyle.primary,
    Look.PLAIN: discord.ButtonStyle.secondary,
    Look.GOOD: discord.ButtonStyle.success,
    Look.BAD: discord.ButtonStyle.danger,
}
NARROW = 30
"""Columns that leave room for two more values beside one."""

NOTHING = "–"
"""Stands where Discord insists on a text."""

_MARKUP = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?P<person>(?<![\w:])discord:\d{15,20}(?!\w))"
    r"|(?P<command>(?<![\w/<])/[a-z]+(?: [a-z]+)?)"
    r"|(?P<start>^[ \t]*(?:#{1,3}|-#|[-+>]|>>>)(?=\s))"
    r"|(?P<number>^[ \t]*\d+)(?P<dot>\.)(?=\s)"
    r"|(?P<sign>[\\*_~|`<\[\]])"
    r"|(?P<at>@)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A screen in Discord's own objects; ``files`` are still on disk."""

    content: str
    embed: discord.Embed
    view: ui.View | None
    files: tuple[File, ...]
    mentions: discord.AllowedMentions


def render(screen: Screen, commands: Mapping[str, int]) -> Rendered:
    """Return a screen as Discord shows it; ``commands`` are the registered commands' ids by name."""
    caller = read_person(screen.calls) if screen.calls else None
    files = (*((screen.image,) if screen.image else ()), *screen.files)[: limits.FILES]
    return Rendered(
        content=f"<@{caller}>" if caller else "",
        embed=_embed(screen, commands),
        view=_view(screen.rows),
        files=files,
        mentions=discord.AllowedMentions(
            everyone=False, roles=False, replied_user=False, users=[discord.Object(caller)] if caller else False
        ),
    )


def attachment(file: File) -> discord.File:
    """Open a file for sending."""
    return discord.File(file.path, safe_name(file.name), description=cut(file.alt, limits.ALT) or None)


def safe_name(name: str) -> str:
    """Return a file's name as Discord keeps it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-100:] or "file"


def escaped(text: str, commands: Mapping[str, int] | None = None) -> str:
    """Return text that Discord shows as it is; addresses stay whole, people and commands become clickable."""

    def replaced(found: re.Match[str]) -> str:
        text = found[0]
        match found.lastgroup:
            case "url":
                return text
            case "person":
                return f"<@{text.partition(':')[2]}>"
            case "command":
                return _command(text, commands or {})
            case "at":
                return "@\u200b"
            case "dot":
                return f"{found['number']}\\."
            case "start":
                lead = len(text) - len(text.lstrip())
                return text[:lead] + "".join(f"\\{sign}" for sign in text[lead:])
            case _:
                return f"\\{text}"

    return _MARKUP.sub(replaced, text)


def nonce(once: str) -> str:
    """Return what makes Discord recognise a message sent twice: 25 characters, the same for the same attempt."""
    return hashlib.sha256(once.encode()).hexdigest()[: limits.NONCE]


def modal(form: Form) -> ui.Modal:
    """Return a form as Discord's dialogue."""
    dialogue = ui.Modal(title=cut(form.title, limits.MODAL_TITLE), custom_id=form.data, timeout=None)
    for field in form.fields[: limits.MODAL_FIELDS]:
        dialogue.add_item(ui.Label(text=cut(field.label, limits.INPUT_LABEL), component=_input(field)))
    dialogue.stop()  # answered by its custom id, also after a restart
    return dialogue


def _input(field: Field) -> ui.TextInput[Any]:
    most = min(field.most, limits.INPUT_VALUE)
    return ui.TextInput(
        custom_id=field.id,
        style=discord.TextStyle.long if field.long else discord.TextStyle.short,
        default=cut(field.value, most) or None,
        placeholder=cut(field.placeholder, limits.INPUT_PLACEHOLDER) or None,
        required=field.required,
        max_length=most,
    )


def _embed(screen: Screen, commands: Mapping[str, int]) -> discord.Embed:
    title = cut(escaped(screen.title), limits.TITLE)
    footer = cut(screen.mark, limits.FOOTER)
    left = limits.EMBED - size(title) - size(footer)
    facts = [_fact(label, value, commands) for label, value in screen.facts[: limits.FIELDS]]
    wanted = sum(size(label) + size(value) for label, value in facts)
    text = _with_long_links(screen)
    description = cut(escaped(text, commands), min(limits.DESCRIPTION, max(left - wanted, left // 2)))
    left -= size(description)
    embed = discord.Embed(title=title or None, description=description or None, colour=COLOURS[screen.tone])
    for label, value in facts:
        room = min(limits.FIELD_VALUE, left - size(label))
        if room < 1:
            break
        shown = cut(value, room)
        embed.add_field(name=label, value=shown, inline=_narrow(shown))
        left -= size(label) + size(shown)
    if footer:
        embed.set_footer(text=footer)
    if screen.image:
        embed.set_image(url=f"attachment://{safe_name(screen.image.name)}")
    if not (title or description or facts or footer or screen.image):
        embed.description = NOTHING
    return embed


def _fact(label: str, value: str, commands: Mapping[str, int]) -> tuple[str, str]:
    return (
        cut(escaped(label), limits.FIELD_NAME) or NOTHING,
        cut(escaped(value, commands), limits.FIELD_VALUE).strip() or NOTHING,
    )


def _narrow(value: str) -> bool:
    """Whether a value fits beside others: one line, at most 30 columns wide (a Hangul syllable takes two)."""
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in value)
    return width <= NARROW and "\n" not in value


def _with_long_links(screen: Screen) -> str:
    """Add addresses that are too long for a button to the text."""
    long = [one for row in screen.rows for one in row if isinstance(one, Link) and size(one.url) > limits.URL]
    return "\n".join([*((screen.text,) if screen.text else ()), *(f"{link.label}: {link.url}" for link in long)])


def _view(rows: Sequence[Sequence[Control]]) -> ui.View | None:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows[: limits.ROWS]):
        for control in row[: limits.PER_ROW]:
            if not (isinstance(control, Link) and size(control.url) > limits.URL):
                view.add_item(_item(control, number))
    view.stop()  # discord.py need not remember it: presses are read from the custom id
    return view if view.children else None


def _item(control: Control, row: int) -> ui.Item[Any]:
    match control:
        case Button():
            return ui.Button(
                style=STYLES[control.look],
                label=cut(control.label, limits.LABEL),
                custom_id=control.data,
                emoji=control.emoji or None,
                disabled=control.off,
                row=row,
            )
        case Link():
            return ui.Button(
                label=cut(control.label, limits.LABEL), url=control.url, emoji=control.emoji or None, row=row
            )
        case Select():
            return _list(control, row)


def _list(control: Select, row: int) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=cut(_named(control, option), limits.OPTION_TEXT),
            value=option.value,
            description=cut(option.hint, limits.OPTION_TEXT) or None,
            emoji=option.emoji or None,
            default=option.chosen,
        )
        for option in control.options[: limits.OPTIONS]
    ]
    return ui.Select(
        custom_id=control.data,
        placeholder=cut(control.placeholder, limits.PLACEHOLDER),
        min_values=min(control.least, len(options)),
        max_values=min(control.most, len(options)),
        options=options,
        row=row,
    )


def _named(control: Select, option: Option) -> str:
    """Return an option's label. A chosen one stands where the list's own words would: it says them, too."""
    if not option.chosen or control.most > 1:
        return option.label
    return f"{control.placeholder}{' ' if control.placeholder.endswith('?') else ': '}{option.label}"


def _command(text: str, commands: Mapping[str, int]) -> str:
    """Return a command's mention, of ``/shop today`` too; what is no command of ours stays text."""
    words = text[1:].split(" ")
    if words[0] not in commands:
        return text
    if len(words) == 2 and words[0] != "shop":
        return f"</{words[0]}:{commands[words[0]]}> {words[1]}"
    return f"</{' '.join(words)}:{commands[words[0]]}>" if words[0] != "shop" or len(words) == 2 else text
