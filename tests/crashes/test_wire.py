"""What passes the wire is counted by its name, and the power fails at exactly one moment of it."""

import pytest

from tests.crashes.wire import Moment, Wire


class Power:
    """Notes when it was cut."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def cut(self) -> None:
        self.said.append("cut")


async def day(wire: Wire, power: Power) -> None:
    """Three requests, as a relay hands them on."""
    for what in ("stripe POST", "discord POST", "discord POST"):
        async with wire.passing(what) as alive:
            if alive:
                power.said.append(what)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("before discord POST #2", ["stripe POST", "discord POST", "cut"]),
        ("after discord POST #1", ["stripe POST", "discord POST", "cut", "discord POST"]),
        ("after discord POST #3", ["stripe POST", "discord POST", "discord POST"]),
    ],
)
async def test_the_power_fails_at_that_moment(moment: str, said: list[str]) -> None:
    power = Power()
    wire = Wire(power.cut)
    wire.arm(Moment.read(moment))
    await day(wire, power)
    assert power.said == said
    assert wire.struck.is_set() == ("cut" in said)


async def test_every_moment_of_a_day_is_listed_and_read_again() -> None:
    wire = Wire(Power().cut)
    wire.arm(None)
    await day(wire, Power())
    listed = [str(moment) for moment in wire.moments()]
    assert listed == [
        "before stripe POST #1", "after stripe POST #1", "before discord POST #1", "after discord POST #1",
        "before discord POST #2", "after discord POST #2",
    ]  # fmt: skip
    assert [str(Moment.read(text)) for text in listed] == listed
