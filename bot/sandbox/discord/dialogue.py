"""What a client sends when a component is used or a modal submitted, and what it refuses to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.discord.client import ClientRefusal, Json, Modal
from bot.sandbox.discord.forms.components import (
    BUTTON,
    CHANNEL_SELECT,
    FILE_UPLOAD,
    LABEL,
    LINK_STYLE,
    MENTIONABLE_SELECT,
    ROLE_SELECT,
    ROW,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    USER_SELECT,
)
from bot.sandbox.discord.menu import CHANNEL, MENTIONABLE, ROLE, USER, Filling

FieldValue = str | Sequence[str] | Sequence[tuple[str, bytes]]
_MENTION_KINDS = {
    USER_SELECT: USER,
    ROLE_SELECT: ROLE,
    MENTIONABLE_SELECT: MENTIONABLE,
    CHANNEL_SELECT: CHANNEL,
}
_LONGEST_INPUT = 4000


def each(components: list[Json]) -> Iterator[Json]:
    """Yield every component of a message, at any depth."""
    for component in components:
        yield component
        yield from each(component.get("components") or [])
        if isinstance(component.get("accessory"), dict):
            yield component["accessory"]


def found(message: Json, custom_id: str) -> Json:
    """Return the usable component of a message. Raises ClientRefusal where there is none or it is grey."""
    for component in each(message["components"]):
        if component.get("custom_id") == custom_id:
            if component.get("disabled"):
                raise ClientRefusal(f"{custom_id} is greyed out.")
            return component
    raise ClientRefusal(f"The message has no component {custom_id}.")


def pressed(message: Json, custom_id: str) -> Json:
    """Return the data of a pressed button. Raises ClientRefusal."""
    component = found(message, custom_id)
    if component["type"] != BUTTON or component.get("style") == LINK_STYLE:
        raise ClientRefusal(f"{custom_id} is no button to press.")
    return {"component_type": BUTTON, "custom_id": custom_id, "id": component["id"]}


def chosen(message: Json, custom_id: str, values: Sequence[str], filling: Filling) -> Json:
    """Return the data of a used select menu. Raises ClientRefusal."""
    component = found(message, custom_id)
    if component["type"] not in SELECTS:
        raise ClientRefusal(f"{custom_id} is no select menu.")
    taken = _selected(component, values, filling)
    data = {
        "component_type": component["type"],
        "custom_id": custom_id,
        "id": component["id"],
        "values": taken,
    }
    return data | ({"resolved": filling.resolved} if filling.resolved else {})


def _selected(component: Json, values: Sequence[str], filling: Filling) -> list[str]:
    """Return the values of a select, checked for number and existence."""
    custom_id = component["custom_id"]
    least, most = component["min_values"], component["max_values"]
    if len(set(values)) != len(values) or not least <= len(values) <= most:
        raise ClientRefusal(f"{custom_id} takes {least} to {most} different values.")
    if component["type"] != STRING_SELECT:
        return [filling.mention(_MENTION_KINDS[component["type"]], value) for value in values]
    offered = [option["value"] for option in component["options"]]
    for value in values:
        if value not in offered:
            raise ClientRefusal(f"{custom_id} offers no {value!r}.")
    return [value for value in offered if value in values]


def submitted(modal: Modal, fields: Mapping[str, FieldValue], filling: Filling) -> Json:
    """Return the data of a submitted modal. Raises ClientRefusal on a missing, unknown or unfit field."""
    inputs = [_input(component) for component in modal.components]
    known = {body["custom_id"] for body in inputs if body is not None}
    for custom_id in fields:
        if custom_id not in known:
            raise ClientRefusal(f"The dialogue has no field {custom_id}.")
    sent = []
    for component, body in zip(modal.components, inputs, strict=True):
        shell: Json = {"type": component["type"], "id": component["id"]}
        if body is not None:
            answer = _answered(body, fields.get(body["custom_id"]), filling)
            shell |= {"component": answer} if component["type"] == LABEL else {"components": [answer]}
        sent.append(shell)
    data: Json = {"custom_id": modal.custom_id, "components": sent}
    return data | ({"resolved": filling.resolved} if filling.resolved else {})


def _input(component: Json) -> Json | None:
    """Return the field inside a row or label; plain text has none."""
    if component["type"] == ROW:
        inner: Json = component["components"][0]
        return inner
    return component["component"] if component["type"] == LABEL else None


def _answered(body: Json, value: Any, filling: Filling) -> Json:
    answer: Json = {"type": body["type"], "id": body["id"], "custom_id": body["custom_id"]}
    if body["type"] == TEXT_INPUT:
        return answer | {"value": _text(body, body.get("value", "") if value is None else value)}
    values = list(value or [])
    needed = body.get("required", True)
    if not values:
        values = [option["value"] for option in body.get("options") or [] if option.get("default")]
    if not values and not needed:
        return answer | {"values": []}
    if body["type"] == FILE_UPLOAD:
        least, most = body.get("min_values", 1), body.get("max_values", 1)
        if not least <= len(values) <= most:
            raise ClientRefusal(f"{body['custom_id']} takes {least} to {most} files.")
        return answer | {"values": [filling.attach(item, body["custom_id"]) for item in values]}
    return answer | {"values": _selected(body, values, filling)}


def _text(body: Json, value: object) -> str:
    if not isinstance(value, str):
        raise ClientRefusal(f"{body['custom_id']} takes text.")
    if not value:
        if body.get("required", True):
            raise ClientRefusal(f"This field is required: {body['custom_id']}.")
        return value
    least, most = body.get("min_length") or 0, body.get("max_length") or _LONGEST_INPUT
    if not least <= len(value) <= most:
        raise ClientRefusal(f"{body['custom_id']} takes {least} to {most} characters.")
    return value
