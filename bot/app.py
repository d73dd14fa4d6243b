"""The only wiring place: builds the shop with its doorways, starts everything in order, stops it in reverse."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.chat.discord.client import ShopClient, create_bot
from bot.chat.discord.wire import point_at
from bot.commands.services import Services
from bot.commands.today import morning
from bot.delivery.live import LiveProgress
from bot.errors import BadSetting
from bot.insight.morning import Morning
from bot.lock import only_one
from bot.orders.order import Order, State
from bot.orders.pricing import quote
from bot.payments.bill import bill_of
from bot.payments.cashier import Cashier
from bot.payments.reconcile import Reconciler
from bot.payments.stripe import API_VERSION, Pages, StripeProvider, check_key
from bot.runner import Runner
from bot.screens import Doorway
from bot.settings.environment import Environment
from bot.shop import Config, Core
from bot.web import WebServices, create_web
from bot.web.metrics import Metrics, StageClock

POLL_SECONDS, POLL_SECONDS_BESIDE_WEBHOOK = 5.0, 60.0
"""How often open checkouts are asked about: often where nobody tells us, seldom where a webhook does."""

log = structlog.get_logger(__name__)


async def serve(environment: Environment, *, test: bool) -> None:
    """Open the shop and serve until SIGINT or SIGTERM.

    :raises BadSetting: naming everything that is missing or wrong.
    """
    config = Config.read(environment.bgm_config)
    _must_be_complete(environment, test=test)
    with only_one(environment.bgm_data):
        async with opened(environment, config):
            log.info("shop_open", address=environment.address, engine=environment.bgm_engine)
            await _until_told_to_stop()
            log.info("shop_closing")


async def compose_only(environment: Environment) -> None:
    """Take composing work from the shop's database until SIGINT or SIGTERM.

    :raises BadSetting: naming everything that is missing or wrong.
    """
    core = Core(environment, Config.read(environment.bgm_config))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(core.close)
        await core.open()
        runner = Runner(core.book, core.jobs, {"compose": core.composing.compose}, {"compose": core.studio.processes})
        stack.push_async_callback(runner.stop)
        await runner.start()
        log.info("worker_ready", engine=environment.bgm_engine, processes=core.studio.processes)
        await _until_told_to_stop()


@asynccontextmanager
async def opened(environment: Environment, config: Config) -> AsyncIterator[Core]:
    """Build and start the whole shop; at the end stop it in reverse order."""
    async with AsyncExitStack() as stack:
        # 1. Memory
        core = Core(environment, config)
        stack.push_async_callback(core.close)
        await core.open()
        # 2. Money
        provider = _stripe(environment, core)
        stack.push_async_callback(provider.stop)
        cashier = _cashier(environment, core, provider)
        # 3. Doorways
        client = _discord(environment, core)
        doorways: Mapping[str, Doorway] = {"discord": client.doorway}
        # 4. Pages, before anybody is sent to one
        await stack.enter_async_context(_pages(environment, core, cashier, client))
        # 5. Whoever does the work
        postman = core.postman(doorways)
        desk = core.desk(doorways, _review_places(environment))
        hands = {
            **cashier.hands,
            "compose": core.composing.compose,
            "correct": core.correcting.correct,
            "post_card": desk.post_card,
            "update_card": desk.update_card,
            "alert_operator": desk.alert_operator,
            "master": core.packing.master,
            "certify": core.packing.certify,
            "tell_buyer": postman.tell_buyer,
            "hand_over": postman.hand_over,
            "hand_over_thread": postman.hand_over_thread,
            "hand_over_claim": postman.hand_over_claim,
            "hand_over_mail": postman.hand_over_mail,
        }
        await stack.enter_async_context(_connected(client, environment))
        # 6. Whoever keeps watch over the money: what was paid in time while the shop was off counts as paid only if it
        #    is heard of before the runner judges deadlines
        poll = POLL_SECONDS_BESIDE_WEBHOOK if environment.stripe_webhook_secret else POLL_SECONDS
        reconciler = Reconciler(core.book, cashier, {provider.name: provider}, poll_seconds=poll)
        stack.push_async_callback(reconciler.stop)
        await reconciler.start()
        # 7. The work itself
        runner = Runner(core.book, core.jobs, hands, {"compose": core.studio.processes})
        stack.push_async_callback(runner.stop)
        await runner.start()
        await stack.enter_async_context(_running(LiveProgress(postman, core.book, core.jobs).run(), "live progress"))
        if digest := _digest(environment, core, doorways):
            await stack.enter_async_context(_running(digest.run(), "morning digest"))
        yield core


def _must_be_complete(environment: Environment, *, test: bool) -> None:
    problems = []
    if environment.discord_token is None:
        problems.append("DISCORD_TOKEN: no doorway is open; run `bgm setup`, or set the token of your bot")
    elif environment.discord_review_channel_id is None:
        problems.append("DISCORD_REVIEW_CHANNEL_ID: nobody would hear the takes; run `bgm setup`, it finds the channel")
    if not environment.operator_ids:
        problems.append("OPERATOR_IDS: nobody may approve orders; set it to your user id, e.g. discord:123456789")
    if environment.stripe_secret_key is None:
        problems.append("STRIPE_SECRET_KEY: orders cannot be paid; run `bgm setup`, or set the key")
    else:
        try:
            check_key(environment.stripe_secret_key.get_secret_value(), environment.stripe_api_base, test_allowed=test)
        except BadSetting as error:
            problems += error.problems
    if problems:
        raise BadSetting(problems)


def _stripe(environment: Environment, core: Core) -> StripeProvider:
    assert environment.stripe_secret_key is not None
    address = environment.address
    return StripeProvider(
        environment.stripe_secret_key.get_secret_value(),
        environment.stripe_api_base,
        bill_of(core.config.texts, core.config.name),
        Pages(f"{address}/paid?order={{order}}", f"{address}/cancelled?order={{order}}"),
        shop=core.config.shop.business.name,
        tax=core.config.shop.payments.stripe_tax,
    )


def _cashier(environment: Environment, core: Core, provider: StripeProvider) -> Cashier:
    secret = environment.stripe_webhook_secret
    secrets = [part.strip() for part in secret.get_secret_value().split(",")] if secret else []
    return Cashier(
        core.book, {provider.name: provider}, lambda _order: provider.name, secrets=secrets, version=API_VERSION
    )


def _discord(environment: Environment, core: Core) -> ShopClient:
    point_at(environment.discord_api_base, environment.discord_gateway_url)
    return create_bot(services(environment, core))


def services(environment: Environment, core: Core) -> Services:
    """Return the shop as commands and doorways see it."""
    config, places = core.config, _review_places(environment)

    def pay_link(order: Order) -> str | None:
        known = environment.public_url is not None or "checkout" in order.data
        return core.links.for_payment(order) if known else None

    async def download_link(order: Order) -> str | None:
        return core.links.for_order(order) if order.state is State.DELIVERED else None

    return Services(
        book=core.book,
        queue=core.jobs,
        texts=config.texts,
        catalogue=config.catalogue,
        menu=config.menu,
        policy=config.policy,
        front=config.front(environment.bgm_engine),
        quote=lambda brief, person: quote(brief, config.prices.price_list(config.prices.currency_for(person.locale))),
        scope=lambda locale, purpose: config.terms.grant(purpose).short.say(locale),
        is_operator=lambda person, _place: person in environment.operator_ids,
        pay_link=pay_link,
        download_link=download_link,
        clock=core.book.clock,
        totals=core.ledger.totals,
        report=core.report().screen,
        purse=core.purse,
        ways=lambda person, price: ("stripe",),
        bundles=config.prices.on_sale(),
        review_places=places,
        deliveries=core.counter(),
        operator_locale=config.operator_language,
        loudness={name: purpose.loudness for name, purpose in config.moods.purposes.items()},
    )


def _digest(environment: Environment, core: Core, doorways: Mapping[str, Doorway]) -> Morning | None:
    """Return whoever posts the digest of the morning, or None if the operator wants none."""
    hour = core.config.shop.digest.hour
    if hour is None:
        return None
    zone, clock = ZoneInfo(core.config.shop.timezone), core.book.clock
    screen = partial(morning, services(environment, core))
    return Morning(core.book, screen, doorways, _review_places(environment), hour, zone, clock)


def _review_places(environment: Environment) -> dict[str, str]:
    channel = environment.discord_review_channel_id
    return {} if channel is None else {"discord": f"discord:channel:{channel}"}


@asynccontextmanager
async def _pages(environment: Environment, core: Core, cashier: Cashier, client: ShopClient) -> AsyncIterator[None]:
    config, metrics = core.config, Metrics()

    async def hear(body: bytes, signature: str) -> None:
        await cashier.hear(body, signature)

    async def refresh() -> None:
        metrics.show(await core.book.by_state(), await core.jobs.depth())

    site = create_web(
        WebServices(
            shop=config.shop.business.name,
            texts=config.texts,
            names=config.name,
            terms=config.terms,
            links=core.links,
            orders=core.book,
            media=core.media,
            metrics=metrics,
            refresh=refresh,
            webhook=hear if environment.stripe_webhook_secret else None,
            checks={"database": _database_check(core), "discord": _discord_check(client)},
            clock=core.book.clock,
        )
    )
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await _listen(runner, environment)
        async with _running(StageClock(metrics, core.book, core.book.clock()).run(), "stage clock"):
            yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, environment: Environment) -> None:
    try:
        await web.TCPSite(runner, environment.http_host, environment.http_port).start()
    except OSError as error:
        place = f"{environment.http_host}:{environment.http_port}"
        raise BadSetting(
            [f"HTTP_PORT: {place} cannot be listened on ({error.strerror}); choose another port"]
        ) from None


def _database_check(core: Core) -> Callable[[], Awaitable[str]]:
    async def check() -> str:
        await core.book.recall("healthz")
        return ""

    return check


def _discord_check(client: ShopClient) -> Callable[[], Awaitable[str]]:
    async def check() -> str:
        return "" if client.is_ready() and not client.is_closed() else "not connected"

    return check


@asynccontextmanager
async def _connected(client: ShopClient, environment: Environment) -> AsyncIterator[None]:
    """Keep the connection to Discord up in the background: an outage there must not stop the work here."""
    assert environment.discord_token is not None
    token = environment.discord_token.get_secret_value()
    async with client, _running(client.start(token), "discord"):
        yield


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_report_end)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


def _report_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a part of the shop ended", part=task.get_name(), exc_info=error)


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await stop.wait()
