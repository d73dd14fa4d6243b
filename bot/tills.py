"""The money side of the shop: which payment providers are open, which of them takes which order, what each needs."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.chat.telegram.till import Till
from bot.commands.said import Person
from bot.errors import BadSetting, Problem
from bot.orders.order import Order
from bot.orders.pricing import STARS, Price, PriceList
from bot.payments.bank_desk import BankDesk
from bot.payments.bill import bill_of
from bot.payments.cashier import Cashier
from bot.payments.keys import check_key, wrong_webhook_secret
from bot.payments.manual import ManualProvider
from bot.payments.provider import Provider
from bot.payments.stars import StarsProvider
from bot.payments.stripe import API_VERSION, Pages, StripeProvider
from bot.settings.environment import Environment
from bot.settings.prices import Prices
from bot.settings.shop import Shop
from bot.shop import Core


def open_tills(environment: Environment, core: Core, telegram: Till | None, desk: BankDesk) -> Mapping[str, Provider]:
    """Return the providers that have what they need, by name; ``telegram`` is the till of that doorway if it is open,
    ``desk`` asks the operator about bank transfers.

    Where Telegram buyers pay by Stripe, Stars can still be given back; and transfers that are on their way are followed
    also after the shop has ceased to offer them.
    """
    bill = bill_of(core.config.texts, core.config.name)
    found: dict[str, Provider] = {}
    if environment.stripe_secret_key is not None:
        address = environment.address
        found["stripe"] = StripeProvider(
            environment.stripe_secret_key.get_secret_value(),
            environment.stripe_api_base,
            bill,
            Pages(f"{address}/paid?order={{order}}", f"{address}/cancelled?order={{order}}"),
            shop=core.config.shop.business.name,
            tax=core.config.shop.payments.stripe_tax,
        )
    if telegram is not None:
        found["stars"] = StarsProvider(telegram, core.book, bill, timedelta(seconds=core.config.policy.pay_within))
    bank = core.config.shop.payments.bank
    found["manual"] = ManualProvider(core.transfers, bank, core.config.texts, desk.ask)
    return found


def open_cashier(environment: Environment, core: Core, providers: Mapping[str, Provider]) -> Cashier:
    """Return whoever opens, closes and refunds at these providers."""
    secret = environment.stripe_webhook_secret
    secrets = [part.strip() for part in secret.get_secret_value().split(",")] if secret else []
    return Cashier(core.book, providers, way_of, secrets=secrets, version=API_VERSION)


def way_of(order: Order) -> str:
    """Return the provider an order is paid with: the one its buyer chose, else the one that takes its money.

    One that is named nowhere is of before there was a choice."""
    return str(order.data.get("provider") or ("stars" if order.price.currency == STARS else "stripe"))


def ways(environment: Environment, shop: Shop) -> Callable[[Person, Price], tuple[str, ...]]:
    """Return what names the providers by which a person can pay a price, the usual one first."""

    def found(person: Person, price: Price) -> tuple[str, ...]:
        if price.currency == STARS:
            return ("stars",)
        payments = shop.payments
        by_transfer = payments.manual and payments.bank.currency == price.currency
        by_card = environment.stripe_secret_key is not None
        return (*(("stripe",) if by_card else ()), *(("manual",) if by_transfer else ()))

    return found


def prices_for(prices: Prices, shop: Shop) -> Callable[[Person], PriceList]:
    """Return what finds the prices that a person pays: in Stars on Telegram, else in their language's currency."""

    def found(person: Person) -> PriceList:
        in_stars = person.id.startswith("telegram:") and shop.telegram.pay == "stars"
        return prices.price_list(STARS if in_stars else prices.currency_for(person.locale))

    return found


def lacking(environment: Environment, shop: Shop, prices: Prices, *, test: bool) -> list[Problem]:
    """Return what keeps money from being taken."""
    problems = list[Problem]()
    stars = environment.telegram_token is not None and shop.telegram.pay == "stars"
    if stars and not prices.sold_for_stars:
        message = "prices.toml: there are no prices in Stars; add [stars] or [currencies.XTR]"
        problems.append(Problem(message, "problem-no-stars"))
    if environment.stripe_secret_key is not None:
        try:
            check_key(environment.stripe_secret_key.get_secret_value(), environment.stripe_api_base, test_allowed=test)
        except BadSetting as error:
            problems += error.problems
        secret = environment.stripe_webhook_secret
        if secret and (wrong := wrong_webhook_secret(secret.get_secret_value())):
            problems.append(wrong)
    elif shop.payments.manual:
        foreign = {prices.currency, *prices.languages.values()} - {shop.payments.bank.currency, STARS}
        if foreign:
            bank, others = shop.payments.bank.currency, ", ".join(sorted(foreign))
            message = (
                f"shop.toml: [payments.bank] takes {bank}, but prices.toml also sells in {others}; "
                "set STRIPE_SECRET_KEY, or sell in one currency"
            )
            problems.append(Problem(message, "problem-bank-currency", bank=bank, others=others))
    elif environment.discord_token is not None or not stars:
        message = "STRIPE_SECRET_KEY: orders cannot be paid; run `bgm setup`, or set the key"
        problems.append(Problem(message, "problem-no-stripe"))
    return problems
