"""What a buyer is told and agrees to before paying: the words, and the record of them that the order keeps."""

import hashlib
from typing import Any

from bot.commands.said import Person
from bot.commands.services import Services
from bot.orders.consents import TICKED, Consent, Region, needed

Facts = tuple[tuple[str, str], ...]


def ai_notice(services: Services, locale: str) -> str:
    """Return the notice that the music is made by AI, naming the engine."""
    engine = services.front.engine
    if services.texts.has(locale, f"engine-{engine}"):
        engine = services.texts.say(locale, f"engine-{engine}")
    return services.texts.say(locale, "summary-ai-text", engine=engine)


def words(services: Services, locale: str, consent: Consent, *, free: bool = False) -> str:
    """Return the very words of a consent in the buyer's language."""
    match consent:
        case Consent.TERMS if free:
            return services.texts.say(locale, "consent-free-text", shop=services.front.name)
        case Consent.AI:
            return ai_notice(services, locale)
        case Consent.TERMS:
            within = services.texts.within(locale, services.policy.review_within)
            return services.texts.say(locale, "summary-consent-text", shop=services.front.name, within=within)
        case Consent.NO_WITHDRAWAL:
            return services.texts.say(locale, "summary-withdrawal-text")
        case _:
            return services.texts.say(locale, f"consent-{consent.value}")


FREE = (Consent.AI, Consent.TERMS)
"""What is said of something that costs nothing: there is no price to get back by withdrawing."""


def told(services: Services, region: Region, *, free: bool = False) -> tuple[Consent, ...]:
    """Return what a buyer of that region is told with the order; of listening first only where there is a sample."""
    said = (one for one in needed(region) if one is not Consent.LISTEN or services.sample is not None)
    return tuple(one for one in said if not free or one in FREE)


def must_tick(services: Services, region: Region) -> bool:
    """Whether nothing is sold there to somebody who has not ticked that work begin at once."""
    return region in TICKED and services.policy.tick_needed


def at_once(services: Services, locale: str) -> str:
    """Return the version of the words that are ticked: who ticked other words has not ticked these."""
    return version(words(services, locale, Consent.AT_ONCE))


def facts(services: Services, person: Person, region: Region, *, free: bool = False) -> Facts:
    """Return (label, words) of everything that is agreed to by ordering, and what may be ticked besides."""
    say, locale = services.texts.say, person.locale
    labels = _LABELS | ({Consent.TERMS: "consent-free"} if free else {})
    said = told(services, region, free=free)
    lines = [(say(locale, labels[one]), words(services, locale, one, free=free)) for one in said]
    if region in TICKED and not free:
        lines.insert(1, (say(locale, "summary-withdrawal"), words(services, locale, Consent.AT_ONCE)))
    return tuple(lines)


def kept(
    services: Services, person: Person, region: Region, *, ticked: bool, free: bool = False
) -> list[dict[str, Any]]:
    """Return what the buyer agreed to: the very words, when (UTC), and a version that names these words."""
    at, locale = services.clock().isoformat(), person.locale
    besides = (Consent.AT_ONCE,) if ticked and region in TICKED and not free else ()
    said = {one: words(services, locale, one, free=free) for one in (*told(services, region, free=free), *besides)}
    return [
        {"what": one.value, "text": text, "version": version(text), "at": at, "locale": locale}
        for one, text in said.items()
    ]


def version(text: str) -> str:
    """Return the first 12 hexadecimal digits of the words' SHA-256: the same words, the same version."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_LABELS = {
    Consent.AI: "summary-ai",
    Consent.LISTEN: "consent-pre-listen-title",
    Consent.NO_WITHDRAWAL: "summary-withdrawal",
    Consent.TERMS: "summary-consent",
}
