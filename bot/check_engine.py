"""What the checkup says of the engine: may it sell, can it be loaded here, do its hours leave orders enough time."""

from datetime import UTC, datetime

from bot.check import Finding, Level, good, warn
from bot.configuration import Config
from bot.errors import BadSetting
from bot.generation.engine import NeuralKind
from bot.generation.readiness import must_be_known, must_be_loadable
from bot.generation.rights import EngineKind, acceptance_note, must_be_accepted, sellable_engine
from bot.generation.stock import weights_of
from bot.settings.environment import Environment
from bot.settings.shop import Shop
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook

TO_COMPOSE = 2.0
"""Hours that should be left to an order that came in when the engine's hours had just ended."""


async def look(environment: Environment) -> list[Finding]:
    """Look at the engine that is to compose; the composer is always ready and goes without saying."""
    config = Config.read(environment.bgm_config)
    shop = config.shop
    found = [] if shop.work.compose else [good("checkup-engine-elsewhere")]
    try:
        kind = sellable_engine(environment.bgm_engine)
        must_be_known(shop.engines.models)
        if not isinstance(kind, NeuralKind):
            return found
        must_be_accepted(kind, await _note(environment, config, kind))
        if shop.work.compose:
            weights = weights_of(kind.name, environment.bgm_data, shop.engines.models, kind.repository)
            must_be_loadable(kind, weights)
            found.append(good("checkup-engine", engine=kind.name))
    except BadSetting as error:
        found.append(Finding(Level.BAD, error.text, error.values))
    return [*found, *_hours(shop)]


async def _note(environment: Environment, config: Config, kind: EngineKind) -> dict[str, object] | None:
    """Return the record that the operator accepted the engine's condition."""
    database = open_database(environment.database)
    try:
        await database.upgrade()
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        return await book.recall(acceptance_note(kind.name))
    finally:
        await database.close()


def _hours(shop: Shop) -> list[Finding]:
    """Warn where an order may wait for the engine's hours until its money goes back."""
    if shop.times.compose >= shop.engines.closed_a_day / 3600 + TO_COMPOSE:
        return []
    return [warn("checkup-engine-hours", hours=shop.engines.hours, within=f"{shop.times.compose:g}")]
