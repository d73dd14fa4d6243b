"""A small real bot that does what a shop does: options with autocomplete, cards, selects, a dialogue, a review.

It is what the page is tried with; run it by hand with `python -m tests.sandbox.page.shop`.
"""

from __future__ import annotations

import asyncio
import io
from typing import ClassVar, cast

import aiohttp
import discord
import yarl
from discord import app_commands

from bot.sandbox.world import World
from tests.sandbox.page.goods import chord, picture

MOODS = {"calm": "차분한", "upbeat": "경쾌한", "cinematic": "웅장한", "tense": "긴장감 있는", "dreamy": "몽환적인"}
VERDICTS = ("1️⃣", "2️⃣", "3️⃣", "🔁", "❌")


class Words(app_commands.Translator):
    """Korean names for what the commands are called."""

    KO: ClassVar = {
        "mood": "분위기",
        "length": "길이",
        "purpose": "용도",
        "details": "요청",
        "sketch": "참고파일",
        "Order background music": "배경 음악을 주문합니다",
        "How it should feel": "어떤 느낌이면 좋을지",
        "Seconds, or 1:30": "초 또는 1:30",
        "What it is for": "어디에 쓰는지",
        "In your own words": "자유롭게 적기",
        "A reference clip": "참고할 소리",
        "YouTube": "유튜브",
        "Podcast": "팟캐스트",
        "Game": "게임",
        "Figures of the shop": "가게 현황",
        "Your orders": "내 주문",
    }

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the Korean words, None where there are none."""
        return self.KO.get(string.message) if locale is discord.Locale.korean else None


class Details(discord.ui.Modal):
    """The last question."""

    words = discord.ui.TextInput[discord.ui.Modal](
        label="In your own words",
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=600,
        placeholder="Soft piano, a little rain, no drums",
    )
    tempo = discord.ui.TextInput[discord.ui.Modal](label="Tempo", min_length=2, max_length=3, default="84")

    def __init__(self, shop: Shop, mood: str) -> None:
        super().__init__(title="Details of your music")
        self.shop = shop
        self.mood = mood

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Show the summary with its pay button."""
        card = discord.Embed(title=f"Your order: {self.mood}, 60 s", colour=0xF2B545)
        card.description = "**Price** ₩9,900, paid once.\nMade by **AI**, heard by a person before it reaches you."
        card.add_field(name="Length", value="1:00").add_field(name="Purpose", value="YouTube").add_field(
            name="Tempo", value=str(self.tempo)
        )
        card.add_field(
            name="Licence", value="One channel, monetised, for ever. [Terms](https://example.com/terms)", inline=False
        )
        card.set_footer(text="Nothing is charged before you pay.")
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="Pay ₩9,900", emoji="💳", url=await self.shop.checkout()))
        view.add_item(discord.ui.Button(label="Change", custom_id="change"))
        view.add_item(discord.ui.Button(label="Cancel", custom_id="cancel", style=discord.ButtonStyle.danger))
        await interaction.response.edit_message(content=None, embed=card, view=view)


