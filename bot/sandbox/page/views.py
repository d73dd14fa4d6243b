"""What the browser is told: the scene, an interaction's outcome, and bodies of requests read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.discord import DiscordWorld, Interaction, Person

UPLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes of one file that the page takes at all; Discord itself may refuse smaller ones."""
MOST_FILES = 10
ROLES = ("buyer", "operator", "stranger")


@dataclass(frozen=True, slots=True)
class Body:
    """A request's JSON and the files beside it: `(field, file name, bytes)`."""

    json: dict[str, Any]
    files: list[tuple[str, str, bytes]]


def cast(discord: DiscordWorld) -> dict[str, Person]:
    """Return the people somebody can play, by role."""
    return {role: discord.person(getattr(discord, f"{role}_id")) for role in ROLES}


def scene(
    discord: DiscordWorld, telegram: dict[str, Any], guide: list[str], weather: dict[str, bool]
) -> dict[str, Any]:
    """Return everything the page needs before it looks into a channel."""
    people = cast(discord)
    return {
        "cdn": discord.cdn,
        "guild": {"id": str(discord.guild_id), "name": discord.realm.guild(discord.guild_id).name},
        "bot": {"id": str(discord.bot_id), "name": discord.realm.user(discord.bot_id).display_name},
        "rooms": {
            "general": str(discord.general_channel_id),
            "order": str(discord.order_channel_id),
            "review": str(discord.review_channel_id),
        },
        "people": [
            {"key": role, "id": str(person.id), "name": person.name, "locale": person.locale}
            for role, person in people.items()
        ],
        "telegram": telegram,
        "guide": guide,
        "weather": weather,
        "upload_limit": discord.realm.rules.upload_limit,
    }


def outcome(interaction: Interaction) -> dict[str, Any]:
    """Return how an interaction went; messages travel by the event stream."""
    return {
        "id": interaction.id,
        "state": str(interaction.state),
        "error": interaction.error,
        "modal": interaction.modal.to_json() if interaction.modal else None,
    }


async def body_of(request: web.Request) -> Body:
    """Read a request: JSON, or a form with a `json` field and files.

    Raises ValueError where it is neither, and HTTPRequestEntityTooLarge above the limits.
    """
    if not request.content_type.startswith("multipart/"):
        return Body(_object(await request.text()), [])
    document: dict[str, Any] = {}
    files: list[tuple[str, str, bytes]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form within a form")
        if part.name == "json":
            document = _object(await part.text())
        elif part.filename:
            files.append((part.name or "", part.filename, await _blob(part)))
            if len(files) > MOST_FILES:
                raise web.HTTPRequestEntityTooLarge(MOST_FILES, len(files))
    return Body(document, files)


async def _blob(part: BodyPartReader) -> bytes:
    blob = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        blob += chunk
        if len(blob) > UPLOAD_LIMIT:
            raise web.HTTPRequestEntityTooLarge(UPLOAD_LIMIT, len(blob))
    return bytes(blob)


def _object(text: str) -> dict[str, Any]:
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("not an object")
    return document
