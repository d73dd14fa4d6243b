"""What somebody writes without a command: the answer to the open question, an order in one sentence, or a hello.

Only chats in which people simply write to the shop have this; the questions and their answers are the order dialogue's.
"""

from bot.commands import dialogue, drafts, letters
from bot.commands.drafts import Draft
from bot.commands.said import Answer, Command, Person, Press, Reply, Submitted, Words
from bot.commands.services import Services
from bot.commands.start import doors
from bot.commands.understood import understood
from bot.errors import BadInput
from bot.screens import Screen
from bot.texts import plain

SENTENCE = 4
"""More words than that are a description, not the name of a mood or a purpose."""


async def heard(services: Services, person: Person, said: Words) -> Answer:
    """Answer plain words; first of all they are the answer to a question the operator has asked."""
    if (answered := await letters.in_plain_words(services, person, said)) is not None:
        return answered
    draft = await drafts.load(services, person)
    meant = understood(services, said.text)
    if draft is None or draft.order:
        if meant:
            return await dialogue.begin(services, person, Command("bgm", {"details": said.text}, said.place, said.key))
        return _unclear(services, person, said)
    step = dialogue.open_step(draft)
    if step and step.form:
        return await _typed(services, person, said, draft, step)
    if meant and (step is None or len(meant) > 1 or len(said.text.split()) > SENTENCE):
        return await dialogue.described(services, person, draft, said.text)
    if step is None:
        return _unclear(services, person, said)
    press = Press(step.name, draft.id, said.text, (), "", said.place, said.key)
    return await dialogue.answered(services, person, press)


async def _typed(services: Services, person: Person, said: Words, draft: Draft, step: dialogue.Step) -> Answer:
    """Take words as what is typed into the first field of the question's form; the others stay as they are."""
    assert step.form is not None
    fields = step.form(services, person, draft).fields
    if len(said.text) > fields[0].most:
        raise BadInput("too long for its field", text="error-details-long", length=len(said.text), limit=fields[0].most)
    values = {field.id: field.value for field in fields} | {fields[0].id: said.text}
    form = Submitted(step.name, draft.id, "", values, "", said.place, said.key)
    return await dialogue.submitted(services, person, form)


def _unclear(services: Services, person: Person, said: Words) -> Reply:
    say, locale = services.texts.say, person.locale
    text = say(locale, "words-unclear", words=plain(said.text, 100))
    return Reply(Screen(say(locale, "words-title"), text, rows=(doors(services, locale),)))
