"""A first order on Telegram, from /start to the licence in the chat, paid in Stars, with the real library."""

import io
from pathlib import Path

import pypdf
import soundfile

from bot.sandbox.telegram import Outcome
from tests.stories.phone import ORDER, Phone, buttons, phone, words


def fetched(here: Phone, file: dict[str, object]) -> bytes:
    """Return a file as a person's app shows it."""
    return here.world.realm.files[str(file["file_id"])].blob


async def test_a_first_order_in_english(tmp_path: Path) -> None:
    async with phone(tmp_path, takes=3) as here:
        # 1. From a link in a video to the summary, in one sentence
        await here.buyer.start("video-7")
        await here.says("Welcome to Street Corner Music")
        summary = await here.summary("a calm 6-second piece for my youtube channel, rain on a window")
        for part in ("⭐", "rain on a window", "monetised videos", "composed by software"):
            assert part in words(summary)
        (place,) = buttons(summary, "place")
        await here.press(summary, place["callback_data"])
        shown = await here.says("Your order is ready")
        (order,) = ORDER.findall(words(shown))
        # 2. The bill, paid in Stars; the status message moves
        paid = await here.pay(order)
        assert paid.outcome is Outcome.PAID
        await here.status(order, "Composing")
        # 3. The operator hears three takes in an album above the picture
        card = await here.card(order)
        assert card["photo"]
        assert words(card).count("LUFS") == 3
        album = [one for one in here.operator.messages(here.world.review_chat_id) if "audio" in one]
        assert [one["audio"]["title"] for one in album] == ["Take 1", "Take 2", "Take 3"]
        assert len({one["media_group_id"] for one in album}) == 1
        await here.judge(card, "approve", 1)
        # 4. The buyer has music, licence and link
        sound, *papers = await here.parcel(order)
        assert sound["audio"]["performer"] == "Street Corner Music"
        assert sound["audio"]["duration"] == 6
        assert sound["audio"]["thumbnail"]["width"] <= 320
        wav, licence = (fetched(here, one["document"]) for one in papers[:2])
        audio, rate = soundfile.read(io.BytesIO(wav))
        assert len(audio) == 6 * rate
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(licence)).pages)
        assert order in text
        await here.status(order, "with you")
        closed = await here.says("Approved: take 2, by Moonlight Desk", here.operator, here.world.review_chat_id)
        assert not buttons(closed, "approve")
        # 5. It closes in peace
        assert await here.shop.close() == 0


async def test_a_first_order_in_korean_on_both_chats_reviewed_in_one(tmp_path: Path) -> None:
    async with phone(tmp_path, discord=True, shop='[review]\nplace = "telegram"\n') as here:
        here.buyer.set_language("ko")
        order = await here.order("유튜브에 쓸 5초짜리 잔잔한 음악, 비 오는 창가")
        bill = await here.bill(order)
        assert "잔잔한" in bill["invoice"]["title"]
        assert (await here.pay(order)).outcome is Outcome.PAID
        await here.judge(await here.card(order), "approve")
        await here.parcel(order)
        assert "음악" in words(await here.status(order, "보내 드렸어요"))
        # An order from Discord is heard in the same group
        discord = await here.street.order()
        await here.street.pay(discord)
        await here.judge(await here.card(discord), "approve")
        await here.street.parcel(discord)
