"""Ask the operator for what the shop needs, check every answer with its service, and only then write ``.env``."""

import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Column, Table

from bot import setup_telegram
from bot.chat.discord.checkup import Checkup, Spot, Standing, visit
from bot.check import Finding, Level
from bot.errors import BadInput, BadSetting, NotFound, ShopError, TryLater
from bot.payments.keys import check_key, wrong_webhook_secret
from bot.payments.stripe import ping
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.texts import Texts

REVIEW_NAMES = ("review", "검수", "리뷰")
"""Channels whose name holds one of these are offered first as the operator's private channel."""


@dataclass(slots=True)
class Interview:
    """A conversation at the terminal: sentences out, answers in, and the answers that have been checked."""

    texts: Texts
    language: str
    console: Console
    answers: dict[str, str] = field(default_factory=dict)
    lines: TextIO = field(default_factory=lambda: sys.stdin)

    def say(self, key: str, /, **values: object) -> None:
        """Print a sentence."""
        self.console.print(self.texts.say(self.language, key, **values), highlight=False, markup=False)

    def warn(self, key: str, /, **values: object) -> None:
        """Print a warning and what to do about it, the sentence ``<key>-remedy``."""
        for name in (key, f"{key}-remedy"):
            self.say(name, **values)

    def ask(self, key: str, /, *, secret: bool = False, default: str = "", **values: object) -> str:
        """Return a typed line; secrets are not shown while typed. Empty means the default."""
        prompt = self.texts.say(self.language, key, **values) + (f" [{default}]" if default else "") + ": "
        if secret and self.lines.isatty():
            typed = getpass.getpass(prompt)
        else:
            self.console.print(prompt, end="", markup=False, highlight=False)
            line = self.lines.readline()
            if not line:
                raise BadInput("the answers ended before the questions", text="setup-ended")
            typed = line
        return typed.strip() or default

    def choose(self, key: str, spots: Sequence[Spot], preferred: Spot | None) -> Spot | None:
        """Return one of the spots by its number or name, or None to look again; asks until one is named."""
        for number, spot in enumerate(spots, 1):
            self.console.print(f"  {number}. {spot.name}", markup=False, highlight=False)
        while True:
            typed = self.ask(key, default=preferred.name if preferred else "")
            if not typed:
                return None
            for number, spot in enumerate(spots, 1):
                if typed.removeprefix("#") in (spot.name, str(number), str(spot.id)):
                    return spot
            self.say("setup-not-listed", value=typed)


async def ask(env_file: Path, language: str, interview: Interview | None = None) -> None:
    """Interview the operator and write ``env_file`` (mode 0600), keeping every line it does not know.

    :raises BadInput: if the answers end early; what was checked so far is kept in the file.
    """
    texts = Texts(folders(None))
    talk = interview or Interview(texts, language, Console(stderr=True))
    environment = Environment.read(env_file)
    talk.say("setup-welcome", file=str(env_file))
    try:
        await _discord(talk, environment)
        await setup_telegram.ask(talk, environment)
        await _stripe(talk, environment)
        _address(talk, environment)
    finally:
        write_answers(env_file, talk.answers)
    talk.say("setup-done", file=str(env_file))


async def _discord(talk: Interview, environment: Environment) -> None:
    while True:
        known = environment.discord_token.get_secret_value() if environment.discord_token else ""
        token = talk.ask("setup-discord-token-keep" if known else "setup-discord-token", secret=True) or known
        if not token:
            talk.say("setup-discord-later")
            return
        try:
            async with visit(token, environment.discord_api_base) as discord:
                account = await discord.account()
                talk.say("setup-discord-hello", name=account.name)
                talk.answers["DISCORD_TOKEN"] = token
                server = await _server(talk, discord, account.invitation)
                talk.answers["DISCORD_GUILD_ID"] = str(server.id)
                await _channel(talk, discord, server)
                _operator(talk, account.owner_id)
            return
        except BadInput:  # the answers ended: nobody is there to ask again
            raise
        except TryLater as error:
            talk.say("checkup-discord-away", error=error)
            talk.ask("setup-enter-again")
        except ShopError as error:
            talk.say("checkup-discord-refused", error=error)
            talk.say("checkup-discord-refused-remedy")


async def _server(talk: Interview, discord: Checkup, invitation: str) -> Spot:
    while True:
        while not (servers := await discord.servers()):
            talk.say("setup-invite", invitation=invitation)
            talk.ask("setup-enter-again")
        if len(servers) == 1:
            talk.say("setup-server-found", name=servers[0].name)
            return servers[0]
        if server := talk.choose("setup-server", servers, servers[0]):
            return server


