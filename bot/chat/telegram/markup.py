"""Text with a little emphasis, as Telegram's HTML: cut and split by what is seen, never within a tag.

Nobody's words can format, mention or link: what Telegram would read as markup is escaped, and an ``@`` calls nobody.
People of Telegram (``telegram:123``) become a mention by name.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.lengths import cut, size
from bot.chat.telegram.addresses import PLATFORM


class Style(StrEnum):
    """How a piece of text looks; the value is Telegram's tag."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of one style within one line; ``user`` makes it the mention of a person."""

    text: str
    style: Style = Style.PLAIN
    user: int | None = None

    @property
    def html(self) -> str:
        """The piece in Telegram's HTML."""
        shown = html.escape(self.text, quote=False)
        if self.user is not None:
            return f'<a href="tg://user?id={self.user}">{shown}</a>'
        shown = shown.replace("@", "@\u200b")
        return f"<{self.style}>{shown}</{self.style}>" if self.style and shown.strip() else shown


Line = tuple[Piece, ...]
_PERSON = re.compile(rf"(?<![\w:]){PLATFORM}:(\d{{1,20}})(?!\w)")


def lines(text: str, names: Mapping[int, str], style: Style = Style.PLAIN) -> list[Line]:
    """Return a text line by line; ``names`` are people's names by their number."""
    return [_line(line, names, style) for line in text.split("\n")]


def as_html(text: Sequence[Line]) -> str:
    """Return lines as Telegram's HTML."""
    return "\n".join("".join(piece.html for piece in line) for line in text).strip("\n")


def fitted(text: Sequence[Line], limit: int) -> list[Line]:
    """Return as many lines as fit into ``limit`` units; the last one is cut if it must be."""
    kept: list[Line] = []
    left = limit
    for line in text:
        room = left - bool(kept)  # the line break
        if _size(line) > room:
            return [*kept, _cut(line, room)] if room > 1 else kept
        kept.append(line)
        left = room - _size(line)
    return kept


def parted(text: Sequence[Line], limit: int) -> list[list[Line]]:
    """Return the lines as messages of at most ``limit`` units each, parted at empty lines where that is possible."""
    parts: list[list[Line]] = []
    rest = [piece for line in text for piece in _folded(line, limit)]
    while length(rest) > limit:
        count, used = 0, 0
        while used + _size(rest[count]) + bool(count) <= limit:
            used += _size(rest[count]) + bool(count)
            count += 1
        gap = next((place for place in range(count, count // 2, -1) if not _size(rest[place])), count)
        parts.append(rest[:gap])
        rest = rest[gap:]
        while rest and not _size(rest[0]):
            rest.pop(0)
    return [*parts, rest]


def length(text: Sequence[Line]) -> int:
    """Return how many units lines take."""
    return sum(_size(line) for line in text) + max(0, len(text) - 1)


def _line(text: str, names: Mapping[int, str], style: Style) -> Line:
    pieces, end = list[Piece](), 0
    for found in _PERSON.finditer(text):
        user = int(found[1])
        pieces += [Piece(text[end : found.start()], style), Piece(names.get(user, found[1]), style, user)]
        end = found.end()
    return tuple(piece for piece in (*pieces, Piece(text[end:], style)) if piece.text)


def _size(line: Line) -> int:
    return sum(size(piece.text) for piece in line)


def _cut(line: Line, limit: int) -> Line:
    kept, left = list[Piece](), limit
    for piece in line:
        shown = cut(piece.text, left)
        kept.append(Piece(shown, piece.style, piece.user))
        left -= size(shown)
        if left < 1 or shown != piece.text:
            break
    return tuple(kept)


def _folded(line: Line, limit: int) -> list[Line]:
    """Return a line that is longer than a whole message as several."""
    if _size(line) <= limit:
        return [line]
    found = list[Line]()
    for piece in line:
        text = piece.text
        while text:
            head = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")
            found.append((Piece(head, piece.style, piece.user),))
            text = text[len(head) :]
    return found
