"""Embeds: https://discord.com/developers/docs/resources/message#embed-object-embed-limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.discord.forms.problems import Path, Problems

MOST_EMBEDS = 10
MOST_CHARACTERS = 6000


def check_embeds(problems: Problems, embeds: object) -> None:
    """Note every problem of a message's embeds; their texts together may have 6000 characters."""
    total = 0
    for index, embed in enumerate(problems.objects(("embeds",), embeds, 0, MOST_EMBEDS)):
        checked = problems.mapping(("embeds", index), embed)
        if checked is not None:
            total += _check_embed(problems, ("embeds", index), checked)
    if total > MOST_CHARACTERS:
        problems.add(
            ("embeds",),
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {MOST_CHARACTERS}",
        )


def _check_embed(problems: Problems, path: Path, embed: dict[str, Any]) -> int:
    """Check one embed and return how many characters count towards the total."""
    problems.text((*path, "title"), embed.get("title"), 256)
    problems.text((*path, "description"), embed.get("description"), 4096)
    problems.url((*path, "url"), embed.get("url"))
    problems.whole((*path, "color"), embed.get("color"), 0, 0xFFFFFF)
    _check_timestamp(problems, (*path, "timestamp"), embed.get("timestamp"))
    author = _part(problems, path, embed, "author")
    problems.text((*path, "author", "name"), author.get("name"), 256)
    problems.url((*path, "author", "url"), author.get("url"))
    problems.url((*path, "author", "icon_url"), author.get("icon_url"), attachments=True)
    footer = _part(problems, path, embed, "footer")
    problems.text((*path, "footer", "text"), footer.get("text"), 2048)
    problems.url((*path, "footer", "icon_url"), footer.get("icon_url"), attachments=True)
    for name in ("image", "thumbnail"):
        if media := _part(problems, path, embed, name):
            problems.url((*path, name, "url"), media.get("url"), attachments=True)
    fields = problems.objects((*path, "fields"), embed.get("fields"), 0, 25)
    for index, field in enumerate(fields):
        problems.text((*path, "fields", index, "name"), field.get("name"), 256, needed=True)
        problems.text((*path, "fields", index, "value"), field.get("value"), 1024, needed=True)
        problems.flag((*path, "fields", index, "inline"), field.get("inline"))
    if not any(embed.get(key) for key in _VISIBLE):
        problems.add((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    texts = [embed.get("title"), embed.get("description"), author.get("name"), footer.get("text")]
    texts += [field.get(key) for field in fields for key in ("name", "value")]
    return sum(len(text) for text in texts if isinstance(text, str))


_VISIBLE = ("title", "description", "author", "footer", "fields", "image", "thumbnail", "url", "timestamp")


def _part(problems: Problems, path: Path, embed: dict[str, Any], name: str) -> dict[str, Any]:
    value = embed.get(name)
    if value is None:
        return {}
    return problems.mapping((*path, name), value) or {}


def _check_timestamp(problems: Problems, path: Path, value: object) -> None:
    if value is None:
        return
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        problems.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
