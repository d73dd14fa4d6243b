"""The slash menu of a person's client: what it offers here, in their language, and what it sends.

The client marks a bad value red before anything is sent; that is `ClientRefusal` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord import files
from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.client import ClientRefusal
from bot.sandbox.discord.forms.commands import (
    ATTACHMENT,
    BOOLEAN,
    GROUP,
    INTEGER,
    NUMBER,
    STRING,
    SUBCOMMAND,
)
from bot.sandbox.discord.message_payloads import MessageDrawing
from bot.sandbox.discord.payloads import bare_member_json, channel_json, role_json, user_json
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import DM, Channel, Json, Upload, User

USER, CHANNEL, ROLE, MENTIONABLE = 6, 7, 8, 9
OptionValue = str | int | float | bool | tuple[str, bytes]
_LONGEST_TEXT = 6000


def offered(realm: Realm, user: User, channel: Channel) -> list[Json]:
    """Return the slash commands this person may use in this channel, localised, by name."""
    if not realm.permissions(user.id, channel) & may.USE_APPLICATION_COMMANDS:
        return []
    shelves = [realm.commands[None], realm.commands.get(channel.guild_id, {}) if channel.guild_id else {}]
    usable = [
        localised(command, user.locale)
        for shelf in shelves
        for command in shelf.values()
        if command["type"] == 1 and _usable(realm, command, user, channel)
    ]
    return sorted(usable, key=lambda command: str(command["display_name"]))


def _usable(realm: Realm, command: Json, user: User, channel: Channel) -> bool:
    """Return whether context and default permissions let the person use a command here."""
    contexts = command.get("contexts")
    if channel.kind == DM:
        return 1 in contexts if contexts is not None else bool(command["dm_permission"])
    if contexts is not None and 0 not in contexts:
        return False
    needed = command["default_member_permissions"]
    if needed is None:
        return True
    own = realm.permissions(user.id, channel)
    return own == may.ALL or (int(needed) != 0 and not int(needed) & ~own)


def localised(node: Json, locale: str) -> Json:
    """Add `display_name` and `display_description` in a language, at every depth."""
    names = node.get("name_localizations") or {}
    descriptions = node.get("description_localizations") or {}
    copy: Json = node | {"display_name": names.get(locale, node["name"])}
    if "description" in node:
        copy["display_description"] = descriptions.get(locale, node["description"])
    for key in ("options", "choices"):
        if node.get(key):
            copy[key] = [localised(child, locale) for child in node[key]]
    return copy


@dataclass(frozen=True, slots=True)
class Picked:
    """A command picked from the menu, down to its subcommand."""

    command: Json
    path: list[Json]
    """The subcommand group and subcommand, where there are any."""

    @property
    def options(self) -> list[Json]:
        """The options to fill in."""
        return (self.path[-1] if self.path else self.command).get("options") or []

    def data(self, filled: list[Json], resolved: Json) -> Json:
        """Return the interaction's `data` with these options filled in."""
        for step in reversed(self.path):
            filled = [{"name": step["name"], "type": step["type"], "options": filled}]
        data: Json = {"id": self.command["id"], "name": self.command["name"], "type": 1}
        if filled:
            data["options"] = filled
        if "guild_id" in self.command:
            data["guild_id"] = self.command["guild_id"]
        return data | ({"resolved": resolved} if resolved else {})


def pick(menu: list[Json], command: str, subcommand: str | None) -> Picked:
    """Find a command by its name (its own or the localised one). Raises ClientRefusal."""
    words = f"{command} {subcommand or ''}".removeprefix("/").split()
    found = _named(menu, words[0])
    if found is None:
        raise ClientRefusal(f"The menu offers no /{words[0]} here.")
    path: list[Json] = []
    level = found
    for word in words[1:]:
        step = _named(level.get("options") or [], word)
        if step is None or step["type"] not in (SUBCOMMAND, GROUP):
            raise ClientRefusal(f"/{found['name']} has no subcommand {word}.")
        path.append(step)
        level = step
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in level.get("options") or []):
        raise ClientRefusal(f"/{' '.join(words)} needs a subcommand.")
    return Picked(found, path)


def _named(entries: list[Json], name: str) -> Json | None:
    for entry in entries:
        if name in (entry["name"], entry["display_name"]):
            return entry
    return None


