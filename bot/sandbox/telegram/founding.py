"""The default world: a bot, a buyer, an operator, a passer-by, the operator's review group and a channel."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from hashlib import sha256

from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import CHANNEL, GROUP, SUPERGROUP, Chat, User

POCKET = 2500
"""Stars everybody has at the beginning."""
_SUPERGROUPS = -1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Founded:
    """The default realm and the ids one needs to find one's way in it."""

    realm: Realm
    buyer_id: int
    operator_id: int
    stranger_id: int
    review_chat_id: int
    channel_id: int
    first_update: int


def found(seed: str | None, is_basic_group: bool = False) -> Founded:
    """Build the default world; the same `seed` gives the same ids and token, None gives new ones.

    With `is_basic_group` the review group is one that has not become a supergroup yet.
    """
    seed = seed if seed is not None else secrets.token_hex(16)
    bot = User(7_000_000_000 + _number(seed, "bot") % 999_999_999, "BGM Kiosk", "bgm_kiosk_bot", is_bot=True)
    realm = Realm(bot, _token(seed, bot.id))
    people = [
        realm.add_user(User(5_000_000_000 + _number(seed, username) % 999_999_999, name, username, stars=POCKET))
        for username, name in (("haneul_vlog", "Haneul"), ("moonlight_desk", "Moonlight Desk"), ("passer_by", "Robin"))
    ]
    operator_id = people[1].id
    staff = {operator_id: "creator", bot.id: "administrator"}
    number = 1_000_000_000 + _number(seed, "review") % 999_999_999
    group_id, kind = (-number, GROUP) if is_basic_group else (_SUPERGROUPS - number, SUPERGROUP)
    review = realm.add_chat(Chat(group_id, kind, "BGM Kiosk: review desk", statuses=dict(staff)))
    channel_id = _SUPERGROUPS - 1_000_000_000 - _number(seed, "channel") % 999_999_999
    followers = {person.id: "member" for person in people}
    realm.add_chat(Chat(channel_id, CHANNEL, "BGM Kiosk samples", "bgm_kiosk_samples", followers | staff))
    first_update = 100_000_000 + _number(seed, "updates") % 99_999_999
    return Founded(realm, people[0].id, operator_id, people[2].id, review.id, channel_id, first_update)


def _number(seed: str, name: str) -> int:
    return int.from_bytes(sha256(f"{seed}/telegram/{name}".encode()).digest()[:8], "big")


def _token(seed: str, bot_id: int) -> str:
    """Return a token of the real shape: the bot's id and 35 signs that begin with AA."""
    digest = sha256(f"{seed}/telegram/token".encode()).digest()
    return f"{bot_id}:AA{base64.urlsafe_b64encode(digest).decode()[:33]}"
