"""The shop that command tests talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.commands.shop import Shop, open_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop
