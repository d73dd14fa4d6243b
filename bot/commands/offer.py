"""What would be ordered now: a draft brought up to what can still be had, or a change of a piece, priced with every
discount; and the order that an offer becomes."""

from dataclasses import dataclass, replace
from typing import Any

from bot.commands import agreements
from bot.commands.drafts import Draft
from bot.commands.said import Person
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.brief import STANDARD, Brief, checked
from bot.orders.consents import Region, guess
from bot.orders.discounts import Bundle, Discounts, with_bundle, with_coupon, with_credit
from bot.orders.order import Order
from bot.orders.pricing import Price


@dataclass(frozen=True, slots=True)
class Offer:
    """What is ordered, for how much, what made it cheaper, by which law, and the ways it can be paid (the first is the
    usual one; "" where nothing is left to pay). ``problems`` are sentences about what could not be kept."""

    brief: Brief
    price: Price
    discounts: Discounts
    region: Region
    ways: tuple[str, ...]
    problems: tuple[str, ...] = ()

    @property
    def seen(self) -> str:
        """What the summary's pay button remembers of the price."""
        return f"{self.price.total.amount}{self.price.currency}"


async def settled(services: Services, person: Person, draft: Draft) -> tuple[Draft, Offer]:
    """Return the draft with everything taken out that is no longer offered, and what it would be ordered as.

    :raises BadInput: if the shop cannot make it (any more).
    """
    catalogue = services.catalogue
    if not draft.region:
        note = await services.book.recall(region_note(person))
        draft = replace(draft, region=str(note["region"]) if note else guess(person.locale).value)
    tier = draft.answers.get("tier", STANDARD)
    extras = [extra for extra in draft.answers.get("extras", ()) if extra in catalogue.extras]
    draft = draft.but(tier=tier if tier in catalogue.tiers else STANDARD, extras=extras or None)
    brief = checked(draft.brief(), catalogue)
    price = services.quote(brief, person)
    if bundle := bundle_of(services, draft):
        price, discounts = with_bundle(price, bundle)
        offer = Offer(brief, price, discounts, Region(draft.region), _ways(services, person, price))
        return replace(draft, coupon=""), offer
    price, discounts, problem = await _with_coupon(services, person, draft, price)
    offer = await offered(services, person, brief, price, Region(draft.region), discounts)
    kept = replace(draft, coupon=discounts.code, bundle="")
    return kept, replace(offer, problems=(problem,) if problem else ())


async def offered(
    services: Services, person: Person, brief: Brief, price: Price, region: Region, discounts: Discounts | None = None
) -> Offer:
    """Return the offer of a brief at a price, paid with the buyer's credit first.

    :raises BadInput: if nothing takes that currency from that buyer.
    """
    balance = await services.purse.balance(person.id, price.currency)
    price, discounts = with_credit(price, discounts or Discounts(), balance)
    return Offer(brief, price, discounts, region, _ways(services, person, price))


def order_of(
    services: Services,
    person: Person,
    offer: Offer,
    id_: str,
    *,
    place: str,
    way: str,
    ticked: bool,
    free: bool = False,
    kept: dict[str, Any] | None = None,
) -> Order:
    """Return the order that an offer becomes when its buyer confirms it, ready to be placed.

    ``way`` is the provider by which it is paid, ``ticked`` says that the buyer wants work to begin at once, ``free``
    that nothing is sold (a free change), ``kept`` is what else the order remembers.
    """
    data: dict[str, Any] = {
        "consents": agreements.kept(services, person, offer.region, ticked=ticked, free=free),
        "region": offer.region.value,
        "name": person.name,
    }
    if discounts := offer.discounts.to_json():
        data["discounts"] = discounts
    if way:
        data["provider"] = way
    return Order(
        id=id_,
        customer=person.id,
        locale=person.locale,
        brief=offer.brief,
        price=offer.price,
        place=place,
        created=services.clock(),
        data=data | (kept or {}),
    )


def bundle_of(services: Services, draft: Draft) -> Bundle | None:
    """Return the bundle that was asked for, if the shop still sells it."""
    return next((bundle for bundle in services.bundles if bundle.name == draft.bundle), None)


def region_note(person: Person) -> str:
    """Return the name of the note that says where somebody lives."""
    return f"region:{person.id}"


def _ways(services: Services, person: Person, price: Price) -> tuple[str, ...]:
    ways = services.ways(person, price) if price.total.amount else ("",)
    if not ways:
        raise BadInput(f"nothing takes {price.currency} from {person.id}", text="error-no-way-to-pay")
    return ways


async def _with_coupon(services: Services, person: Person, draft: Draft, price: Price) -> tuple[Price, Discounts, str]:
    if not draft.coupon:
        return price, Discounts(), ""
    try:
        coupon = await services.purse.coupon(draft.coupon, person.id)
        return *with_coupon(price, coupon, services.clock()), ""
    except BadInput as error:
        return price, Discounts(), services.texts.error(person.locale, error)
