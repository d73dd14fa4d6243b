"""A first order, from /bgm to the licence in the buyer's hands, with the real libraries over the wire."""

import io
from pathlib import Path

import aiohttp
import pypdf
import soundfile

from tests.stories.street import buttons, judged, street, words


async def fetched(url: str) -> bytes:
    async with aiohttp.ClientSession() as web, web.get(url) as answer:
        answer.raise_for_status()
        return await answer.read()


async def test_a_first_order_in_english(tmp_path: Path) -> None:
    async with street(tmp_path, takes=3) as here:
        # 1. Ordering: three answers and some words, a summary with price, licence and the AI notice
        summary = await here.summary(here.buyer, length="0:06", details="rain on a window")
        said = words(summary)
        for part in ("₩9,000", "rain on a window", "monetised videos", "composed by software"):
            assert part in said
        (confirm,) = buttons(summary, "place")
        placed = await here.buyer.click(here.discord.order_channel_id, summary["id"], confirm["custom_id"])
        assert placed.message is not None
        assert any(one.get("url", "").startswith(f"{here.shop.address}/pay/") for one in buttons(placed.message))
        order = words(placed.message).split()[0]
        # 2. Paying on the hosted page; the status message moves
        await here.status(order, "as soon as you have paid")
        await here.pay(order)
        await here.status(order, "Composing")
        # 3. The operator hears three takes beside a picture
        card = await here.card(order)
        assert sorted(one["filename"] for one in card["attachments"]) == ["take1.mp3", "take2.mp3", "take3.mp3"]
        assert card["embeds"][0]["image"]["url"].startswith("http")
        assert words(card).count("LUFS") == 3
        await here.react(card, "2️⃣")
        # 4. The buyer has music, licence and link
        parcel = await here.parcel(order)
        files = {one["filename"].rpartition("-")[2].rpartition(".")[2]: one["url"] for one in parcel["attachments"]}
        audio, rate = soundfile.read(io.BytesIO(await fetched(files["wav"])))
        assert len(audio) == 6 * rate
        licence = pypdf.PdfReader(io.BytesIO(await fetched(files["pdf"])))
        text = "\n".join(page.extract_text() for page in licence.pages)
        assert order in text
        assert "Street Corner Music" in text
        (link,) = [one["url"] for one in buttons(parcel) if "url" in one]
        assert b"<audio" in await fetched(link)
        await here.status(order, "with you")
        card = await here.operator.wait_for(lambda message: "Approved: take 2" in words(message), timeout=20)
        assert judged(card)
        assert await here.shop.close() == 0


async def test_a_first_order_in_korean(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        here.buyer.set_locale("ko")
        summary = await here.summary(here.buyer, length="5초", details="비 오는 창가")
        said = words(summary)
        for part in ("₩9,000", "비 오는 창가", "잔잔한", "유튜브"):
            assert part in said
        order = await here.order(length="5초", details="비 오는 창가")
        await here.pay(order)
        await here.react(await here.card(order), "1️⃣")
        parcel = await here.parcel(order)
        assert "음악" in words(parcel)
