"""Which key may go where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from bot.errors import BadSetting, Refused, TryLater
from bot.orders.facts import Fact, RefundAsked, Withdrawn
from bot.orders.ledger import Kind
from bot.orders.order import State
from bot.payments.keys import API, check_key
from bot.payments.provider import KeyRefused
from bot.payments.stripe import API_VERSION, ping
from bot.sandbox.stripe import StripeWorld
from bot.storage.ledger import Ledger
from tests.payments.conftest import Till

LIVE, TEST = "sk_live_" + "a1" * 12, "rk_test_" + "b2" * 12


@pytest.mark.parametrize(("key", "base", "test_allowed"), [
    (LIVE, API, False), (LIVE, API + "/", True), (TEST, API, True), (TEST, "http://127.0.0.1:4242", True),
])  # fmt: skip
def test_keys_that_fit(key: str, base: str, test_allowed: bool) -> None:
    check_key(key, base, test_allowed)


@pytest.mark.parametrize(("key", "base", "test_allowed", "said"), [
    (LIVE, "http://127.0.0.1:4242", True, "live"),
    (LIVE, "https://stripe.example.com", True, "live"),
    (LIVE, "http://api.stripe.com", True, "live"),
    (LIVE, API + ".example.com", True, "live"),
    (TEST, API, False, "--test"),
    (TEST, "http://example.com", True, "https"),
    ("pk_live_" + "c3" * 12, API, True, "no secret key"),
    ("", API, True, "no secret key"),
    ("sk_live_a b", API, True, "no secret key"),
])  # fmt: skip
def test_keys_that_do_not_are_refused_unnamed(key: str, base: str, test_allowed: bool, said: str) -> None:
    with pytest.raises(BadSetting, match=said) as refused:
        check_key(key, base, test_allowed)
    assert not key or key not in str(refused.value)


async def test_a_ping_says_whether_the_key_is_known(world: StripeWorld) -> None:
    await ping(world.key, world.api)
    await ping(world.restricted_key("checkout_session:write"), world.api)
    with pytest.raises(Refused):
        await ping("sk_test_" + "z" * 24, world.api)
    world.faults.fail("GET", "/v1/checkout/sessions", status=429)
    with pytest.raises(TryLater):
        await ping(world.key, world.api)


RIGHTS = ("checkout_session:write", "charge:write", "payment_intent:read", "event:read", "balance:read", "dispute:read")
"""What `bot/payments/stripe.py` and docs/going-live.md promise to be enough."""


async def test_a_restricted_key_is_enough_for_everything(till: Till) -> None:
    till.world.gate.grant(till.world.key, RIGHTS)
    order, reference = await till.opened()
    await till.world.pay(reference, card="visa")
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.COMPOSING
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work()
    assert await till.state(order) is State.REFUNDED
    disputed, page = await till.opened()
    await till.world.pay(page, card="dispute")
    await till.reconciler.poll("stripe")
    assert (await till.book.get(disputed)).held
    called_off, page = await till.opened()
    await till.book.tell(Fact(called_off, "off", "discord:1", Withdrawn()))
    await till.work()
    assert till.world.session(page)["status"] == "expired"
    assert (await till.reconciler.compare("stripe")).agree
    day = timedelta(days=1)
    totals = await Ledger(till.book.database).totals(till.clock() - day, till.clock() + day)
    assert totals["KRW"][Kind.FEE] < 0


@pytest.mark.parametrize("lacking", [right for right in RIGHTS if right.startswith(("checkout", "payment_intent"))])
async def test_a_ping_notices_a_key_that_may_too_little(till: Till, lacking: str) -> None:
    _, reference = await till.opened()
    await till.world.pay(reference)
    key = till.world.restricted_key(*(right for right in RIGHTS if right != lacking))
    with pytest.raises(Refused, match=lacking.split(":")[0]):
        await ping(key, till.world.api)


async def test_while_the_key_is_refused_nothing_counts_as_heard(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    keys, till.world.gate.keys = till.world.gate.keys, {}
    with pytest.raises(KeyRefused):
        await till.reconciler.poll("stripe")
    till.world.gate.keys = keys
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.COMPOSING


async def test_every_write_bears_a_key_that_a_repetition_bears_again_and_the_version_we_read(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, dict[str, str]]] = []
    real = stripe.HTTPXClient.request_async

    async def overheard(self: stripe.HTTPXClient, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        asked.append((method.upper(), urlsplit(url).path, {name.lower(): value for name, value in headers.items()}))
        return await real(self, method, url, headers, post_data)

    monkeypatch.setattr(stripe.HTTPXClient, "request_async", overheard)
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work()
    other, _ = await till.opened()
    await till.book.tell(Fact(other, "gone", "discord:1", Withdrawn()))
    await till.work()
    assert {headers["stripe-version"] for _, _, headers in asked} == {API_VERSION}
    writes = [(path.rpartition("/")[2], headers.get("idempotency-key", "")) for method, path, headers in asked
              if method == "POST"]  # fmt: skip
    assert [what for what, _ in writes] == ["sessions", "refunds", "sessions", "expire"]
    assert all(key for _, key in writes)
    assert [key.split(":")[:2] for _, key in writes[:3]] == [
        ["open_checkout", order], ["refund", order], ["open_checkout", other],
    ]  # fmt: skip
