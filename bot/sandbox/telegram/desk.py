"""Pressed buttons that wait for the bot's answer."""

from __future__ import annotations

import asyncio
import secrets
import time

from bot.sandbox.telegram.client import Answer, ClientRefusal, Query
from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.payloads import message_json, user_json
from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import Message, User
from bot.sandbox.telegram.refusals import too_old


class Desk:
    """Hands presses to the bot and answers back to the people."""

    def __init__(self, realm: Realm, mailbox: Mailbox) -> None:
        self._realm = realm
        self._mailbox = mailbox
        self._queries: dict[str, Query] = {}
        self._instance = str(secrets.randbits(62))

    async def press(self, user: User, message: Message, data: str) -> Answer:
        """Tell the bot and wait for its answer. Raises ClientRefusal when none comes."""
        query = Query(str(secrets.randbits(62)), time.monotonic(), asyncio.get_running_loop().create_future())
        self._queries[query.id] = query
        body = {
            "id": query.id,
            "from": user_json(user),
            "message": message_json(self._realm, message),
            "chat_instance": self._instance,
            "data": data,
        }
        self._mailbox.push("callback_query", body)
        try:
            async with asyncio.timeout(self._realm.rules.query_within):
                return await asyncio.shield(query.answered)
        except TimeoutError:
            raise ClientRefusal("The bot did not answer.") from None

    def answer(self, query_id: str, answer: Answer) -> None:
        """Take answerCallbackQuery; a second answer to the same press shows nothing. Raises Refusal 400."""
        query = self._queries.get(query_id)
        if query is None or time.monotonic() - query.born > self._realm.rules.query_within:
            raise too_old()
        if not query.answered.done():
            query.answered.set_result(answer)
