"""What is answered to a person, the same in every chat: a verdict on a review card, or what the commands say."""

from bot.commands import again
from bot.commands.listen import listen
from bot.commands.said import Answer, Person, Press, Reply, Said, Submitted
from bot.commands.services import Services
from bot.errors import NotAllowed
from bot.review import verdicts
from bot.review.verdicts import Kind, Outcome, Ruling, Verdict
from bot.screens import Screen, Tone


async def answer(services: Services, person: Person, said: Said) -> Answer:
    """Answer what a person said.

    :raises ShopError: whose sentence the doorway shows to that person.
    """
    if isinstance(said, Press) and (found := verdicts.read_press(said.verb, said.arg)):
        return await _verdict(services, person, said.target, *found)
    if isinstance(said, Submitted) and said.verb == again.VERB:
        verdict = Verdict(Kind.AGAIN, changes=await again.changes(services, person, said))
        return await _verdict(services, person, said.target, int(said.arg), verdict)
    return await listen(services, person, said)


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
