"""Telegram on this machine, over the wire.

In: the unmodified python-telegram-bot (or anything else that speaks the Bot API over HTTP), and people who write,
press, react and pay through `Person`. Out: what the real Telegram answers, its refusals, limits and error codes
included, and what each person sees. All state is in memory; nothing here knows the shop.

Stricter than the real server, on purpose, in two things that would otherwise be found by a buyer: parameters it does
not know are refused, and a file sent as audio must be MP3 or M4A.

    world = await TelegramWorld.start()
    buyer = world.person(world.buyer_id)
    await buyer.start()
    await buyer.write(buyer.id, "/bgm")
"""

from bot.sandbox.telegram.client import Answer, ClientEvent, ClientRefusal, EventKind, Outcome, Paid
from bot.sandbox.telegram.people import Person, Sheet
from bot.sandbox.telegram.world import LoggedCall, TelegramWorld

__all__ = [
    "Answer",
    "ClientEvent",
    "ClientRefusal",
    "EventKind",
    "LoggedCall",
    "Outcome",
    "Paid",
    "Person",
    "Sheet",
    "TelegramWorld",
]
