"""Discord's limits, and how text that is over one is cut. Lengths are UTF-16 units, as Discord's clients count."""

import unicodedata

CUSTOM_ID = 100
LABEL = 80
PLACEHOLDER = 150
OPTIONS = 25
OPTION_TEXT = 100
URL = 512
ROWS = 5
PER_ROW = 5
FILES = 10
TITLE = 256
DESCRIPTION = 4096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
FOOTER = 2048
EMBED = 6000
CONTENT = 2000
MODAL_TITLE = 45
MODAL_FIELDS = 5
INPUT_LABEL = 45
INPUT_PLACEHOLDER = 100
INPUT_VALUE = 4000
ALT = 1024
NONCE = 25


def size(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """Return the text, or its beginning with ``…`` so that it fits: cut between lines or words where one is near."""
    if size(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    for gap in ("\n", " "):
        place = kept.rfind(gap)
        if place >= len(kept) * 3 // 4:
            kept = kept[:place]
            break
    return _whole(kept) + "…" if limit > 0 else ""


def _whole(text: str) -> str:
    """Drop half of an escape, and what joins or accents a character that is not there any more."""
    while text and (unicodedata.category(text[-1]) in ("Cf", "Zs") or text[-1] == "\n"):
        text = text[:-1]
    backslashes = len(text) - len(text.rstrip("\\"))
    return text[:-1] if backslashes % 2 else text
