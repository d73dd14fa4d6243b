"""Long work is wanted exactly as long as what comes of it would mean something to the story."""

from typing import Any

from hypothesis import given, settings

from bot.orders import facts, flow
from bot.orders.corrections import of_take
from bot.orders.facts import Fact, What
from bot.orders.work import LONG, Work, wanted
from tests.orders.example import MASTERED, NOON, POLICY, after, opened, paid, takes
from tests.orders.test_flow_properties import happenings
from tests.orders.world import World


def result(work: Work) -> What:
    match work.kind:
        case "compose":
            return takes(work.data["round"])
        case "master":
            return MASTERED
        case _:
            raise AssertionError(work.kind)


@settings(max_examples=200, deadline=None)
@given(happenings)
def test_what_comes_of_unwanted_work_means_nothing(happened: list[Any]) -> None:
    world = World()
    for verb, *arguments in happened:
        getattr(world, verb)(*arguments)
        for work in (one for one in world.given_out if one.kind in ("compose", "master")):
            fact = Fact(world.order.id, "k", "shop", result(work))
            told = flow.transition(world.order, fact, POLICY, NOON)
            if work.kind == "compose":
                assert isinstance(told, flow.Step) == wanted(world.order, work.kind, work.data)
            elif not wanted(world.order, work.kind, work.data):
                assert isinstance(told, flow.Ignored)


def test_a_correction_is_wanted_until_the_next_press_or_the_verdict() -> None:
    kept = {"index": 1, "files": {"raw": "r"}, "target": {}}
    order = after(opened(), paid(), facts.TakesReady(1, [kept]))
    data = []
    for press in ("louder", "fade-out"):
        order = after(facts.CorrectionAsked(1, 1, press), order=order)
        data.append({"round": 1, "take": 1, "number": of_take(order, 1)["asked"]})
    assert [wanted(order, "correct", one) for one in data] == [False, True]
    assert not wanted(after(facts.AgainAsked(1), order=order), "correct", data[1])
    assert not wanted(after(facts.Approved(1, 1), order=order), "correct", data[1])
    assert not wanted(after(facts.RefundAsked(), order=order), "correct", data[1])


def test_short_work_is_never_called_off() -> None:
    order = after(opened(), paid(), facts.RefundAsked())
    short = {kind for row in flow.TABLE for kind in row.do} - set(LONG)
    assert all(wanted(order, kind, {}) for kind in short)
