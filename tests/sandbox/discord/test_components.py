"""Buttons, selects and modals: pressed by a person, answered by discord.py, also after a restart."""

from __future__ import annotations

import io
import re

import discord
import pytest

from bot.sandbox.discord import ClientRefusal, DiscordWorld, EventKind, InteractionState, Person
from tests.sandbox.discord.conftest import ProbeBot, png, running


class Verdict(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"bgm:verdict:(?P<take>\d)"):
    """A button that survives a restart: its order is in its custom id."""

    def __init__(self, take: int) -> None:
        super().__init__(discord.ui.Button(label=f"Take {take}", custom_id=f"bgm:verdict:{take}"))
        self.take = take

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Verdict:
        return cls(int(match["take"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"approved take {self.take}", view=None)


class Wishes(discord.ui.Modal, title="Details"):
    """A dialogue with a required and a voluntary field."""

    genre: discord.ui.TextInput[Wishes] = discord.ui.TextInput(label="Genre", custom_id="genre", max_length=10)
    words: discord.ui.TextInput[Wishes] = discord.ui.TextInput(
        label="Words", custom_id="words", required=False, style=discord.TextStyle.paragraph
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{self.genre.value}/{self.words.value}", ephemeral=True)


class Panel(discord.ui.View):
    """One of everything."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Terms", url="https://example.org/terms"))

    @discord.ui.button(label="Details", custom_id="details")
    async def details(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_modal(Wishes())

    @discord.ui.button(label="Later", custom_id="later", disabled=True)
    async def later(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None: ...

    @discord.ui.button(label="Quiet", custom_id="quiet")
    async def quiet(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("noted", ephemeral=True)

    @discord.ui.select(
        custom_id="mood",
        min_values=1,
        max_values=2,
        options=[discord.SelectOption(label=m.title(), value=m) for m in ("calm", "upbeat", "dark")],
    )
    async def mood(self, interaction: discord.Interaction, select: discord.ui.Select[Panel]) -> None:
        await interaction.response.edit_message(content="+".join(select.values))

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who")
    async def who(self, interaction: discord.Interaction, select: discord.ui.UserSelect[Panel]) -> None:
        await interaction.response.send_message(select.values[0].display_name, ephemeral=True)


@pytest.fixture
async def panel(world: DiscordWorld, bot: ProbeBot) -> discord.Message:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.send("choose", view=Panel())


async def test_a_button_of_before_the_restart_still_works(world: DiscordWorld, operator: Person) -> None:
    async with running(ProbeBot(), world) as first:
        channel = first.get_channel(world.review_channel_id)
        assert isinstance(channel, discord.TextChannel)
        view = discord.ui.View(timeout=None)
        view.add_item(Verdict(2))
        card = await channel.send("which?", view=view)
    second = ProbeBot()
    second.add_dynamic_items(Verdict)
    async with running(second, world):
        pressed = await operator.click(world.review_channel_id, card.id, "bgm:verdict:2")
        assert pressed.message is not None
        assert pressed.message["id"] == str(card.id)
        assert pressed.message["content"] == "approved take 2"
        assert pressed.message["components"] == []


async def test_a_button_nobody_listens_to_fails(world: DiscordWorld, operator: Person) -> None:
    world.rules.answer_within = 0.1
    async with running(ProbeBot(), world) as bot:
        channel = bot.get_channel(world.review_channel_id)
        assert isinstance(channel, discord.TextChannel)
        view = discord.ui.View(timeout=None)
        view.add_item(Verdict(1))
        card = await channel.send("which?", view=view)
    pressed = await operator.click(world.review_channel_id, card.id, "bgm:verdict:1")
    assert pressed.state is InteractionState.FAILED


async def test_choosing_from_menus(world: DiscordWorld, panel: discord.Message, buyer: Person) -> None:
    channel = world.order_channel_id
    chosen = await buyer.choose(channel, panel.id, "mood", ["dark", "calm"])
    assert chosen.message is not None
    assert chosen.message["content"] == "calm+dark"
    named = await buyer.choose(channel, panel.id, "who", [str(world.operator_id)])
    assert named.message is not None
    assert named.message["content"] == "Moonlight Desk"
    assert named.ephemeral
    for values in ([], ["calm", "dark", "upbeat"], ["calm", "calm"], ["jazz"]):
        with pytest.raises(ClientRefusal):
            await buyer.choose(channel, panel.id, "mood", values)


async def test_what_cannot_be_pressed(world: DiscordWorld, panel: discord.Message, buyer: Person) -> None:
    for custom_id in ("later", "mood", "absent"):
        with pytest.raises(ClientRefusal):
            await buyer.click(world.order_channel_id, panel.id, custom_id)
    stranger = world.person(world.stranger_id)
    with pytest.raises(ClientRefusal):
        await stranger.click(world.review_channel_id, panel.id, "details")


async def test_a_quiet_acknowledgement_leaves_the_message_alone(
    world: DiscordWorld, panel: discord.Message, buyer: Person
) -> None:
    pressed = await buyer.click(world.order_channel_id, panel.id, "quiet")
    assert pressed.state is InteractionState.ANSWERED
    await pressed.finished()  # there was nothing to see yet
    assert pressed.followups[0]["content"] == "noted"
    assert buyer.message(world.order_channel_id, panel.id)["content"] == "choose"


async def test_a_dialogue_is_opened_filled_in_and_sent(
    world: DiscordWorld, panel: discord.Message, buyer: Person
) -> None:
    events = buyer.events()
    pressed = await buyer.click(world.order_channel_id, panel.id, "details")
    modal = pressed.modal
    assert modal is not None
    assert modal.title == "Details"
    kinds = [(await anext(events)).kind, (await anext(events)).kind]
    assert kinds == [EventKind.INTERACTION_DONE, EventKind.MODAL_OPEN]
    for fields in ({}, {"genre": "x" * 11}, {"genre": "lofi", "tempo": "90"}):
        with pytest.raises(ClientRefusal):
            await buyer.submit(modal, fields)
    sent = await buyer.submit(modal, {"genre": "lofi", "words": "비 오는 밤"})
    assert sent.message is not None
    assert sent.message["content"] == "lofi/비 오는 밤"
    assert sent.message["interaction_metadata"]["triggering_interaction_metadata"]["id"] == pressed.id


async def test_labels_selects_and_files_in_a_dialogue(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    class Rich(discord.ui.Modal, title="Clip"):
        text = discord.ui.TextDisplay[discord.ui.LayoutView]("Tell us more")
        length = discord.ui.Label[discord.ui.LayoutView](
            text="Length",
            component=discord.ui.Select(custom_id="length", options=[discord.SelectOption(label="30")]),
        )
        clip = discord.ui.Label[discord.ui.LayoutView](
            text="Clip", component=discord.ui.FileUpload(custom_id="clip", required=False)
        )

        async def on_submit(self, interaction: discord.Interaction) -> None:
            select, upload = self.length.component, self.clip.component
            assert isinstance(select, discord.ui.Select)
            assert isinstance(upload, discord.ui.FileUpload)
            names = [file.filename for file in upload.values]
            await interaction.response.send_message(f"{select.values} {names}")

    @bot.tree.command(description="Clip")
    async def clip(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Rich())

    await bot.tree.sync()
    modal = (await buyer.use(world.order_channel_id, "clip")).modal
    assert modal is not None
    with pytest.raises(ClientRefusal):
        await buyer.submit(modal, {"clip": [("a.mp3", b"1")]})
    sent = await buyer.submit(modal, {"length": ["30"], "clip": [("a.mp3", b"1")]})
    assert sent.message is not None
    assert sent.message["content"] == "['30'] ['a.mp3']"


async def test_layout_components(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    class Card(discord.ui.LayoutView):
        box = discord.ui.Container[discord.ui.LayoutView](
            discord.ui.TextDisplay("# Order 7"),
            discord.ui.Separator(),
            discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://wave.png")),
            discord.ui.ActionRow(discord.ui.Button(label="Go", custom_id="go")),
        )

    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    picture = discord.File(io.BytesIO(png(3, 2)), "wave.png")
    card = await channel.send(view=Card(timeout=None), file=picture)
    drawn = buyer.message(channel.id, card.id)
    media = drawn["components"][0]["components"][2]["items"][0]["media"]
    assert media["url"].startswith(world.cdn)
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.request(
            discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id),
            json={"content": "both", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]},
        )
    assert refused.value.code == 50035
