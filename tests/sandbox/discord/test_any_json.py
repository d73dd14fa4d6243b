"""Whatever JSON arrives, the answer is a message or a refusal in Discord's shape, never a crash."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.discord import DiscordWorld

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 2**40), st.text(max_size=6), st.floats(0, 9))
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return objects with some of these fields, each perhaps of any other type."""
    return ANY | st.fixed_dictionaries({}, optional={name: value | ANY for name, value in fields.items()})


KINDS = st.sampled_from([1, 2, 3, 4, 5, 8, 9, 10, 12, 13, 14, 17, 18])
OPTION = shaped(label=st.just("a"), value=st.just("a"))
LEAF = shaped(
    type=KINDS,
    custom_id=st.just("a"),
    label=st.just("b"),
    style=st.integers(1, 6),
    url=st.just("https://e.org"),
    options=st.lists(OPTION, max_size=2),
    min_values=st.integers(0, 3),
    max_values=st.integers(1, 3),
    content=st.just("x"),
    media=shaped(url=st.just("attachment://a.png")),
    emoji=shaped(name=st.just("⭐")),
)
COMPONENT = shaped(
    type=KINDS, components=st.lists(LEAF, max_size=3), accessory=LEAF, items=st.lists(LEAF, max_size=2), file=LEAF
)
EMBED = shaped(
    title=st.just("t"),
    description=st.just("d"),
    fields=st.lists(shaped(name=st.just("n"), value=st.just("v"))),
    image=shaped(url=st.just("attachment://a.png")),
    timestamp=st.just("2026-11-21T00:00:00+00:00"),
)
MESSAGE = shaped(
    content=st.just("hello"),
    embeds=st.lists(EMBED, max_size=2),
    components=st.lists(COMPONENT, max_size=3),
    flags=st.sampled_from([0, 4, 64, 1 << 15]),
    nonce=st.just("n"),
    enforce_nonce=st.booleans(),
    attachments=st.lists(shaped(id=st.just("0"), filename=st.just("a.png")), max_size=2),
    allowed_mentions=shaped(parse=st.lists(st.sampled_from(["users", "everyone"])), users=st.just(["7"])),
    message_reference=shaped(message_id=st.just("7")),
)
COMMAND = shaped(
    name=st.just("bgm"),
    description=st.just("d"),
    type=st.integers(1, 3),
    name_localizations=shaped(ko=st.just("곡")),
    options=st.lists(
        shaped(
            type=st.integers(1, 11),
            name=st.just("a"),
            description=st.just("d"),
            required=st.booleans(),
            choices=st.lists(shaped(name=st.just("c"), value=st.just("c"))),
            options=st.lists(LEAF, max_size=2),
        ),
        max_size=2,
    ),
)


async def answers(method: str, path: str, bodies: list[Any]) -> list[tuple[int, Any]]:
    """Start a world, send each body, and return status and answer."""
    world = await DiscordWorld.start(public_seed="any json")
    address = world.api + path.format(channel=world.order_channel_id, application=world.application_id)
    try:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
            got = []
            for body in bodies:
                async with session.request(method, address, json=body) as answer:
                    got.append((answer.status, await answer.json()))
            return got
    finally:
        await world.stop()


def examine(got: list[tuple[int, Any]]) -> None:
    """Assert that every answer is good or one of Discord's refusals."""
    for status, body in got:
        assert status in (200, 201, 400), body
        if status == 400:
            assert body["code"] in (50006, 50035)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(MESSAGE, min_size=4, max_size=12))
def test_messages(bodies: list[Any]) -> None:
    examine(asyncio.run(answers("POST", "/channels/{channel}/messages", bodies)))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(COMMAND, min_size=4, max_size=12))
def test_commands(bodies: list[Any]) -> None:
    examine(asyncio.run(answers("POST", "/applications/{application}/commands", bodies)))
    examine(asyncio.run(answers("PUT", "/applications/{application}/commands", [bodies[:2], *bodies])))
