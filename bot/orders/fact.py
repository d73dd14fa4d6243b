"""One thing that happened to an order: said by whom, and known by which key, so that it counts once."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class What:
    """Base of all facts; the class docstring is the sentence for the journal."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened: to which order, known by which key, said by whom.

    ``key`` deduplicates for ever (``stripe:evt_1``, ``verdict:<round>:<who>``, ``tick:<order>:<version>``,
    ``job:<id>``). ``by`` is ``shop``, a provider's name, or a person such as ``discord:123``.
    """

    KINDS: ClassVar[dict[str, type[What]]] = {}

    order: str
    key: str
    by: str
    what: What

    @property
    def kind(self) -> str:
        """The fact's name as it is stored, e.g. ``Paid``."""
        return type(self.what).__name__

    def data(self) -> dict[str, Any]:
        """Return the fact's fields as plain data."""
        return asdict(self.what)

    @classmethod
    def read(cls, order: str, key: str, by: str, kind: str, data: dict[str, Any]) -> "Fact":
        """Build a fact from stored plain data.

        :raises KeyError: if the kind is unknown.
        """
        return cls(order, key, by, cls.KINDS[kind](**data))
