"""Discord on this machine, over the wire.

In: the unmodified discord.py (REST v10, gateway v10, CDN on one loopback port), and people who type, click and
react through `Person`. Out: what the real Discord answers, its refusals, limits and error codes included, and
what each person sees. All state is in memory; nothing here knows the shop.

    world = await DiscordWorld.start()
    buyer = world.person(world.buyer_id)
    interaction = await buyer.use(world.order_channel_id, "bgm", {"mood": "calm"})
"""

from bot.sandbox.discord.client import (
    ClientEvent,
    ClientRefusal,
    EventKind,
    Interaction,
    InteractionState,
    Modal,
)
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.world import DiscordWorld, LoggedRequest

__all__ = [
    "ClientEvent",
    "ClientRefusal",
    "DiscordWorld",
    "EventKind",
    "Interaction",
    "InteractionState",
    "LoggedRequest",
    "Modal",
    "Person",
]
