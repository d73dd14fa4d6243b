"""The choices on the summary: licence tier, extras, bundle, coupon, where the buyer lives, and what is ticked."""

from dataclasses import replace

from bot.commands import agreements, drafts
from bot.commands.dialogue import current, outdated, show
from bot.commands.drafts import Draft
from bot.commands.offer import region_note
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.commands.summary import ticked
from bot.errors import BadInput
from bot.orders.brief import STANDARD
from bot.orders.consents import Region
from bot.orders.discounts import read_code
from bot.screens import Field, File, Form, Screen


async def tier(services: Services, person: Person, said: Press) -> Answer:
    """Take a licence tier."""
    draft = await current(services, person, said.target)
    wanted = said.values[0] if said.values else said.arg
    if draft is None or wanted not in services.catalogue.tiers:
        return outdated(services, person)
    return await show(services, person, draft.but(tier=None if wanted == STANDARD else wanted))


async def extra(services: Services, person: Person, said: Press) -> Answer:
    """Take an extra, or leave it out again."""
    draft = await current(services, person, said.target)
    if draft is None or said.arg not in services.catalogue.extras:
        return outdated(services, person)
    having = [one for one in draft.answers.get("extras", ()) if one != said.arg]
    if len(having) == len(draft.answers.get("extras", ())):
        having.append(said.arg)
    return await show(services, person, draft.but(extras=having or None))


async def bundle(services: Services, person: Person, said: Press) -> Answer:
    """Buy a whole bundle with this order, or only this order again."""
    draft = await current(services, person, said.target)
    if draft is None or said.arg not in [one.name for one in services.bundles]:
        return outdated(services, person)
    return await show(services, person, replace(draft, bundle="" if draft.bundle == said.arg else said.arg))


async def region(services: Services, person: Person, said: Press) -> Answer:
    """Take where the buyer lives; it is known the next time."""
    draft = await current(services, person, said.target)
    wanted = said.values[0] if said.values else said.arg
    if draft is None or wanted not in [one.value for one in Region]:
        return outdated(services, person)
    await services.book.remember(region_note(person), {"region": wanted})
    return await show(services, person, replace(draft, region=wanted, at_once=""))


async def tick(services: Services, person: Person, said: Press) -> Answer:
    """Tick that work begins at once and the right to withdraw ends with the delivery, or take that back."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    version = "" if ticked(services, person, draft) else agreements.at_once(services, person.locale)
    return await show(services, person, replace(draft, at_once=version))


async def sample(services: Services, person: Person, said: Press) -> Answer:
    """Let the buyer listen to how the shop plays that mood, before anything is ordered."""
    draft = await current(services, person, said.target)
    if draft is None or services.sample is None or not draft.complete:
        return outdated(services, person)
    path = await services.sample(draft.brief())
    say, locale = services.texts.say, person.locale
    if path is None:
        raise BadInput("no sample can be made now", text="error-no-sample")
    name = services.menu.name(locale, "mood", draft.brief().mood)
    text = say(locale, "sample-text", mood=name)
    return Reply(
        Screen(say(locale, "sample-title", mood=name), text, files=(File(path, f"sample{path.suffix}"),)), How.NEW
    )


async def coupon_form(services: Services, person: Person, said: Press) -> Answer:
    """Ask for a code."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    say, locale = services.texts.say, person.locale
    example = say(locale, "coupon-example")
    field = Field("code", say(locale, "coupon-code"), draft.typed.get("code", draft.coupon), example, most=40)
    return Form(data("coupon", draft.id), say(locale, "coupon-title"), (field,))


async def coupon(services: Services, person: Person, said: Submitted) -> Answer:
    """Use a code; one that does not count says why, and an empty one takes the coupon out again."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    typed = said.fields.get("code", "")
    try:
        kept = await _usable(services, person, draft, typed)
    except BadInput as error:
        again = replace(draft, typed=draft.typed | {"code": typed[:40]})
        return await show(services, person, again, [services.texts.error(person.locale, error)])
    return await show(services, person, kept)


async def _usable(services: Services, person: Person, draft: Draft, typed: str) -> Draft:
    """Return the draft with the coupon. :raises BadInput: if it cannot be used for this order."""
    code = read_code(typed)
    left = {name: value for name, value in draft.typed.items() if name != "code"}
    if not code:
        return replace(draft, coupon="", typed=left)
    found = await services.purse.coupon(code, person.id)
    if draft.complete:
        found.off(services.quote(draft.brief(), person), services.clock())
    return await drafts.save(services, person, replace(draft, coupon=code, typed=left))
