"""The default world: one server of creators, three channels, a buyer, an operator, a stranger, and the bot."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from hashlib import sha256

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import TEXT, Channel, Guild, Member, Overwrite, Role, User
from bot.sandbox.discord.snowflakes import created_at, lasting


@dataclass(frozen=True, slots=True)
class Founded:
    """The default realm and the ids one needs to find one's way in it."""

    realm: Realm
    token: str
    guild_id: int
    general_channel_id: int
    order_channel_id: int
    review_channel_id: int
    buyer_id: int
    operator_id: int
    stranger_id: int


def found(seed: str | None) -> Founded:
    """Build the default world; the same `seed` gives the same ids and token, None gives new ones."""
    seed = seed if seed is not None else secrets.token_hex(16)
    application_id = lasting(seed, "application")
    operator_id = lasting(seed, "operator")
    bot = User(application_id, "bgm-kiosk", "BGM Kiosk", bot=True)
    realm = Realm(application_id, "BGM Kiosk", bot, operator_id)
    people = {
        name: User(lasting(seed, name), username, display)
        for name, username, display in (
            ("buyer", "haneul_vlog", "Haneul"),
            ("operator", "moonlight_desk", "Moonlight Desk"),
            ("stranger", "passer_by", "Robin"),
        )
    }
    realm.users |= {user.id: user for user in people.values()}
    guild = _guild(seed, realm, operator_id)
    channels = _channels(seed, realm, guild)
    return Founded(
        realm,
        _token(seed, application_id),
        guild.id,
        *channels,
        *(people[name].id for name in ("buyer", "operator", "stranger")),
    )


def _guild(seed: str, realm: Realm, operator_id: int) -> Guild:
    """Make the server: the operator owns it, the bot has the role its invite link asked for."""
    guild = Guild(lasting(seed, "guild"), "Moonlight Creators", operator_id)
    guild.roles[guild.id] = Role(guild.id, "@everyone", may.EVERYONE, 0)
    bot_role = Role(lasting(seed, "bot role"), "BGM Kiosk", may.SHOP_BOT, 2, managed_by=realm.bot_id)
    staff = Role(lasting(seed, "staff"), "Shop staff", may.MANAGE_GUILD, 1, color=0xF0B232)
    guild.roles |= {bot_role.id: bot_role, staff.id: staff}
    for user in realm.users.values():
        guild.members[user.id] = Member(user.id, created_at(guild.id))
    guild.members[realm.bot_id].role_ids.append(bot_role.id)
    guild.members[operator_id].role_ids.append(staff.id)
    realm.guilds[guild.id] = guild
    realm.commands[guild.id] = {}
    return guild


def another_guild(realm: Realm, name: str, owner_id: int, member_ids: list[int]) -> tuple[Guild, Channel]:
    """Add a server with one text channel, #general, that has invited the bot."""
    guild = Guild(realm.ids.next(), name, owner_id)
    bot_role = Role(realm.ids.next(), "BGM Kiosk", may.SHOP_BOT, 1, managed_by=realm.bot_id)
    guild.roles = {guild.id: Role(guild.id, "@everyone", may.EVERYONE, 0), bot_role.id: bot_role}
    for user_id in (realm.bot_id, owner_id, *member_ids):
        guild.members[user_id] = Member(user_id, created_at(guild.id))
    guild.members[realm.bot_id].role_ids.append(bot_role.id)
    channel = Channel(realm.ids.next(), TEXT, "general", guild.id)
    realm.guilds[guild.id] = guild
    realm.commands[guild.id] = {}
    realm.add_channel(channel)
    return guild, channel


def _channels(seed: str, realm: Realm, guild: Guild) -> tuple[int, int, int]:
    """Make #general, #order-music and the private #review; return their ids in this order."""
    private = [
        Overwrite(guild.id, 0, 0, may.VIEW_CHANNEL),
        Overwrite(realm.bot_id, 1, may.VIEW_CHANNEL | may.SEND_MESSAGES, 0),
        Overwrite(guild.owner_id, 1, may.VIEW_CHANNEL | may.SEND_MESSAGES, 0),
    ]
    plan: list[tuple[str, str, list[Overwrite]]] = [
        ("general", "Talk about your videos, streams and games", []),
        ("order-music", "Type /bgm to order background music", []),
        ("review", "Takes waiting to be heard. Only the operator sees this", private),
    ]
    ids = []
    for position, (name, topic, overwrites) in enumerate(plan):
        channel = Channel(
            lasting(seed, f"channel {name}"),
            TEXT,
            name,
            guild.id,
            topic=topic,
            position=position,
            overwrites=overwrites,
        )
        realm.add_channel(channel)
        ids.append(channel.id)
    return ids[0], ids[1], ids[2]


def _token(seed: str, application_id: int) -> str:
    """Return a token of the real shape: the id in base64, a date, a signature."""

    def coded(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    digest = sha256(f"{seed}/token".encode()).digest()
    return f"{coded(str(application_id).encode())}.{coded(digest[:4])}.{coded(digest[4:31])}"
