"""Which key may go where."""

from __future__ import annotations

import pytest

from bot.errors import BadSetting, Refused, TryLater
from bot.payments.stripe import API, check_key, ping
from bot.sandbox.stripe import StripeWorld

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
