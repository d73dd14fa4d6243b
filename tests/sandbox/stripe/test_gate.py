"""The front door: keys, idempotency, unknown parameters, and bad weather."""

from __future__ import annotations

from typing import Any, cast

import aiohttp
import pytest
import stripe

from bot.sandbox.stripe import StripeWorld
from tests.sandbox.stripe.conftest import client_for, order


async def test_the_same_key_gives_the_same_answer_and_says_so(world: StripeWorld, client: stripe.StripeClient) -> None:
    wish = order()
    first = await client.v1.checkout.sessions.create_async(wish, {"idempotency_key": "job-1"})
    second = await client.v1.checkout.sessions.create_async(wish, {"idempotency_key": "job-1"})
    assert first.id == second.id
    assert first.last_response is not None
    assert second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(world.sessions) == 1


async def test_the_same_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    await client.v1.checkout.sessions.create_async(order(), {"idempotency_key": "job-1"})
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.checkout.sessions.create_async(order(20000), {"idempotency_key": "job-1"})


async def test_a_refused_request_does_not_use_up_its_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.create_async(order(1), {"idempotency_key": "job-1"})
    await client.v1.checkout.sessions.create_async(order(), {"idempotency_key": "job-1"})


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        ({"colour": "blue"}, "parameter_unknown", "colour"),
        ({"automatic_tax": {"on": True}}, "parameter_unknown", "automatic_tax[on]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"line_items": [{"price_data": {"unit_amount": 5}, "quantity": 1}]}, "parameter_missing",
         "line_items[0][price_data][currency]"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"success_url": "/paid"}, "url_invalid", "success_url"),
        ({"discounts": [{"coupon": "HALF"}]}, "sandbox_unplayed", "discounts"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
    ],
)  # fmt: skip
async def test_parameters_are_read_as_strictly_as_stripe_reads_them(
    client: stripe.StripeClient, more: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(cast(Any, order() | more))
    assert (refused.value.code, refused.value.param) == (code, param)


async def test_a_wrong_key_is_refused_and_never_repeated_whole(world: StripeWorld) -> None:
    wrong = "sk_test_" + "x" * 24 + "1234"
    async with client_for(world, wrong) as client:
        with pytest.raises(stripe.AuthenticationError) as refused:
            await client.v1.balance.retrieve_async()
    assert wrong not in str(refused.value)


async def test_a_restricted_key_does_only_what_it_may(world: StripeWorld) -> None:
    async with client_for(world, world.restricted_key("checkout_session:write", "event:read")) as client:
        opened = await client.v1.checkout.sessions.create_async(order())
        await client.v1.checkout.sessions.retrieve_async(opened.id)
        await client.v1.events.list_async()
        with pytest.raises(stripe.PermissionError, match="charge:write"):
            await client.v1.refunds.create_async({"payment_intent": "pi_1"})


async def test_a_call_whose_answer_was_lost_happens_once(world: StripeWorld, client: stripe.StripeClient) -> None:
    world.faults.fail("POST", "/v1/checkout/sessions", status=0, when="after")
    opened = await client.v1.checkout.sessions.create_async(order(), {"idempotency_key": "job-1"})
    assert [s["id"] for s in world.sessions] == [opened.id]
    assert [call.replayed for call in world.gate.log] == [False, True]


async def test_the_library_retries_500_but_not_429(world: StripeWorld, client: stripe.StripeClient) -> None:
    world.faults.fail("GET", "/v1/balance", status=500, times=2)
    await client.v1.balance.retrieve_async()
    world.faults.fail("GET", "/v1/balance", status=429)
    with pytest.raises(stripe.RateLimitError):
        await client.v1.balance.retrieve_async()
    await client.v1.balance.retrieve_async()


async def test_unknown_paths_and_things_are_not_found(world: StripeWorld, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.retrieve_async("cs_test_nothing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {world.key}"}) as http:
        assert (await http.get(f"{world.api}/v1/moons")).status == 404
        assert (await http.get(f"{world.api}/v1/balance", headers={"Stripe-Version": "2011-01-01"})).status == 400
        assert (await http.get(f"{world.api}/v1/balance", headers={"Authorization": ""})).status == 401


@pytest.mark.parametrize("path", ["payment_intent.moon", "metadata.order", "a.b.c.d.e"])
async def test_what_cannot_be_expanded_is_refused(world: StripeWorld, client: stripe.StripeClient, path: str) -> None:
    opened = await client.v1.checkout.sessions.create_async(order())
    await world.pay(opened.id)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.retrieve_async(opened.id, {"expand": [path]})
