from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.world import World

SERVE = "import asyncio; from bot.sandbox.world import serve; asyncio.run(serve('127.0.0.1', 0, None, print))"


async def test_the_card_says_where_everything_is() -> None:
    world = await World.start()
    try:
        card = world.card()
        assert set(card) == {"page", "discord", "telegram", "stripe"}
        assert set(card["stripe"]) == {"api", "key", "webhook_secret"}
        ids = {"guild_id", "order_channel_id", "review_channel_id", "operator_id", "buyer_id"}
        assert set(card["discord"]) == {"api", "gateway", "token"} | ids
        assert all(card["discord"][name].isdigit() for name in ids)
        assert card["discord"]["api"].endswith("/api/v10")
        people = {"review_chat_id", "channel_id", "operator_id", "buyer_id"}
        assert set(card["telegram"]) == {"api", "token"} | people
        assert all(int(card["telegram"][name]) for name in people)
        assert card == json.loads(json.dumps(card))
        async with aiohttp.ClientSession() as session:
            assert (await session.get(card["page"])).status == 200
    finally:
        await world.stop()


async def test_the_same_seed_keeps_saved_settings_valid() -> None:
    first = await World.start(seed="mine")
    await first.stop()
    again = await World.start(seed="mine")
    await again.stop()
    for name in ("token", "guild_id", "review_channel_id", "operator_id", "buyer_id"):
        assert first.card()["discord"][name] == again.card()["discord"][name]
    for name in ("token", "review_chat_id", "operator_id", "buyer_id"):
        assert first.card()["telegram"][name] == again.card()["telegram"][name]


async def test_payments_are_told_to_the_shop_and_tick_the_guide() -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def webhook(request: web.Request) -> web.Response:
        heard.put_nowait((await request.json())["type"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/stripe/webhook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world = await World.start(forward_to=f"http://127.0.0.1:{runner.addresses[0][1]}/")
    try:
        async with aiohttp.ClientSession() as session:
            await _buy(world, session)
            async with asyncio.timeout(10):
                while await heard.get() != "checkout.session.completed":
                    pass
            scene = await (await session.get(f"{world.page.url}api/scene")).json()
            assert scene["guide"] == ["order", "pay"]
    finally:
        await world.stop()
        await runner.cleanup()


async def _buy(world: World, session: aiohttp.ClientSession) -> None:
    order = {
        "mode": "payment",
        "success_url": "http://127.0.0.1/thanks",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "krw",
        "line_items[0][price_data][unit_amount]": "9900",
        "line_items[0][price_data][product_data][name]": "Music",
    }
    headers = {"Authorization": f"Bearer {world.stripe.key}"}
    answer = await session.post(f"{world.stripe.api}/v1/checkout/sessions", data=order, headers=headers)
    assert answer.status == 200, await answer.text()
    await world.stripe.pay((await answer.json())["id"])


async def test_a_taken_port_leaves_nothing_running() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        before = len(asyncio.all_tasks())
        with pytest.raises(OSError, match=str(port)):
            await World.start(port=port)
    assert len(asyncio.all_tasks()) == before


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_serving_prints_one_line_and_stops_when_told(sign: signal.Signals) -> None:
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-c", SERVE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert serving.stdout is not None
    async with asyncio.timeout(30):
        card = json.loads(await serving.stdout.readline())
        async with aiohttp.ClientSession() as session, session.get(f"{card['page']}api/events"):
            serving.send_signal(sign)
            rest, complaints = await serving.communicate()
    assert (serving.returncode, rest, complaints) == (0, b"", b"")
