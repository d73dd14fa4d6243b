"""What anybody may read: help, terms, privacy."""

from bot.commands.said import Answer, Command, Person, Reply
from bot.commands.services import Services
from bot.screens import Screen


async def help_(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/help``."""
    say, locale = services.texts.say, person.locale
    steps = tuple((say(locale, f"help-{name}"), say(locale, f"help-{name}-text")) for name in HELP)
    contact = services.front.contact or say(locale, "help-contact-none")
    return Reply(
        Screen(
            say(locale, "help-title", shop=services.front.name),
            say(locale, "help-text", takes=services.policy.takes),
            (*steps, (say(locale, "help-contact"), contact)),
        )
    )


HELP = ("order", "pay", "listen", "receive", "mine")
TERMS = ("offer", "licence", "refund", "withdrawal", "ai")
PAY_SUPPORT = ("wrong", "back", "ask")
PRIVACY = ("kept", "why", "seen", "rights")


async def terms(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/terms``: what is sold, what happens when, when money goes back, and who sells."""
    policy = services.policy
    return _page(
        services,
        person,
        "terms",
        TERMS,
        pay=policy.pay_within // 3600,
        compose=policy.compose_within // 3600,
        review=policy.review_within // 3600,
        deliver=policy.deliver_within // 3600,
    )


async def privacy(services: Services, person: Person, _said: object) -> Reply:
    """Answer ``/privacy``: what is kept, why, who sees it, and whom to ask."""
    return _page(services, person, "privacy", PRIVACY)


async def pay_support(services: Services, person: Person, _said: Command) -> Answer:
    """Answer ``/paysupport``: what to do about a payment that went wrong."""
    return _page(services, person, "paysupport", PAY_SUPPORT)


def _page(services: Services, person: Person, name: str, parts: tuple[str, ...], **values: object) -> Reply:
    say, locale, front = services.texts.say, person.locale, services.front
    values = values | {"shop": front.name, "contact": front.contact or say(locale, "help-contact-none")}
    facts = tuple((say(locale, f"{name}-{part}"), say(locale, f"{name}-{part}-text", **values)) for part in parts)
    business = "\n".join(f"{_label(services, locale, name)}: {value}" for name, value in front.business)
    seller = ((say(locale, "terms-seller"), business),) if business else ()
    return Reply(Screen(say(locale, f"{name}-title", **values), "", (*facts, *seller)))


def _label(services: Services, locale: str, name: str) -> str:
    """Return what a key of ``[business]`` in ``shop.toml`` is called."""
    key = f"business-{name}"
    return services.texts.say(locale, key) if services.texts.has(locale, key) else name