class Filling:
    """Fills in a picked command's options for one person."""

    def __init__(self, realm: Realm, drawing: MessageDrawing, channel: Channel, user: User) -> None:
        self.realm = realm
        self.drawing = drawing
        self.channel = channel
        self.user = user
        self.resolved: Json = {}

    def fill(self, picked: Picked, values: Mapping[str, OptionValue]) -> list[Json]:
        """Return the options as sent. Raises ClientRefusal on a missing, unknown or unfit value."""
        known = {option["name"]: option for option in picked.options}
        known |= {option["display_name"]: option for option in picked.options}
        for name in values:
            if name not in known:
                raise ClientRefusal(f"/{picked.command['name']} has no option {name}.")
        given = {known[name]["name"]: value for name, value in values.items()}
        filled = []
        for option in picked.options:
            if option["name"] in given:
                value = self._value(option, given[option["name"]])
                filled.append({"name": option["name"], "type": option["type"], "value": value})
            elif option.get("required"):
                raise ClientRefusal(f"This option is required: {option['name']}.")
        return filled

    def typed(self, picked: Picked, values: Mapping[str, OptionValue], focused: str) -> list[Json]:
        """Return the options while one is still being typed: unchecked, that one marked."""
        kinds = {option["name"]: option for option in picked.options}
        if not kinds.get(focused, {}).get("autocomplete"):
            raise ClientRefusal(f"{focused} has no suggestions.")
        made = []
        for name, value in {**values, focused: values.get(focused, "")}.items():
            entry: Json = {"name": name, "type": kinds[name]["type"], "value": value}
            if name == focused:
                entry |= {"focused": True, "value": str(value)}
            made.append(entry)
        return made

    def _value(self, option: Json, value: OptionValue) -> Any:
        kind = option["type"]
        if kind == ATTACHMENT:
            return self.attach(value, option["name"])
        if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
            return self.mention(kind, str(value))
        fitting = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}[kind]
        if not isinstance(value, fitting) or (isinstance(value, bool) and kind != BOOLEAN):
            raise ClientRefusal(f"{option['name']} does not take {value!r}.")
        if option.get("choices"):
            return self._choice(option, value)
        self._demand_in_range(option, value)
        return value

    def _choice(self, option: Json, value: OptionValue) -> Any:
        for choice in option["choices"]:
            if value in (choice["value"], choice["name"], choice["display_name"]):
                return choice["value"]
        raise ClientRefusal(f"{option['name']} offers no choice {value!r}.")

    def _demand_in_range(self, option: Json, value: OptionValue) -> None:
        if isinstance(value, str):
            least, most = option.get("min_length") or 0, option.get("max_length") or _LONGEST_TEXT
            if not value or not least <= len(value) <= most:
                raise ClientRefusal(f"{option['name']} takes {least or 1} to {most} characters.")
            return
        low, high = option.get("min_value"), option.get("max_value")
        number = value if isinstance(value, int | float) else 0
        if (low is not None and number < low) or (high is not None and number > high):
            raise ClientRefusal(f"{option['name']} must be between {low} and {high}.")

    def attach(self, value: object, name: str) -> str:
        """Upload a `(file name, bytes)` and return its id. Raises ClientRefusal on anything else."""
        if not isinstance(value, tuple):
            raise ClientRefusal(f"{name} takes a file.")
        if len(value[1]) > self.realm.rules.upload_limit:
            raise ClientRefusal("Your files are too powerful: over the upload limit.")
        upload = Upload(value[0], "", value[1])
        (stored,) = files.store(self.realm, self.channel.id, [upload], ephemeral=True)
        self._resolve("attachments", stored.id, self.drawing.attachment(stored))
        return str(stored.id)

    def mention(self, kind: int, value: str) -> str:
        """Return an id after putting what it names among the resolved. Raises ClientRefusal."""
        number = int(value) if value.isdigit() else 0
        guild = self.realm.guilds.get(self.channel.guild_id or 0)
        if kind in (USER, MENTIONABLE) and number in self.realm.users:
            self._resolve("users", number, user_json(self.realm.users[number]))
            if guild is not None and number in guild.members:
                bits = self.realm.permissions(number, self.channel)
                member = bare_member_json(guild.members[number]) | {"permissions": str(bits)}
                self._resolve("members", number, member)
        elif kind in (ROLE, MENTIONABLE) and guild is not None and number in guild.roles:
            self._resolve("roles", number, role_json(guild.roles[number]))
        elif kind == CHANNEL and number in self.realm.channels:
            channel = self.realm.channels[number]
            if not self.realm.sees(self.user.id, channel):
                raise ClientRefusal(f"No such channel here: {value}.")
            bits = self.realm.permissions(self.user.id, channel)
            drawn = channel_json(self.realm, channel, self.user.id) | {"permissions": str(bits)}
            self._resolve("channels", number, drawn)
        else:
            raise ClientRefusal(f"Nobody and nothing here has the id {value}.")
        return value

    def _resolve(self, family: str, number: int, drawn: Json) -> None:
        self.resolved.setdefault(family, {})[str(number)] = drawn
