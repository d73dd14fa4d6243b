"""``expand``: put the object where its id stood, along dotted paths."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from bot.sandbox.stripe.books import Books, page_of
from bot.sandbox.stripe.refusal import Json, Refusal

_BY_KEY = {
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "customer": "customer",
    "default_price": "price",
    "failure_balance_transaction": "balance_transaction",
    "invoice": "invoice",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "product": "product",
}


_RIGHTS = {"balance_transaction": "balance", "refund": "charge"}
"""Kinds whose permission bears another name."""

Permit = Callable[[str], None]
"""Raises ``Refusal`` where the caller's key lacks a permission: what is expanded is read, and needs the right to."""


def expanded(books: Books, answer: Json, paths: list[str], permit: Permit) -> Json:
    """A deep copy of ``answer`` with every path of ``paths`` expanded; lists take paths from ``data``."""
    answer = copy.deepcopy(answer)
    for path in paths:
        parts = path.split(".")
        if len(parts) > 4:
            raise Refusal(f"Cannot expand more than 4 levels: {path}", param="expand")
        _walk(books, answer, parts, path, permit)
    return answer


def _walk(books: Books, here: Any, parts: list[str], path: str, permit: Permit) -> None:
    if isinstance(here, list):
        for item in here:
            _walk(books, item, parts, path, permit)
        return
    if not parts or here is None:
        return
    part, rest = parts[0], parts[1:]
    if isinstance(here, dict):
        if part in ("line_items", "refunds") and part not in here:
            here[part] = _included(books, here, part, path)
        elif part not in here:
            raise _not_expandable(path)
        elif isinstance(here[part], str):
            here[part] = _fetched(books, here, part, path, permit)
        _walk(books, here[part], rest, path, permit)


def _fetched(books: Books, here: Json, part: str, path: str, permit: Permit) -> Json:
    kind = _BY_KEY.get(part)
    if part == "source" and here.get("object") == "balance_transaction":
        kind = {"ch": "charge", "re": "refund", "du": "dispute"}[here["source"].split("_")[0]]
    if kind is None:
        raise _not_expandable(path)
    permit(f"{_RIGHTS.get(kind, kind)}:read")
    return copy.deepcopy(books.get(kind, here[part]))


def _included(books: Books, here: Json, part: str, path: str) -> Json:
    if part == "line_items" and here.get("object") == "checkout.session":
        items = books.sessions_aside[here["id"]].items
        return copy.deepcopy(page_of(items, {}, f"/v1/checkout/sessions/{here['id']}/line_items"))
    if part == "refunds" and here.get("object") == "charge":
        return copy.deepcopy(
            books.page("refund", {}, lambda r: r["charge"] == here["id"], f"/v1/charges/{here['id']}/refunds")
        )
    raise _not_expandable(path)


def _not_expandable(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path}).", param="expand")
