"""What a person may ask about their own data: everything that is stored, as a file, or to be forgotten."""

import asyncio

from bot.commands.house import privacy as page
from bot.commands.said import Answer, Command, How, Person, Press, Reply, data
from bot.commands.services import Privacy, Services
from bot.errors import NotFound, Outside, Unreachable
from bot.screens import Button, File, Look, Screen, Tone


async def show(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/privacy``, with buttons for both."""
    reply = await page(services, person, said)
    if services.privacy is None:
        return reply
    say, locale = services.texts.say, person.locale
    buttons = (
        Button(say(locale, "privacy-export"), data("export", "me"), emoji="📦"),
        Button(say(locale, "privacy-erase"), data("erase", "me"), Look.BAD, "🗑️"),
    )
    screen = reply.screen
    shown = Screen(screen.title, screen.text, screen.facts, rows=(*screen.rows, buttons))
    return Reply(shown, How.UPDATE if isinstance(said, Press) else How.NEW)


async def export(services: Services, person: Person, said: Press) -> Answer:
    """Send a person everything that is stored about them, by direct message, else as the answer itself."""
    say, locale = services.texts.say, person.locale
    path = await _office(services).export(person.id)
    letter = Screen(
        say(locale, "privacy-export-title"), say(locale, "privacy-export-text"), files=(File(path, path.name),),
        mark=path.stem[-24:],
    )  # fmt: skip

    async def remove() -> None:
        await asyncio.to_thread(path.unlink, missing_ok=True)

    platform, _, number = person.id.partition(":")
    try:
        if (doorway := services.doorways.get(platform)) is None:
            raise Unreachable("no doorway is open")
        await doorway.post(f"{platform}:dm:{number}", letter, once=f"export:{path.stem}")
    except Outside:
        return Reply(letter, later=remove)
    except BaseException:
        await remove()
        raise
    await remove()
    return Reply(Screen(text=say(locale, "privacy-export-sent"), tone=Tone.GOOD))


async def ask_erase(services: Services, person: Person, _said: Press) -> Answer:
    """Say what would be erased and what stays, and ask once more."""
    _office(services)
    say, locale = services.texts.say, person.locale
    buttons = (
        Button(say(locale, "privacy-erase-now"), data("erasenow", "me"), Look.BAD, "🗑️"),
        Button(say(locale, "privacy-erase-not"), data("privacy", "me"), emoji="↩️"),
    )
    text = say(locale, "privacy-erase-text")
    return Reply(Screen(say(locale, "privacy-erase-title"), text, rows=(buttons,), tone=Tone.BAD), How.UPDATE)


async def erase(services: Services, person: Person, _said: Press) -> Answer:
    """Erase a person's traces as far as the law lets us.

    :raises BadInput: while an order of theirs is under way.
    """
    kept, gone = await _office(services).erase(person.id)
    say, locale = services.texts.say, person.locale
    text = say(locale, "privacy-erased", kept=kept, gone=gone)
    return Reply(Screen(say(locale, "privacy-erased-title"), text, tone=Tone.GOOD), How.UPDATE)


def _office(services: Services) -> Privacy:
    if services.privacy is None:
        raise NotFound("nothing is exported here", text="error-outdated-control")
    return services.privacy