async def _channel(talk: Interview, discord: Checkup, server: Spot) -> None:
    while True:
        talk.say("setup-channel-advice")
        channels = await discord.channels(server.id)
        likely = next((spot for spot in channels if any(name in spot.name for name in REVIEW_NAMES)), None)
        spot = talk.choose("setup-channel", channels, likely)
        if spot is None:
            continue
        try:
            standing = await discord.standing(server.id, spot.id)
        except NotFound:
            standing = Standing(spot.name, ("view_channel",), public=False)
        if standing.public:
            talk.warn("checkup-channel-public", name=spot.name)
        if not standing.missing:
            talk.answers["DISCORD_REVIEW_CHANNEL_ID"] = str(spot.id)
            talk.say("setup-channel-good", name=spot.name)
            return
        talk.say("checkup-permissions", permissions=", ".join(standing.missing))
        talk.say("checkup-permissions-remedy")
        talk.ask("setup-enter-again")


def _operator(talk: Interview, owner: int | None) -> None:
    while True:
        typed = talk.ask("setup-operator", default=str(owner) if owner else "")
        people = [part.strip().removeprefix("discord:") for part in typed.split(",") if part.strip()]
        if people and all(person.isdigit() for person in people):
            talk.answers["OPERATOR_IDS"] = ",".join(f"discord:{person}" for person in people)
            return
        talk.say("setup-operator-wrong", value=typed)


async def _stripe(talk: Interview, environment: Environment) -> None:
    while True:
        known = environment.stripe_secret_key.get_secret_value() if environment.stripe_secret_key else ""
        key = talk.ask("setup-stripe-key-keep" if known else "setup-stripe-key", secret=True) or known
        if not key:
            talk.say("setup-stripe-later")
            return
        try:
            check_key(key, environment.stripe_api_base, test_allowed=True)
            await ping(key, environment.stripe_api_base)
        except ShopError as error:
            talk.say("checkup-stripe-refused", error=error)
            talk.say("checkup-stripe-refused-remedy")
            continue
        talk.answers["STRIPE_SECRET_KEY"] = key
        talk.say("setup-stripe-test" if "_test_" in key else "setup-stripe-live")
        _webhook_secret(talk)
        return


def _webhook_secret(talk: Interview) -> None:
    while secret := talk.ask("setup-webhook-secret", secret=True):
        if (wrong := wrong_webhook_secret(secret)) is None:
            talk.answers["STRIPE_WEBHOOK_SECRET"] = secret
            return
        talk.say("checkup-setting", problem=wrong)


def _address(talk: Interview, environment: Environment) -> None:
    while True:
        typed = talk.ask("setup-address", default=environment.public_url or "")
        if not typed:
            return
        try:
            Environment.read(None, public_url=typed)
        except BadSetting as error:
            for problem in error.problems:
                talk.say("checkup-setting", problem=problem)
            continue
        talk.answers["PUBLIC_URL"] = typed.rstrip("/")
        return


def write_answers(file: Path, answers: Mapping[str, str]) -> None:
    """Put answers into an env file: known lines are replaced in place, all others stay, mode 0600."""
    if not answers:
        return
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    left = dict(answers)
    for number, line in enumerate(lines):
        name = line.partition("=")[0].removeprefix("export ").strip()
        if name in left:
            lines[number] = f"{name}={left.pop(name)}"
    lines += [f"{name}={value}" for name, value in left.items()]
    part = file.with_name(file.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    part.replace(file)


_SIGNS: Mapping[Level, tuple[str, str]] = {
    Level.GOOD: ("✓", "green"),
    Level.WARN: ("!", "yellow"),
    Level.BAD: ("✗", "red"),
}
Show = Callable[[list[Finding], str], None]


def show(findings: list[Finding], language: str) -> None:
    """Print what `bot.check.checkup` found as a table: sign, sentence, remedy."""
    texts = Texts(folders(None))
    table = Table(Column(), Column(overflow="fold"), show_header=False, box=None, padding=(0, 1))
    for finding in findings:
        sign, colour = _SIGNS[finding.level]
        sentence = texts.say(language, finding.text, **finding.values)
        if finding.remedy:
            sentence += "\n→ " + texts.say(language, finding.remedy, **finding.values)
        table.add_row(f"[{colour}]{sign}[/]", sentence.replace("[", "\\["))
    Console().print(table, highlight=False)
