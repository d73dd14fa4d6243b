"""The config folders: the default set and the operator's own over it, file by file, and how their files are read."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BadSetting

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
        raise BadSetting([f"BGM_CONFIG: there is no folder {own}; create it or leave the variable out"])
    return (default_folder(), own)


def config_file(name: str, folders: Iterable[Path]) -> Path:
    """Return the file of that name which counts: the operator's if there is one, else the default."""
    return next(path for folder in reversed(tuple(folders)) if (path := folder / name).is_file())


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. :raises BadSetting: if it cannot be read, or with the line if it is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadSetting([f"{path}: cannot be read ({error.strerror or error})"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting([f"{path}: is no valid TOML ({error})"]) from None


def problems(path: Path, error: ValidationError) -> list[str]:
    """Return one sentence for each wrong key: file, key, value, and what would be right."""
    return [f"{path}: {_sentence(entry)}" for entry in error.errors()]


def _sentence(entry: "ErrorDetails") -> str:
    key = ".".join(str(step) for step in entry["loc"] if step != "[key]") or "the file"
    if entry["type"] == "missing":
        return f"{key} is missing"
    if entry["type"] == "extra_forbidden":
        return f"{key} is not a known key; remove it or correct its spelling"
    value = "" if isinstance(entry["input"], dict) else f" = {entry['input']!r}"[:90]
    reason = entry["msg"].removeprefix("Value error, ")
    return f"{key}{value} is not right: {reason[:1].lower()}{reason[1:]}"


def load(model: type[Model], path: Path) -> Model:
    """Read a file as its model. :raises BadSetting: naming every wrong key."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None
