"""Messages: written, read back, changed, deleted; files and pictures; mentions; what is refused."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.sandbox.discord import ClientRefusal, DiscordWorld, Person
from bot.sandbox.discord.realm import LINGERING
from tests.sandbox.discord.conftest import ProbeBot, png


@pytest.fixture
def channel(world: DiscordWorld, bot: ProbeBot) -> discord.TextChannel:
    found = bot.get_channel(world.order_channel_id)
    assert isinstance(found, discord.TextChannel)
    return found


async def post(bot: ProbeBot, channel: discord.TextChannel, **body: Any) -> Any:
    """Send a raw message body, past discord.py's own checks."""
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
    return await bot.http.request(route, json=body)


async def test_a_message_is_written_changed_and_deleted(channel: discord.TextChannel, buyer: Person) -> None:
    events = buyer.events()
    message = await channel.send("queued")
    await message.edit(content="composing 40 %")
    await message.delete()
    seen = [await anext(events) for _ in range(3)]
    assert [event.kind for event in seen] == ["message_create", "message_update", "message_delete"]
    assert seen[1].data["edited_timestamp"] is not None
    assert buyer.messages(channel.id) == []
    with pytest.raises(discord.NotFound) as gone:
        await channel.fetch_message(message.id)
    assert gone.value.code == 10008


async def test_history_is_read_in_pages(channel: discord.TextChannel) -> None:
    sent = [await channel.send(f"number {n}") for n in range(7)]
    newest = [message.content async for message in channel.history(limit=3)]
    assert newest == ["number 6", "number 5", "number 4"]
    after = [m.content async for m in channel.history(after=sent[4], oldest_first=True)]
    assert after == ["number 5", "number 6"]
    around = [m.content async for m in channel.history(around=sent[3], limit=3)]
    assert around == ["number 4", "number 3", "number 2"]


async def test_a_card_with_a_picture_and_previews(
    world: DiscordWorld, channel: discord.TextChannel, buyer: Person
) -> None:
    embed = discord.Embed(title="Order 7", description="calm").set_image(url="attachment://wave.png")
    embed.add_field(name="LUFS", value="-14.0")
    files = [
        discord.File(io.BytesIO(png(40, 10)), "wave.png", description="waveforms"),
        discord.File(io.BytesIO(b"ID3" + bytes(5000)), "take 1.mp3"),
    ]
    card = await channel.send(embed=embed, files=files)
    # A picture shown in an embed is no longer listed among the attachments.
    assert [attachment.filename for attachment in card.attachments] == ["take_1.mp3"]
    image = card.embeds[0].image
    assert (image.width, image.height) == (40, 10)
    assert image.url is not None
    async with aiohttp.ClientSession() as session, session.get(image.url) as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == png(40, 10)
    assert await card.attachments[0].read() == b"ID3" + bytes(5000)
    assert buyer.message(channel.id, card.id)["attachments"][0]["content_type"] == "audio/mpeg"
    edited = await card.edit(attachments=[], content="no more preview")
    assert edited.attachments == []
    assert edited.embeds[0].image.url is not None


async def test_a_player_seeks_and_links_expire(world: DiscordWorld, channel: discord.TextChannel) -> None:
    sent = await channel.send(file=discord.File(io.BytesIO(bytes(range(200))), "a.wav"))
    url = sent.attachments[0].url
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers={"Range": "bytes=10-19"}) as part:
            assert part.status == 206
            assert part.headers["Content-Range"] == "bytes 10-19/200"
            assert await part.read() == bytes(range(10, 20))
        async with session.get(url, headers={"Range": "bytes=-5"}) as tail:
            assert await tail.read() == bytes(range(195, 200))
        async with session.get(url, headers={"Range": "bytes=500-"}) as beyond:
            assert beyond.status == 416
        for bad in (url.split("?")[0], url.replace("hm=", "hm=0"), url.replace("a.wav", "b.wav")):
            async with session.get(bad) as refused:
                assert refused.status == 404
        world.rules.attachment_url_life = -1
        expired = (await channel.fetch_message(sent.id)).attachments[0].url
        async with session.get(expired) as late:
            assert late.status == 404
        await sent.delete()
        async with session.get(url) as gone:
            assert gone.status == 404