class Shop(discord.Client):
    """The bot. `ready` is set once it is logged in; `/orders` thinks until `thought` is set."""

    def __init__(self, world: World) -> None:
        intents = discord.Intents(guilds=True, guild_reactions=True, dm_messages=True)
        super().__init__(intents=intents, guild_ready_timeout=0.05)
        self.world = world
        self.tree = app_commands.CommandTree(self)
        self.ready = asyncio.Event()
        self.submitted: list[str] = []
        self.thought = asyncio.Event()
        add_commands(self)

    async def setup_hook(self) -> None:
        """Register the commands in the guild."""
        await self.tree.set_translator(Words())
        guild = discord.Object(self.world.discord.guild_id)
        self.tree.copy_global_to(guild=guild)
        await self.tree.sync(guild=guild)

    async def on_ready(self) -> None:
        """Say that the shop is open."""
        self.ready.set()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer buttons and selects by their custom id."""
        if interaction.type is not discord.InteractionType.component or interaction.data is None:
            return
        custom_id = str(interaction.data.get("custom_id"))
        if custom_id == "mood":
            chosen = cast(list[str], interaction.data.get("values"))
            await interaction.response.edit_message(
                content=f"**{chosen[0]}** it is. Now the details.", view=details_button()
            )
        elif custom_id == "details":
            await interaction.response.send_modal(Details(self, "calm"))
        elif custom_id == "cancel":
            await interaction.response.edit_message(content="Cancelled. Nothing was charged.", embed=None, view=None)
        elif custom_id == "slow":
            await interaction.response.defer()
        # "silent" is never answered: the page has to say so.

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """A verdict of the operator delivers."""
        if payload.user_id == self.world.discord.operator_id and str(payload.emoji) in VERDICTS[:3]:
            await self.deliver(VERDICTS.index(str(payload.emoji)) + 1)

    async def checkout(self) -> str:
        """Open a checkout session and return its page, without the fragment: a link button takes 512 characters."""
        stripe = self.world.stripe
        order = {
            "mode": "payment",
            "success_url": self.world.page.url,
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "krw",
            "line_items[0][price_data][unit_amount]": "9900",
            "line_items[0][price_data][product_data][name]": "Calm music, 60 s",
        }
        headers = {"Authorization": f"Bearer {stripe.key}"}
        async with (
            aiohttp.ClientSession() as web,
            web.post(f"{stripe.api}/v1/checkout/sessions", data=order, headers=headers) as answer,
        ):
            return str((await answer.json())["url"]).partition("#")[0]

    async def post_card(self) -> discord.Message:
        """Post a review card: facts, a picture, three previews, five reactions, buttons."""
        channel = self.get_channel(self.world.discord.review_channel_id)
        assert isinstance(channel, discord.TextChannel)
        card = discord.Embed(
            title="Order 2611-0042 · calm, 60 s, YouTube", colour=0x5C9DF2, timestamp=discord.utils.utcnow()
        )
        card.description = (
            f"> Soft piano, a little rain, *no drums*\nPaid <t:1763760000:R> by <@{self.world.discord.buyer_id}>"
        )
        for take, facts in enumerate(
            ("72 BPM · A minor\n-14.1 LUFS", "84 BPM · C major\n-14.0 LUFS", "78 BPM · F major\n-13.9 LUFS ⚠️"), 1
        ):
            card.add_field(name=f"Take {take}", value=facts)
        card.set_image(url="attachment://waveforms.png").set_footer(text="1️⃣ 2️⃣ 3️⃣ approve · 🔁 again · ❌ refund")
        files = [discord.File(io.BytesIO(picture()), "waveforms.png")]
        files += [
            discord.File(
                io.BytesIO(chord(6, 180 + 40 * take)),
                f"take-{take}.wav",
                description=f"Take {take}, the telling seconds",
            )
            for take in (1, 2, 3)
        ]
        view = discord.ui.View(timeout=None)
        for label, style in (
            ("Approve 1", 3),
            ("Approve 2", 3),
            ("Approve 3", 3),
            ("Again", 1),
            ("Reject & refund", 4),
        ):
            view.add_item(discord.ui.Button(label=label, style=discord.ButtonStyle(style), custom_id=label))
        message = await channel.send(embed=card, files=files, view=view)
        for emoji in VERDICTS:
            await message.add_reaction(emoji)
        return message

    async def deliver(self, take: int) -> discord.Message:
        """Send the music and its licence to the buyer."""
        buyer = await self.fetch_user(self.world.discord.buyer_id)
        card = discord.Embed(
            title="Your music is ready", description=f"Take {take}, chosen by a person who listened.", colour=0x2F9E63
        )
        files = [
            discord.File(io.BytesIO(chord(8, 220)), "calm-60s.wav"),
            discord.File(io.BytesIO(b"%PDF-1.7 licence"), "licence.pdf"),
        ]
        return await buyer.send(embed=card, files=files)


def details_button() -> discord.ui.View:
    """Return the row under the second question."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Add details", custom_id="details", style=discord.ButtonStyle.primary))
    view.add_item(discord.ui.Button(label="Not answered", custom_id="silent"))
    view.add_item(discord.ui.Button(label="Not yet", custom_id="later", disabled=True))
    return view


def mood_select() -> discord.ui.View:
    """Return the first question."""
    view = discord.ui.View(timeout=None)
    options = [
        discord.SelectOption(label=mood.capitalize(), value=mood, description=f"{korean} 음악", emoji="🎵")
        for mood, korean in MOODS.items()
    ]
    view.add_item(discord.ui.Select(custom_id="mood", placeholder="Which mood?", options=options))
    return view


def add_commands(shop: Shop) -> None:
    """Give the bot its commands."""

    @shop.tree.command(description="Order background music")
    @app_commands.describe(
        mood="How it should feel",
        length="Seconds, or 1:30",
        purpose="What it is for",
        details="In your own words",
        sketch="A reference clip",
    )
    @app_commands.choices(
        purpose=[app_commands.Choice(name=name, value=name.lower()) for name in ("YouTube", "Podcast", "Game")]
    )
    async def bgm(
        interaction: discord.Interaction,
        mood: str | None = None,
        length: str | None = None,
        purpose: str | None = None,
        details: str | None = None,
        sketch: discord.Attachment | None = None,
    ) -> None:
        shop.submitted.append(f"{mood}|{length}|{purpose}|{details}|{sketch.filename if sketch else None}")
        if mood:
            await interaction.response.send_message(
                f"**{mood}** it is. Now the details.", view=details_button(), ephemeral=True
            )
        else:
            await interaction.response.send_message("What should it feel like?", view=mood_select(), ephemeral=True)

    @bgm.autocomplete("mood")
    async def moods(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        is_korean = interaction.locale is discord.Locale.korean
        named = {mood: korean if is_korean else mood.capitalize() for mood, korean in MOODS.items()}
        return [
            app_commands.Choice(name=name, value=mood) for mood, name in named.items() if typed.lower() in name.lower()
        ]

    @shop.tree.command(description="Your orders")
    async def orders(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await shop.thought.wait()
        await interaction.followup.send("Nothing here *yet*. Try `/bgm`.", ephemeral=True)

    group = app_commands.Group(name="shop", description="For operators")

    @group.command(description="Figures of the shop")
    async def today(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(
            "## Today\n- 3 orders\n- 2 delivered\n-# <t:1763760000:t>", ephemeral=True
        )

    shop.tree.add_command(group)


async def open_shop(world: World) -> tuple[Shop, asyncio.Task[None]]:
    """Point discord.py at the world, log in, and return the bot with the task it runs in."""
    discord.http.Route.BASE = world.discord.api
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(world.discord.gateway)
    shop = Shop(world)
    running = asyncio.create_task(shop.start(world.discord.token))
    ready = asyncio.create_task(shop.ready.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=15)
    if running.done():
        running.result()
    return shop, running


async def main() -> None:
    """Open a world with this shop in it and print where the page is."""
    world = await World.start(port=8800)
    shop, running = await open_shop(world)
    await shop.post_card()
    print(world.card()["page"], flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(main())
