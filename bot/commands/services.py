"""What commands need of the shop. ``app.py`` fills it in with the real order book, queue and settings."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.commands.front import Front, Menu
from bot.commands.said import Person
from bot.orders.brief import Brief, Catalogue
from bot.orders.discounts import Bundle, Coupon
from bot.orders.facts import Fact
from bot.orders.ledger import Kind
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.preset import Preset
from bot.orders.pricing import STARS, Price
from bot.screens import Doorway, File, Screen, Tone
from bot.texts import Texts, Tongue


class Book(Protocol):
    """The order book, as far as people may reach into it."""

    async def place(self, order: Order, *, by: str, key: str) -> Order:
        """Write a new order down; the same key twice returns the first order."""
        ...

    async def tell(self, fact: Fact) -> Any:
        """Let a fact happen; the answer's ``outcome`` says whether it counted, its ``order`` what came of it."""
        ...

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none of that id."""
        ...

    async def find(self, customer: str, limit: int = 20, before: datetime | None = None) -> Sequence[Order]:
        """Return a customer's orders, newest first; ``before`` continues after the last one's ``created``."""
        ...

    async def family(self, root_id: str) -> Sequence[Order]:
        """Return an order and all revisions that grew out of it, oldest first."""
        ...

    async def standing(self, state: State, limit: int = 1000) -> Sequence[Order]:
        """Return the orders in one state, oldest first."""
        ...

    async def by_state(self) -> Mapping[State, int]:
        """Count the orders of every state."""
        ...

    async def journal(self, order_id: str) -> Sequence[Any]:
        """Return what was said about an order (``at``, ``kind``, ``by``, ``outcome``), in the order it was heard."""
        ...

    async def heard_since(self, moment: datetime) -> Sequence[Any]:
        """Return every fact heard since a moment, of all orders, as `journal` does."""
        ...

    def watch(self, order_id: str) -> AsyncIterator[Order]:
        """Yield an order as it stands, and again whenever it has changed."""
        ...

    async def save_draft(self, customer: str, draft: dict[str, Any]) -> None:
        """Keep a customer's unfinished order."""
        ...

    async def load_draft(self, customer: str) -> dict[str, Any] | None:
        """Return a customer's unfinished order."""
        ...

    async def drop_draft(self, customer: str) -> None:
        """Forget a customer's unfinished order."""
        ...

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small note."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note."""
        ...

    async def forget(self, name: str) -> None:
        """Forget a small note."""
        ...

    async def recall_all(
        self, prefix: str, limit: int = 100, before: datetime | None = None
    ) -> Sequence[tuple[str, datetime]]:
        """Return (name, when it was kept) of the notes whose names begin so, newest first."""
        ...


class Purse(Protocol):
    """Coupons and buyers' credit; orders use them when they are placed."""

    async def coupon(self, code: str, customer: str) -> Coupon:
        """Return a coupon that this buyer may use. :raises BadInput: with the sentence that says why not."""
        ...

    async def make(self, coupon: Coupon, by: str) -> bool:
        """Keep a new coupon; False if its code is taken."""
        ...

    async def end(self, code: str) -> bool:
        """End a coupon; False if there is none of that code."""
        ...

    async def coupons(self) -> Sequence[tuple[Coupon, int]]:
        """Return every coupon and how often it is used, newest first."""
        ...

    async def balance(self, customer: str, currency: str) -> int:
        """Return a buyer's credit in minor units."""
        ...

    async def spent(self, order: Order) -> int:
        """Return how much of the credit that an order's bundle brought its buyer has used, in minor units."""
        ...

    async def give(self, customer: str, amount: int, currency: str, *, key: str, by: str) -> int:
        """Give credit by the operator's hand, once for each key; the balance afterwards, in minor units."""
        ...


class Transfers(Protocol):
    """What the operator says of bank transfers."""

    async def came(self, order: Order, amount: int, by: str) -> bool:
        """Say that the money for an order came (minor units); False if that was known."""
        ...

    async def gone(self, order: Order, by: str) -> bool:
        """Say that it was sent back; False if that was known."""
        ...


class Shelf(Protocol):
    """Where presets are kept."""

    async def keep(self, preset: Preset) -> None:
        """Keep a new preset; one that is there already stays as it is."""
        ...

    async def all(self) -> list[Preset]:
        """Return the presets, newest first."""
        ...

    async def get(self, preset_id: str) -> Preset | None:
        """Return one preset, or None."""
        ...

    async def rename(self, preset_id: str, name: str) -> None:
        """Give a preset another name."""
        ...

    async def offer(self, preset_id: str, offered: bool) -> None:
        """Offer a preset to buyers, or no more."""
        ...

    async def drop(self, preset_id: str) -> None:
        """Forget a preset."""
        ...


class Queue(Protocol):
    """The work queue, as far as a waiting buyer may look into it."""

    async def progress_of(self, order_id: str) -> float | None:
        """Return how far the composing of an order is, 0 to 1, or None if it has not begun."""
        ...

    async def position(self, order_id: str) -> int | None:
        """Return how many orders are composed before this one (0: it is next), or None if it is not waiting."""
        ...


