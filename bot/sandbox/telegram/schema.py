"""Reads a request's parameters by the Bot API's own description of its methods (`bot_api.toml`).

In: names and values as they came (strings of a form, or JSON), and uploads. Out: typed values, or a refusal that names
the parameter. Stricter than the real server in one thing, on purpose: that one overlooks parameters it does not know,
this one refuses them, so that a misspelt name is found here and not by a buyer.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from bot.sandbox.telegram.refusals import bad, plain

_EMPTY = {"chat_id": "chat_id is empty", "text": "message text is empty", "user_id": "invalid user_id specified"}
"""What the real server says when these are missing."""
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or one field of an object."""

    name: str
    kinds: tuple[str, ...]
    required: bool


class Schema:
    """The description, read once."""

    def __init__(self) -> None:
        document = tomllib.loads(Path(__file__).with_name("bot_api.toml").read_text("utf-8"))
        self.version = str(document["version"])
        self._methods = {name.lower(): (name, _fields(row)) for name, row in document["methods"].items()}
        self._types = {name: _fields(row) for name, row in document["types"].items()}
        self._unions: dict[str, list[str]] = {name: row.split() for name, row in document["unions"].items()}

    @property
    def methods(self) -> list[str]:
        """The methods by their proper names."""
        return [name for name, _ in self._methods.values()]

    def proper_name(self, method: str) -> str:
        """Return a method's name as the documentation writes it. Raises Refusal 404 for one that is not known."""
        if method.lower() not in self._methods:
            raise plain(404)
        name: str = self._methods[method.lower()][0]
        return name

    def read(self, method: str, given: Mapping[str, Any], uploads: Mapping[str, Upload]) -> dict[str, Any]:
        """Return the typed parameters of a call; an absent optional one is absent. Raises Refusal 400."""
        fields = {field.name: field for field in self._methods[method.lower()][1]}
        attached = {name for name in uploads if name not in fields}
        for name in given:
            if name not in fields:
                raise bad(f"there is no parameter {name} in {method}")
        for name in attached:
            if not any(f"attach://{name}" in str(value) for value in given.values()):
                raise bad(f"file {name} is attached but nothing refers to it")
        values: dict[str, Any] = {}
        for field in fields.values():
            value = uploads.get(field.name, given.get(field.name))
            if value is not None:
                values[field.name] = self._value(field.kinds, value, field.name)
            elif field.required:
                raise bad(_EMPTY.get(field.name, f'parameter "{field.name}" is required'))
        return values

    def _value(self, kinds: tuple[str, ...], value: Any, where: str) -> Any:
        """Return a value as one of these kinds."""
        if isinstance(value, Upload):
            return value if "InputFile" in kinds else _wrong(where, kinds)
        if kinds == ("Str",):
            return value if isinstance(value, str) else _wrong(where, kinds)
        if simple := [kind for kind in ("Int", "Bool", "Float", "Str") if kind in kinds]:
            return _simple(simple, value, where)
        return self._compound(kinds, _parsed(value, where), where)

    def _compound(self, kinds: tuple[str, ...], value: Any, where: str) -> Any:
        """Return an object or an array of them; of several kinds the one whose required fields are there."""
        arrays = tuple(kind.removesuffix("[]") for kind in kinds if kind.endswith("[]"))
        if arrays:
            if not isinstance(value, list):
                _wrong(where, kinds)
            return [self._inner(arrays, item, f"{where}[{index}]") for index, item in enumerate(value)]
        if not isinstance(value, dict):
            _wrong(where, kinds)
        return self._object(self._pick(kinds, value, where), value, where)

    def _inner(self, kinds: tuple[str, ...], value: Any, where: str) -> Any:
        """Return one item of an array; inside of JSON there are no strings of JSON."""
        if all(kind in ("Int", "Str", "Bool", "Float") for kind in kinds):
            return self._value(kinds, value, where)
        return self._compound(kinds, value, where)

    def _pick(self, kinds: tuple[str, ...], value: dict[str, Any], where: str) -> str:
        names = [name for kind in kinds for name in self._unions.get(kind, [kind])]
        for name in names:
            if all(_fits(field, value) for field in self._types[name] if field.required):
                return name
        if len(names) == 1:
            return names[0]
        return _wrong(where, kinds)

    def _object(self, name: str, value: dict[str, Any], where: str) -> dict[str, Any]:
        fields = {field.name: field for field in self._types[name]}
        made: dict[str, Any] = {}
        for key, item in value.items():
            if key not in fields:
                raise bad(f"can't parse {where}: there is no field {key} in {name}")
            if item is not None:
                made[key] = self._field(fields[key], item, f"{where}.{key}")
        for field in fields.values():
            if field.required and field.name not in made:
                raise bad(f"can't parse {where}: field {field.name} of {name} is missing")
        return made

    def _field(self, field: Field, value: Any, where: str) -> Any:
        if field.kinds[0].startswith("="):
            return value if value == field.kinds[0][1:] else _wrong(where, field.kinds)
        return self._inner(field.kinds, value, where)


def _fields(row: str) -> list[Field]:
    made = []
    for word in row.split():
        name, kinds = word.split(":", 1)
        made.append(Field(name, tuple(kinds.rstrip("!").split("|")), kinds.endswith("!")))
    return made


def _fits(field: Field, value: dict[str, Any]) -> bool:
    kind = field.kinds[0]
    return field.name in value and (not kind.startswith("=") or value[field.name] == kind[1:])


def _simple(kinds: Sequence[str], value: Any, where: str) -> Any:
    """Return a number, a switch or a word; forms bring all of them as strings."""
    if "Bool" in kinds and (isinstance(value, bool) or str(value).lower() in (*_TRUE, *_FALSE)):
        return value if isinstance(value, bool) else str(value).lower() in _TRUE
    if not isinstance(value, bool):
        for kind, number in (("Int", int), ("Float", float)):
            if kind in kinds:
                try:
                    return number(value)
                except (TypeError, ValueError):
                    continue
        if "Str" in kinds and isinstance(value, str):
            return value
    return _wrong(where, tuple(kinds))


def _parsed(value: Any, where: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {where.replace('_', ' ')} JSON object") from None


def _wrong(where: str, kinds: tuple[str, ...]) -> NoReturn:
    raise bad(f"{where} is not {' or '.join(kinds)}")
