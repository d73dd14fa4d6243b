"""Webhooks: signed so that the real library accepts them, tried again, doubled, reordered, forged and stale."""

from __future__ import annotations

import asyncio

import pytest
import stripe

from bot.sandbox.stripe import StripeWorld
from tests.sandbox.stripe.conftest import Shop, order


async def opened(client: stripe.StripeClient) -> str:
    return (await client.v1.checkout.sessions.create_async(order())).id


async def test_events_arrive_signed_and_in_our_version(
    world: StripeWorld, client: stripe.StripeClient, shop: Shop
) -> None:
    world.add_webhook(shop.url, ("checkout.session.completed",))
    session = await opened(client)
    await world.pay(session)
    await world.quiet()
    (body, mark) = shop.got[0]
    event = client.construct_event(body, mark, world.webhook_secret)
    assert (event.type, event.api_version) == ("checkout.session.completed", stripe.api_version)
    assert event["data"]["object"]["id"] == session
    assert len(shop.got) == 1


async def test_a_refused_delivery_is_tried_again(world: StripeWorld, client: stripe.StripeClient, shop: Shop) -> None:
    world.add_webhook(shop.url, ("checkout.session.completed",))
    shop.answers = [500, 404]
    await world.pay(await opened(client))
    async with asyncio.timeout(5):
        while len(shop.got) < 3:
            shop.rang.clear()
            await shop.rang.wait()
    await world.quiet()
    assert world.courier.deliveries[0].statuses == [500, 404, 200]
    assert len({body for body, _ in shop.got}) == 1


async def test_a_shop_that_is_off_finds_the_event_in_the_list(world: StripeWorld, client: stripe.StripeClient) -> None:
    world.add_webhook("http://127.0.0.1:9/hook", ("checkout.session.completed",))
    await world.pay(await opened(client))
    missed = await client.v1.events.list_async({"type": "checkout.session.*", "delivery_success": False})
    assert [event.type for event in missed.data] == ["checkout.session.completed"]


async def test_weather_doubles_and_reorders(world: StripeWorld, client: stripe.StripeClient, shop: Shop) -> None:
    world.add_webhook(shop.url, ("charge.succeeded", "checkout.session.completed"))
    world.faults.webhook_hold = 4
    world.faults.webhook_duplicates = 1
    await world.pay(await opened(client))
    await world.quiet()
    types = [event["type"] for event in shop.events]
    assert sorted(types) == ["charge.succeeded"] * 2 + ["checkout.session.completed"] * 2
    assert len({event["id"] for event in shop.events}) == 2


async def test_dropped_events_can_be_sent_again(world: StripeWorld, client: stripe.StripeClient, shop: Shop) -> None:
    world.add_webhook(shop.url, ("checkout.session.completed",))
    world.faults.webhook_drops = 1
    await world.pay(await opened(client))
    await world.quiet()
    assert shop.got == []
    event = next(e for e in world.events if e["type"] == "checkout.session.completed")
    world.redeliver(event["id"])
    await world.quiet()
    assert shop.events[0]["id"] == event["id"]


async def test_forged_and_stale_ones_do_not_verify(world: StripeWorld, client: stripe.StripeClient, shop: Shop) -> None:
    world.add_webhook(shop.url, ("checkout.session.completed",))
    world.faults.webhook_age = 400
    await world.pay(await opened(client))
    await world.quiet()
    assert await world.forge(shop.url, world.events[-1]) == 200
    for body, mark in shop.got:
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body, mark, world.webhook_secret)


async def test_an_endpoint_made_over_the_api_gets_its_own_secret(
    world: StripeWorld, client: stripe.StripeClient, shop: Shop
) -> None:
    made = await client.v1.webhook_endpoints.create_async({"url": shop.url, "enabled_events": ["product.created"]})
    assert made.secret is not None
    assert "secret" not in (await client.v1.webhook_endpoints.retrieve_async(made.id)).to_dict()
    rolled = world.courier.roll_secret(made.id)
    await client.v1.products.create_async({"name": "song"})
    await world.quiet()
    (body, mark) = shop.got[0]
    for secret in (made.secret, rolled):
        assert client.construct_event(body, mark, secret).type == "product.created"
    await client.v1.webhook_endpoints.delete_async(made.id)
    assert (await client.v1.webhook_endpoints.list_async()).data == []
