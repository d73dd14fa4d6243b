"""How long a text is to a chat, and how one that is too long is cut. Discord and Telegram both count UTF-16 units."""

import unicodedata


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
