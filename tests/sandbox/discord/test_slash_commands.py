"""Slash commands: registered, offered in the person's language, completed, answered in every way."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import ClientRefusal, DiscordWorld, EventKind, InteractionState, Person
from bot.sandbox.discord.menu import OptionValue
from tests.sandbox.discord.conftest import ProbeBot

MOODS = ["calm", "upbeat", "cinematic"]


class Korean(app_commands.Translator):
    """Translates what the test looks at."""

    WORDS = {"bgm": "배경음악", "mood": "분위기", "Order music": "음악 주문", "How it feels": "느낌"}  # noqa: RUF012

    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: object) -> str | None:
        return self.WORDS.get(string.message) if locale is discord.Locale.korean else None


def add_bgm(bot: ProbeBot) -> None:
    """Add /bgm: answers with what it was asked, `mood` with suggestions."""

    @bot.tree.command(name=app_commands.locale_str("bgm"), description=app_commands.locale_str("Order music"))
    @app_commands.rename(mood=app_commands.locale_str("mood"))
    @app_commands.describe(mood=app_commands.locale_str("How it feels"))
    async def bgm(interaction: discord.Interaction, mood: str, seconds: app_commands.Range[int, 5, 600] = 30) -> None:
        await interaction.response.send_message(f"{mood} {seconds} {interaction.locale}", ephemeral=True)

    @bgm.autocomplete("mood")
    async def moods(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=m.title(), value=m) for m in MOODS if m.startswith(typed)]


async def test_the_menu_speaks_the_persons_language(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    add_bgm(bot)
    await bot.tree.set_translator(Korean())
    await bot.tree.sync()
    (entry,) = buyer.commands(world.order_channel_id)
    assert (entry["display_name"], entry["display_description"]) == ("bgm", "Order music")
    buyer.set_locale("ko")
    (entry,) = buyer.commands(world.order_channel_id)
    assert (entry["display_name"], entry["display_description"]) == ("배경음악", "음악 주문")
    assert entry["options"][0]["display_name"] == "분위기"
    used = await buyer.use(world.order_channel_id, "배경음악", {"분위기": "calm"})
    assert used.message is not None
    assert used.message["content"] == "calm 30 ko"


async def test_suggestions_then_the_command_with_an_ephemeral_answer(
    world: DiscordWorld, bot: ProbeBot, buyer: Person, operator: Person
) -> None:
    add_bgm(bot)
    await bot.tree.sync()
    offered = await buyer.autocomplete(world.order_channel_id, "bgm", {"mood": "c"}, "mood")
    assert offered == [{"name": "Calm", "value": "calm"}, {"name": "Cinematic", "value": "cinematic"}]
    used = await buyer.use(world.order_channel_id, "bgm", {"mood": "calm", "seconds": 45})
    assert used.acknowledged
    assert used.ephemeral
    assert used.message is not None
    assert used.message["content"] == "calm 45 en-US"
    assert [m["id"] for m in buyer.messages(world.order_channel_id)] == [used.message["id"]]
    assert operator.messages(world.order_channel_id) == []
    buyer.dismiss(used.message)
    assert buyer.messages(world.order_channel_id) == []


async def test_the_client_marks_bad_values_red(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    add_bgm(bot)
    await bot.tree.sync()
    channel = world.order_channel_id
    unfit: list[dict[str, OptionValue]] = [
        {},
        {"mood": "calm", "seconds": 4},
        {"mood": "calm", "tempo": 3},
        {"mood": 7},
    ]
    for options in unfit:
        with pytest.raises(ClientRefusal):
            await buyer.use(channel, "bgm", options)
    with pytest.raises(ClientRefusal):
        await buyer.use(channel, "nothing")
    assert bot.count("interaction") == 0


async def test_thinking_then_the_first_follow_up_fills_the_original(
    world: DiscordWorld, bot: ProbeBot, buyer: Person
) -> None:
    go_on = asyncio.Event()

    @bot.tree.command(description="Think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await go_on.wait()
        first = await interaction.followup.send("filled", wait=True)
        assert first.id == (await interaction.original_response()).id
        await interaction.followup.send("second", ephemeral=True)
        await interaction.edit_original_response(content="edited")

    await bot.tree.sync()
    used = await buyer.use(world.order_channel_id, "think")
    assert used.state is InteractionState.THINKING
    assert used.message is not None
    assert used.message["flags"] == 64 | 128
    go_on.set()
    await used.until(lambda it: it.message is not None and it.message["content"] == "edited", 5)
    contents = [m["content"] for m in buyer.messages(world.order_channel_id)]
    assert contents == ["edited", "second"]
    assert [m["content"] for m in used.followups] == ["second"]
    assert all(m["flags"] == 64 for m in buyer.messages(world.order_channel_id))


async def test_no_answer_within_three_seconds_fails_for_the_person_and_the_bot(
    world: DiscordWorld, bot: ProbeBot, buyer: Person
) -> None:
    world.rules.answer_within = 0.2
    refused: asyncio.Future[discord.NotFound] = asyncio.get_running_loop().create_future()

    @bot.tree.command(description="Late")
    async def late(interaction: discord.Interaction) -> None:
        await asyncio.sleep(0.4)
        try:
            await interaction.response.send_message("too late")
        except discord.NotFound as error:
            refused.set_result(error)

    await bot.tree.sync()
    used = await buyer.use(world.order_channel_id, "late")
    assert used.state is InteractionState.FAILED
    assert used.error == "The application did not respond"
    assert (await refused).code == 10062


async def test_an_interaction_is_answered_only_once_and_its_token_expires(
    world: DiscordWorld, bot: ProbeBot, buyer: Person
) -> None:
    kept: list[discord.Interaction] = []

    @bot.tree.command(description="Twice")
    async def twice(interaction: discord.Interaction) -> None:
        kept.append(interaction)
        await interaction.response.send_message("once")

    await bot.tree.sync()
    used = await buyer.use(world.order_channel_id, "twice")
    assert not used.ephemeral
    (interaction,) = kept
    interaction.response._response_type = None  # discord.py would not even ask
    with pytest.raises(discord.HTTPException) as twice_refused:
        await interaction.response.send_message("again")
    assert twice_refused.value.code == 40060
    world.rules.interaction_life = 0.0
    with pytest.raises(discord.HTTPException) as expired:
        await interaction.followup.send("fifteen minutes later")
    assert (expired.value.status, expired.value.code) == (401, 50027)


async def test_subcommands_and_commands_for_the_staff_only(
    world: DiscordWorld, bot: ProbeBot, buyer: Person, operator: Person
) -> None:
    shop = app_commands.Group(
        name="shop",
        description="Run the shop",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @shop.command(description="Look at an order")
    async def order(interaction: discord.Interaction, number: str) -> None:
        await interaction.response.send_message(f"order {number}", ephemeral=True)

    bot.tree.add_command(shop)
    await bot.tree.sync()
    assert buyer.commands(world.order_channel_id) == []
    assert operator.commands(await operator.open_dm()) == []
    with pytest.raises(ClientRefusal):
        await operator.use(world.review_channel_id, "shop")
    used = await operator.use(world.review_channel_id, "shop", {"number": "A-7"}, subcommand="order")
    assert used.message is not None
    assert used.message["content"] == "order A-7"


async def test_users_and_files_arrive_resolved(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    @bot.tree.command(description="Check")
    async def check(interaction: discord.Interaction, file: discord.Attachment, member: discord.Member) -> None:
        content = await file.read()
        text = f"{file.filename} {len(content)} {member.display_name} {interaction.filesize_limit}"
        await interaction.response.send_message(text)

    await bot.tree.sync()
    options: dict[str, OptionValue] = {"file": ("take one.wav", b"RIFF" * 10), "member": str(world.operator_id)}
    used = await buyer.use(world.order_channel_id, "check", options)
    assert used.message is not None
    assert used.message["content"] == f"take_one.wav 40 Moonlight Desk {20 * 1024 * 1024}"


async def test_commands_work_in_direct_messages(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    @bot.tree.command(description="Here")
    async def here(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{interaction.guild} {interaction.user.name}")

    await bot.tree.sync()
    used = await buyer.use(await buyer.open_dm(), "here")
    assert used.message is not None
    assert used.message["content"] == "None haneul_vlog"


async def test_registering_again_keeps_ids_and_drops_the_rest(
    world: DiscordWorld, bot: ProbeBot, buyer: Person
) -> None:
    add_bgm(bot)
    before = await bot.tree.sync()

    @bot.tree.command(description="More")
    async def more(interaction: discord.Interaction) -> None: ...

    events = buyer.events()
    after = await bot.tree.sync()
    assert (await anext(events)).kind is EventKind.COMMANDS_CHANGED
    assert {command.name for command in after} == {"bgm", "more"}
    assert before[0].id in {command.id for command in after}
    bot.tree.clear_commands(guild=None)
    assert await bot.tree.sync() == []
    assert buyer.commands(world.order_channel_id) == []


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ({"name": "Big", "description": "x"}, ("0", "name")),
        ({"name": "x" * 33, "description": "x"}, ("0", "name")),
        ({"name": "ok", "description": "x" * 101}, ("0", "description")),
        ({"name": "ok", "description": ""}, ("0", "description")),
        ({"name": "ok", "description": "x", "name_localizations": {"kr": "x"}}, ("0", "name_localizations")),
        (
            {"name": "ok", "description": "x", "name_localizations": {"ko": "두 낱말"}},
            ("0", "name_localizations", "ko"),
        ),
        (
            {"name": "ok", "description": "x", "options": [{"type": 3, "name": "a", "description": ""}]},
            ("0", "options", "0", "description"),
        ),
        (
            {
                "name": "ok",
                "description": "x",
                "options": [
                    {"type": 3, "name": "a", "description": "x"},
                    {"type": 3, "name": "b", "description": "x", "required": True},
                ],
            },
            ("0", "options", "1"),
        ),
        (
            {
                "name": "ok",
                "description": "x",
                "options": [
                    {
                        "type": 3,
                        "name": "a",
                        "description": "x",
                        "choices": [{"name": str(n), "value": str(n)} for n in range(26)],
                    }
                ],
            },
            ("0", "options", "0", "choices"),
        ),
    ],
)
async def test_what_discord_does_not_register(bot: ProbeBot, command: dict[str, object], path: tuple[str, ...]) -> None:
    assert bot.application_id is not None
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.bulk_upsert_global_commands(bot.application_id, [command])
    assert refused.value.code == 50035
    errors = refused.value._errors
    assert errors is not None
    node = errors
    for step in path:
        node = node[step]
    assert node["_errors"]
