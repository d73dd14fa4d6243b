"""What is stored about a person can be had and can be erased, on both kinds of database; what the law keeps stays."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import BadInput
from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.revision import Source
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.jobs import Jobs
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook
from bot.storage.personal import Personal
from bot.storage.purse import Purse
from bot.storage.rows import order_values
from tests.databases import SettableClock
from tests.orders.example import NOON, TO_DELIVERED, free_order, new_order, opened

BUYER, OTHER = "discord:1", "discord:12"
SECRET = "my unmistakable secret"


@pytest.fixture
def personal(database: Database, clock: SettableClock) -> Personal:
    return Personal(database, clock)


async def tell(book: OrderBook, order: Order, *whats: What) -> Order:
    for number, what in enumerate(whats):
        fact = Fact(order.id, f"{order.id}:{number}:{type(what).__name__}", "somebody", what)
        order = (await book.tell(fact)).order or order
    return order


async def place(book: OrderBook, order_id: str = "K3M8Q2Z7RT", customer: str = BUYER, **changes: object) -> Order:
    fresh = new_order(order_id, customer=customer, data={"name": SECRET, "licensee": {"name": SECRET}})
    brief = fresh.brief.but(details=SECRET)
    return await book.place(replace(fresh, brief=brief, **changes), by=customer, key=f"k:{order_id}")  # type: ignore[arg-type]


async def a_life(book: OrderBook, customer: str = BUYER, order_id: str = "K3M8Q2Z7RT") -> Order:
    """A delivered order with words of all kinds around it."""
    letter = facts.Letter("buyer", customer, SECRET)
    order = await tell(
        book, await place(book, order_id, customer), *TO_DELIVERED, letter, facts.RefundWished(SECRET),
        facts.RefundDeclined("discord:9", SECRET),
    )  # fmt: skip
    await book.save_draft(customer, {"answers": {"details": SECRET}})
    for name in (f"mail:{customer}", f"favourite:{customer}:{order.id}", f"revision:{order.id}:words"):
        await book.remember(name, {"words": SECRET})
    await book.remember(f"certificate:BGM-{order_id[:4]}", {"order": order.id})
    return order


async def test_everything_about_a_person_is_returned_and_nothing_of_others(book: OrderBook, personal: Personal) -> None:
    await a_life(book)
    await a_life(book, OTHER, "P9Q8R7S6T5")
    about = await personal.about(BUYER)
    told = json.dumps(about)
    assert [order["id"] for order in about["orders"]] == ["K3M8Q2Z7RT"]
    assert {event["kind"] for event in about["journal"]} >= {"Placed", "Paid", "Letter", "RefundWished"}
    assert [line["amount"] for line in about["payments"]] == [15000]
    assert sorted(note["name"].split(":")[0] for note in about["notes"]) == ["favourite", "mail", "revision"]
    assert about["draft"][0]["draft"] == {"answers": {"details": SECRET}}
    assert OTHER not in told
    assert "P9Q8R7S6T5" not in told


async def test_words_go_and_the_sale_stays(book: OrderBook, personal: Personal, database: Database) -> None:
    before = await a_life(book)
    erased = await personal.erase(BUYER)
    assert ([order.id for order in erased.kept], erased.gone) == ([before.id], 0)
    assert SECRET not in json.dumps(await personal.about(BUYER))
    after = await book.get(before.id)
    assert (after.state, after.customer, after.price) == (State.DELIVERED, BUYER, before.price)
    for name in ("payment", "takes", "chosen", "files", "certificate", "hand_over", "cards"):
        assert after.data[name] == before.data[name]
    assert after.brief == before.brief.but(details="")
    (line,) = await Ledger(database).between(NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert line.movement.amount == 15000
    assert await book.recall("certificate:BGM-K3M8") == {"order": before.id}
    assert await book.load_draft(BUYER) is None


async def test_other_people_keep_everything(book: OrderBook, personal: Personal) -> None:
    await a_life(book)
    await a_life(book, OTHER, "P9Q8R7S6T5")
    before = await personal.about(OTHER)
    await personal.erase(BUYER)
    assert await personal.about(OTHER) == before


async def test_cards_are_brought_up_to_date_without_the_words(book: OrderBook, personal: Personal, jobs: Jobs) -> None:
    await a_life(book)
    while claimed := await jobs.claim(["update_card"], "o", 60):
        await jobs.done(claimed[0], None)
    await personal.erase(BUYER)
    (job,) = await jobs.claim(["update_card"], "o", 60)
    assert job.data == {"round": 1}


async def test_erasing_twice_is_erasing_once(book: OrderBook, personal: Personal) -> None:
    await a_life(book)
    await personal.erase(BUYER)
    first = (await personal.about(BUYER))["orders"]
    again = await personal.erase(BUYER)
    assert len(again.kept) == 1
    assert (await personal.about(BUYER))["orders"] == first
    assert (await personal.erase("discord:nobody")).kept == ()


async def test_while_an_order_is_under_way_nothing_is_erased(book: OrderBook, personal: Personal) -> None:
    await a_life(book)
    await tell(book, await place(book, "P9Q8R7S6T5"), opened())
    with pytest.raises(BadInput, match="P9Q8R7S6T5"):
        await personal.erase(BUYER)
    assert SECRET in json.dumps(await personal.about(BUYER))


async def test_what_was_never_paid_goes_altogether_once_no_payment_can_come(
    book: OrderBook, personal: Personal, clock: SettableClock
) -> None:
    await tell(book, await place(book), opened(), facts.Withdrawn())
    assert (await personal.erase(BUYER)).gone == 0
    assert SECRET not in json.dumps(await personal.about(BUYER))
    clock.now += timedelta(days=3)
    assert (await personal.erase(BUYER)).gone == 1
    about = await personal.about(BUYER)
    assert (about["orders"], about["journal"]) == ([], [])


async def test_what_an_engine_was_told_goes_with_the_words_it_was_made_of(book: OrderBook, personal: Personal) -> None:
    order = await place(book)
    made = {"prompt": f"calm, {SECRET}", "steps": 27}
    takes = [{"index": index, "seed": index, "made": made, "files": {"raw": "x"}, "target": {}} for index in (1, 2)]
    corrected = facts.Corrected(1, 2, 1, takes[1], "overview.png")
    asked = (facts.AgainAsked(1, {"details": SECRET, "tempo_bpm": 90}), facts.TakesReady(2, takes))
    await tell(
        book, order, *TO_DELIVERED[:2], facts.TakesReady(1, takes), facts.CorrectionAsked(1, 2, "louder"), corrected,
        *asked, facts.CorrectionAsked(2, 1, "louder"), facts.Approved(2, 2), facts.Mastered(2, []), *TO_DELIVERED[6:],
    )  # fmt: skip
    assert json.dumps(await personal.about(BUYER)).count(SECRET) > 9
    await personal.erase(BUYER)
    about = await personal.about(BUYER)
    assert SECRET not in json.dumps(about)
    (kept,) = about["orders"]
    assert kept["data"]["takes"][0]["made"] == {"prompt": "", "steps": 27}
    assert [entry["data"]["changes"] for entry in about["journal"] if entry["kind"] == "AgainAsked"] == [
        {"details": "", "tempo_bpm": 90}
    ]
    assert (await book.get(order.id)).chosen == kept["data"]["takes"][1]


async def test_words_about_a_revision_go_and_its_source_stays(book: OrderBook, personal: Personal) -> None:
    root = await a_life(book)
    source = Source(root.id, root.id, 2, f"orders/{root.id}/r1/t2", "words", SECRET, ("calmer",), free=True)
    child = free_order("CHILD23456", customer=BUYER, data={"source": source.to_json()})
    await tell(book, await book.place(child, by=BUYER, key="c"), *TO_DELIVERED[2:])
    await personal.erase(BUYER)
    kept = (await book.get(child.id)).data["source"]
    assert (kept["words"], kept["edits"], kept["order"]) == ("", ["calmer"], root.id)
    assert SECRET not in json.dumps(await personal.about(BUYER))


OF_ROOMS = ("language:{}", "came-from:{}", "region:{}", "coupon-form:{}", "mail:{}")
OF_CHATS = (
    "telegram:posted:{}", "telegram:conversation:{}", "telegram:form:{}", "telegram:files:{}/12",
    "telegram:files:{}/13",
)  # fmt: skip


async def test_notes_of_every_room_go_and_those_of_others_and_of_groups_stay(
    book: OrderBook, personal: Personal
) -> None:
    gone = [name.format("telegram:5") for name in OF_ROOMS] + [name.format(5) for name in OF_CHATS]
    stay = [name.format(other) for name in OF_ROOMS for other in ("telegram:51", "telegram:15", "discord:5")]
    stay += [name.format(chat) for name in OF_CHATS for chat in ("51", "15", "-5")]
    stay += ["telegram:heard", "telegram:moved", "telegram:commands", "telegram:data:5", "digest", "pause"]
    for name in (*gone, *stay):
        await book.remember(name, {"words": name})
    assert sorted(note["name"] for note in (await personal.about("telegram:5"))["notes"]) == sorted(gone)
    await personal.erase("telegram:5")
    assert [await book.recall(name) for name in gone] == [None] * len(gone)
    assert [await book.recall(name) for name in stay] == [{"words": name} for name in stay]


async def test_a_customer_of_many_orders_is_found_whole(
    book: OrderBook, personal: Personal, database: Database, clock: SettableClock
) -> None:
    ids = [f"MANY{number:06}" for number in range(650)]
    orders = [replace(new_order(one, customer=BUYER), state=State.CANCELLED, created=NOON) for one in ids]
    async with database.write() as tx:
        await tx.execute(tables.orders.insert(), [order_values(order, NOON) for order in orders])
        notes = [{"name": f"favourite:{BUYER}:{one}", "value": {}, "changed": NOON} for one in ids]
        await tx.execute(
            tables.notes.insert(), [*notes, {"name": f"revision:{ids[-1]}:x", "value": {}, "changed": NOON}]
        )
    assert len({note["name"] for note in (await personal.about(BUYER))["notes"]}) == 651
    clock.now += timedelta(days=3)
    assert (await personal.erase(BUYER)).gone == 650
    assert (await personal.about(BUYER))["notes"] == []


async def test_credit_stays_under_the_bare_id(
    book: OrderBook, personal: Personal, database: Database, clock: SettableClock
) -> None:
    await a_life(book)
    await Purse(database, clock).give(BUYER, 500, "KRW", key="g", by="discord:9")
    await personal.erase(BUYER)
    about = await personal.about(BUYER)
    assert [(row["customer"], row["amount"]) for row in about["credit"]] == [(BUYER, 500)]
    assert SECRET not in json.dumps(about)
