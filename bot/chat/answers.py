"""What is answered to a person, the same in every chat: a verdict on a review card, or what the commands say."""

from collections.abc import Awaitable

import structlog

from bot.commands import again, operators_tongue
from bot.commands.listen import listen
from bot.commands.said import Answer, Person, Press, Reply, Said, Submitted
from bot.commands.services import Services
from bot.errors import NotAllowed, ShopError
from bot.review import verdicts
from bot.review.verdicts import Kind, Outcome, Ruling, Verdict
from bot.screens import Screen, Tone
from bot.texts import Texts

log = structlog.get_logger(__name__)


async def answer(services: Services, person: Person, said: Said) -> Answer:
    """Answer what a person said.

    :raises ShopError: whose sentence the doorway shows to that person.
    """
    if person.operator:
        await operators_tongue.heard(services, person)
    if isinstance(said, Press) and (found := verdicts.read_press(said.verb, said.arg)):
        return await _verdict(services, person, said.target, *found)
    if isinstance(said, Submitted) and said.verb == again.VERB:
        verdict = Verdict(Kind.AGAIN, changes=await again.changes(services, person, said))
        return await _verdict(services, person, said.target, int(said.arg), verdict)
    return await listen(services, person, said)


async def spoken(texts: Texts, person: Person, making: Awaitable[Answer]) -> Answer:
    """Await an answer; errors become the sentence their reader understands, faults of the program are logged."""
    try:
        return await making
    except ShopError as error:
        log.info("said_in_vain", person=person.id, error=str(error))
        return Reply(Screen(text=texts.error(person.locale, error), tone=Tone.BAD))
    except Exception:  # whoever waits for an answer gets one
        log.exception("answer_failed", person=person.id)
        return sentence(texts, person, "error-unexpected")


def sentence(texts: Texts, person: Person, key: str) -> Reply:
    """Return one sentence about what cannot be done."""
    return Reply(Screen(text=texts.say(person.locale, key), tone=Tone.BAD))


def ruling_words(services: Services, locale: str, ruling: Ruling) -> str:
    """Return what became of a verdict, in one sentence."""
    say = services.texts.say
    what = ""
    if ruling.verdict:
        what = say(locale, f"verdict-{ruling.verdict.kind}", take=ruling.verdict.take)
    return say(locale, f"ruling-{ruling.outcome}", order=ruling.order.id, what=what, by=ruling.by)


async def _verdict(services: Services, person: Person, order: str, round_: int, verdict: Verdict) -> Reply:
    if not person.operator:
        raise NotAllowed(f"{person.id} is no operator", text="error-operators-only")
    ruling = await verdicts.judge(services.book, order, round_, verdict, person.id)
    tone = Tone.GOOD if ruling.outcome is Outcome.COUNTED else Tone.BAD
    return Reply(Screen(text=ruling_words(services, person.locale, ruling), tone=tone))
