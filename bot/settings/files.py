"""The config folders: the default set and the operator's own over it, file by file, and how their files are read."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BadSetting, Problem, of_system

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A table of a file: a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def default_folder() -> Path:
    """Return the packaged default config folder (beside the sources in a checkout)."""
    packaged = Path(__file__).parent.parent / "config"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent.parent / "config"


def folders(own: Path | None) -> tuple[Path, ...]:
    """Return the config folders in the order they are read: the default set, then the operator's own.

    :raises BadSetting: if the operator's folder does not exist.
    """
    if own is None:
        return (default_folder(),)
    if not own.is_dir():
        message = f"BGM_CONFIG: there is no folder {own}; create it or leave the variable out"
        raise BadSetting([Problem(message, "problem-config-folder", folder=own)])
    return (default_folder(), own)


def config_file(name: str, folders: Iterable[Path]) -> Path:
    """Return the file of that name which counts: the operator's if there is one, else the default."""
    return next(path for folder in reversed(tuple(folders)) if (path := folder / name).is_file())


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. :raises BadSetting: if it cannot be read, or with the line if it is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror or error})"
        raise BadSetting([Problem(message, "problem-unreadable", file=path, reason=of_system(error))]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: is no valid TOML ({error})"
        raise BadSetting([Problem(message, "problem-toml", file=path, error=error)]) from None


def problems(path: Path, error: ValidationError) -> list[Problem]:
    """Return one for each wrong key: file, key, value, and what would be right."""
    return [_problem(path, entry) for entry in error.errors()]


def _problem(path: Path, entry: "ErrorDetails") -> Problem:
    key = ".".join(str(step) for step in entry["loc"] if step != "[key]")
    named = key or "the file"
    if entry["type"] == "missing":
        return Problem(f"{path}: {named} is missing", "problem-key-missing", file=path, key=key)
    if entry["type"] == "extra_forbidden":
        message = f"{path}: {named} is not a known key; remove it or correct its spelling"
        return Problem(message, "problem-key-unknown", file=path, key=key)
    value = "" if isinstance(entry["input"], dict) else f" = {entry['input']!r}"[:90]
    reason = reason_of(entry)
    message = f"{path}: {named}{value} is not right: {reason[:1].lower()}{reason[1:]}"
    return Problem(message, "problem-key", file=path, key=key, value=value, reason=reason)


REASONS: Mapping[str, str] = {
    "string_type": "reason-text", "int_type": "reason-whole", "int_parsing": "reason-whole",
    "int_from_float": "reason-whole", "float_type": "reason-number", "float_parsing": "reason-number",
    "decimal_type": "reason-number", "decimal_parsing": "reason-number", "finite_number": "reason-number",
    "bool_type": "reason-switch", "bool_parsing": "reason-switch", "dict_type": "reason-table",
    "model_type": "reason-table", "model_attributes_type": "reason-table", "list_type": "reason-list",
    "tuple_type": "reason-list", "greater_than": "reason-above", "greater_than_equal": "reason-least",
    "less_than": "reason-below", "less_than_equal": "reason-most", "string_too_short": "reason-short",
    "string_too_long": "reason-long", "too_short": "reason-few", "too_long": "reason-many",
    "string_pattern_mismatch": "reason-pattern", "literal_error": "reason-choice",
}  # fmt: skip
"""What pydantic finds wrong (https://docs.pydantic.dev/latest/errors/validation_errors/), and what is said of it."""


def reason_of(entry: "ErrorDetails") -> Problem:
    """Return why a value is not right, in the words of whoever checked it."""
    context = entry.get("ctx", {})
    own = context.get("error")
    if isinstance(own, ValueError) and own.args and isinstance(own.args[0], Problem):
        return own.args[0]
    message = entry["msg"].removeprefix("Value error, ")
    values = {name: str(value).replace(" or ", ", ") for name, value in context.items()}
    return Problem(message, REASONS.get(entry["type"], "reason-other"), message=message, **values)


def load(model: type[Model], path: Path) -> Model:
    """Read a file as its model. :raises BadSetting: naming every wrong key."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None
