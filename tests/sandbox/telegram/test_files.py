"""Music, documents, pictures, albums."""

from __future__ import annotations

import io

import aiohttp
import pytest
from PIL import Image
from telegram import InputMediaAudio, InputMediaPhoto
from telegram.error import BadRequest, NetworkError

from bot.sandbox.telegram import ClientRefusal, Person, TelegramWorld
from tests.sandbox.telegram.conftest import MP3, Probe, Wire


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    """Return a picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#f2b545").save(out, kind)
    return out.getvalue()


async def test_music_has_a_title_and_a_cover(probe: Probe, buyer: Person) -> None:
    sent = await probe.bot.send_audio(
        buyer.id,
        MP3,
        title="Calm",
        performer="BGM Kiosk",
        duration=30,
        thumbnail=picture(320, 320),
        filename="calm.mp3",
    )
    assert sent.audio is not None
    assert (sent.audio.title, sent.audio.performer, sent.audio.file_name) == ("Calm", "BGM Kiosk", "calm.mp3")
    assert sent.audio.thumbnail is not None
    assert (sent.audio.thumbnail.width, sent.audio.mime_type) == (320, "audio/mpeg")
    fetched = await (await sent.audio.get_file()).download_as_bytearray()
    assert fetched == MP3
    again = await probe.bot.send_audio(buyer.id, sent.audio.file_id)
    assert again.audio == sent.audio


async def test_a_cover_that_breaks_the_rules_is_dropped(probe: Probe, buyer: Person) -> None:
    for cover in (picture(640, 640), picture(100, 100, "PNG"), b"no picture"):
        sent = await probe.bot.send_audio(buyer.id, MP3, thumbnail=cover)
        assert sent.audio is not None
        assert sent.audio.thumbnail is None


async def test_a_wav_is_no_audio_but_a_document(probe: Probe, buyer: Person) -> None:
    with pytest.raises(BadRequest, match="mp3"):
        await probe.bot.send_audio(buyer.id, b"RIFF....WAVEfmt ", filename="a.wav")
    sent = await probe.bot.send_document(
        buyer.id, b"RIFF....WAVEfmt ", filename="a.wav", caption="<b>c</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.caption, sent.caption_entities[0].type) == ("a.wav", "c", "bold")
    with pytest.raises(BadRequest, match="Can't use file of type document as audio"):
        await probe.bot.send_audio(buyer.id, sent.document.file_id)


async def test_pictures_are_kept_small(probe: Probe, buyer: Person) -> None:
    sent = await probe.bot.send_photo(buyer.id, picture(2000, 500, "PNG"))
    assert [(size.width, size.height) for size in sent.photo] == [(320, 80), (1280, 320)]
    for blob, said in ((b"no picture", "Image_process_failed"), (picture(2100, 100), "Photo_invalid_dimensions")):
        with pytest.raises(BadRequest, match=said):
            await probe.bot.send_photo(buyer.id, blob)


async def test_an_album_stands_together(probe: Probe, world: TelegramWorld, operator: Person) -> None:
    takes = [InputMediaAudio(MP3, title=f"Take {n}", filename=f"{n}.mp3") for n in (1, 2, 3)]
    sent = await probe.bot.send_media_group(world.review_chat_id, takes, caption="Three takes")
    assert len({message.media_group_id for message in sent}) == 1
    shown = operator.messages(world.review_chat_id)
    assert [message["audio"]["title"] for message in shown] == ["Take 1", "Take 2", "Take 3"]
    assert shown[0]["caption"] == "Three takes"
    for media, said in (
        ([takes[0], InputMediaPhoto(picture(50, 50))], "Audio can't be mixed with other media types"),
        (takes * 4, "Too many messages to send as an album"),
        ([InputMediaPhoto(b"no")] * 2, 'Failed to send message #1 with the error message "image_process_failed"'),
    ):
        with pytest.raises(BadRequest, match=said):
            await probe.bot.send_media_group(world.review_chat_id, media)


async def test_an_album_of_one_is_a_message(probe: Probe, buyer: Person) -> None:
    (sent,) = await probe.bot.send_media_group(buyer.id, [InputMediaAudio(MP3, filename="1.mp3")])
    assert sent.media_group_id is None


async def test_limits_of_size(probe: Probe, world: TelegramWorld, wire: Wire, buyer: Person) -> None:
    world.rules.upload_limit, world.rules.download_limit = 3000, 100
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await probe.bot.send_document(buyer.id, bytes(3001), filename="big.bin")
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await probe.bot.send_document(buyer.id, b"", filename="none.bin")
    sent = await probe.bot.send_audio(buyer.id, MP3)
    assert sent.audio is not None
    refused = await wire.refusal("getFile", file_id=sent.audio.file_id)
    assert refused == (400, "Bad Request: file is too big")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await probe.bot.send_audio(buyer.id, sent.audio.file_id, caption="x" * 1025)


async def test_a_photo_and_its_words_are_replaced(probe: Probe, buyer: Person) -> None:
    sent = await probe.bot.send_photo(buyer.id, picture(400, 200), caption="before")
    edited = await probe.bot.edit_message_media(InputMediaPhoto(picture(200, 400)), buyer.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.photo[-1].height, edited.caption) == (400, None)


async def test_what_people_send_reaches_the_bot(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    await buyer.send_file(buyer.id, "tune.mp3", MP3)
    await buyer.send_file(buyer.id, "licence.pdf", b"%PDF-1.7", caption="is this yours?")
    await buyer.send_file(buyer.id, "me.png", picture(60, 60))
    update = await probe.until(lambda u: u.message and u.message.photo)
    kinds = [update.message.effective_attachment for update in probe.heard if update.message]
    assert [type(kind).__name__ for kind in kinds] == ["NoneType", "Audio", "Document", "tuple"]
    with pytest.raises(ClientRefusal, match="non-empty"):
        await buyer.send_file(buyer.id, "nothing.txt", b"")
    assert update.message is not None
    fetched = await update.message.photo[-1].get_file()
    async with aiohttp.ClientSession() as session, session.get(f"{fetched.file_path}x") as answer:
        assert answer.status == 404
