"""The terminal's own words in the reader's language: its help, and what is said of a line that cannot be used.

English help stands beside each verb and option in `cli`; ``cli-…`` of the texts say the same in every language.
"""

import re
from typing import Any
from unicodedata import east_asian_width

from pydantic import ValidationError
from typer.exceptions import TyperException

from bot.settings.files import reason_of
from bot.texts import Texts

SHARED = ("language", "json", "test", "version")
"""Options that mean the same wherever they stand."""

_WORDS = {
    r"^Usage:": "usage", r"^Options:$": "options", r"^Commands:$": "commands", r"^Arguments:$": "arguments",
    r"(?<=[\[ ])required(?=\])": "required", r"(?<=\[)default:": "default", r"Show this message and exit\.": "help",
    r"(?<=\[)OPTIONS(?=\])": "option", r"(?<= )COMMAND(?= \[ARGS\])": "command", r"(?<=\[)ARGS(?=\])": "argument",
}  # fmt: skip
"""What the library writes around the help, as it is found there, and the ``cli-word-…`` that says it."""

_TYPES = {
    "str": "text",
    "list[str]": "texts",
    "path": "path",
    "int": "number",
    "int range": "number",
    "float": "number",
}
_TYPE = re.compile(rf"<({'|'.join(re.escape(one) for one in sorted(_TYPES, key=len, reverse=True))})>( *)")
"""What is to be typed, as the library calls it, with the room to the next column."""


def spoken(command: Any, texts: Texts, language: str, path: tuple[str, ...] = ()) -> None:
    """Give a command, its options and everything below it their help in a language."""
    for part, key in keys_of(command, path):
        part.help = texts.say(language, key)
    for name, below in getattr(command, "commands", {}).items():
        spoken(below, texts, language, (*path, name))


def keys_of(command: Any, path: tuple[str, ...]) -> list[tuple[Any, str]]:
    """Return a command and those of its parameters that have help, each with the key of its sentence."""
    own = f"cli-{'-'.join(path) or 'bgm'}"
    found = [(command, own)]
    for param in command.params:
        if getattr(param, "help", None):
            name = param.name.replace("_", "-")
            found.append((param, f"cli-{name}" if name in SHARED else f"{own}-{name}"))
    return found


def worded(page: str, texts: Texts, language: str) -> str:
    """Return a page of help with the library's own words in a language."""
    for written, word in _WORDS.items():
        page = re.sub(written, texts.say(language, f"cli-word-{word}"), page, flags=re.MULTILINE)
    return _TYPE.sub(lambda found: _same_width(found, texts.say(language, f"cli-word-{_TYPES[found[1]]}")), page)


def _same_width(found: re.Match[str], word: str) -> str:
    """Return a type's word with as much room after it as keeps the columns: Korean letters are two cells wide."""
    cells = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in word)
    room = len(found[1]) + len(found[2]) - cells
    return f"<{word}>" + " " * (max(1, room) if found[2] else 0)


def sentence(texts: Texts, language: str, error: TyperException) -> str:
    """Return what is wrong with what was typed, and where to look.

    The library names its kinds of errors by classes of a private module; what is not known of them is quoted.
    """
    kinds = {one.__name__ for one in type(error).__mro__}
    context, param = getattr(error, "ctx", None), getattr(error, "param", None)
    said = error.format_message()
    if "MissingParameter" in kinds:
        wrong = texts.say(language, "usage-missing", what=_named(param))
    elif "NoSuchOption" in kinds:
        wrong = texts.say(language, "usage-no-option", option=getattr(error, "option_name", said))
    elif "BadParameter" in kinds:
        cause = error.__cause__ or error.__context__
        reason = reason_of(cause.errors()[0]) if isinstance(cause, ValidationError) else getattr(error, "message", said)
        wrong = texts.say(language, "usage-wrong-value", what=_named(param), reason=reason)
    elif said.startswith("No such command "):
        known = ", ".join(sorted(getattr(getattr(context, "command", None), "commands", ())))
        name = said.removeprefix("No such command ").strip("'.")
        wrong = texts.say(language, "usage-no-verb", verb=name, known=known)
    elif said.startswith("Got unexpected extra argument"):
        wrong = texts.say(language, "usage-extra", words=said.partition("(")[2].rpartition("(")[2].rstrip(")."))
    else:
        wrong = texts.say(language, "usage-other", reason=said)
    path = getattr(context, "command_path", "bgm")
    return f"{wrong}\n{texts.say(language, 'usage-help', command=f'{path} --help')}"


def _named(param: Any) -> str:
    """Return a parameter as it is typed: ``--mood``, or ``FILE``."""
    options = [one for one in getattr(param, "opts", ()) if one.startswith("--")]
    return str(options[0]) if options else str(getattr(param, "name", "")).upper()
