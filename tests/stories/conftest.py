"""One street for all stories of a file that need nothing special of it; every story has a buyer of its own."""

from collections.abc import AsyncIterator
from dataclasses import fields

import pytest
import pytest_asyncio

from bot.sandbox.discord import Person
from bot.sandbox.discord.rules import Rules
from tests.stories.street import Street, street


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def _street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    async with street(tmp_path_factory.mktemp("street")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def here(_street: Street) -> AsyncIterator[Street]:
    """The file's street in fine weather; afterwards it is fine again."""
    yield _street
    _street.discord.faults.clear()
    _street.stripe.faults.clear()
    for one in fields(Rules):
        setattr(_street.discord.rules, one.name, one.default)


@pytest_asyncio.fixture(loop_scope="module")
async def buyer(here: Street, request: pytest.FixtureRequest) -> Person:
    """Somebody nobody has seen before."""
    return await here.discord.add_person(f"Buyer of {request.node.name}"[:32])
