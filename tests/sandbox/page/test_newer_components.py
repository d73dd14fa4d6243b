"""Layouts, several choices at once, and selects inside a dialogue: Discord's newer components, in a real browser."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui
from playwright.async_api import Page, expect

from tests.sandbox.page.shop import Shop


class Loudness(ui.Modal):
    """A dialogue with a select and a text field."""

    def __init__(self, chosen: list[str]) -> None:
        super().__init__(title="How loud?")
        options = [discord.SelectOption(label="Softer", value="-3"), discord.SelectOption(label="Louder", value="+3")]
        self.chosen = chosen
        self.step: ui.Label[Loudness] = ui.Label(
            text="Loudness", description="In decibels", component=ui.Select[Any](options=options)
        )
        self.why: ui.Label[Loudness] = ui.Label(text="Why", component=ui.TextInput[Any](required=False))
        self.add_item(self.step)
        self.add_item(self.why)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was chosen."""
        assert isinstance(self.step.component, ui.Select)
        words = f"{'+'.join(self.chosen)} by {self.step.component.values[0]} dB"
        await interaction.response.send_message(words, ephemeral=True)


class Corrections(ui.LayoutView):
    """A layout: a framed text, a section with its own button, a line, a select of several."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        undo: ui.Section[Corrections] = ui.Section(
            "Last change: *louder*", accessory=ui.Button[Any](label="Undo", custom_id="undo")
        )
        takes = ui.Select[Any](
            placeholder="Which takes?",
            max_values=3,
            options=[discord.SelectOption(label=f"Take {n}", value=str(n)) for n in (1, 2, 3)],
        )
        takes.callback = self.choose  # type: ignore[method-assign]
        self.takes = takes
        self.add_item(
            ui.Container(
                ui.TextDisplay("## Corrections"), undo, ui.Separator(), ui.ActionRow(takes), accent_colour=0xF2B545
            )
        )

    async def choose(self, interaction: discord.Interaction) -> None:
        """Go on with a dialogue."""
        await interaction.response.send_modal(Loudness(sorted(self.takes.values)))


async def test_a_layout_a_choice_of_several_and_a_select_in_a_dialogue(tab: Page, shop: Shop) -> None:
    channel = shop.get_channel(shop.world.discord.review_channel_id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send(view=Corrections())
    operator = tab.locator(".pane[data-who=operator]")
    await expect(operator.locator(".v2-box h5")).to_have_text("Corrections")
    await expect(operator.locator(".v2-section")).to_contain_text("Last change: louder")

    await operator.get_by_role("button", name="Which takes?").click()
    takes = tab.get_by_role("listbox", name="Which takes?")
    await expect(takes).to_have_attribute("aria-multiselectable", "true")
    await expect(takes).to_be_focused()
    await tab.keyboard.press("Space")
    await tab.keyboard.press("End")
    await tab.keyboard.press("Space")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")

    dialogue = operator.get_by_role("dialog", name="How loud?")
    await dialogue.get_by_role("button", name="Submit").click()
    await expect(dialogue.get_by_role("alert")).to_contain_text("Loudness")
    await dialogue.locator(".picker").click()
    await tab.keyboard.type("lou")
    await tab.keyboard.press("Enter")
    await dialogue.get_by_role("button", name="Submit").click()
    await expect(operator.locator(".msg").last).to_contain_text("1+3 by +3 dB")
