"""Two moments of the sweep; `python -m tests.crashes` has them all."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crashes.sweep import Sweep, sweeping
from tests.crashes.wire import Moment

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def called_off(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sweep]:
    """An order that no music is made for: the cheapest there is."""
    async with sweeping("called_off", tmp_path_factory.mktemp("c")) as sweep:
        yield sweep


@pytest.mark.parametrize(
    "moment",
    [
        # The order that the buyer was told nothing of is not there: they press again
        "before commit events+jobs+orders #1",
        # The status message stands and nobody knows: it is found again, and brought up to date
        "after discord POST /channels/dm/messages #1",
    ],
)
async def test_the_order_ends_as_on_an_undisturbed_day(called_off: Sweep, moment: str) -> None:
    day = await called_off.struck(Moment.read(moment))
    assert day.reached, called_off.moments
    assert not day.wrong, "\n".join(day.wrong)
