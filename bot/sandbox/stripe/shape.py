"""What a route accepts: small checks that clean one parameter each, and refuse the rest as Stripe does.

A check takes the raw value and the parameter's name as the caller wrote it (``line_items[0][quantity]``) and
returns the clean value or raises ``Refusal``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.sandbox.stripe.refusal import Json, Refusal

Check = Callable[[Any, str], Any]


def text(most: int = 5000, one_of: Iterable[str] = ()) -> Check:
    """A string of at most ``most`` characters, perhaps from a list."""
    allowed = tuple(one_of)

    def check(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise Refusal(f"Invalid string: {name}", param=name)
        if value == "":
            raise Refusal(
                f"An empty string was passed for '{name}'; leave it out instead.",
                code="parameter_invalid_empty",
                param=name,
            )
        if len(value) > most:
            raise Refusal(f"Invalid string: {name} is longer than {most} characters.", param=name)
        if allowed and value not in allowed:
            raise Refusal(f"Invalid {name}: must be one of {', '.join(allowed)}", param=name)
        return value

    return check


def whole(low: int | None = None, high: int | None = None) -> Check:
    """An integer, both bounds included."""

    def check(value: Any, name: str) -> int:
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name) from None
        if (low is not None and number < low) or (high is not None and number > high):
            bound = f"at least {low}" if low is not None and number < low else f"at most {high}"
            raise Refusal(f"Invalid {name}: must be {bound}", code="parameter_invalid_integer", param=name)
        return number

    return check


def flag(value: Any, name: str) -> bool:
    """A boolean, written ``true`` or ``false``."""
    if value not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def url(value: Any, name: str) -> str:
    """An absolute http(s) address."""
    address = text()(value, name)
    assert isinstance(address, str)
    if not address.startswith(("http://", "https://")) or len(address.split("/", 3)) < 3:
        raise Refusal(f"Not a valid URL: {name}", code="url_invalid", param=name)
    return address


def email(value: Any, name: str) -> str:
    """Something with a name, an @ and a dotted domain."""
    address = text(800)(value, name)
    assert isinstance(address, str)
    local, _, domain = address.rpartition("@")
    if not local or "." not in domain.strip(".") or any(c.isspace() for c in address):
        raise Refusal(f"Invalid email address: {address}", code="email_invalid", param=name)
    return address


def currency(value: Any, name: str) -> str:
    """A three-letter code, answered in lower case."""
    if not isinstance(value, str) or len(value) != 3 or not value.isalpha():
        raise Refusal(f"Invalid currency: {value}", code="invalid_currency", param=name)
    return value.lower()


def metadata(value: Any, name: str) -> dict[str, str]:
    """At most 50 keys of 40 characters with values of 500; an empty value removes the key."""
    if value == "":
        return {}
    if not isinstance(value, dict) or any(not isinstance(item, str) for item in value.values()):
        raise Refusal("Invalid metadata: values must be strings", param=name)
    if len(value) > 50:
        raise Refusal("Metadata can have at most 50 keys", param=name)
    for key, item in value.items():
        if len(key) > 40 or len(item) > 500:
            raise Refusal(f"Metadata too long at '{key[:40]}': 40 for keys, 500 for values", param=name)
    return dict(value)


def anything(value: Any, name: str) -> Any:
    """Passed through unread: what Stripe stores and this world only hands back."""
    return value


def listing(item: Check, most: int = 100) -> Check:
    """A list written ``a[0]``, ``a[1]`` or ``a[]``."""

    def check(value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or any(not key.isdigit() for key in value):
            raise Refusal(f"Invalid array: {name}", param=name)
        if len(value) > most:
            raise Refusal(f"Invalid {name}: at most {most} entries", param=name)
        return [item(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]

    return check


def table(fields: Mapping[str, Check], *, need: Iterable[str] = (), unplayed: Iterable[str] = ()) -> Check:
    """A table of named parameters.

    ``need`` must be there; ``unplayed`` are parameters Stripe knows and this world does not act on: refused by a
    plain sentence rather than silently accepted.
    """
    needed, beyond = tuple(need), frozenset(unplayed)

    def check(value: Any, name: str) -> Json:
        if not isinstance(value, dict):
            raise Refusal(f"Invalid object: {name}", param=name)

        def full(key: str) -> str:
            return f"{name}[{key}]" if name else key

        unknown = [key for key in value if key not in fields and key not in beyond]
        if unknown:
            raise _unknown([full(key) for key in unknown])
        for key in value:
            if key in beyond:
                raise Refusal(
                    f"{full(key)} exists at Stripe, but this sandbox does not play it.",
                    code="sandbox_unplayed",
                    param=full(key),
                )
        for key in needed:
            if key not in value:
                raise Refusal(f"Missing required param: {full(key)}.", code="parameter_missing", param=full(key))
        return {key: fields[key](item, full(key)) for key, item in value.items()}

    return check


def _unknown(names: list[str]) -> Refusal:
    if len(names) == 1:
        return Refusal(f"Received unknown parameter: {names[0]}", code="parameter_unknown", param=names[0])
    return Refusal(f"Received unknown parameters: {', '.join(names)}", code="parameter_unknown", param=names[0])
