"""The operator's desk: cards posted, brought up to date, and calls for help."""

from collections.abc import AsyncIterator, Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest

from bot.errors import Refused, TooLarge, Unreachable
from bot.orders.facts import (
    CardPosted,
    Corrected,
    CorrectionAsked,
    DeadlinePassed,
    DisputeClosed,
    Disputed,
    JobDied,
    RefundFailed,
    Rejected,
    TakesReady,
    WayClosed,
    What,
)
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.orders.work import work
from bot.review.card import Words
from bot.review.desk import Desk
from bot.review.verdicts import Kind, Verdict, judge
from bot.screens import Screen, Tone
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import Tongue
from tests.commands.shop import Shop, buttons, menu, open_shop, shown, texts
from tests.orders.example import new_order, opened, paid
from tests.review.takes import make_take_files, takes


@dataclass
class Wall:
    """A doorway that keeps what is posted; with a limit it refuses files."""

    platform: str = "discord"
    too_small: bool = False
    posts: list[tuple[str, Screen, str, bool]] = field(default_factory=list)
    edits: list[tuple[str, Screen]] = field(default_factory=list)
    gone: bool = False

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.too_small and screen.files:
            raise TooLarge("too large")
        self.posts.append((place, screen, once, again))
        return "discord:700/800"

    async def edit(self, message: str, screen: Screen) -> None:
        if self.gone:
            raise Unreachable("gone")
        self.edits.append((message, screen))


@dataclass
class Room:
    shop: Shop
    desk: Desk
    wall: Wall
    order: Order


