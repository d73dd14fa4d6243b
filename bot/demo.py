"""The whole shop on this machine: the sandbox world around it, the real shop inside it with both doorways open, and a
page to play on."""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from rich.console import Console

from bot.commands import operators_tongue
from bot.errors import BadSetting, Problem, ShopError, of_system
from bot.orders.policy import Policy
from bot.sandbox.world import World
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook
from bot.texts import Texts, language_of

FOLDER = Path("demo")
"""Database, media and log of the demo; made anew each time, since the world outside forgets as well."""

OPENS_WITHIN = 180.0
"""Seconds until the shop must answer; one that fails is noticed at once, a busy machine takes its time."""

REGISTERS_WITHIN = 30.0
"""Seconds that its commands are waited for after that; the page tells of their coming, too."""

UNHEARD = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)
"""How the system says that nobody can be heard at an address."""

_SETTINGS = {name.upper() for name in Environment.model_fields}


def refuse_live_keys() -> None:
    """Play money and real money must never meet.

    :raises BadSetting: if a live Stripe key stands in the environment or ``.env``.
    """
    key = Environment.read().stripe_secret_key
    if key is not None and "_live_" in key.get_secret_value():
        message = "STRIPE_SECRET_KEY: the sandbox does not start beside a live key; unset it, or work in another folder"
        raise BadSetting([Problem(message, "problem-sandbox-live")])


async def play(port: int, language: str, *, open_browser: bool, folder: Path = FOLDER) -> None:
    """Start world and shop, show the page, and end both together.

    :raises BadSetting: beside a live key; :raises ShopError: if the shop does not open.
    """
    refuse_live_keys()
    screen, texts = Console(), Texts(folders(None))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    address = f"http://127.0.0.1:{_free_port()}"
    with screen.status(texts.say(language, "demo-opening")):
        world = await _open_world(port, address)
    try:
        async with tongues_followed(world, folder):
            shop = await _open_shop(folder, address, world.card())
            try:
                with screen.status(texts.say(language, "demo-opening")):
                    await _answers(shop, address, folder)
                    await _offers_commands(world)
                page = str(world.card()["page"])
                screen.print(texts.say(language, "demo-open", page=page), markup=False, highlight=False)
                if open_browser:
                    await asyncio.to_thread(webbrowser.open, page)
                await _until_stopped(shop, folder)
            finally:
                await _close_shop(shop)
    finally:
        await world.stop()


async def _open_world(port: int, address: str) -> World:
    with with_the_address_named("127.0.0.1", port):
        return await World.start(port=port, forward_to=address)


@contextlib.contextmanager
def with_the_address_named(host: str, port: int) -> Iterator[None]:
    """Say which address a world cannot listen on.

    :raises BadSetting: for a port that is taken or not for everybody, or a host that is not this machine.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in UNHEARD and not isinstance(error, socket.gaierror):
            raise
        message = f"--host, --port: {host}:{port} cannot be listened on ({error.strerror}); name another, or none"
        place = f"{host}:{port}"
        raise BadSetting([Problem(message, "problem-demo-port", place=place, reason=of_system(error))]) from None


@asynccontextmanager
async def tongues_followed(world: World, folder: Path) -> AsyncIterator[None]:
    """Let the shop speak to the operator as the page's switch says, also before they have pressed anything in it.

    Outside the demo the shop learns an operator's language from what they press or write; here it is noted for it.
    """
    database = open_database(f"sqlite:///{(folder / 'shop.sqlite3').resolve()}")
    book = OrderBook(database, Policy(), lambda: datetime.now(UTC))

    async def note(locale: str) -> None:
        await book.remember(operators_tongue.NOTE, {"person": "", "language": language_of(locale)})

    try:
        await database.upgrade()
        await note(world.discord.person(world.discord.operator_id).locale)
        world.page.on_locale = note
        yield
    finally:
        await database.close()


async def _open_shop(folder: Path, address: str, card: dict[str, object]) -> asyncio.subprocess.Process:
    with (folder / "shop.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--test",
            env=_environment(folder, address, card), cwd=folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _environment(folder: Path, address: str, card: dict[str, object]) -> dict[str, str]:
    """Return the shop's environment: nothing of the operator's own shop reaches the demo, except the config folder."""
    discord, telegram, stripe = card["discord"], card["telegram"], card["stripe"]
    assert isinstance(discord, dict)
    assert isinstance(telegram, dict)
    assert isinstance(stripe, dict)
    env = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    if config := os.environ.get("BGM_CONFIG"):
        env["BGM_CONFIG"] = str(Path(config).resolve())
    return env | {
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "DISCORD_TOKEN": discord["token"],
        "DISCORD_GUILD_ID": discord["guild_id"],
        "DISCORD_REVIEW_CHANNEL_ID": discord["review_channel_id"],
        "DISCORD_API_BASE": discord["api"],
        "DISCORD_GATEWAY_URL": discord["gateway"],
        "TELEGRAM_TOKEN": telegram["token"],
        "TELEGRAM_REVIEW_CHAT_ID": telegram["review_chat_id"],
        "TELEGRAM_API_BASE": telegram["api"],
        "OPERATOR_IDS": f"discord:{discord['operator_id']},telegram:{telegram['operator_id']}",
        "STRIPE_SECRET_KEY": stripe["key"],
        "STRIPE_WEBHOOK_SECRET": stripe["webhook_secret"],
        "STRIPE_API_BASE": stripe["api"],
        "HTTP_PORT": address.rpartition(":")[2],
        "PUBLIC_URL": address,
        "BGM_DATA": str(folder.resolve()),
    }


async def _answers(shop: asyncio.subprocess.Process, address: str, folder: Path) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(OPENS_WITHIN), aiohttp.ClientSession() as web:
            while shop.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with web.get(f"{address}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)
    raise _failed("demo-unopened", folder)


async def _offers_commands(world: World) -> None:
    """Wait until ``/bgm`` can be typed: the shop registers its commands after the doors are open."""
    for _ in range(int(REGISTERS_WITHIN * 10)):
        if world.discord.realm.commands[None]:
            return
        await asyncio.sleep(0.1)


async def _until_stopped(shop: asyncio.subprocess.Process, folder: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    ends = [asyncio.create_task(stop.wait()), asyncio.create_task(shop.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if not stop.is_set():
        raise _failed("demo-closed", folder)


async def _close_shop(shop: asyncio.subprocess.Process) -> None:
    if shop.returncode is None:
        shop.terminate()
        try:
            await asyncio.wait_for(shop.wait(), 15)
        except TimeoutError:
            shop.kill()
            await shop.wait()


def _failed(text: str, folder: Path) -> ShopError:
    log = str(folder / "shop.log")
    return ShopError(f"the shop is not open; its log is {log}", text=text, log=log, tail=_tail(folder))


def _tail(folder: Path, lines: int = 15) -> str:
    return "\n".join((folder / "shop.log").read_text("utf-8", "replace").splitlines()[-lines:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