class Inspected(Protocol):
    """What came of looking at a file."""

    @property
    def tone(self) -> Tone:
        """What it comes to: good (proven), wait (nothing is proven), bad (something speaks against it)."""
        ...

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The findings: (``proven``, ``hint`` or ``against``; the sentence)."""
        ...

    @property
    def certificate(self) -> str:
        """The certificate they lead to, "" if none."""
        ...


class Privacy(Protocol):
    """What a person may ask about what is stored of them."""

    async def export(self, customer: str) -> Path:
        """Return a file with everything that is stored about a person; whoever asked for it removes it."""
        ...

    async def erase(self, customer: str) -> tuple[int, int]:
        """Erase what may be erased: how many orders stay without the person's words, and how many are gone.

        :raises BadInput: while an order of theirs is under way.
        """
        ...


class Deliveries(Protocol):
    """What the delivery room hands out to buyers who come back."""

    @property
    def mails(self) -> bool:
        """Whether the shop can send e-mail."""
        ...

    async def parcel(self, order: Order) -> Screen:
        """Return the parcel as a message. :raises NotFound: if there is nothing to hand out."""
        ...

    def platforms(self, locale: str) -> tuple[tuple[str, str], ...]:
        """Return the platforms that the claim kit has texts for: id and name."""
        ...

    async def certificate(self, order: Order) -> File:
        """Return the licence certificate of an order. :raises NotFound: if it has none."""
        ...

    async def kit(self, order: Order) -> File:
        """Return the claim kit of an order. :raises NotFound: if it has no certificate."""
        ...

    async def dispute(self, order: Order, platform: str, locale: str) -> tuple[str, str]:
        """Return where to press on a platform, and the text to send there."""
        ...

    async def inspect(self, file: Path, locale: str) -> Inspected:
        """Look at a file that somebody brings. :raises BadInput: if it cannot be read or is too large."""
        ...

    def read_address(self, typed: str) -> str:
        """Return an e-mail address as it is written to. :raises BadInput: if it is none."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The shop as commands and doorways see it.

    - ``quote(brief, person)``: the price, in the currency of that person; raises `BadInput`.
    - ``scope(locale, purpose)``: what the licence permits for a purpose, in one sentence.
    - ``is_operator(person_id, place)``: whether the person may run the shop from that place. For the review channel
      of a doorway that includes whom its setting allows; everywhere else only the operators named by the settings.
    - ``pay_link(order)``: the address to pay at (<= 512 characters), or None as long as there is none.
    - ``send_bill(order)``: puts the bill of an order that is paid inside the chat before its buyer once more, or None
      where no chat takes money itself; ``billed(order)`` says whether an order is paid that way.
    - ``download_link(order)``: the buyer's download page of a delivered order, or None.
    - ``totals(since, until)``: what the ledger says was moved in a span of time, by currency and kind, in minor units.
    - ``report(locale, days)``: the figures of the last days as a screen with pictures.
    - ``revision_price(person, free)``: what a revision costs that person.
    - ``purse``: coupons and buyers' credit; ``bundles`` are those on sale. ``currencies``: what the shop sells in,
      its own first.
    - ``ways(person, price)``: the names of the providers by which that person can pay that price, the usual one first.
    - ``transfers``: where the operator says that a bank transfer came, None if the shop takes none.
    - ``sample(brief)``: a short piece to listen to before ordering, None if the shop has none to offer.
    - ``loudness``: by purpose, in LUFS; ``presets``: good takes kept under a name.
    - ``upload_limits``: the largest file in bytes per platform; a chat that says how much it takes writes it here.
    - ``privacy``: exports and erases what is stored about a person; ``doorways`` are the chats to write through, once
      they are open.
    - ``certificate_in(file)``: the number of the certificate that a file names, or "".
    - ``review_places``: per platform the place where the operator's cards are posted, and ``tongue`` the language
      of what is said there to everybody.
    """

    book: Book
    queue: Queue
    texts: Texts
    catalogue: Catalogue
    menu: Menu
    policy: Policy
    front: Front
    quote: Callable[[Brief, Person], Price]
    scope: Callable[[str, str], str]
    is_operator: Callable[[str, str], bool]
    pay_link: Callable[[Order], str | None]
    download_link: Callable[[Order], Awaitable[str | None]]
    clock: Callable[[], datetime]
    totals: Callable[[datetime, datetime], Awaitable[Mapping[str, Mapping[Kind, int]]]]
    report: Callable[[str, int], Awaitable[Screen]]
    revision_price: Callable[[Person, bool], Price]
    purse: Purse
    ways: Callable[[Person, Price], tuple[str, ...]]
    bundles: tuple[Bundle, ...] = ()
    privacy: Privacy | None = None
    doorways: dict[str, Doorway] = field(default_factory=dict)
    upload_limits: dict[str, int] = field(default_factory=dict)
    currencies: tuple[str, ...] = ("KRW",)
    transfers: Transfers | None = None
    sample: Callable[[Brief], Awaitable[Path | None]] | None = None
    send_bill: Callable[[Order], Awaitable[None]] | None = None
    certificate_in: Callable[[Path], Awaitable[str]] | None = None
    review_places: Mapping[str, str] = field(default_factory=dict)
    deliveries: Deliveries | None = None
    tongue: Tongue = field(default_factory=lambda: Tongue("ko"))
    loudness: Mapping[str, float] = field(default_factory=dict)
    presets: Shelf | None = None

    def billed(self, order: Order) -> bool:
        """Whether an order is paid inside its chat, with the chat's own money."""
        return self.send_bill is not None and order.price.currency == STARS
