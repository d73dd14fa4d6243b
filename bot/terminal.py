"""What is read at the terminal: a verb is run, and whatever it says comes in the language of whoever reads it.

Texts are loaded only when something is to be said, so that ``bgm --help`` answers at once.
"""

import codecs
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.exceptions import TyperException

from bot.errors import BadSetting, ShopError, of_system

if TYPE_CHECKING:
    from bot.texts import Texts

WRONG, INTERRUPTED = 2, 130
"""Exit statuses."""

LAST_STREAM = 2
"""The descriptor of standard error."""

_PLAIN = str.maketrans("✓✗·→“”‘’–—×…", "vx->\"\"''--x.")
"""What stands for a sign on a terminal whose encoding lacks it; for everything else a question mark does."""


def open_missing_streams() -> None:
    """Give a process that was started without standard streams (``<&-``, some launchers) empty ones: the next file to
    be opened would take their place, and be read or written as if it were the terminal."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STREAM:
        os.set_inheritable(number, True)
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as the process lives


def show_what_can_be_shown() -> None:
    """Let a terminal of another encoding than UTF-8 show all it has signs for, instead of ending with a traceback."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(sign if sign.isascii() else "?" for sign in lacking), error.end


def run_line(cli: typer.Typer) -> int:
    """Run the line that was typed and return its exit status; a deliberate error is a sentence, never a traceback."""
    try:
        return _called(cli) or 0
    except typer.Abort:
        return INTERRUPTED
    except TyperException as error:
        said = _usage(error)
    except BadSetting as error:
        texts = _texts()
        said = "\n".join(texts.error(language(), problem) for problem in error.problems)
    except ShopError as error:
        said = _sentence(error)
    except OSError as error:
        if error.filename is None:
            raise
        said = _sentence(ShopError(str(error), text="error-system", file=error.filename, reason=of_system(error)))
    typer.echo(said, err=True)
    return WRONG


def language() -> str:
    """Return the terminal's language; where the machine names none, the shop's."""
    from bot.texts import machine_language

    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if named.partition(".")[0] not in ("", "C", "POSIX"):
        return machine_language(os.environ)
    return _shop_language()  # a service's machine speaks no language; whoever reads its log set one for the shop


def say(key: str, /, **values: object) -> None:
    """Print a sentence."""
    typer.echo(_texts().say(language(), key, **values))


def _called(cli: typer.Typer) -> int | None:
    """Run what was typed. Its help is in the terminal's language; English ones need no texts, and answer at once."""
    command, asks = typer.main.get_command(cli), len(sys.argv) == 1 or "--help" in sys.argv
    if not asks or (spoken_here := language()) == "en":
        return command(standalone_mode=False)  # type: ignore[no-any-return]
    from bot.usage import spoken, worded

    texts, page = _texts(), io.StringIO()
    spoken(command, texts, spoken_here)
    try:
        with contextlib.redirect_stdout(page):
            return command(standalone_mode=False)  # type: ignore[no-any-return]
    finally:
        typer.echo(worded(page.getvalue(), texts, spoken_here), nl=False)


def _usage(error: TyperException) -> str:
    from bot.usage import sentence, worded

    if type(error).__name__ == "NoArgsIsHelpError":
        return worded(error.format_message(), _texts(), language())
    return sentence(_texts(), language(), error)


def _sentence(error: ShopError) -> str:
    texts = _texts()
    if not texts.has(language(), error.text):
        return str(error)
    sentence = texts.error(language(), error)
    # A sentence for a whole class of errors hides the reason, which whoever sits at the terminal needs.
    return f"{sentence}\n({error})" if error.text == type(error).text else sentence


def _texts() -> "Texts":
    from bot.settings.files import folders
    from bot.texts import Texts

    return Texts(folders(None))


def _shop_language() -> str:
    from bot.settings.environment import Environment
    from bot.settings.files import folders
    from bot.settings.shop import load_shop
    from bot.texts import DEFAULT_LANGUAGE

    try:
        return load_shop(folders(Environment.read().bgm_config)).language or DEFAULT_LANGUAGE
    except BadSetting:
        return DEFAULT_LANGUAGE