async def test_whoever_was_shown_a_file_that_an_edit_replaced_still_gets_it(
    world: DiscordWorld, channel: discord.TextChannel
) -> None:
    sent = await channel.send(file=discord.File(io.BytesIO(b"old"), "a.wav"))
    shown = sent.attachments[0].url
    async with aiohttp.ClientSession() as session:
        for number in range(LINGERING):
            sent = await sent.edit(attachments=[discord.File(io.BytesIO(b"new"), f"{number}.wav")])
            async with session.get(shown) as late:
                assert await late.read() == b"old"
        await sent.edit(content="nothing", attachments=[])
        async with session.get(shown) as gone:
            assert gone.status == 404


async def test_a_file_over_the_limit_is_refused(world: DiscordWorld, channel: discord.TextChannel) -> None:
    world.rules.upload_limit = 1000
    await channel.send(file=discord.File(io.BytesIO(bytes(1000)), "just.wav"))
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(file=discord.File(io.BytesIO(bytes(1001)), "over.wav"))
    assert (refused.value.status, refused.value.code) == (413, 40005)
    assert world.requests[-1].files[0][0] == "over.wav"


async def test_an_enforced_nonce_is_written_once(bot: ProbeBot, channel: discord.TextChannel, buyer: Person) -> None:
    first = await post(bot, channel, content="delivered", nonce="job-7", enforce_nonce=True)
    second = await post(bot, channel, content="delivered", nonce="job-7", enforce_nonce=True)
    assert first["id"] == second["id"]
    third = await post(bot, channel, content="delivered", nonce="job-7")
    assert third["id"] != first["id"]
    assert len(buyer.messages(channel.id)) == 2


async def test_mentions_obey_allowed_mentions(world: DiscordWorld, channel: discord.TextChannel) -> None:
    text = f"<@{world.buyer_id}> and <@{world.operator_id}> @everyone"
    assert {user.id for user in (await channel.send(text)).mentions} == {world.buyer_id, world.operator_id}
    none = await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    assert none.mentions == []
    one = discord.AllowedMentions(users=[discord.Object(world.buyer_id)], everyone=True)
    told = await channel.send(text, allowed_mentions=one)
    assert [user.id for user in told.mentions] == [world.buyer_id]
    assert not told.mention_everyone  # the bot may not


async def test_a_reply_names_its_message(channel: discord.TextChannel, buyer: Person) -> None:
    asked = await buyer.say(channel.id, "how long?")
    answer = await channel.get_partial_message(int(asked["id"])).reply("one minute")
    assert answer.reference is not None
    assert answer.reference.message_id == int(asked["id"])
    assert [user.id for user in answer.mentions] == [buyer.id]
    ghost = channel.get_partial_message(discord.utils.time_snowflake(discord.utils.utcnow()))
    with pytest.raises(discord.HTTPException) as refused:
        await ghost.reply("nobody")
    assert refused.value.code == 50035


BUTTON = {"type": 2, "style": 1, "label": "x", "custom_id": "x"}


