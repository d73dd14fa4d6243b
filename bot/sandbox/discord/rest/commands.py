"""Application commands, global and of one guild."""

from __future__ import annotations

from bot.sandbox.discord.client import EventKind
from bot.sandbox.discord.forms.commands import check_command, check_commands
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.records import Json
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rest.call import Call, Created, Route

MOST_COMMANDS = 100
_CHANGEABLE = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "dm_permission",
    "nsfw",
    "contexts",
    "integration_types",
)


def _shelf(call: Call) -> dict[int, Json]:
    """Return the commands the path speaks of. Raises Refusal 10002, 50001."""
    if call.id("application_id") != call.realm.application_id:
        raise refusal(10002)
    if "guild_id" not in call.path:
        return call.realm.commands[None]
    if call.id("guild_id") not in call.realm.guilds:
        raise refusal(50001)
    return call.realm.commands.setdefault(call.id("guild_id"), {})


def _registered(call: Call, body: Json, command_id: int | None = None) -> Json:
    """Return a command as Discord keeps it, defaults filled in."""
    kind = body.get("type", 1)
    command: Json = {
        "id": str(command_id or call.realm.ids.next()),
        "application_id": str(call.realm.application_id),
        "version": str(call.realm.ids.next()),
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": _bits(body.get("default_member_permissions")),
        "dm_permission": body.get("dm_permission", True),
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": body.get("nsfw", False),
    }
    if body.get("options"):
        command["options"] = body["options"]
    if "guild_id" in call.path:
        command["guild_id"] = call.path["guild_id"]
    return command


def _bits(value: object) -> str | None:
    return None if value is None else str(value)


def _same_name(shelf: dict[int, Json], body: Json) -> int | None:
    """Return the id of the command a new one replaces: same type, same name."""
    for command_id, command in shelf.items():
        if (command["type"], command["name"]) == (body.get("type", 1), body.get("name")):
            return command_id
    return None


def _announce(call: Call) -> None:
    everyone = [user.id for user in call.realm.users.values() if not user.bot]
    call.house.happenings.screens.show(everyone, EventKind.COMMANDS_CHANGED, 0, {})


def _listed(call: Call, command: Json) -> Json:
    """Return a command as a list shows it: translations only on demand."""
    if call.query.get("with_localizations", "").lower() in ("true", "1"):
        return command
    hidden = ("name_localizations", "description_localizations")
    return {key: value for key, value in command.items() if key not in hidden}


async def list_commands(call: Call) -> list[Json]:
    """GET all commands."""
    return [_listed(call, command) for command in _shelf(call).values()]


async def get_command(call: Call) -> Json:
    """GET one command."""
    return _one(call, _shelf(call))


def _one(call: Call, shelf: dict[int, Json]) -> Json:
    command_id = call.id("command_id")
    if command_id not in shelf:
        raise refusal(10063)
    return shelf[command_id]


async def create_command(call: Call) -> Json | Created:
    """POST a command (201); one with the same name and type is replaced (200)."""
    shelf = _shelf(call)
    body = call.form()
    problems = Problems()
    check_command(problems, body)
    problems.refuse()
    known = _same_name(shelf, body)
    if known is None and len(shelf) >= MOST_COMMANDS:
        raise refusal(30032)
    command = _registered(call, body, known)
    shelf[int(command["id"])] = command
    _announce(call)
    return Created(command) if known is None else command


async def overwrite_commands(call: Call) -> list[Json]:
    """PUT the whole set: what is not listed goes, what keeps its name keeps its id."""
    shelf = _shelf(call)
    problems = Problems()
    bodies = check_commands(problems, call.body)
    problems.refuse()
    if len(bodies) > MOST_COMMANDS:
        raise refusal(30032)
    kept = [_registered(call, body, _same_name(shelf, body)) for body in bodies]
    shelf.clear()
    shelf |= {int(command["id"]): command for command in kept}
    _announce(call)
    return kept


async def edit_command(call: Call) -> Json:
    """PATCH a command."""
    shelf = _shelf(call)
    command = _one(call, shelf)
    changed = command | {key: value for key, value in call.form().items() if key in _CHANGEABLE}
    problems = Problems()
    check_command(problems, changed)
    problems.refuse()
    shelf[int(command["id"])] = changed | {"version": str(call.realm.ids.next())}
    _announce(call)
    return shelf[int(command["id"])]


async def delete_command(call: Call) -> None:
    """DELETE a command."""
    shelf = _shelf(call)
    del shelf[int(_one(call, shelf)["id"])]
    _announce(call)


async def command_permissions(call: Call) -> list[Json]:
    """GET the guild's own rules for commands; this world's guild made none."""
    _shelf(call)
    return []


_OWN = "/applications/{application_id}"
_GUILD = _OWN + "/guilds/{guild_id}"

ROUTES: list[Route] = [
    ("GET", _GUILD + "/commands/permissions", command_permissions),
    *(
        route
        for base in (_OWN, _GUILD)
        for route in (
            ("GET", base + "/commands", list_commands),
            ("POST", base + "/commands", create_command),
            ("PUT", base + "/commands", overwrite_commands),
            ("GET", base + "/commands/{command_id}", get_command),
            ("PATCH", base + "/commands/{command_id}", edit_command),
            ("DELETE", base + "/commands/{command_id}", delete_command),
        )
    ),
]
