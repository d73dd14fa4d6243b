"""What a draft would be ordered as now: brought up to what can still be had, priced, with every discount."""

from dataclasses import dataclass, replace

from bot.commands.drafts import Draft
from bot.commands.said import Person
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.brief import STANDARD, Brief, checked
from bot.orders.consents import Region, guess
from bot.orders.discounts import Bundle, Discounts, with_bundle, with_coupon, with_credit
from bot.orders.pricing import Price


@dataclass(frozen=True, slots=True)
class Offer:
    """What is ordered, for how much, what made it cheaper, by which law, and the ways it can be paid (the first is the
    usual one). ``problems`` are sentences about what could not be kept."""

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
        offer = Offer(brief, price, discounts, Region(draft.region), services.ways(person, price))
        return replace(draft, coupon=""), offer
    price, discounts, problem = await _with_coupon(services, person, draft, price)
    balance = await services.purse.balance(person.id, price.currency)
    price, discounts = with_credit(price, discounts, balance)
    ways = services.ways(person, price) if price.total.amount else ("",)
    if not ways:
        raise BadInput(f"nothing takes {price.currency} from {person.id}", text="error-no-way-to-pay")
    kept = replace(draft, coupon=discounts.code, bundle="")
    return kept, Offer(brief, price, discounts, Region(draft.region), ways, (problem,) if problem else ())


def bundle_of(services: Services, draft: Draft) -> Bundle | None:
    """Return the bundle that was asked for, if the shop still sells it."""
    return next((bundle for bundle in services.bundles if bundle.name == draft.bundle), None)


def region_note(person: Person) -> str:
    """Return the name of the note that says where somebody lives."""
    return f"region:{person.id}"


async def _with_coupon(services: Services, person: Person, draft: Draft, price: Price) -> tuple[Price, Discounts, str]:
    if not draft.coupon:
        return price, Discounts(), ""
    try:
        coupon = await services.purse.coupon(draft.coupon, person.id)
        return *with_coupon(price, coupon, services.clock()), ""
    except BadInput as error:
        return price, Discounts(), services.texts.error(person.locale, error)
