"""What comes after the hand-over: closed doors and the ways around them, e-mail, claim kits, another name, proofs.

A real mail server (aiosmtpd) stands on the street; everything else is as in the other stories.
"""

import asyncio
import email
import io
import zipfile
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import soundfile
from aiosmtpd.smtp import SMTP, Envelope

from bot.sandbox.discord import permissions as may
from tests.stories.street import PATIENCE, Message, Street, buttons, street, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Letterbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=modern)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def letterbox() -> AsyncIterator[Letterbox]:
    box = Letterbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    yield box
    server.close()
    await server.wait_closed()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def here(letterbox: Letterbox, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    address = f"smtp://127.0.0.1:{letterbox.port}?from=kiosk@shop.example"  # type: ignore[attr-defined]
    async with street(tmp_path_factory.mktemp("afterwards"), SMTP_URL=address) as opened:
        yield opened


async def attached(message: Message) -> dict[str, bytes]:
    """Fetch the files of a message, by their endings."""
    files = {}
    async with aiohttp.ClientSession() as web:
        for one in message["attachments"]:
            async with web.get(one["url"]) as answer:
                assert answer.status == 200
                files[one["filename"].rpartition(".")[2]] = await answer.read()
    return files


async def test_with_closed_dms_the_parcel_lies_in_a_private_thread_and_everything_else_follows(
    here: Street, letterbox: Letterbox, tmp_path: Path
) -> None:
    buyer = await here.discord.add_person("Shut Door")
    buyer.close_dms()
    order = await here.order(buyer, length="20")
    await here.pay(order)
    card = await here.card(order)
    await here.react(card, "1️⃣")
    # 1. The parcel is in a thread that only the buyer was added to
    parcel = await buyer.wait_for(
        lambda message: f"<@{buyer.id}>" in message["content"] and bool(message["attachments"]), timeout=PATIENCE
    )
    assert parcel["channel_id"] != str(here.discord.order_channel_id)
    assert not any(channel["id"] == parcel["channel_id"] for channel in here.stranger.channels())
    files = await attached(parcel)
    assert {"mp3", "wav", "pdf"} <= files.keys()
    told = await here.operator.wait_for(
        lambda message: message["id"] == card["id"] and "Handed over" in words(message), timeout=PATIENCE
    )
    assert "✗ direct message" in words(told)
    assert "✓ private thread" in words(told)
    # 2. A claim kit, and the text for a platform
    (press,) = buttons(parcel, "kit")
    shown = await buyer.click(parcel["channel_id"], parcel["id"], press["custom_id"])
    assert shown.message is not None
    assert shown.ephemeral
    kit = zipfile.ZipFile(io.BytesIO((await attached(shown.message))["zip"]))
    assert {"licence.pdf", "licence.json", "fingerprint.txt", "youtube.ko.txt", "twitch.en.txt"} <= set(kit.namelist())
    (menu,) = [one for row in shown.message["components"] for one in row["components"] if one["type"] == 3]
    text = await buyer.choose(parcel["channel_id"], shown.message["id"], menu["custom_id"], ["youtube"])
    assert text.message is not None
    assert "used under licence" in words(text.message)
    # 3. The files by e-mail
    (press,) = buttons(parcel, "mail")
    asked = await buyer.click(parcel["channel_id"], parcel["id"], press["custom_id"])
    assert asked.modal is not None
    wrong = await buyer.submit(asked.modal, {"address": "nowhere"})
    assert wrong.message is not None
    assert "no e-mail address" in words(wrong.message)
    asked = await buyer.click(parcel["channel_id"], parcel["id"], press["custom_id"])
    assert asked.modal is not None
    await buyer.submit(asked.modal, {"address": "mina@example.com"})
    await here.until(lambda: bool(letterbox.letters))
    letter = letterbox.letters[0]
    assert letter["To"] == "mina@example.com"
    assert {(one.get_filename() or "").rpartition(".")[2] for one in letter.iter_attachments()} == {"pdf", "mp3", "wav"}
    # 4. A re-encoded piece of it, brought to the page by a stranger
    whole = tmp_path / "master.wav"
    whole.write_bytes(files["wav"])
    audio, rate = soundfile.read(whole, dtype="float32", always_2d=True)
    copy = tmp_path / "copy.ogg"
    soundfile.write(copy, audio[2 * rate : 18 * rate] * 0.7, rate, format="OGG", subtype="VORBIS")
    async with aiohttp.ClientSession(headers={"Accept-Language": "en"}) as web:
        form = aiohttp.FormData()
        form.add_field("file", copy.read_bytes(), filename="found on the net.ogg")
        async with web.post(f"{here.shop.address}/verify", data=form) as answer:
            page = await answer.text()
            assert answer.status == 200, page
    assert "It is proven to be this shop" in page
    assert "sounds like a piece this shop sold" in page
    assert str(buyer.id) not in page


async def test_where_threads_are_not_allowed_a_button_hands_the_parcel_over(here: Street) -> None:
    buyer = await here.discord.add_person("Shut Door Too")
    buyer.close_dms()
    channel = here.discord.order_channel_id
    guild = here.discord.realm.guild(here.discord.guild_id)
    for role in guild.roles.values():
        role.permissions &= ~may.CREATE_PRIVATE_THREADS
    order = await here.order(buyer)
    await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    called = await buyer.wait_for(
        lambda message: message["content"] == f"<@{buyer.id}>" and bool(buttons(message, "claim")),
        channel_id=channel, timeout=PATIENCE,
    )  # fmt: skip
    assert not called["attachments"]
    (press,) = buttons(called, "claim")
    refused = await here.stranger.click(channel, called["id"], press["custom_id"])
    assert refused.message is not None
    assert not refused.message["attachments"]
    handed = await buyer.click(channel, called["id"], press["custom_id"])
    assert handed.message is not None
    assert handed.ephemeral
    assert {"mp3", "wav", "pdf"} <= (await attached(handed.message)).keys()


async def test_the_licence_is_issued_anew_in_the_name_the_buyer_gives(here: Street) -> None:
    buyer = await here.discord.add_person("Somebody With A Name")
    order = await here.order(buyer)
    await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    parcel = await here.parcel(order, buyer)
    await here.status(order, "with you", buyer)
    channel = here.discord.order_channel_id
    listed = await buyer.use(channel, "orders")
    assert listed.message is not None
    (menu,) = [one for row in listed.message["components"] for one in row["components"] if one["type"] == 3]
    shown = await buyer.choose(channel, listed.message["id"], menu["custom_id"], [order])
    assert shown.message is not None
    (press,) = buttons(shown.message, "licensee")
    asked = await buyer.click(channel, shown.message["id"], press["custom_id"])
    assert asked.modal is not None
    await buyer.submit(asked.modal, {"name": "느린오후 채널"})
    status = await here.status(order, "issued in the new name", buyer)
    new = words(status).partition("as no. ")[2][:15]
    old = next(line for line in words(parcel).split() if line.startswith("BGM-"))[:15]
    assert new != old
    async with aiohttp.ClientSession(headers={"Accept-Language": "en"}) as web:
        async with web.get(f"{here.shop.address}/verify/{old}") as answer:
            assert f"/verify/{new}" in await answer.text()
        async with web.get(f"{here.shop.address}/verify/{new}") as answer:
            assert "it stands" in await answer.text()