@pytest.fixture(params=["ko", "en"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Room]:
    async with open_shop(tmp_path) as shop:
        wall, media = Wall(), Media(tmp_path / "media")
        words = Words(texts(), Tongue(request.param), menu().name)
        desk = Desk(shop.book, media, words, {"discord": wall}, {"discord": "discord:channel:700"})
        placed = await shop.book.place(new_order(), by="discord:1", key="k")
        order = await shop.told(placed, opened(), paid(), TakesReady(1, takes(placed.id)))
        make_take_files(media, order)
        yield Room(shop, desk, wall, order)


def job(named: str, order: Order, tries: int = 1, **data: object) -> Job:
    return Job(1, named, order.id, f"{named}:{order.id}:{order.version}", data or {"round": 1}, tries=tries)


async def test_the_card_names_order_wishes_takes_and_how_to_decide(room: Room) -> None:
    fact = await room.desk.post_card(job("post_card", room.order), room.order)
    assert fact == CardPosted(1, "discord:700/800")
    ((place, screen, _, again),) = room.wall.posts
    assert (place, again) == ("discord:channel:700", False)
    assert room.order.id in screen.title
    assert "rain on a window" in screen.text
    assert "{" not in shown(screen)
    assert [file.name for file in screen.files] == ["take1.mp3", "take2.mp3", "take3.mp3"]
    assert screen.image is not None
    assert screen.reactions == ("1️⃣", "2️⃣", "3️⃣", "🔁", "❌")
    verdicts, work = buttons(screen)[:6], buttons(screen)[6:]
    assert [one.data.rpartition(":")[2] for one in verdicts] == ["1.1", "1.2", "1.3", "1", "1", "1"]
    assert [one.data.split(":")[1] for one in work] == ["correct", "keep", "write"]
    assert all(len(one.data.encode()) <= 64 for one in buttons(screen))


async def test_a_reason_that_is_also_a_finding_is_said_once(room: Room) -> None:
    await room.desk.post_card(job("post_card", room.order), room.order)
    first, _, third = (value for _, value in room.wall.posts[0][1].facts)
    assert room.desk.words.say("price-loop") in first
    assert third.count(room.desk.words.say("asked-loop-yes")) == 1


async def test_a_second_attempt_looks_for_the_first(room: Room) -> None:
    await room.desk.post_card(job("post_card", room.order, tries=2), room.order)
    assert room.wall.posts[0][3] is True


class JudgedWall(Wall):
    """A wall on which somebody reacted before anybody knew of the card."""

    async def reactions(self, messages: Collection[str]) -> AsyncIterator[tuple[str, str, str]]:
        for message in messages:
            yield message, "3️⃣", "discord:5"
            yield message, "2️⃣", "discord:9"


async def test_a_verdict_given_while_the_cards_receipt_was_lost_counts(room: Room) -> None:
    wall, places = JudgedWall(), {"discord": "discord:channel:700"}
    desk = Desk(room.shop.book, room.desk.media, room.desk.words, {"discord": wall}, places, "discord:9".__eq__)
    await desk.post_card(job("post_card", room.order), room.order)
    assert (await room.shop.book.get(room.order.id)).state is State.REVIEWING
    await desk.post_card(job("post_card", room.order, tries=2), room.order)
    order = await room.shop.book.get(room.order.id)
    assert (order.state, order.data["chosen"]) == (State.PACKING, 2)


async def test_a_round_decided_meanwhile_gets_no_card(room: Room) -> None:
    order = await room.shop.told(room.order, Rejected(1))
    assert await room.desk.post_card(job("post_card", order), order) is None
    assert room.wall.posts == []


async def test_previews_too_large_for_the_channel_are_left_out_and_it_says_so(room: Room) -> None:
    room.wall.too_small = True
    await room.desk.post_card(job("post_card", room.order), room.order)
    ((_, screen, once, _),) = room.wall.posts
    assert screen.files == ()
    assert once.endswith(":small")
    assert room.desk.words.say("card-too-large") in screen.text


@pytest.mark.parametrize(
    ("verdict", "tone"),
    [(Verdict(Kind.APPROVE, 2), Tone.GOOD), (Verdict(Kind.AGAIN), Tone.PLAIN), (Verdict(Kind.REJECT), Tone.BAD)],
)
async def test_a_decided_card_says_what_and_by_whom_and_is_off(room: Room, verdict: Verdict, tone: Tone) -> None:
    await room.shop.told(room.order, CardPosted(1, "discord:700/800"))
    ruling = await judge(room.shop.book, room.order.id, 1, verdict, "discord:9")
    await room.desk.update_card(job("update_card", ruling.order), ruling.order)
    ((message, screen),) = room.wall.edits
    assert message == "discord:700/800"
    assert "discord:9" in screen.text
    assert screen.tone is tone
    on = [one.data.split(":")[1] for one in buttons(screen) if not one.off]
    assert on == ["keep", "write"]
    assert len(screen.facts) == 3


async def test_a_card_nobody_decided_says_that_the_money_went_back(room: Room) -> None:
    order = await room.shop.told(room.order, CardPosted(1, "discord:700/800"))
    order = await room.shop.told(order, DeadlinePassed(order.version))
    assert order.state is State.REFUNDING
    await room.desk.update_card(job("update_card", order), order)
    assert room.desk.words.say("card-refunded") in room.wall.edits[0][1].text


async def test_a_card_that_is_gone_stays_gone(room: Room) -> None:
    order = await room.shop.told(room.order, CardPosted(1, "discord:700/800"), Rejected(1))
    room.wall.gone = True
    assert await room.desk.update_card(job("update_card", order), order) is None


async def test_an_alert_says_what_failed_and_how_to_go_on(room: Room) -> None:
    died = JobDied("post_card", "Missing Access", cause="cause-refused")
    order = await room.shop.told(room.order, died)
    await room.desk.alert_operator(
        job(
            "alert_operator",
            order,
            fact="JobDied",
            kind="post_card",
            error="Missing Access",
            cause=died.cause,
            values={},
        ),
        order,
    )
    ((_, screen, _, _),) = room.wall.posts
    say = room.desk.words.say
    assert screen.facts == ((say("shop-cause"), say("cause-refused")), (say("shop-detail"), "Missing Access"))
    assert [one.data for one in buttons(screen)] == [f"bgm:look:{order.id}:new", f"bgm:retry:{order.id}"]


async def test_an_alert_of_a_time_before_causes_were_noted_still_shows_the_detail(room: Room) -> None:
    await room.desk.alert_operator(
        job("alert_operator", room.order, fact="JobDied", kind="post_card", error="Missing Access"), room.order
    )
    assert room.wall.posts[0][1].facts == ((room.desk.words.say("shop-detail"), "Missing Access"),)


@pytest.mark.parametrize("why", ["closed", "refused", "no address"])
async def test_a_way_that_is_closed_is_told_in_the_operators_language(room: Room, why: str) -> None:
    told = work("alert_operator", room.order, WayClosed("mail", why))
    await room.desk.alert_operator(job("alert_operator", room.order, **told.data), room.order)
    ((label, sentence),) = room.wall.posts[0][1].facts
    assert label == room.desk.words.say("shop-cause")
    assert sentence == room.desk.words.say(f"cause-way-{why.replace(' ', '-')}")


@pytest.mark.parametrize("fact", ["Paid", "DeadlinePassed"])
async def test_other_alerts_are_sentences_too(room: Room, fact: str) -> None:
    await room.desk.alert_operator(job("alert_operator", room.order, fact=fact), room.order)
    assert "alert-" not in shown(room.wall.posts[0][1])


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Disputed("stripe", "pi_1", "du_1", 15000, "KRW", "fraudulent", "2026-11-28T12:00:00+00:00"), "bgm evidence"),
        (Disputed("stripe", "pi_1", "du_1", 15000, "KRW", "general", taken=False), "bgm evidence"),
        (DisputeClosed("stripe", "pi_1", "du_1", 15000, "KRW", won=True), "15,000"),
        (DisputeClosed("stripe", "pi_1", "du_1", 15000, "KRW", won=False), "15,000"),
        (RefundFailed("stripe", "pi_1", "re_1", 15000, "KRW", "lost_or_stolen_card"), "lost_or_stolen_card"),
    ],
)
async def test_trouble_with_money_is_told_with_its_reference(room: Room, what: What, words: str) -> None:
    await room.desk.alert_operator(
        job("alert_operator", room.order, fact=type(what).__name__, **asdict(what)), room.order
    )
    screen = shown(room.wall.posts[0][1])
    assert words in screen
    assert what.reference in screen  # type: ignore[attr-defined]
    assert "alert-" not in screen
    assert ("28" in screen) == bool(getattr(what, "until", ""))


