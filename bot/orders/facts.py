"""What can happen to an order. Every fact enters the story once, by its key, whoever tells it and how often."""

from dataclasses import dataclass, field
from typing import Any

from bot.orders.fact import Fact as Fact
from bot.orders.fact import What as What


@dataclass(frozen=True, slots=True)
class Placed(What):
    """The buyer confirmed the summary."""


@dataclass(frozen=True, slots=True)
class CheckoutOpened(What):
    """The payment provider has a page on which the order can be paid; without one (``url`` empty) ``words`` say how."""

    provider: str
    reference: str
    url: str
    expires: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaymentPending(What):
    """The buyer is done on the page; the bank of a delayed payment method has until ``until`` (ISO, UTC) to answer."""

    reference: str
    until: str


@dataclass(frozen=True, slots=True)
class Paid(What):
    """The payment provider says the money is there (``amount`` in minor units, ``tax`` the part of it that is tax)."""

    provider: str
    reference: str
    amount: int
    currency: str
    payment: str = ""
    tax: int = 0


@dataclass(frozen=True, slots=True)
class CheckoutClosed(What):
    """The payment page closed unpaid: it expired, or a delayed payment failed."""

    reference: str
    reason: str = "expired"


@dataclass(frozen=True, slots=True)
class Withdrawn(What):
    """The buyer called the order off before paying."""


@dataclass(frozen=True, slots=True)
class TakesReady(What):
    """All takes of a round are made, finished, checked and ranked."""

    round: int
    takes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CardPosted(What):
    """The operator has the review card of a round."""

    round: int
    message: str


@dataclass(frozen=True, slots=True)
class Approved(What):
    """The operator chose a take (counted from 1)."""

    round: int
    take: int


@dataclass(frozen=True, slots=True)
class AgainAsked(What):
    """The operator wants new takes of the same brief, perhaps with changed answers."""

    round: int
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected(What):
    """The operator turned the order down; the money goes back."""

    round: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionAsked(What):
    """The operator changes a take by hand; ``press`` is one of `bot.orders.corrections`."""

    round: int
    take: int
    press: str


@dataclass(frozen=True, slots=True)
class Corrected(What):
    """A take sounds as the operator wants it.

    ``number`` counts the presses on the take, ``made`` is the take as it stands now, ``overview`` the media key of the
    picture of all takes.
    """

    round: int
    take: int
    number: int
    made: dict[str, Any]
    overview: str


@dataclass(frozen=True, slots=True)
class NotCorrected(What):
    """A correction cannot be made; ``text`` and ``values`` are the sentence that says why."""

    round: int
    take: int
    number: int
    text: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter(What):
    """Buyer and operator write to each other about the order.

    ``side`` is who writes ("buyer" or "operator"), ``who`` the person, ``answers`` the number of the letter that this
    one answers (0: none).
    """

    side: str
    who: str
    text: str
    answers: int = 0


@dataclass(frozen=True, slots=True)
class LetterSent(What):
    """A letter has been put where its reader finds it: ``message``, empty if only ``/orders`` shows it."""

    letter: int
    message: str


@dataclass(frozen=True, slots=True)
class Mastered(What):
    """The approved take is encoded: ``files`` by name, each with its media key, size in bytes and SHA-256."""

    round: int
    files: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Certified(What):
    """The licence certificate is written; ``file`` is like one of `Mastered`'s."""

    certificate: str
    file: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandedOver(What):
    """The buyer has the parcel; ``way`` says how ("dm", "thread", "claim", "claimed", "mail"), ``reference`` where."""

    way: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class WayClosed(What):
    """The parcel cannot go one of its ways ("dm", "thread", "claim", "mail"); ``why`` names what was in the way."""

    way: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class MailAsked(What):
    """The buyer wants the files by e-mail as well, at the address they left."""


@dataclass(frozen=True, slots=True)
class LicenseeNamed(What):
    """The buyer says in whose name the licence is."""

    name: str


@dataclass(frozen=True, slots=True)
class RefundAsked(What):
    """The operator, or the law through the buyer (``withdrawal``), asks for the money back.

    ``spent`` is what was used of the credit that the order's bundle brought (minor units); the order book knows it.
    """

    reason: str = ""
    withdrawal: bool = False
    spent: int = 0


@dataclass(frozen=True, slots=True)
class RefundWished(What):
    """The buyer asks the operator for the money back; ``reason`` is in the buyer's own words."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundDeclined(What):
    """The operator does not grant a buyer's wish for a refund; ``who`` says so, ``text`` is the letter about it."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Refunded(What):
    """The provider has sent money of ``payment`` back: ``amount`` in minor units, in one or more refunds."""

    payment: str
    reference: str
    amount: int
    currency: str
    provider: str = ""
    parts: dict[str, int] = field(default_factory=dict)

    def each(self) -> dict[str, int]:
        """Return the amount of every refund by its reference."""
        return self.parts or {self.reference: self.amount}


@dataclass(frozen=True, slots=True)
class FeeTaken(What):
    """The provider keeps a fee (``amount`` in minor units) for moving a payment; it changes nothing but the ledger."""

    provider: str
    payment: str
    reference: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFailed(What):
    """A refund did not arrive: the money (``amount`` in minor units) is with the shop again."""

    provider: str
    payment: str
    reference: str
    amount: int
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Disputed(What):
    """The buyer's bank questions a payment.

    Evidence is taken until ``until`` (ISO, UTC, empty if unknown); ``taken`` says that the bank holds ``amount``
    (minor units) meanwhile, else it only asks.
    """

    provider: str
    payment: str
    reference: str
    amount: int
    currency: str
    reason: str = ""
    until: str = ""
    taken: bool = True


@dataclass(frozen=True, slots=True)
class DisputeClosed(What):
    """The bank has decided: ``won`` leaves the money with the shop. ``taken`` says that it was away meanwhile.

    Of one that is lost ``returned`` (minor units) is what came back to the shop all the same: it was won in part.
    """

    provider: str
    payment: str
    reference: str
    amount: int
    currency: str
    won: bool
    taken: bool = True
    returned: int = 0


@dataclass(frozen=True, slots=True)
class SourceReturned(What):
    """The order whose piece this one changes (``source``) was taken back; what was made of that piece goes with it."""

    source: str


@dataclass(frozen=True, slots=True)
class BuyerTold(What):
    """The buyer has a status message; ``message`` says where, empty if nobody could be reached."""

    message: str


@dataclass(frozen=True, slots=True)
class PaperSent(What):
    """The buyer has the contract in a form that lasts; ``message`` says where, empty if only ``/orders`` shows it."""

    message: str


@dataclass(frozen=True, slots=True)
class JobDied(What):
    """A job failed for good after its last try; ``data`` is what the job was given (its round, its payment).

    ``error`` is the technical cause; ``cause`` and ``values`` are the key of the sentence that tells it, and what fills
    that.
    """

    kind: str
    error: str
    data: dict[str, Any] = field(default_factory=dict)
    cause: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetryAsked(What):
    """The operator wants what failed to be tried again."""


@dataclass(frozen=True, slots=True)
class DeadlinePassed(What):
    """The time allowed for the state of that version is over."""

    version: int


Fact.KINDS.update({kind.__name__: kind for kind in What.__subclasses__()})
