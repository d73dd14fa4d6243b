"""Messages and interaction answers as they are sent or edited."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.forms.commands import check_choices
from bot.sandbox.discord.forms.components import check_message_components, check_modal_components
from bot.sandbox.discord.forms.embeds import check_embeds
from bot.sandbox.discord.forms.problems import Problems

EPHEMERAL, SUPPRESS_EMBEDS, SILENT, LAYOUT = 1 << 6, 1 << 2, 1 << 12, 1 << 15
MOST_CONTENT = 2000
MOST_FILES = 10


def check_message(body: dict[str, Any], uploads: int, layout: bool) -> None:
    """Refuse a message whose fields break a limit.

    `uploads` counts the files sent along; `layout` is true where the message has (or gets) the v2 flag.
    """
    problems = Problems()
    problems.text(("content",), body.get("content"), MOST_CONTENT)
    check_embeds(problems, body.get("embeds"))
    check_message_components(problems, body.get("components"), layout)
    check_allowed_mentions(problems, body.get("allowed_mentions"))
    _check_nonce(problems, body.get("nonce"))
    _check_reference(problems, body.get("message_reference"))
    problems.flag(("enforce_nonce",), body.get("enforce_nonce"))
    problems.flag(("tts",), body.get("tts"))
    problems.whole(("flags",), body.get("flags"), 0, 2**31 - 1)
    _check_attachments(problems, body.get("attachments"), uploads)
    if layout and (body.get("content") or body.get("embeds")):
        field = "content" if body.get("content") else "embeds"
        problems.add(
            (field,),
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    problems.refuse()


def check_allowed_mentions(problems: Problems, value: object) -> None:
    """Note every problem of `allowed_mentions`."""
    if value is None:
        return
    allowed = problems.mapping(("allowed_mentions",), value)
    if allowed is None:
        return
    parse = problems.items(("allowed_mentions", "parse"), allowed.get("parse"), 0, 3)
    for index, kind in enumerate(parse):
        if kind not in (None, "users", "roles", "everyone"):
            problems.add(
                ("allowed_mentions", "parse", index),
                "BASE_TYPE_CHOICES",
                "Value must be one of {'everyone', 'users', 'roles'}.",
            )
    problems.flag(("allowed_mentions", "replied_user"), allowed.get("replied_user"))
    for kind in ("users", "roles"):
        listed = problems.items(("allowed_mentions", kind), allowed.get(kind), 0, 100)
        for index, item in enumerate(listed):
            problems.snowflake(("allowed_mentions", kind, index), item)
        if listed and kind in parse:
            problems.add(
                ("allowed_mentions",),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )


def check_modal(body: object) -> None:
    """Refuse a modal whose fields break a limit."""
    problems = Problems()
    data = problems.mapping(("data",), body)
    if data is not None:
        problems.text(("custom_id",), data.get("custom_id"), 100, 1, needed=True)
        problems.text(("title",), data.get("title"), 45, 1, needed=True)
        check_modal_components(problems, data.get("components"))
    problems.refuse()


def check_autocomplete(body: object, kind: int) -> list[dict[str, Any]]:
    """Refuse bad choices for an option of type `kind`; return the good ones."""
    problems = Problems()
    data = problems.mapping(("data",), body) or {}
    choices = problems.items(("data", "choices"), data.get("choices"), 0, 25)
    check_choices(problems, ("data", "choices"), choices, kind)
    problems.refuse()
    return choices


def _check_nonce(problems: Problems, nonce: object) -> None:
    number = isinstance(nonce, int) and not isinstance(nonce, bool)
    if nonce is None or (number and -(2**63) <= int(str(nonce)) < 2**63):
        return
    problems.text(("nonce",), nonce, 25)


def _check_reference(problems: Problems, value: object) -> None:
    if value:
        reference = problems.mapping(("message_reference",), value) or {}
        for key in ("message_id", "channel_id", "guild_id"):
            problems.snowflake(("message_reference", key), reference.get(key))


def _check_attachments(problems: Problems, attachments: object, uploads: int) -> None:
    listed = problems.objects(("attachments",), attachments, 0, MOST_FILES)
    for index, body in enumerate(listed):
        path = ("attachments", index)
        if problems.required((*path, "id"), body.get("id")):
            problems.snowflake((*path, "id"), body["id"])
        problems.text((*path, "filename"), body.get("filename"), 1024)
        problems.text((*path, "description"), body.get("description"), 1024)
    if uploads > MOST_FILES:
        problems.add(("files",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