@pytest.mark.parametrize(
    ("amount", "returned", "payment", "state", "key", "sums"),
    [
        (15000, 0, "pi_1", State.REFUNDED, "alert-dispute-lost", {"amount": 15000}),
        (5000, 0, "pi_1", State.DELIVERED, "alert-dispute-lost-part", {"amount": 5000, "left": 10000}),
        (15000, 9000, "pi_1", State.COMPOSING, "alert-dispute-lost-part", {"amount": 6000, "left": 9000}),
        (5000, 0, "pi_1", State.REFUNDING, "alert-dispute-lost-rest", {"amount": 5000, "left": 10000}),
        (15000, 0, "pi_2", State.COMPOSING, "alert-dispute-lost-second", {"amount": 15000}),
        (20000, 0, "pi_1", State.REFUNDED, "alert-dispute-lost-twice", {"amount": 20000, "more": 5000}),
    ],
)
async def test_a_lost_dispute_is_told_as_what_it_took(
    room: Room, amount: int, returned: int, payment: str, state: State, key: str, sums: dict[str, int]
) -> None:
    what = DisputeClosed("stripe", payment, "du_1", amount, "KRW", won=False, returned=returned)
    order = replace(await room.shop.told(room.order, what), state=state)
    await room.desk.alert_operator(job("alert_operator", order, fact="DisputeClosed", **asdict(what)), order)
    screen, words = shown(room.wall.posts[0][1]), room.desk.words
    assert words.say(key, **{name: Money(sum_, "KRW") for name, sum_ in sums.items()}) in screen
    assert (words.say("alert-of") in screen) == (amount < 15000)


