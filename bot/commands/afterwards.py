"""What a buyer comes back for once the music is there: fetch it here, a claim kit, the files by e-mail, another name
on the licence."""

from bot.commands.my_orders import owned
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Deliveries, Services
from bot.errors import BadInput, NotFound
from bot.orders.facts import Fact, HandedOver, LicenseeNamed, MailAsked
from bot.orders.order import Order, State
from bot.screens import Button, Field, Form, Option, Screen, Select, Tone
from bot.texts import plain

CLAIM, KIT, MAIL, MAIL_FORM, LICENSEE = "claim", "kit", "mail", "mailform", "licensee"
NAME_LIMIT = 100
ISSUES = 3
"""How often a licence is issued anew without asking the operator: a name is corrected, not passed from hand to hand."""


async def claim(services: Services, person: Person, said: Press) -> Answer:
    """Hand the parcel to its buyer, for their eyes only, where they were called."""
    order = await owned(services, person, said.target)
    screen = await _deliveries(services).parcel(order)
    await services.book.tell(Fact(order.id, f"claimed:{order.id}:{order.round}", person.id, HandedOver("claimed")))
    return Reply(screen)


async def certificate(services: Services, person: Person, said: Press) -> Answer:
    """Give the licence certificate as a file."""
    order = await owned(services, person, said.target)
    file = await _deliveries(services).certificate(order)
    number = order.data["certificate"]["number"]
    return Reply(Screen(text=services.texts.say(person.locale, "parcel-licence", number=number), files=(file,)))


async def kit(services: Services, person: Person, said: Press) -> Answer:
    """Give the claim kit, or the text for the platform that was chosen from its list."""
    order = await owned(services, person, said.target)
    deliveries, say, locale = _deliveries(services), services.texts.say, person.locale
    options = tuple(Option(one, name, chosen=one in said.values) for one, name in deliveries.platforms(locale))
    choose = ((Select(data(KIT, order.id), say(locale, "kit-choose"), options),),)
    file = await deliveries.kit(order)
    if said.values:
        name = next((label for one, label in deliveries.platforms(locale) if one == said.values[0]), "")
        steps, text = await deliveries.dispute(order, said.values[0], locale)
        words = f"{steps}\n```\n{text}\n```"
        return Reply(Screen(say(locale, "kit-for", platform=name), words, files=(file,), rows=choose), How.UPDATE)
    number = order.data["certificate"]["number"]
    return Reply(Screen(say(locale, "kit-title"), say(locale, "kit-text", number=number), files=(file,), rows=choose))


async def mail(services: Services, person: Person, said: Press) -> Answer:
    """Send the files to the address the buyer left; without one, ask for it."""
    order = await owned(services, person, said.target)
    note = await services.book.recall(_note(person)) or {}
    if not note.get("address"):
        return _address_form(services, person, order, "")
    return Reply(await _mailed(services, person, order, note["address"], said.key))


async def mail_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for the e-mail address."""
    order = await owned(services, person, said.target)
    note = await services.book.recall(_note(person)) or {}
    return _address_form(services, person, order, note.get("address", ""))


async def mail_submitted(services: Services, person: Person, said: Submitted) -> Answer:
    """Keep the address and send the files there; an empty one is forgotten.

    :raises BadInput: if it is no address.
    """
    order = await owned(services, person, said.target)
    typed = said.fields.get("address", "").strip()
    if not typed:
        await services.book.forget(_note(person))
        return Reply(Screen(text=services.texts.say(person.locale, "mail-forgotten"), tone=Tone.GOOD))
    address = _deliveries(services).read_address(typed)
    await services.book.remember(_note(person), {"address": address})
    return Reply(await _mailed(services, person, order, address, said.key))


async def licensee(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for the name on the licence."""
    order = await owned(services, person, said.target)
    say, locale = services.texts.say, person.locale
    name = (order.data.get("licensee") or {}).get("name", "")
    field = Field("name", say(locale, "licensee-name"), name, say(locale, "licensee-example"), most=NAME_LIMIT)
    return Form(data(LICENSEE, order.id), say(locale, "licensee-title"), (field,))


async def licensee_submitted(services: Services, person: Person, said: Submitted) -> Answer:
    """Put the name on the licence; one that is out already is issued anew and replaces the old one.

    :raises BadInput: if it was changed too often, or cannot be changed now.
    """
    order = await owned(services, person, said.target)
    say, locale = services.texts.say, person.locale
    name = plain(said.fields.get("name", ""), NAME_LIMIT)
    if order.data.get("issue", 0) >= ISSUES:
        raise BadInput(f"licence of {order.id} issued often enough", text="error-licensee-often")
    told = await services.book.tell(Fact(order.id, f"licensee:{said.key}", person.id, LicenseeNamed(name)))
    if told.outcome != "applied":
        raise BadInput(f"no new name while {order.state}", text="error-licensee-now")
    key = "licensee-anew" if order.state is State.DELIVERED else "licensee-kept"
    return Reply(Screen(text=say(locale, key, name=name), tone=Tone.GOOD))


async def _mailed(services: Services, person: Person, order: Order, address: str, key: str) -> Screen:
    say, locale = services.texts.say, person.locale
    if order.state is not State.DELIVERED:
        raise NotFound(f"order {order.id} is not delivered", text="error-nothing-to-hand-out")
    await services.book.tell(Fact(order.id, f"mail:{key}", person.id, MailAsked()))
    other = Button(say(locale, "mail-other"), data(MAIL_FORM, order.id), emoji="✏️")
    return Screen(text=say(locale, "mail-sent", address=address), rows=((other,),), tone=Tone.GOOD)


def _address_form(services: Services, person: Person, order: Order, address: str) -> Form:
    if not _deliveries(services).mails:
        raise NotFound("the shop sends no e-mail", text="error-outdated-control")
    say, locale = services.texts.say, person.locale
    field = Field("address", say(locale, "mail-address"), address, "name@example.com", most=254)
    return Form(data(MAIL, order.id), say(locale, "mail-title"), (field,))


def _deliveries(services: Services) -> Deliveries:
    if services.deliveries is None:
        raise NotFound("nothing is handed out here", text="error-outdated-control")
    return services.deliveries


def _note(person: Person) -> str:
    return f"mail:{person.id}"
