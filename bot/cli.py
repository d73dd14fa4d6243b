"""The verbs. Each one imports what it needs when it is called, so that ``bgm --help`` answers at once."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.terminal import language as _language
from bot.terminal import open_missing_streams, run_line, show_what_can_be_shown
from bot.terminal import say as _say

T = TypeVar("T")

cli = typer.Typer(
    name="bgm",
    help="A shop in chat with which one person sells AI-made background music.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _spoken(language: str) -> str:
    """Speak the language that was asked for, in errors too, which are told where the option is not known."""
    if language:
        os.environ["LC_ALL"] = language
    return language


Language = Annotated[str, typer.Option("--language", "-l", help="ko or en; default: the terminal's.", callback=_spoken)]
Json = Annotated[bool, typer.Option("--json", help="Logs as JSON, one object a line.")]
Test = Annotated[bool, typer.Option("--test", help="Permit test keys: no real money moves.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("bgm-kiosk"))
        raise typer.Exit


@cli.callback()
def _bgm(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a verb; a deliberate error is one sentence and exit status 2, never a traceback."""
    open_missing_streams()
    show_what_can_be_shown()
    sys.exit(run_line(cli))


@cli.command()
def run(test: Test = False, json: Json = False) -> None:
    """Open the shop until it is stopped: chat, payments, music, web."""
    from bot.app import serve
    from bot.settings.environment import Environment

    _logs(json)
    _run(serve(Environment.read(), test=test))


@cli.command()
def worker(
    engine: Annotated[str, typer.Option(help="The engine that composes; default: BGM_ENGINE.")] = "",
    json: Json = False,
) -> None:
    """Only compose, on this or any other machine.

    Takes work from the shop's database.
    """
    from bot.settings.environment import Environment
    from bot.worker import compose_only

    _logs(json)
    environment = Environment.read()
    _run(compose_only(environment.model_copy(update={"bgm_engine": engine}) if engine else environment))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    language: Language = "",
) -> None:
    """The whole shop in a little world of its own, to play with.

    Opens a page on which you are its buyer and its operator. Nothing real is touched.
    """
    from bot.demo import play

    _run(play(port, language or _language(), open_browser=browser))


@cli.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Where to listen; loopback only, unless you know why.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 0,
    forward_to: Annotated[str, typer.Option(help="The shop's address, for webhooks.")] = "",
) -> None:
    """Only that world: Discord, Telegram and Stripe on this machine.

    Prints one JSON line, then serves.
    """
    from bot.demo import refuse_live_keys, with_the_address_named
    from bot.sandbox.world import serve

    refuse_live_keys()
    where = forward_to or f"http://{os.environ.get('HTTP_HOST', '127.0.0.1')}:{os.environ.get('HTTP_PORT', '8080')}"
    with with_the_address_named(host, port):
        _run(serve(host, port, where, lambda line: print(line, flush=True)))


@cli.command()
def setup(language: Language = "") -> None:
    """Ask for what the shop needs, check it, and write it to .env.

    Each answer is checked with its service.
    """
    from bot.setup import ask

    _run(ask(Path(".env"), language or _language()))


@cli.command()
def check(language: Language = "", test: Test = False) -> None:
    """Name everything that is missing or wrong, with its remedy."""
    from bot.check import Level, checkup
    from bot.settings.environment import Environment
    from bot.setup import show

    findings = _run(checkup(Environment.read(), test=test))
    show(findings, language or _language())
    if any(finding.level is Level.BAD for finding in findings):
        raise typer.Exit(1)


@cli.command()
def order(
    mood: Annotated[str, typer.Option(help="A mood of config/moods.toml, e.g. calm.")],
    out: Annotated[Path, typer.Option(help="Folder for the finished files.")],
    length: Annotated[str, typer.Option("--seconds", "--length", help="45, 1:30 or 2분.")] = "60",
    purpose: Annotated[str, typer.Option(help="youtube, podcast, game, ad …")] = "youtube",
    details: Annotated[str, typer.Option(help="Your own words.")] = "",
    style: Annotated[str, typer.Option(help="lo-fi, cinematic, jazz …")] = "",
    tempo: Annotated[str, typer.Option(help="Beats per minute.")] = "",
    key: Annotated[str, typer.Option(help="For example: D minor.")] = "",
    loop: Annotated[bool, typer.Option("--loop", help="A seamless loop.")] = False,
    approve: Annotated[str, typer.Option(help="best, ask (the best if nobody answers), or a take's number.")] = "ask",
    language: Language = "",
) -> None:
    """One order from brief to licence, into a folder.

    On this machine alone: nobody is asked, nothing is sent.
    """
    from bot.headless import Wish, make

    wish = Wish(mood, length, purpose, details, style, tempo, key, loop)
    _logs(as_json=False, level="WARNING")
    _run(make(wish, out, approve, language or _language()))