async def test_without_a_review_place_nobody_is_there(room: Room) -> None:
    desk = Desk(room.shop.book, room.desk.media, room.desk.words, {"discord": room.wall}, {})
    with pytest.raises(Unreachable):
        await desk.post_card(job("post_card", room.order), room.order)


async def test_a_correction_is_named_on_the_card_and_heard_there(room: Room) -> None:
    order = await room.shop.told(room.order, CardPosted(1, "discord:700/800"), CorrectionAsked(1, 2, "louder"))
    made = takes(order.id)[1]
    key = f"orders/{order.id}/r1/t2/c-0123456789"
    (room.desk.media.folder(key) / "preview.mp3").write_bytes(b"ID3" + bytes(500))
    made |= {"corrections": {"fade_out": 4.0, "gain_db": 1.5}, "files": {"preview": f"{key}/preview.mp3"}}
    overview = f"orders/{order.id}/r1/overview-0123456789.png"
    room.desk.media.path(overview).write_bytes(b"PNG")
    order = await room.shop.told(order, Corrected(1, 2, 1, made, overview))
    await room.desk.update_card(job("update_card", order), order)
    ((message, screen),) = room.wall.edits
    assert message == "discord:700/800"
    assert "+1.5 dB" in screen.facts[1][1]
    assert "4 " not in screen.facts[1][1].splitlines()[1]  # what the purpose does by itself is no correction
    assert [file.name for file in screen.files] == ["take1.mp3", "take2-0123456789.mp3", "take3.mp3"]
    assert screen.image is not None
    assert screen.image.name == "takes-r1-0123456789.png"
    assert [one.data.rpartition(":")[2] for one in buttons(screen)[:3]] == ["1.1", "1.2.1", "1.3"]
    assert not any(one.off for one in buttons(screen))


CLOSED = (Unreachable("the channel was deleted"), Refused("missing permissions"))


@dataclass
class LockedWall(Wall):
    """A doorway whose review place cannot be written to, and some of whose people neither."""

    why: Exception = CLOSED[0]
    closed: tuple[str, ...] = ("discord:channel:700", "discord:dm:3")

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if place in self.closed:
            raise self.why
        return await super().post(place, screen, once=once, again=again)


def behind(room: Room, *walls: Wall, operators: tuple[str, ...] = ("discord:3", "discord:9", "telegram:4")) -> Desk:
    places = {wall.platform: f"{wall.platform}:channel:700" for wall in walls}
    doorways = {wall.platform: wall for wall in walls}
    return Desk(room.shop.book, room.desk.media, room.desk.words, doorways, places, operators=operators)


@pytest.mark.parametrize("why", CLOSED, ids=["gone", "forbidden"])
async def test_an_operator_whose_channel_is_gone_has_the_card_in_private(room: Room, why: Exception) -> None:
    wall = LockedWall(why=why)
    fact = await behind(room, wall).post_card(job("post_card", room.order), room.order)
    assert isinstance(fact, CardPosted)
    ((place, screen, _, _),) = wall.posts
    assert place == "discord:dm:9"
    assert room.desk.words.say("card-place-closed") in screen.text
    assert [one.data.split(":")[1] for one in buttons(screen)[:3]] == ["approve"] * 3
    assert screen.reactions == ()


async def test_another_review_place_comes_before_private_messages(room: Room) -> None:
    closed, other = LockedWall(), Wall("telegram")
    await behind(room, closed, other).alert_operator(job("alert_operator", room.order), room.order)
    assert closed.posts == []
    ((place, screen, _, _),) = other.posts
    assert place == "telegram:channel:700"
    assert room.desk.words.say("card-place-closed") not in screen.text


@pytest.mark.parametrize("operators", [(), ("discord:3",), ("telegram:4",)])
async def test_where_nobody_can_be_reached_the_first_reason_counts(room: Room, operators: tuple[str, ...]) -> None:
    with pytest.raises(Unreachable, match="deleted"):
        await behind(room, LockedWall(), operators=operators).post_card(job("post_card", room.order), room.order)
