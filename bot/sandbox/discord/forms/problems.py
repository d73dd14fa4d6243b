"""A collector of form problems, and the checks every form is made of. Codes and sentences are Discord's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.discord.refusals import Refusal

Path = tuple[str | int, ...]


class Problems:
    """Everything wrong with one form, by the path of the field."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a problem of the field at `path`."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    @property
    def found(self) -> bool:
        """Whether anything was noted."""
        return bool(self._tree)

    def refuse(self) -> None:
        """Raise Refusal 50035 if anything was noted."""
        if self._tree:
            raise Refusal(400, 50035, "Invalid Form Body", self._tree)

    # The checks; each returns whether the value can be worked with.

    def required(self, path: Path, value: object) -> bool:
        """Check that there is a value at all."""
        if value is None or value == "":
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return False
        return True

    def text(self, path: Path, value: object, most: int, least: int = 0, needed: bool = False) -> bool:
        """Check a string's length in characters; None passes unless `needed`."""
        if value is None and not needed:
            return True
        if needed and not self.required(path, value):
            return False
        if not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not convert "{value}" to a string.')
            return False
        if least and not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
            return False
        if len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
            return False
        return True

    def whole(self, path: Path, value: object, least: int, most: int) -> bool:
        """Check an optional whole number's range."""
        if value is None:
            return True
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return False
        if value < least:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
            return False
        if value > most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
            return False
        return True

    def one_of(self, path: Path, value: object, allowed: Collection[int]) -> bool:
        """Check that a number is one of those Discord knows."""
        if isinstance(value, bool) or value not in allowed:
            known = ", ".join(map(str, sorted(allowed)))
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{known}}}.")
            return False
        return True

    def flag(self, path: Path, value: object) -> bool:
        """Check an optional boolean."""
        if value is not None and not isinstance(value, bool):
            self.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return False
        return True

    def items(self, path: Path, value: object, least: int, most: int) -> list[Any]:
        """Check an optional list's length and return it (empty where it is unusable)."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            sentence = f"Must be between {least} and {most} in length."
            if least == 0:
                sentence = f"Must be {most} or fewer in length."
            code = "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH"
            self.add(path, code, sentence)
            return []
        return value

    def objects(self, path: Path, value: object, least: int, most: int) -> list[dict[str, Any]]:
        """Check a list of objects and return it (empty where any entry is something else)."""
        found = self.items(path, value, least, most)
        good = [self.mapping((*path, index), entry) is not None for index, entry in enumerate(found)]
        return found if all(good) else []

    def snowflake(self, path: Path, value: object) -> bool:
        """Check an optional id, as a number or a string of digits."""
        text = str(value)
        if value is None or (text.isascii() and text.isdigit() and not isinstance(value, bool)):
            return True
        self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return False

    def numbers(self, path: Path, value: object, allowed: Collection[int]) -> bool:
        """Check an optional list of at least one, different, numbers Discord knows."""
        if value is None:
            return True
        good = True
        found = self.items(path, value, 1, len(allowed))
        for index, entry in enumerate(found):
            good &= self.one_of((*path, index), entry, allowed)
        if good and len(set(found)) != len(found):
            self.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
        return good

    def bits(self, path: Path, value: object) -> bool:
        """Check an optional bit field, as a number or a string of digits."""
        text = str(value)
        if value is None or (text.isascii() and text.isdigit() and int(text) < 1 << 63):
            return True
        self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        return False

    def emoji(self, path: Path, value: object) -> None:
        """Check an optional emoji of a component: `name`, and `id` for a custom one."""
        if value is None:
            return
        body = self.mapping(path, value)
        if body is not None:
            self.text((*path, "name"), body.get("name"), 32, needed=True)
            self.snowflake((*path, "id"), body.get("id"))

    def mapping(self, path: Path, value: object) -> dict[str, Any] | None:
        """Check that a value is an object and return it."""
        if not isinstance(value, dict):
            self.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return None
        return value

    def url(self, path: Path, value: object, most: int = 2048, attachments: bool = False) -> bool:
        """Check an optional URL; `attachments` also permits `attachment://name`."""
        if value is None:
            return True
        if not self.text(path, value, most):
            return False
        parts = urlsplit(str(value))
        schemes = ("http", "https", "attachment") if attachments else ("http", "https", "discord")
        if parts.scheme not in schemes:
            names = ", ".join(f"'{scheme}'" for scheme in schemes)
            self.add(
                path,
                "URL_TYPE_INVALID_SCHEME",
                f'Scheme "{parts.scheme}" must be one of ({names}).',
            )
            return False
        if not parts.netloc:
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
            return False
        return True
