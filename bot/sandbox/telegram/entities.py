"""Formatted text: HTML read into plain text and entities, as the Bot API does it.

Rules: https://core.telegram.org/bots/api#html-style. Offsets and lengths are in UTF-16 units, byte offsets in error
messages in UTF-8 bytes of what was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.telegram.records import Json
from bot.sandbox.telegram.refusals import Refusal, bad

_NAMES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|([a-z]+));")
_TAG = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end."""

    tag: str
    entity: Json


class _Reader:
    """Walks through one HTML text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.entities: list[Json] = []
        self.open: list[_Open] = []

    def read(self) -> tuple[str, list[Json]]:
        """Return text and entities. Raises Refusal 400."""
        at = 0
        while at < len(self.source):
            if self.source[at] == "<":
                at = self._tag(at)
            else:
                end = self.source.find("<", at)
                end = len(self.source) if end < 0 else end
                self.text += _REFERENCE.sub(_referred, self.source[at:end])
                at = end
        if self.open:
            tag = self.open[-1].tag
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return self.text, self.entities

    def _tag(self, at: int) -> int:
        found = _TAG.match(self.source, at)
        if found is None:
            raise _unparsed(f"Unclosed start tag at byte offset {self._bytes(at)}")
        closing, name, rest = found.groups()
        if closing:
            self._close(name.lower(), at)
        else:
            self._start(name.lower(), rest, at)
        return found.end()

    def _start(self, name: str, rest: str, at: int) -> None:
        given = {key.lower(): _REFERENCE.sub(_referred, a or b or c) for key, a, b, c in _ATTRIBUTE.findall(rest)}
        kind = _NAMES.get(name)
        entity: Json = {"type": kind}
        if name == "span" and given.get("class") == "tg-spoiler":
            entity["type"] = "spoiler"
        elif name == "tg-emoji" and "emoji-id" in given:
            entity |= {"type": "custom_emoji", "custom_emoji_id": given["emoji-id"]}
        elif kind is None:
            raise _unparsed(f'Unsupported start tag "{name}" at byte offset {self._bytes(at)}')
        elif name == "a":
            entity["url"] = given.get("href", "")
        elif name == "blockquote" and "expandable" in given:
            entity["type"] = "expandable_blockquote"
        elif name == "code" and self._language(given.get("class", "")):
            entity["type"] = None
        self.open.append(_Open(name, entity | {"offset": units(self.text)}))

    def _language(self, css: str) -> bool:
        """Note the language of `<pre><code class="language-…">` in the pre, which then is the only entity."""
        if not (self.open and self.open[-1].tag == "pre" and css.startswith("language-")):
            return False
        self.open[-1].entity["language"] = css.removeprefix("language-")
        return True

    def _close(self, name: str, at: int) -> None:
        if not self.open:
            raise _unparsed(f"Unexpected end tag at byte offset {self._bytes(at)}")
        opened = self.open.pop()
        if name not in ("", opened.tag):
            said = f'Unmatched end tag at byte offset {self._bytes(at)}, expected "</{opened.tag}>", found "</{name}>"'
            raise _unparsed(said)
        entity = opened.entity
        entity["length"] = units(self.text) - entity["offset"]
        if entity["type"] == "text_link" and not entity["url"]:
            entity["url"] = self.text[-entity["length"] :]
        if entity["length"] and entity["type"] is not None:
            self.entities.append(entity)

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())


def parsed(text: str, parse_mode: str | None, given: list[Json] | None = None) -> tuple[str, list[Json]]:
    """Return what is shown: the text without its edges of blank space, and its entities in order.

    Links, addresses, mentions and commands are found by themselves. Raises Refusal 400.
    """
    if parse_mode and parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    if parse_mode:
        text, entities = _Reader(text).read()
    else:
        entities = [dict(entity) for entity in given or []]
    text, entities = _trimmed(text, entities)
    entities += [found for found in detected(text) if not any(_touch(found, entity) for entity in entities)]
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def detected(text: str) -> list[Json]:
    """Return the entities Telegram finds in plain text by itself."""
    made = []
    for found in _FOUND.finditer(text):
        kind = found.lastgroup
        offset = units(text[: found.start()])
        made.append({"type": kind, "offset": offset, "length": units(found.group())})
    return made


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] - lead + entity["length"])
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return text, kept


def _touch(one: Json, other: Json) -> bool:
    """Whether a found entity lies in something that shows its words as they are (a link, code)."""
    if other["type"] not in ("text_link", "code", "pre", "url", "mention", "email", "bot_command", "hashtag"):
        return False
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _REFERENCES.get(name, found.group())
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def _unparsed(sentence: str) -> Refusal:
    return bad(f"can't parse entities: {sentence}")
