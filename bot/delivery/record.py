"""The record behind a certificate: plain data, canonical, signed. The PDF shows it; the signature covers it.

Numbers are integers and times are UTC text, so that the same record is the same bytes in every program that writes
canonical JSON (RFC 8785 needs care only where numbers have fractions).
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from babel import Locale
from babel.numbers import format_currency, format_decimal
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.delivery.keys import ShopKeys
from bot.delivery.terms import Both, Terms
from bot.errors import BadInput
from bot.orders.order import ALPHABET, Order
from bot.orders.pricing import STARS, Money
from bot.settings.shop import Business
from bot.texts import LANGUAGES

SCHEMA = "bgm-kiosk/licence/2"
EXCLUSIVE = "exclusive"
"""The extra by which nobody else gets the piece."""

PLATFORMS = {"discord": "Discord", "telegram": "Telegram"}

Names = Callable[[str, str, str], str]
"""What an id of moods.toml is called: ``names("moods", "calm", "ko")``."""


class Rights(Protocol):
    """Under which rights an engine's music may be sold (the engine's rights card)."""

    @property
    def sellable(self) -> str:
        """Whether its music may be sold: yes, conditional, no."""

    @property
    def code_licence(self) -> str:
        """Licence of the engine's program."""

    @property
    def weights_licence(self) -> str:
        """Licence of its weights or sounds."""

    @property
    def training_data(self) -> str:
        """What it was trained on, as its makers say."""

    @property
    def condition(self) -> str:
        """Under which condition its output may be sold."""

    @property
    def link(self) -> str:
        """Where that can be read."""

    @property
    def source_type(self) -> str:
        """IPTC digital source type of what it makes."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who chose the take, and when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """Everything a certificate is made from."""

    order: Order
    approval: Approval
    rights: Rights
    files: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
    watermark: bool = True
    fingerprint: str = ""
    """SHA-256 of the piece's acoustic fingerprint, "" if it has none."""


def certificate_number(keys: ShopKeys, order: Order, issue: int = 0) -> str:
    """Return the number of an order's certificate, e.g. ``BGM-7KQ2M-XW4PD``: the same on every try, unguessable.

    ``issue`` counts how often it was issued anew; each has a number of its own.
    """
    name = f"{order.id}:{order.round}" + (f":{issue}" if issue else "")
    digest = hmac.digest(keys.derive("certificate numbers 1"), name.encode(), "sha256")
    number = int.from_bytes(digest[:8])
    letters = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(10))
    return f"BGM-{letters[:5]}-{letters[5:]}"


def track_title(order: Order, names: Names, terms: Terms) -> dict[str, str]:
    """Return what the piece is called in both languages: its mood and the first letters of its order."""
    return {
        language: terms.track.filled(mood=names("moods", order.brief.mood, language), code=order.id[:4])[language]
        for language in LANGUAGES
    }


def engine_name(order: Order) -> str:
    """Return engine and model of the approved take as people are told them."""
    take = order.chosen or {}
    return spoken(str(take.get("engine", "")), str(take.get("model", "")))


def spoken(engine: str, model: str) -> str:
    """Return an engine and its model in words, without saying the engine's name twice."""
    return model if model.startswith(engine) else f"{engine} {model}".strip()


def write_record(issue: Issue, number: str, terms: Terms, seller: Business, names: Names) -> dict[str, Any]:
    """Return the record of a certificate: integers, text, lists and objects only."""
    order, take = issue.order, issue.order.chosen
    if take is None:
        raise BadInput(f"order {order.id} has no approved take")
    values = _values(order, terms, seller)
    return {
        "schema": SCHEMA,
        "certificate": number,
        "replaces": list(order.data.get("replaced", ())) + _replaced(order, number),
        "issued": issue.approval.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licensor": {
            name: getattr(seller, name) for name in ("name", "owner", "registration", "address", "email", "country")
        },
        "licensee": _licensee(order),
        "order": {"id": order.id, "round": order.round},
        "payment": _payment(order),
        "consents": [
            {name: str(consent.get(name, "")) for name in ("what", "version", "at")}
            for consent in order.data.get("consents", ())
        ],
        "work": {
            "title": track_title(order, names, terms),
            "milliseconds": round(take["seconds"] * 1000),
            "tempo_bpm": f"{take['tempo_bpm']:.4g}" if take.get("tempo_bpm") else "",
            "key": take.get("key") or "",
            "loop": order.brief.loop,
            "fingerprint": issue.fingerprint,
        },
        "screening": _screening(take),
        "engine": {
            "name": take["engine"],
            "model": take.get("model", ""),
            "revision": take.get("revision", ""),
            "seed": str(take["seed"]),
            "code_licence": issue.rights.code_licence,
            "weights_licence": issue.rights.weights_licence,
            "training_data": issue.rights.training_data,
            "condition": issue.rights.condition,
            "link": issue.rights.link,
            "digital_source_type": issue.rights.source_type,
        },
        "marks": {"c2pa": any(file.get("manifest") for file in issue.files), "watermark": issue.watermark},
        "picked": {
            "by": "person" if issue.approval.by.partition(":")[0] in PLATFORMS else "shop",
            "take": take["index"],
            "of": len(order.data["takes"]),
            "round": order.round,
        },
        "grant": _grant(order, terms, values),
        "files": [
            {name: file.get(name, "") for name in ("name", "type", "size", "sha256", "manifest")}
            for file in issue.files
        ],
    }


