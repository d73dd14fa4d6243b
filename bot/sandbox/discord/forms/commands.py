"""Application commands as they are registered.

Rules: https://discord.com/developers/docs/interactions/application-commands#application-command-object
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from bot.sandbox.discord.forms.problems import Path, Problems

LOCALES = frozenset(
    """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th
    zh-CN ja zh-TW ko
    """.split()  # noqa: SIM905 - thirty short words read better than thirty strings
)
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, NUMBER, ATTACHMENT = 1, 2, 3, 4, 5, 10, 11
MOST_CHARACTERS = 8000
_NAME = re.compile(r"^[-_\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")


def check_command(problems: Problems, body: dict[str, Any], path: Path = ()) -> None:
    """Note every problem of one command; `path` is its place in a bulk overwrite."""
    kind = body.get("type", 1)
    problems.one_of((*path, "type"), kind, (1, 2, 3))
    if kind != 1:
        problems.text((*path, "name"), body.get("name"), 32, 1, needed=True)
        if body.get("description"):
            problems.add(
                (*path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                "Context menu commands cannot have description",
            )
        return
    _check_names(problems, path, body)
    problems.bits((*path, "default_member_permissions"), body.get("default_member_permissions"))
    problems.flag((*path, "dm_permission"), body.get("dm_permission"))
    problems.flag((*path, "nsfw"), body.get("nsfw"))
    problems.numbers((*path, "contexts"), body.get("contexts"), (0, 1, 2))
    problems.numbers((*path, "integration_types"), body.get("integration_types"), (0, 1))
    _check_options(problems, path, body.get("options"), depth=0)
    if not problems.found and _size(body) > MOST_CHARACTERS:
        problems.add(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({MOST_CHARACTERS})",
        )


def check_commands(problems: Problems, bodies: object) -> list[dict[str, Any]]:
    """Note every problem of a bulk overwrite and return its commands."""
    commands = problems.objects((), bodies, 0, 110)
    seen: set[tuple[str, str]] = set()
    for index, body in enumerate(commands):
        check_command(problems, body, (index,))
        key = (str(body.get("type", 1)), str(body.get("name")))
        if key in seen:
            problems.add(
                (index,),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add(key)
    return commands


def _check_names(problems: Problems, path: Path, body: dict[str, Any]) -> None:
    """Check name and description in every language."""
    if problems.text((*path, "name"), body.get("name"), 32, 1, needed=True):
        _check_name(problems, (*path, "name"), str(body["name"]))
    problems.text((*path, "description"), body.get("description"), 100, 1, needed=True)
    for field, most in (("name_localizations", 32), ("description_localizations", 100)):
        translations = _check_translations(problems, (*path, field), body.get(field), most)
        for locale, text in translations.items():
            if field == "name_localizations":
                _check_name(problems, (*path, field, locale), text)


def _check_translations(problems: Problems, path: Path, value: object, most: int) -> dict[str, str]:
    """Check a dictionary of locales and texts; return those texts that are good."""
    if value is None:
        return {}
    good = {}
    for locale, text in (problems.mapping(path, value) or {}).items():
        if locale not in LOCALES:
            problems.add(path, "DICT_TYPE_KEY_VALIDATION", f"Unknown locale {locale}")
        if problems.text((*path, locale), text, most, 1, needed=True):
            good[locale] = text
    return good


def _check_name(problems: Problems, path: Path, name: str) -> None:
    if not _NAME.match(unicodedata.normalize("NFC", name)) or name != name.lower():
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(problems: Problems, path: Path, options: object, depth: int) -> None:
    seen: set[str] = set()
    optional_seen = False
    checked = problems.objects((*path, "options"), options, 0, 25)
    nested = [option.get("type") in (SUBCOMMAND, GROUP) for option in checked]
    if any(nested) and not all(nested):
        problems.add(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )
    for index, body in enumerate(checked):
        where = (*path, "options", index)
        if not problems.one_of((*where, "type"), body.get("type"), range(1, 12)):
            continue
        _check_names(problems, where, body)
        if str(body.get("name")) in seen:
            problems.add(
                where,
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            )
        seen.add(str(body.get("name")))
        if body["type"] in (SUBCOMMAND, GROUP):
            _check_nesting(problems, where, body, depth)
            continue
        if body.get("required") and optional_seen:
            problems.add(
                where,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not body.get("required")
        _check_value_option(problems, where, body)


def _check_nesting(problems: Problems, path: Path, body: dict[str, Any], depth: int) -> None:
    too_deep = depth > 1 or (depth == 1 and body["type"] == GROUP)
    if too_deep:
        problems.add(
            (*path, "type"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command groups cannot be nested",
        )
        return
    _check_options(problems, path, body.get("options"), depth + 1 if body["type"] == GROUP else 2)


def _check_value_option(problems: Problems, path: Path, body: dict[str, Any]) -> None:
    problems.flag((*path, "required"), body.get("required"))
    problems.flag((*path, "autocomplete"), body.get("autocomplete"))
    problems.numbers((*path, "channel_types"), body.get("channel_types"), range(17))
    choices = problems.objects((*path, "choices"), body.get("choices"), 0, 25)
    if choices and body.get("autocomplete"):
        problems.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
            "Autocomplete cannot be set to true if choices are present",
        )
    if body.get("autocomplete") and body["type"] not in (STRING, INTEGER, NUMBER):
        problems.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_TYPE",
            "Autocomplete is not available for this option type",
        )
    check_choices(problems, (*path, "choices"), choices, body["type"])
    for key in ("min_value", "max_value"):
        if body.get(key) is not None and not is_number(body[key]):
            problems.add((*path, key), "NUMBER_TYPE_COERCE", f'Value "{body[key]}" is not float.')
    problems.whole((*path, "min_length"), body.get("min_length"), 0, 6000)
    problems.whole((*path, "max_length"), body.get("max_length"), 1, 6000)


def check_choices(problems: Problems, path: Path, choices: list[Any], kind: int) -> None:
    """Note every problem of an option's choices, registered or answered to autocomplete."""
    for index, choice in enumerate(choices):
        where = (*path, index)
        problems.text((*where, "name"), choice.get("name"), 100, 1, needed=True)
        _check_translations(problems, (*where, "name_localizations"), choice.get("name_localizations"), 100)
        value = choice.get("value")
        if kind == STRING:
            problems.text((*where, "value"), value, 100, needed=True)
        elif kind == INTEGER:
            if problems.required((*where, "value"), value):
                problems.whole((*where, "value"), value, -(2**53), 2**53)
        elif not is_number(value):
            problems.add((*where, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')


def is_number(value: object) -> bool:
    """Return whether a JSON value is a number (true and false are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _size(body: dict[str, Any]) -> int:
    """Return the characters that count: the longest translation of each text, options and choices included."""

    def longest(field: str) -> int:
        texts = [body.get(field) or "", *(body.get(f"{field}_localizations") or {}).values()]
        return max(len(str(text)) for text in texts)

    own = longest("name") + longest("description")
    choices = sum(len(str(c.get("name"))) + len(str(c.get("value"))) for c in body.get("choices") or [])
    return own + choices + sum(_size(option) for option in body.get("options") or [])
