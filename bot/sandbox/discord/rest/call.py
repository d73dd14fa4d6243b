"""One REST request, parsed, and the desks it may turn to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import Json, Upload

if TYPE_CHECKING:
    from bot.sandbox.discord.desk import Desk
    from bot.sandbox.discord.happenings import Happenings
    from bot.sandbox.discord.message_payloads import MessageDrawing
    from bot.sandbox.discord.postbox import Postbox


@dataclass(frozen=True, slots=True)
class House:
    """Everything a request can need: built once, by the world."""

    realm: Realm
    postbox: Postbox
    desk: Desk
    drawing: MessageDrawing
    happenings: Happenings
    gateway_url: str


@dataclass(slots=True)
class Call:
    """A request on its way to its handler."""

    house: House
    path: dict[str, str]
    query: dict[str, str]
    body: Any = None
    uploads: list[Upload] = field(default_factory=list)

    @property
    def realm(self) -> Realm:
        """The realm the request acts on."""
        return self.house.realm

    def id(self, name: str) -> int:
        """Return a path parameter as an id. Raises Refusal 50035 on something else."""
        value = self.path[name]
        if not value.isascii() or not value.isdigit():
            self._no_snowflake(name, value)
        return int(value)

    def query_id(self, name: str) -> int | None:
        """Return an optional id of the query string. Raises Refusal 50035 on something else."""
        value = self.query.get(name)
        if value is not None and not value.isdigit():
            self._no_snowflake(name, value)
        return None if value is None else int(value)

    def _no_snowflake(self, name: str, value: str) -> None:
        problems = Problems()
        problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        problems.refuse()

    def limit(self, default: int, most: int) -> int:
        """Return the `limit` of the query string. Raises Refusal 50035 outside 1 to `most`."""
        problems = Problems()
        text = self.query.get("limit", str(default))
        value = int(text) if text.isdigit() else 0
        problems.whole(("limit",), value, 1, most)
        problems.refuse()
        return value

    def form(self) -> Json:
        """Return the body as an object (an absent one is empty). Raises Refusal 50035 on another type."""
        if self.body is None:
            return {}
        problems = Problems()
        found = problems.mapping((), self.body)
        problems.refuse()
        return found or {}


@dataclass(frozen=True, slots=True)
class Created:
    """A handler's answer that goes out with status 201."""

    body: Any


Handler = Callable[[Call], Awaitable[Any]]
Route = tuple[str, str, Handler]
