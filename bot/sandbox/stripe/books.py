"""What this world remembers: every object by kind, and the events that tell of each change."""

from __future__ import annotations

import copy
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.stripe.cards import Card
from bot.sandbox.stripe.refusal import Json, Refusal, missing

API_VERSION = "2026-10-28.endive"
"""The one version this world speaks; events carry it too."""

_LETTERS = string.ascii_letters + string.digits

LIST_URLS = {
    "balance_transaction": "/v1/balance_transactions",
    "charge": "/v1/charges",
    "checkout.session": "/v1/checkout/sessions",
    "customer": "/v1/customers",
    "dispute": "/v1/disputes",
    "event": "/v1/events",
    "invoice": "/v1/invoices",
    "payment_intent": "/v1/payment_intents",
    "payment_method": "/v1/payment_methods",
    "price": "/v1/prices",
    "product": "/v1/products",
    "refund": "/v1/refunds",
    "webhook_endpoint": "/v1/webhook_endpoints",
}


def new_id(prefix: str, length: int = 24) -> str:
    """``prefix_`` and random letters, as long as Stripe's."""
    return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass
class SessionAside:
    """What a checkout session keeps to itself: its items and what the intent shall be."""

    items: list[Json]
    intent_data: Json


@dataclass
class Books:
    """All objects, newest last, and the doorway for events.

    ``clock`` is the time of this world in Unix seconds; ``publish`` receives every event once it is written.
    """

    clock: Callable[[], float]
    root: str = ""
    publish: Callable[[Json], int] = lambda event: 0
    shelves: dict[str, dict[str, Json]] = field(default_factory=lambda: {kind: {} for kind in LIST_URLS})
    hands: dict[str, Card] = field(default_factory=dict)
    """Payment method id → the test card behind it."""
    sessions_aside: dict[str, SessionAside] = field(default_factory=dict)
    request: tuple[str | None, str | None] = (None, None)
    """Id and idempotency key of the API call being answered; events name it."""

    def now(self) -> int:
        """Whole Unix seconds."""
        return int(self.clock())

    def put(self, thing: Json) -> Json:
        """Remember a new object under its kind and id."""
        self.shelves[thing["object"]][thing["id"]] = thing
        return thing

    def get(self, kind: str, id_: str, param: str = "id") -> Json:
        """The object itself (not a copy). Raises ``Refusal`` resource_missing."""
        try:
            return self.shelves[kind][id_]
        except KeyError:
            raise missing(kind, id_, param) from None

    def all(self, kind: str) -> list[Json]:
        """Every object of a kind, oldest first."""
        return list(self.shelves[kind].values())

    def tell(self, type_: str, thing: Json, before: Json | None = None) -> Json:
        """Write an event with the object as it is now; ``before`` holds the former values of changed keys."""
        data: Json = {"object": copy.deepcopy(thing)}
        if before is not None:
            data["previous_attributes"] = copy.deepcopy(before)
        id_, key = self.request
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": id_, "idempotency_key": key},
            "type": type_,
        }
        self.put(event)
        event["pending_webhooks"] = self.publish(event)
        return event

    def page(self, kind: str, params: Json, wanted: Callable[[Json], bool], url: str | None = None) -> Json:
        """One page of a list, newest first, by ``limit``, ``starting_after``, ``ending_before``, ``created``."""
        things = [t for t in reversed(self.all(kind)) if wanted(t) and _created_fits(t, params.get("created"))]
        return page_of(things, params, url or LIST_URLS[kind])


def page_of(things: list[Json], params: Json, url: str) -> Json:
    """Cut one page out of ``things`` (already in answer order) and say whether more follows."""
    limit = params.get("limit", 10)
    if "starting_after" in params and "ending_before" in params:
        raise Refusal("Use starting_after or ending_before, not both.", param="ending_before")
    if "starting_after" in params:
        rest = things[_position(things, params["starting_after"], "starting_after") + 1 :]
        cut, more = rest[:limit], len(rest) > limit
    elif "ending_before" in params:
        rest = things[: _position(things, params["ending_before"], "ending_before")]
        cut, more = rest[-limit:], len(rest) > limit
    else:
        cut, more = things[:limit], len(things) > limit
    return {"object": "list", "data": cut, "has_more": more, "url": url}


def _position(things: list[Json], id_: str, param: str) -> int:
    for index, thing in enumerate(things):
        if thing["id"] == id_:
            return index
    raise missing("object", id_, param)


def _created_fits(thing: Json, wanted: Json | int | None) -> bool:
    created = int(thing.get("created", 0))
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return created == wanted
    return bool(
        created > wanted.get("gt", -1)
        and created >= wanted.get("gte", 0)
        and created < wanted.get("lt", 1 << 62)
        and created <= wanted.get("lte", 1 << 62)
    )
