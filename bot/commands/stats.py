"""``/shop stats``: the figures of the last days, as pictures, for the operator."""

from bot.commands.operator import allowed
from bot.commands.said import Answer, Command, How, Person, Press, Reply
from bot.commands.services import Services
from bot.errors import BadInput

DEFAULT_DAYS, MOST_DAYS = 30, 366


async def stats(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/shop stats`` and the buttons that choose another span.

    :raises BadInput: if the number of days is none, or too large.
    """
    allowed(services, person, said.place)
    asked = said.options.get("days", "") if isinstance(said, Command) else said.target
    screen = await services.report(person.locale, _days(asked))
    return Reply(screen, How.NEW if isinstance(said, Command) else How.UPDATE)


def _days(asked: str) -> int:
    text = asked.strip()
    if not text:
        return DEFAULT_DAYS
    if text.isdecimal() and len(text) <= len(str(MOST_DAYS)) and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    raise BadInput(f"{text[:40]!r} is no number of days", text="error-stats-days", most=MOST_DAYS)
