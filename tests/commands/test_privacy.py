"""A person's own data: sent as a direct message, or erased after being asked once more."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.commands.listen import listen
from bot.commands.said import Press, Reply
from bot.errors import NotFound, Unreachable
from bot.screens import Screen
from tests.commands.shop import BUYER, KOREAN, Shop, data_of, shown


@dataclass
class Office:
    """A privacy office that remembers who came."""

    folder: Path
    exported: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    async def export(self, customer: str) -> Path:
        self.exported.append(customer)
        path = self.folder / "export.zip"
        path.write_bytes(b"zip")
        return path

    async def erase(self, customer: str) -> tuple[int, int]:
        self.erased.append(customer)
        return 2, 1


@dataclass
class Chat:
    """A doorway that takes messages, or refuses them."""

    closed: bool = False
    posted: list[tuple[str, Screen]] = field(default_factory=list)
    platform: str = "discord"

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.closed:
            raise Unreachable("closed")
        assert all(file.path.is_file() for file in screen.files)
        self.posted.append((place, screen))
        return "discord:1/2"

    async def edit(self, message: str, screen: Screen) -> None: ...


class Broken(Chat):
    """A doorway with a fault of its own."""

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        raise RuntimeError("a fault")


@pytest.fixture
def office(shop: Shop, tmp_path: Path) -> Office:
    office = Office(tmp_path)
    shop.services = replace(shop.services, privacy=office, doorways={"discord": Chat()})
    return office


async def test_the_page_offers_both(shop: Shop, office: Office) -> None:
    page = await shop.say(BUYER, "privacy")
    assert data_of(page, "export")
    assert data_of(page, "erase")


async def test_data_is_sent_by_direct_message_and_leaves_no_file_behind(shop: Shop, office: Office) -> None:
    said = await shop.press(BUYER, "bgm:export:me")
    chat = shop.services.doorways["discord"]
    assert isinstance(chat, Chat)
    ((place, letter),) = chat.posted
    assert place == "discord:dm:1"
    assert [file.name for file in letter.files] == ["export.zip"]
    assert "direct messages" in said.text
    assert not (office.folder / "export.zip").exists()
    assert office.exported == [BUYER.id]


async def test_with_closed_direct_messages_it_is_the_answer_itself(shop: Shop, office: Office) -> None:
    shop.services = replace(shop.services, doorways={"discord": Chat(closed=True)})
    reply = await listen(shop.services, BUYER, Press("export", "me"))
    assert isinstance(reply, Reply)
    assert reply.private
    assert reply.screen.files[0].path.is_file()
    assert reply.later is not None
    assert await reply.later() is None
    assert not reply.screen.files[0].path.exists()


async def test_an_export_that_failed_on_its_way_leaves_no_file_behind(shop: Shop, office: Office) -> None:
    shop.services = replace(shop.services, doorways={"discord": Broken()})
    with pytest.raises(RuntimeError):
        await listen(shop.services, BUYER, Press("export", "me"))
    assert not (office.folder / "export.zip").exists()


async def test_erasing_asks_once_more_and_says_what_stays(shop: Shop, office: Office) -> None:
    asked = await shop.press(KOREAN, "bgm:erase:me")
    assert "증서" in asked.text
    assert office.erased == []
    assert data_of(asked, "privacy")
    done = await shop.press(KOREAN, data_of(asked, "erasenow"))
    assert office.erased == [KOREAN.id]
    assert "2건" in shown(done)


async def test_where_nothing_can_be_exported_nothing_is_offered(shop: Shop) -> None:
    assert not (await shop.say(BUYER, "privacy")).rows
    with pytest.raises(NotFound):
        await shop.press(BUYER, "bgm:export:me")