def canonical(record: Any) -> bytes:
    """Return the one way to write a record as bytes (RFC 8785 for data without fractions).

    :raises TypeError: if it holds a fraction or anything that is not plain data.
    """
    _check_plain(record)
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(record: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the record in an envelope with its signature (Ed25519, RFC 8032) and the public key."""
    return {
        "record": record,
        "signature": {
            "algorithm": "Ed25519",
            "public_key": _text(key.public_key().public_bytes_raw()),
            "value": _text(key.sign(canonical(record))),
        },
    }


def check(envelope: Any, key: Ed25519PublicKey) -> dict[str, Any]:
    """Return the record of an envelope that was signed with this key.

    :raises BadInput: if it was not, or if anything in it was changed.
    """
    try:
        signature = base64.b64decode(envelope["signature"]["value"], validate=True)
        key.verify(signature, canonical(envelope["record"]))
    except (InvalidSignature, KeyError, TypeError, ValueError) as error:
        raise BadInput("the record's signature does not fit", text="error-record-signature") from error
    record: dict[str, Any] = envelope["record"]
    return record


def _grant(order: Order, terms: Terms, values: Mapping[str, Mapping[str, object]]) -> dict[str, Any]:
    grant = terms.grant(order.brief.purpose)

    def both(words: Both) -> dict[str, str]:
        return {language: words.filled(**values[language])[language] for language in LANGUAGES}

    return {
        "terms_version": terms.version,
        "terms_sha256": terms.sha256,
        "purpose": order.brief.purpose,
        "purpose_name": both(grant.name),
        "tier": order.brief.tier,
        "tier_name": both(terms.tier(order.brief.tier).name),
        "exclusive": EXCLUSIVE in order.brief.extras,
        "opening": both(terms.opening),
        "use": both(grant.use),
        "scope": terms.scope_of(order.brief.purpose, order.brief.tier, exclusive=EXCLUSIVE in order.brief.extras),
        "limits": [both(limit) for limit in terms.limits],
        "terms": [{"name": both(clause.name), "words": both(clause)} for clause in terms.terms],
        "nature": both(terms.nature),
        "disclosure": both(terms.disclosure),
    }


def written(money: Money, terms: Terms, language: str) -> str:
    """Return an amount as a paper has it, in letters that its font has: Stars are no currency of any country."""
    if money.currency == STARS:
        return terms.words["stars"].filled(price=format_decimal(money.amount, locale=language))[language]
    return format_currency(money.as_decimal(), money.currency, locale=language)


def _values(order: Order, terms: Terms, seller: Business) -> dict[str, dict[str, object]]:
    """What the names in braces in terms.toml stand for, in each language."""
    payment = order.data.get("payment")
    total = Money(payment["amount"], payment["currency"]) if payment else order.price.total
    # credit is money that was paid before: a piece had for it was not free
    total = Money(total.amount + order.data.get("discounts", {}).get("credit", 0), total.currency)
    return {
        language: {
            "shop": seller.name,
            "engine": engine_name(order),
            "country": Locale(language).territories.get(seller.country, seller.country),
            "price": written(total, terms, language),
        }
        for language in LANGUAGES
    }


def _replaced(order: Order, number: str) -> list[str]:
    """Return the certificate that counted until this one, if it is another."""
    before = order.data.get("certificate", {}).get("number", number)
    return [before] if before != number else []


def _screening(take: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the take was compared with before it was approved: how many pieces, and the nearest (0 to 1)."""
    likeness = take.get("likeness") or {}
    nearest = likeness.get("agreement")
    return {
        "method": "bgm-kiosk fingerprint 1",
        "compared": int(likeness.get("compared", 0)),
        "nearest": "" if nearest is None else f"{nearest:.2f}",
    }


def _licensee(order: Order) -> dict[str, str]:
    account = order.customer.partition(":")[2]
    given = order.data.get("licensee") or {}
    return {"platform": order.platform, "account": account, "name": given.get("name", "")}


def _payment(order: Order) -> dict[str, Any] | None:
    payment = order.data.get("payment")
    return payment and {name: payment[name] for name in ("provider", "reference", "amount", "currency")}


def _check_plain(value: Any) -> None:
    match value:
        case dict():
            for name, entry in value.items():
                # Canonical order is by UTF-16; for ASCII names that is the order of every language's sort.
                if not (isinstance(name, str) and name.isascii()):
                    raise TypeError(f"{name!r} is no name for a record")
                _check_plain(entry)
        case list():
            for entry in value:
                _check_plain(entry)
        case None | str() | bool() | int():
            return
        case _:
            raise TypeError(f"{value!r} has no place in a record")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
