"""What anybody may read: help, terms, privacy."""

from bot.commands.notices import Notices
from bot.commands.said import Answer, Command, Person, Reply
from bot.commands.services import Services


async def help_(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/help``."""
    return Reply(_notices(services).help(person.locale))


async def terms(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/terms``."""
    return Reply(_notices(services).terms(person.locale))


async def privacy(services: Services, person: Person, _said: object) -> Reply:
    """Answer ``/privacy``."""
    return Reply(_notices(services).privacy(person.locale))


async def pay_support(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/paysupport``."""
    return Reply(_notices(services).pay_support(person.locale))


def _notices(services: Services) -> Notices:
    return Notices(services.texts, services.front, services.policy)