engines = typer.Typer(help="The engines: may they sell, do they run here; weights and terms.", rich_markup_mode=None)
cli.add_typer(engines, name="engines")


@engines.callback(invoke_without_command=True)
def list_engines(context: typer.Context, language: Language = "") -> None:
    """List the engines: may their music be sold, can this machine run them, what they can do, how fast."""
    from bot.engines import show

    if context.invoked_subcommand is None:
        _run(show(language or _language()))


@engines.command("pull")
def pull_engine(
    name: Annotated[str, typer.Argument(help="musicgen, ace-step or stable-audio-3.")],
    source: Annotated[Path | None, typer.Option("--from", help="A folder of weights, for machines offline.")] = None,
    language: Language = "",
) -> None:
    """Fetch an engine's weights and check every hash.

    They are kept in the data folder.
    """
    from bot.engines import fetch

    fetch(name, source, language or _language())


@engines.command("accept")
def accept_engine(
    name: Annotated[str, typer.Argument(help="The engine whose terms are accepted.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the terms have been read.")] = False,
    language: Language = "",
) -> None:
    """Show on what condition its music may be sold, and accept it."""
    from bot.engines import accept

    _run(accept(name, language or _language(), sure=yes))


@cli.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A track, a licence PDF or its licence.json.")],
    certificate: Annotated[Path | None, typer.Option(help="The licence PDF to hold a track against.")] = None,
    language: Language = "",
) -> None:
    """Say what a file proves, offline.

    By its provenance, inaudible mark, certificate and signature. Status 1: it is not proven.
    """
    from bot.verify import verify as proven

    if not _run(proven(file, certificate, language or _language())):
        raise typer.Exit(1)


@cli.command()
def ledger(
    month: Annotated[str, typer.Option(help="For example 2026-11; default: this month.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="Every movement as CSV, to FILE or to the terminal.")] = False,
    file: Annotated[Path | None, typer.Argument(help="With --csv: the file to write.")] = None,
    language: Language = "",
) -> None:
    """What a month brought, and what is left of it.

    Payments, fees, refunds and disputes.
    """
    from bot.ledger import report

    _run(report(month, language or _language(), as_csv=csv or file is not None, file=file))


@cli.command()
def evidence(
    order: Annotated[str, typer.Argument(help="The order's number.")],
    out: Annotated[
        Path, typer.Option(help="Folder for the papers; default: evidence-ORDER.", show_default=False)
    ] = Path(),
    language: Language = "",
) -> None:
    """Collect what proves an order, for a bank that asks.

    Consents, hashes, licence and hand-over.
    """
    from bot.evidence import collect

    folder = out if out != Path() else Path(f"evidence-{order}")
    _run(collect(order.upper(), folder, language or _language()))


@cli.command()
def listen(
    out: Annotated[Path, typer.Option(help="Folder for the page, the sounds and the pictures.")],
    mood: Annotated[list[str], typer.Option(help="Only these moods; may be repeated.")] = [],  # noqa: B006
    style: Annotated[list[str], typer.Option(help="Only these styles; may be repeated.")] = [],  # noqa: B006
    seconds: Annotated[int, typer.Option(min=5, max=600, help="Length of each piece.")] = 20,
    language: Language = "",
) -> None:
    """Compose every mood in every style, with a page to hear them.

    And a picture of each score.
    """
    from bot.headless import write_page

    write_page(out, mood, style, seconds, language or _language())


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="The archive to write, e.g. shop.tar.gz.")]) -> None:
    """Write the whole shop into one archive.

    Database, media, signing keys and config; the shop may be open meanwhile.
    """
    from bot.backup import save
    from bot.settings.environment import Environment

    _run(save(Environment.read(), file, _say))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The archive that backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Put an archive back in place; the shop must be closed."""
    from bot.backup import load
    from bot.settings.environment import Environment

    _run(load(Environment.read(), file, force=force, say=_say))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _logs(as_json: bool, level: str = "INFO") -> None:
    from bot.logs import start_logging

    start_logging(as_json=as_json, level=os.environ.get("LOG_LEVEL", level))
