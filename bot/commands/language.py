"""``/language``: in which language the shop speaks to a person, where the chat's own setting is not to decide."""

from bot.commands.said import Answer, Command, How, Person, Press, Reply, data
from bot.commands.services import Book, Services
from bot.errors import NotFound
from bot.screens import Button, Look, Screen, Tone
from bot.texts import LANGUAGES, language_of


async def chosen(book: Book, person: str, locale: str) -> str:
    """Return the locale a person is spoken to in: the one they chose, else their client's."""
    note = await book.recall(_note(person)) or {}
    return str(note.get("locale") or locale)


async def ask(services: Services, person: Person, said: Command) -> Answer:
    """Offer the languages, each in its own words."""
    return Reply(_screen(services, person.locale))


async def choose(services: Services, person: Person, said: Press) -> Answer:
    """Speak that language from now on. :raises NotFound: if the shop does not speak it."""
    if said.arg not in LANGUAGES:
        raise NotFound(f"no language {said.arg[:20]!r}", text="error-outdated-control")
    await services.book.remember(_note(person.id), {"locale": said.arg})
    say = services.texts.say
    return Reply(Screen(say(said.arg, "language-title"), say(said.arg, "language-chosen"), tone=Tone.GOOD), How.UPDATE)


def buttons(services: Services, locale: str) -> tuple[Button, ...]:
    """Return a button for every language; the present one stands out."""
    return tuple(
        Button(
            services.texts.say(one, "language-name"),
            data("language", "set", one),
            Look.MAIN if one == language_of(locale) else Look.PLAIN,
        )
        for one in LANGUAGES
    )


def _screen(services: Services, locale: str) -> Screen:
    say = services.texts.say
    return Screen(say(locale, "language-title"), say(locale, "language-text"), rows=(buttons(services, locale),))


def _note(person: str) -> str:
    return f"language:{person}"
