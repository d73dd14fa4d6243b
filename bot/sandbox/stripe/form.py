"""Form-encoded bodies with nested brackets (``a[b][0]=c``), as every Stripe client writes them."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from bot.sandbox.stripe.refusal import Json, Refusal

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(body: str) -> Json:
    """Nested dictionaries of strings; ``a[]`` counts up, list indexes stay keys until ``shape`` reads them.

    Raises ``Refusal`` for a key whose brackets do not match or which is both a value and a table.
    """
    root: Json = {}
    for key, value in parse_qsl(body, keep_blank_values=True):
        match = _KEY.fullmatch(key)
        if match is None:
            raise Refusal(f"Malformed parameter name: {key[:80]}", param=key[:80])
        _put(root, [match[1], *_PART.findall(match[2])], value)
    return root


def _put(root: Json, path: list[str], value: str) -> None:
    here = root
    for part in path[:-1]:
        below = here.setdefault(part or str(len(here)), {})
        if not isinstance(below, dict):
            raise Refusal(f"Parameter {path[0]} is both a value and a table", param=path[0])
        here = below
    last = path[-1] or str(len(here))
    if isinstance(here.get(last), dict):
        raise Refusal(f"Parameter {path[0]} is both a value and a table", param=path[0])
    here[last] = value