def row(*children: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one action row."""
    return [{"type": 1, "components": list(children)}]


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4000}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"),
        ({"embeds": [{"image": {"url": "ftp://x"}}]}, "embeds.0.image.url", "URL_TYPE_INVALID_SCHEME"),
        ({"components": row()}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (
            {"components": row(*[BUTTON | {"custom_id": str(n)} for n in range(6)])},
            "components.0.components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": row(BUTTON, BUTTON)}, "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (
            {"components": row(BUTTON | {"custom_id": "x" * 101})},
            "components.0.components.0.custom_id",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": row(BUTTON | {"label": "x" * 81})}, "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        (
            {"components": row({"type": 2, "style": 5, "label": "x", "url": "https://e.org/" + "x" * 500})},
            "components.0.components.0.url",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"components": row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}] * 2})},
            "components.0.components.0.options.1.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (
            {
                "components": row(
                    {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": str(n)} for n in range(26)]}
                )
            },
            "components.0.components.0.options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": [{"type": 10, "content": "v2 without its flag"}]}, "components.0.type", "BASE_TYPE_CHOICES"),
        ({"content": "x", "nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
    ],
)
async def test_limits(bot: ProbeBot, channel: discord.TextChannel, body: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await post(bot, channel, **body)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    node: Any = refused.value._errors
    for step in path.split("."):
        node = node[step]
    assert [error["code"] for error in node["_errors"]] == [code]


async def test_what_may_not_be_done(
    world: DiscordWorld, bot: ProbeBot, channel: discord.TextChannel, buyer: Person
) -> None:
    with pytest.raises(discord.HTTPException) as empty:
        await post(bot, channel, content="  ")
    assert empty.value.code == 50006
    theirs = await buyer.say(channel.id, "mine")
    with pytest.raises(discord.Forbidden) as not_yours:
        await channel.get_partial_message(int(theirs["id"])).edit(content="yours")
    assert not_yours.value.code == 50005
    with pytest.raises(discord.NotFound) as nowhere:
        await bot.fetch_channel(12345678901234567)
    assert nowhere.value.code == 10003
    with pytest.raises(discord.HTTPException) as no_number:
        await bot.http.request(Route("GET", "/channels/abc"))
    assert no_number.value.code == 50035
    with pytest.raises(discord.NotFound) as no_route:
        await bot.http.request(Route("GET", "/no/such/thing"))
    assert no_route.value.code == 0


async def test_permissions_are_named_exactly(world: DiscordWorld, bot: ProbeBot, channel: discord.TextChannel) -> None:
    guild = world.realm.guilds[world.guild_id]
    bot_role = next(role for role in guild.roles.values() if role.managed_by == world.bot_id)
    kept = bot_role.permissions
    bot_role.permissions = guild.roles[guild.id].permissions = 1 << 10
    with pytest.raises(discord.Forbidden) as may_not_write:
        await channel.send("hello")
    assert may_not_write.value.code == 50013
    bot_role.permissions = guild.roles[guild.id].permissions = 0
    with pytest.raises(discord.Forbidden) as may_not_see:
        await channel.send("hello")
    assert may_not_see.value.code == 50001
    bot_role.permissions = kept
    await channel.send("hello")


async def test_the_persons_client_refuses_too(world: DiscordWorld, buyer: Person) -> None:
    with pytest.raises(ClientRefusal):
        await buyer.say(world.review_channel_id, "let me in")
    with pytest.raises(ClientRefusal):
        await buyer.say(world.order_channel_id, "x" * 2001)
    with pytest.raises(ClientRefusal):
        buyer.messages(world.review_channel_id)
    world.rules.upload_limit = 10
    with pytest.raises(ClientRefusal):
        await buyer.say(world.order_channel_id, "", files=[("big.wav", bytes(11))])


async def test_a_new_picture_replaces_the_old_one(channel: discord.TextChannel) -> None:
    def card(name: str) -> discord.Embed:
        return discord.Embed(title="Order 7").set_image(url=f"attachment://{name}")

    message = await channel.send(embed=card("a.png"), file=discord.File(io.BytesIO(png(4, 4)), "a.png"))
    new = discord.File(io.BytesIO(png(8, 8)), "b.png")
    message = await message.edit(embed=card("b.png"), attachments=[new])
    assert (message.embeds[0].image.width, message.attachments) == (8, [])
    message = await message.edit(embed=discord.Embed(title="no picture"))
    assert [attachment.filename for attachment in message.attachments] == ["b.png"]


async def test_an_ephemeral_message_reaches_the_bot_without_its_guild(
    world: DiscordWorld, bot: ProbeBot, buyer: Person
) -> None:
    @bot.tree.command(description="Psst")
    async def psst(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("only you", ephemeral=True)

    await bot.tree.sync()
    used = await buyer.use(world.order_channel_id, "psst")
    heard = await bot.until("message")
    assert (heard.content, heard.guild) == ("only you", None)
    assert used.message is not None
    with pytest.raises(discord.NotFound):
        await bot.get_partial_messageable(world.order_channel_id).fetch_message(int(used.message["id"]))
