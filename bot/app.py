"""The only wiring place: builds the shop with its doorways, starts everything in order, stops it in reverse."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot import doors, tills
from bot.commands import operators_tongue
from bot.commands.notices import Notices
from bot.commands.services import Services
from bot.commands.today import morning
from bot.configuration import Config
from bot.delivery.live import LiveProgress
from bot.delivery.proof import named_certificate
from bot.doors import Doors, open_doors, review_places
from bot.errors import BadSetting, Problem, of_system
from bot.generation.rights import sellable_engine
from bot.insight.morning import Morning
from bot.keys_known import unknown_keys
from bot.lock import only_one
from bot.orders.order import Order, State
from bot.orders.pricing import quote, revision_quote
from bot.payments.bank_desk import BankDesk, Teller
from bot.payments.cashier import Cashier
from bot.payments.provider import Provider
from bot.payments.reconcile import Reconciler
from bot.payments.stars import StarsProvider
from bot.running import running, until_told_to_stop
from bot.screens import Doorway
from bot.settings.environment import Environment
from bot.shop import Core
from bot.tills import open_cashier, open_tills, prices_for, ways
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
    sellable_engine(environment.bgm_engine)
    _must_be_complete(environment, config, test=test)
    with only_one(environment.bgm_data):
        await _must_be_known(environment, config, test=test)
        async with opened(environment, config):
            log.info("shop_open", address=environment.address, engine=environment.bgm_engine)
            await until_told_to_stop()
            log.info("shop_closing")


@asynccontextmanager
async def opened(environment: Environment, config: Config) -> AsyncIterator[Core]:
    """Build and start the whole shop; at the end stop it in reverse order."""
    async with AsyncExitStack() as stack:
        # 1. Memory
        core = Core(environment, config)
        stack.push_async_callback(core.close)
        await core.open()
        if config.shop.work.compose:
            core.music.must_be_loadable()
        await operators_tongue.read(core.book, core.tongue)
        # 2. Doorways
        providers: dict[str, Provider] = {}
        cashier = open_cashier(environment, core, providers)
        shop = services(environment, core, providers, cashier)
        chats = open_doors(environment, config.shop, shop)
        doorways = chats.doorways
        shop.doorways.update(doorways)
        # 3. Money
        bank = BankDesk(core.book, core.places(doorways, shop.review_places))
        providers.update(open_tills(environment, core, chats.telegram.till if chats.telegram else None, bank))
        for provider in providers.values():
            stack.push_async_callback(provider.stop)
        # 4. Pages, before anybody is sent to one
        await stack.enter_async_context(_pages(environment, core, cashier, chats))
        # 5. Whoever does the work
        postman = core.postman(doorways)
        desk = core.desk(doorways, shop.review_places)
        hands = {
            **cashier.hands,
            **({"compose": core.music.composing.compose} if config.shop.work.compose else {}),
            "correct": core.correcting.correct,
            "post_card": desk.post_card,
            "update_card": desk.update_card,
            "alert_operator": desk.alert_operator,
            "paper": core.notary(doorways).paper,
            "letter": core.letters(doorways, shop.review_places).letter,
            "master": core.packing.master,
            "certify": core.packing.certify,
            "tell_buyer": postman.tell_buyer,
            "hand_over": postman.hand_over,
            "hand_over_thread": postman.hand_over_thread,
            "hand_over_claim": postman.hand_over_claim,
            "hand_over_mail": postman.hand_over_mail,
        }
        await stack.enter_async_context(chats.connected(environment))
        # 6. Whoever keeps watch over the money: what was paid in time while the shop was off counts as paid only if it
        #    is heard of before the runner judges deadlines
        poll = POLL_SECONDS_BESIDE_WEBHOOK if environment.stripe_webhook_secret else POLL_SECONDS
        reconciler = Reconciler(core.book, cashier, providers, poll_seconds=poll)
        stack.push_async_callback(reconciler.stop)
        await reconciler.start()
        # 7. The work itself
        runner = core.music.runner(hands)
        stack.push_async_callback(runner.stop)
        await runner.start()
        live = LiveProgress(postman, core.book, core.jobs, left=core.music.seconds_left)
        await stack.enter_async_context(running(live.run(), "live progress"))
        await stack.enter_async_context(running(core.retention().run(), "retention"))
        await stack.enter_async_context(running(core.warm(), "warming up"))
        await stack.enter_async_context(running(operators_tongue.follow(core.book, core.tongue), "operator's language"))
        if digest := _digest(core, shop, doorways):
            await stack.enter_async_context(running(digest.run(), "morning digest"))
        yield core


def _must_be_complete(environment: Environment, config: Config, *, test: bool) -> None:
    if problems := _lacking(environment, config, test=test):
        raise BadSetting(problems)


async def _must_be_known(environment: Environment, config: Config, *, test: bool) -> None:
    """Refuse keys that their services refuse, where nothing is left without them; else only say so: a token that was
    called back overnight must not close the other doorway, too."""
    unknown = await unknown_keys(environment)
    if unknown and _lacking(environment.model_copy(update=dict.fromkeys(unknown)), config, test=test):
        raise BadSetting(list(unknown.values()))
    for name, problem in unknown.items():
        log.error("key_refused", setting=name.upper(), problem=str(problem))


def _lacking(environment: Environment, config: Config, *, test: bool) -> list[Problem]:
    problems = doors.lacking(environment, config.shop)
    if not environment.operator_ids:
        message = "OPERATOR_IDS: nobody may approve orders; set it to your user id, e.g. discord:123456789"
        problems.append(Problem(message, "problem-operators"))
    return problems + tills.lacking(environment, config.shop, config.prices, test=test)


def services(environment: Environment, core: Core, providers: Mapping[str, Provider], cashier: Cashier) -> Services:
    """Return the shop as commands and doorways see it; ``providers`` may be filled later."""
    config, prices = core.config, prices_for(core.config.prices, core.config.shop)

    def pay_link(order: Order) -> str | None:
        if tills.way_of(order) != "stripe":
            return None
        known = environment.public_url is not None or "checkout" in order.data
        return core.links.for_payment(order) if known else None

    async def download_link(order: Order) -> str | None:
        return core.links.for_order(order) if order.state is State.DELIVERED else None

    async def send_bill(order: Order) -> None:
        provider = providers[tills.way_of(order)]
        assert isinstance(provider, StarsProvider), order.id
        await provider.send_bill(order)

    return Services(
        book=core.book,
        queue=core.jobs,
        texts=config.texts,
        catalogue=core.catalogue,
        menu=config.menu,
        policy=config.policy,
        front=config.front(environment.bgm_engine),
        quote=lambda brief, person: quote(brief, prices(person)),
        revision_price=lambda person, free: revision_quote(prices(person), free=free),
        scope=lambda locale, purpose: config.terms.grant(purpose).short.say(locale),
        is_operator=core.operators(review_places(environment, config.shop)),
        pay_link=pay_link,
        download_link=download_link,
        clock=core.book.clock,
        totals=core.ledger.totals,
        report=core.report().screen,
        upload_limits=core.upload_limits,
        purse=core.purse,
        ways=ways(environment, config.shop),
        transfers=Teller(core.transfers, cashier),
        send_bill=send_bill if environment.telegram_token else None,
        certificate_in=lambda file: asyncio.to_thread(named_certificate, file),
        bundles=config.prices.on_sale(),
        currencies=config.prices.sold_in,
        sample=core.samples.sample if environment.bgm_engine == "composer" else None,
        review_places=review_places(environment, config.shop),
        deliveries=core.counter(),
        privacy=core.privacy(),
        tongue=core.tongue,
        presets=core.presets,
        loudness={name: purpose.loudness for name, purpose in config.moods.purposes.items()},
    )


def _digest(core: Core, shop: Services, doorways: Mapping[str, Doorway]) -> Morning | None:
    """Return whoever posts the digest of the morning, or None if the operator wants none."""
    hour = core.config.shop.digest.hour
    if hour is None:
        return None
    zone, clock = ZoneInfo(core.config.shop.timezone), core.book.clock
    return Morning(core.book, partial(morning, shop), core.places(doorways, shop.review_places), hour, zone, clock)


@asynccontextmanager
async def _pages(environment: Environment, core: Core, cashier: Cashier, chats: Doors) -> AsyncIterator[None]:
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
            notices=Notices(config.texts, config.front(environment.bgm_engine), config.policy),
            doors=partial(chats.addresses, environment, config.shop),
            webhook=hear if environment.stripe_webhook_secret else None,
            updates=chats.telegram.webhook.hear if chats.telegram else None,
            counter=core.counter(),
            public_key=core.public_key,
            checks={"database": _database_check(core), "workers": core.music.idle, **chats.checks},
            clock=core.book.clock,
        )
    )
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await _listen(runner, environment)
        async with running(StageClock(metrics, core.book, core.book.clock()).run(), "stage clock"):
            yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, environment: Environment) -> None:
    try:
        await web.TCPSite(runner, environment.http_host, environment.http_port).start()
    except OSError as error:
        place = f"{environment.http_host}:{environment.http_port}"
        message = f"HTTP_PORT: {place} cannot be listened on ({error.strerror}); choose another port"
        raise BadSetting([Problem(message, "problem-port", place=place, reason=of_system(error))]) from None


def _database_check(core: Core) -> Callable[[], Awaitable[str]]:
    async def check() -> str:
        await core.book.recall("healthz")
        return ""

    return check
