"""Files that nobody needs any more go; what was sold stays."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.orders.facts import Fact, RefundAsked, TakesReady, What
from bot.orders.order import Order
from bot.storage import retention
from bot.storage.database import open_database
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.retention import Due, Retention
from tests.orders.example import NOON, POLICY, TO_DELIVERED, new_order, opened, paid, refunded

ROLES = {"master": "master.wav", "raw": "raw.flac", "preview": "preview.mp3", "waveform": "waveform.png"}


class Shelf:
    """A shop's memory with a clock that can be put forward."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.database = open_database(f"sqlite:///{folder / 'shop.db'}")
        self.book = OrderBook(self.database, POLICY, lambda: self.now)
        self.media = Media(folder / "media")

    def retention(self, previews: int = 90, refused: int = 30) -> Retention:
        return Retention(self.book, self.media, previews, refused)

    async def order(self, *whats: What, id_: str = "") -> Order:
        order = new_order(id_) if id_ else new_order()
        order = await self.book.place(order, by="discord:1", key=f"k{id_}")
        for number, what in enumerate(whats):
            if isinstance(what, TakesReady):
                takes = [{"index": index, "files": self._files(order, index)} for index in (1, 2, 3)]
                what = TakesReady(1, takes)
            told = await self.book.tell(Fact(order.id, f"f{number}{id_}", "shop", what))
            assert told.order is not None
            order = told.order
        for index in (1, 2, 3):
            for key in self._files(order, index).values():
                await self.media.write(key, b"12345")
        await self.media.write(f"orders/{order.id}/r1/overview.png", b"12345")
        await self.media.write(f"orders/{order.id}/r1/parcel/licence.pdf", b"12345")
        return order

    def _files(self, order: Order, index: int) -> dict[str, str]:
        return {role: f"orders/{order.id}/r1/t{index}/{name}" for role, name in ROLES.items()}

    def left(self, order: Order) -> list[str]:
        root = self.media.path(f"orders/{order.id}/r1")
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


class Stuck(Media):
    """A disk that lets go of nothing of one order."""

    def __init__(self, root: Path, order: str) -> None:
        super().__init__(root)
        self.order = order

    async def delete(self, key: str) -> None:
        if f"/{self.order}/" in key:
            raise OSError("stuck")
        await super().delete(key)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    made = Shelf(tmp_path)
    await made.database.upgrade()
    yield made
    await made.database.close()


async def test_of_a_delivered_order_the_chosen_take_and_the_parcel_stay(shelf: Shelf) -> None:
    order = await shelf.order(*TO_DELIVERED)
    shelf.now += timedelta(days=89)
    assert await shelf.retention().sweep() == Due()
    assert len(shelf.left(order)) == 14
    shelf.now += timedelta(days=2)
    assert await shelf.retention().due() == Due(1, 11, 55)
    assert len(shelf.left(order)) == 14
    assert await shelf.retention().sweep() == Due(1, 11, 55)
    assert shelf.left(order) == ["parcel/licence.pdf", "t2/master.wav", "t2/raw.flac"]
    assert await shelf.retention().due() == Due()
    assert await shelf.retention().sweep() == Due()


async def test_of_a_refused_order_only_the_paper_stays(shelf: Shelf) -> None:
    order = await shelf.order(*TO_DELIVERED, RefundAsked(), refunded())
    shelf.now += timedelta(days=31)
    assert (await shelf.retention(previews=0).sweep()).orders == 1
    assert shelf.left(order) == ["parcel/licence.pdf"]


async def test_of_a_round_that_was_stopped_half_way_nothing_stays(shelf: Shelf) -> None:
    order = await shelf.order(opened(), paid(), RefundAsked(), refunded())
    await shelf.media.write(f"orders/{order.id}/r1/t1/played-0.npz", b"12345")
    await shelf.media.delete(f"orders/{order.id}/r1/parcel")
    shelf.now += timedelta(days=29)
    assert await shelf.retention().sweep() == Due()
    shelf.now += timedelta(days=2)
    assert await shelf.retention().sweep() == Due(1, 14, 70)
    assert shelf.left(order) == []


async def test_orders_of_one_moment_are_all_looked_at_also_after_a_sweep_that_was_cut_off(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    ids = [f"A{letter * 9}" for letter in "BCDEFG"]
    orders = [await shelf.order(*TO_DELIVERED, id_=id_) for id_ in ids]  # the clock stands: one moment for all
    shelf.now += timedelta(days=91)
    assert (await shelf.retention().due()).orders == 6
    stuck = Retention(shelf.book, Stuck(shelf.media.root, ids[3]), 90, 30)
    with pytest.raises(OSError, match="stuck"):
        await stuck.sweep()
    assert [len(shelf.left(order)) for order in orders] == [3, 3, 3, 14, 14, 14]
    assert (await shelf.retention().sweep()).orders == 3
    assert [len(shelf.left(order)) for order in orders] == [3] * 6


async def test_zero_days_keep_everything_for_ever(shelf: Shelf) -> None:
    order = await shelf.order(*TO_DELIVERED)
    shelf.now += timedelta(days=5000)
    assert await shelf.retention(0, 0).sweep() == Due()
    assert len(shelf.left(order)) == 14
