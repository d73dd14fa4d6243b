"""An order that is not placed yet: the answers so far, kept as a row after every one of them.

A customer has at most one draft. Its id goes into every control, so that a control of an earlier draft is recognised,
and into the order's key, so that a summary confirmed twice places one order.
"""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from bot.commands.said import Person
from bot.commands.services import Services
from bot.orders.brief import Brief
from bot.orders.order import new_order_id

NEEDED = ("mood", "seconds", "purpose")


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers by the names of `Brief`'s fields; ``typed`` keeps what a form could not accept, by field.

    ``wishes`` says that the question about details was answered (perhaps with nothing); ``place`` is where the order
    was begun; ``order`` is the order that a confirmed draft became. Of the summary: ``region`` is where the buyer
    lives, ``at_once`` the version of the words by which they gave up withdrawing, ``coupon`` a code, ``bundle`` a
    bundle's name. ``preset`` is the shop's pick that the order was begun with.
    """

    id: str
    answers: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    wishes: bool = False
    place: str = ""
    order: str = ""
    region: str = ""
    at_once: str = ""
    coupon: str = ""
    bundle: str = ""
    preset: str = ""

    @classmethod
    def new(cls, place: str) -> Self:
        """Return an empty draft."""
        return cls(new_order_id(), place=place)

    @classmethod
    def of(cls, brief: Brief, place: str) -> Self:
        """Return a draft that asks for the same as an earlier order."""
        kept = {name: value for name, value in brief.to_json().items() if value not in (None, "", [], False)}
        return cls(new_order_id(), answers=kept, wishes=True, place=place)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; unknown keys (of a later version) are dropped."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    def but(self, **answers: Any) -> Self:
        """Return the draft with some answers changed; None takes one back."""
        merged = {name: value for name, value in (self.answers | answers).items() if value is not None}
        return replace(self, answers=merged)

    @property
    def complete(self) -> bool:
        """Whether every question has been answered."""
        return self.wishes and all(name in self.answers for name in NEEDED)

    @property
    def begun(self) -> bool:
        """Whether anything has been answered that would be a pity to lose."""
        return bool(self.answers) and not self.order

    def brief(self) -> Brief:
        """Return what is asked for. Only of a `complete` draft."""
        return Brief.from_json(self.answers)


async def load(services: Services, person: Person) -> Draft | None:
    """Return the person's draft."""
    data = await services.book.load_draft(person.id)
    return Draft.from_json(data) if data else None


async def save(services: Services, person: Person, draft: Draft) -> Draft:
    """Keep the draft and return it."""
    await services.book.save_draft(person.id, draft.to_json())
    return draft
