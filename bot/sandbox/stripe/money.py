"""Amounts as Stripe counts them: integers in the smallest unit, with each currency's floor and fee."""

from __future__ import annotations

from bot.sandbox.stripe.refusal import Refusal

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
"""Currencies without a smaller unit: 100 means 100 (docs.stripe.com/currencies, zero-decimal)."""

WHOLE = frozenset(["isk", "ugx"])
"""Currencies counted in hundredths and charged in whole units only (docs.stripe.com/currencies, special cases)."""

THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
"""Currencies of 1/1000; Stripe wants the last digit to be 0."""

_FLOORS = {
    **dict.fromkeys(["usd", "aud", "brl", "cad", "chf", "eur", "inr", "nzd", "sgd"], 50),
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500, "jpy": 50,
    "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000, "krw": 700,
    "twd": 1600, "isk": 7000, "ugx": 180_000,
}  # fmt: skip
"""Smallest charge per currency (docs.stripe.com/currencies, minimum charge amounts; KRW, TWD, ISK and UGX, which
have no figure of their own there, as US$0.50 at 1,400, 32, 140 and 3,600)."""

_FIXED_FEES = {"usd": 30, "eur": 25, "gbp": 20, "krw": 400, "jpy": 40}
_DISPUTE_FEES = {"usd": 1500, "eur": 1500, "gbp": 1500, "krw": 20000, "jpy": 1500}
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "krw": "₩", "jpy": "¥"}
CEILING = 99_999_999


def decimals(currency: str) -> int:
    """Digits after the point: 0, 2 or 3."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def shown(amount: int, currency: str) -> str:
    """An amount for a person: ``₩15,000``, ``$12.50``, ``CHF 12.50``."""
    digits = decimals(currency)
    number = f"{abs(amount) / 10**digits:,.{digits}f}"
    sign = _SIGNS.get(currency)
    return ("-" if amount < 0 else "") + (f"{sign}{number}" if sign else f"{currency.upper()} {number}")


def floor(currency: str) -> int:
    """The smallest charge in minor units; about US$0.50 where no figure is known."""
    return _FLOORS.get(currency, 500 if decimals(currency) == 0 else 50)


def check_charge(amount: int, currency: str, *, param: str | None = "amount") -> None:
    """Raise ``Refusal`` for an amount Stripe would not charge."""
    if amount > CEILING:
        raise Refusal(f"Amount must be no more than {shown(CEILING, currency)}", code="amount_too_large", param=param)
    if amount < floor(currency):
        raise Refusal(
            f"Amount must be at least {shown(floor(currency), currency)} {currency}",
            code="amount_too_small",
            param=param,
        )
    check_step(amount, currency, param=param)


def check_step(amount: int, currency: str, *, param: str | None = "amount") -> None:
    """Raise ``Refusal`` for an amount that can be neither charged nor sent back in its currency.

    The words for whole units are Stripe's own (support.stripe.com, deprecation of fractional ISK charges and refunds).
    """
    if currency in THREE_DECIMAL and amount % 10:
        raise Refusal(f"Amounts in {currency} must end in 0", code="invalid_charge_amount", param=param)
    if currency in WHOLE and amount % 100:
        raise Refusal(
            f"Invalid amount. Currency {currency.upper()} has become effectively zero-decimal and charged amounts must "
            "be evenly divisible by 100.",
            code="invalid_charge_amount_no_decimal_compatible",
            param=param,
        )


def fee(amount: int, currency: str) -> int:
    """What the world keeps of a charge: 2.9 % plus a fixed part, rounded half up."""
    return (amount * 29 + 500) // 1000 + _FIXED_FEES.get(currency, 0)


def dispute_fee(currency: str) -> int:
    """What a dispute costs the shop, won or lost, in minor units."""
    return _DISPUTE_FEES.get(currency, 1500)
