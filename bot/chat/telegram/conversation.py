"""Which messages belong to a conversation: answers that may be edited in place, because nobody else keeps them."""

from bot.chat.telegram.addresses import Spot
from bot.chat.telegram.posted import Notes

KEPT = 20
"""How many of its last messages a conversation may still edit."""


class Conversations:
    """The last answers in every chat; what is not among them (a status, a card, a parcel) is kept by another room."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def own(self, spot: Spot) -> bool:
        """Whether a message is an answer of a conversation."""
        return spot.message in await self._messages(spot.chat)

    async def keep(self, spot: Spot) -> None:
        """Remember an answer that was sent just now."""
        messages = [*await self._messages(spot.chat), spot.message][-KEPT:]
        await self._notes.remember(_name(spot.chat), {"messages": messages})

    async def _messages(self, chat: int) -> list[int]:
        note = await self._notes.recall(_name(chat)) or {}
        return list(note.get("messages", ()))


def _name(chat: int) -> str:
    return f"telegram:conversation:{chat}"
