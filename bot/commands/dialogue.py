"""The order dialogue: four questions, then the summary. Every answer is a row before the next question is shown.

::

    /bgm ─► mood ─► length ─► purpose ─► details ─► summary ─► placed
              ◄─ back ─┘◄─ back ─┘◄─ back ──┘           │
              ▲        ▲          ▲          ▲          │
              └────────┴──────────┴──────────┴─ change ─┘

An answer leads to the first question still open, so that changing one answer leads straight back to the summary, and
``/bgm`` with all its options starts there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.commands import drafts, length, menus, presets, summary, wishes
from bot.commands.asked import asked_facts
from bot.commands.drafts import Draft
from bot.commands.my_orders import owned
from bot.commands.said import Answer, Command, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.commands.understood import understood
from bot.commands.words import found
from bot.errors import BadInput
from bot.orders.brief import INSTRUMENTS_LIMIT, read_details, read_length
from bot.screens import Button, Form, Look, Screen, Tone


@dataclass(frozen=True, slots=True)
class Step:
    """One question: the answer it asks for, its screen, how a press on that screen is read, and its form, if any."""

    name: str
    answer: str
    screen: Callable[[Services, Person, Draft], Screen]
    pressed: Callable[[Services, Person, Draft, str], Draft]
    form: Callable[[Services, Person, Draft], Form] | None = None
    submitted: Callable[[Services, Person, Draft, dict[str, str]], Draft] | None = None


STEPS: tuple[Step, ...] = (
    Step("mood", "mood", menus.mood_screen, menus.mood_pressed),
    Step("length", "seconds", length.screen, length.pressed, length.form, length.submitted),
    Step("purpose", "purpose", menus.purpose_screen, menus.purpose_pressed),
    Step("details", "", wishes.screen, wishes.pressed, wishes.form, wishes.submitted),
)
BY_NAME = {step.name: step for step in STEPS}


async def begin(services: Services, person: Person, said: Command) -> Answer:
    """Answer ``/bgm``: with options, go as far as they reach; without, offer to go on with an unfinished order."""
    if closed := await summary.closed(services, person, said.place):
        return Reply(closed)
    if not any(value.strip() for value in said.options.values()):
        draft = await drafts.load(services, person)
        if draft and draft.begun:
            return Reply(_resume_screen(services, person, draft))
        return await show(services, person, Draft.new(said.place), how=How.NEW)
    draft, options = Draft.new(said.place), said.options
    if preset := await presets.named(services, options.get("details", "")):
        draft, options = presets.picked(draft, preset), {**options, "details": ""}
    draft, problems = _read_options(services, person, draft, options)
    draft, notice = _read_sentence(services, person, draft)
    return await show(services, person, draft, problems, notice=notice, how=How.NEW)


async def answered(services: Services, person: Person, said: Press) -> Answer:
    """Take a press on a question's own controls."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    step = BY_NAME[said.verb]
    try:
        after = step.pressed(services, person, draft, said.values[0] if said.values else said.arg)
    except BadInput as error:
        return await show(services, person, draft, [services.texts.error(person.locale, error)], at=step)
    stay = step.name == "details" and not after.wishes
    return await show(services, person, after, at=step if stay else None)


async def pick(services: Services, person: Person, said: Press) -> Answer:
    """Begin with one of the shop's picks; what it does not answer is asked as always."""
    draft = await current(services, person, said.target)
    if draft is None or not said.values:
        return outdated(services, person)
    return await show(services, person, presets.picked(draft, await presets.find(services, said.values[0])))


async def open_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form of a question, with what was typed before."""
    draft = await current(services, person, said.target)
    step = BY_NAME.get(said.arg)
    if draft is None or step is None or step.form is None:
        return outdated(services, person)
    return step.form(services, person, draft)


async def submitted(services: Services, person: Person, said: Submitted) -> Answer:
    """Take a filled form; what cannot be used is explained, kept, and there again when the form is reopened."""
    draft = await current(services, person, said.target)
    step = BY_NAME.get(said.verb)
    if draft is None or step is None or step.submitted is None:
        return outdated(services, person)
    fields = dict(said.fields)
    try:
        after = step.submitted(services, person, draft, fields)
    except BadInput as error:
        kept = replace(draft, typed=draft.typed | fields)
        return await show(services, person, kept, [services.texts.error(person.locale, error)], at=step)
    # Words are read once, when they are new: who corrects what was read out of them has the last word.
    are_new = after.answers.get("details") != draft.answers.get("details")
    after, notice = _read_sentence(services, person, after) if are_new else (after, "")
    return await show(services, person, replace(after, typed={}), notice=notice)


async def go(services: Services, person: Person, said: Press) -> Answer:
    """Show one question again: back, or change an answer."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    name = said.values[0] if said.values else said.arg
    return await show(services, person, draft, at=BY_NAME.get(name))


async def resume(services: Services, person: Person, said: Press) -> Answer:
    """Go on where the person was."""
    draft = await current(services, person, said.target)
    return outdated(services, person) if draft is None else await show(services, person, draft)


async def described(services: Services, person: Person, draft: Draft, words: str) -> Answer:
    """Take a sentence as the description, and out of it what it says about the other answers; the sentence counts.

    :raises BadInput: if it is too long.
    """
    meant = understood(services, words)
    lines = asked_facts(services, person.locale, meant)
    shown = "\n".join(f"{label}: {value}" for label, value in lines)
    notice = services.texts.say(person.locale, "dialogue-understood", found=shown)
    draft = replace(draft.but(details=read_details(words) or None, **meant), wishes=True)
    return await show(services, person, draft, notice=notice, how=How.NEW)


async def afresh(services: Services, person: Person, said: Press) -> Answer:
    """Forget the unfinished order and ask the first question."""
    return await show(services, person, Draft.new(said.place))


async def reorder(services: Services, person: Person, said: Press) -> Answer:
    """Begin a new order with the answers of an earlier one."""
    order = await owned(services, person, said.target)
    return await show(services, person, Draft.of(order.brief, said.place))


async def drop(services: Services, person: Person, said: Press) -> Answer:
    """Forget the unfinished order."""
    draft = await drafts.load(services, person)
    if draft and draft.id == said.target and not draft.order:
        await services.book.drop_draft(person.id)
    say = services.texts.say
    return Reply(Screen(say(person.locale, "dialogue-dropped"), say(person.locale, "dialogue-again")), How.UPDATE)


async def confirm(services: Services, person: Person, said: Press) -> Answer:
    """Place the order of a summary; the same summary confirmed twice places one."""
    draft = await current(services, person, said.target)
    if draft is None:
        return outdated(services, person)
    if not draft.complete:
        return await show(services, person, draft)
    if not draft.order and (closed := await summary.closed(services, person, said.place)):
        return Reply(closed, How.NEW)
    return await summary.place(services, person, draft, said.arg)


async def show(
    services: Services,
    person: Person,
    draft: Draft,
    problems: list[str] | None = None,
    *,
    notice: str = "",
    at: Step | None = None,
    how: How = How.UPDATE,
) -> Reply:
    """Keep the draft and show a question: ``at``, or the first one open, or the summary."""
    await drafts.save(services, person, draft)
    step = at or open_step(draft)
    if step is None:
        screen = await summary.screen(services, person, draft, problems or ())
        return Reply(_noticed(screen, notice), how)
    screen = _framed(services, person, draft, step, step.screen(services, person, draft))
    if step.name == "mood":
        screen = replace(screen, rows=(*await presets.picks(services, draft, person.locale), *screen.rows))
    screen = _noticed(screen, notice)
    if problems:
        warning = "\n".join(f"⚠️ {problem}" for problem in problems)
        screen = replace(screen, text=f"{warning}\n\n{screen.text}", tone=Tone.BAD)
    return Reply(screen, how)


def _noticed(screen: Screen, notice: str) -> Screen:
    return replace(screen, text=f"{notice}\n\n{screen.text}") if notice else screen


def open_step(draft: Draft) -> Step | None:
    """Return the first question that is not answered yet, or None where only the summary is left."""
    for step in STEPS:
        if step.name == "details" and not draft.wishes:
            return step
        if step.answer and step.answer not in draft.answers:
            return step
    return None


def _framed(services: Services, person: Person, draft: Draft, step: Step, screen: Screen) -> Screen:
    """Add where we are, what is answered so far, and the way back or out."""
    say, locale = services.texts.say, person.locale
    place = STEPS.index(step)
    back: list[Button] = []
    if draft.complete:
        back.append(Button(say(locale, "dialogue-to-summary"), data("go", draft.id, "summary"), emoji="↩️"))
    elif place:
        back.append(Button(say(locale, "dialogue-back"), data("go", draft.id, STEPS[place - 1].name), emoji="◀️"))
    back.append(Button(say(locale, "dialogue-cancel"), data("drop", draft.id)))
    title = say(locale, "dialogue-step", number=place + 1, of=len(STEPS), title=screen.title)
    others = {name: draft.answers[name] for name in drafts.NEEDED if name in draft.answers and name != step.answer}
    facts = (*asked_facts(services, locale, others), *screen.facts)
    return replace(screen, title=title, facts=facts, rows=(*screen.rows, tuple(back)))


def _resume_screen(services: Services, person: Person, draft: Draft) -> Screen:
    say, locale = services.texts.say, person.locale
    return Screen(
        title=say(locale, "dialogue-resume-title"),
        text=say(locale, "dialogue-resume"),
        facts=asked_facts(services, locale, draft.answers),
        rows=(
            (
                Button(say(locale, "dialogue-resume-go"), data("resume", draft.id), Look.MAIN),
                Button(say(locale, "dialogue-resume-new"), data("fresh", draft.id)),
            ),
        ),
    )


async def current(services: Services, person: Person, draft_id: str) -> Draft | None:
    """Return the person's draft if a control belongs to it; a control of another's or an older draft does nothing."""
    draft = await drafts.load(services, person)
    return draft if draft and draft.id == draft_id else None


def outdated(services: Services, person: Person) -> Reply:
    """Return what is said when a control belongs to another order than the one in hand."""
    say = services.texts.say
    return Reply(Screen(say(person.locale, "dialogue-outdated"), say(person.locale, "dialogue-again")))


def _read_sentence(services: Services, person: Person, draft: Draft) -> tuple[Draft, str]:
    """Fill in from the buyer's own words what they left open, and say what was understood."""
    answers, meant = draft.answers, understood(services, draft.answers.get("details", ""))
    found = {name: value for name, value in meant.items() if name not in answers}
    # Instruments named in words join those of the form, which has the last word about each of them.
    answered = {*answers.get("wanted", ()), *answers.get("unwanted", ())}
    for name in ("wanted", "unwanted"):
        found[name] = [one for one in meant.get(name, ()) if one not in answered]
    found = {name: value for name, value in found.items() if value}
    if not found:
        return draft, ""
    lines = asked_facts(services, person.locale, found)
    shown = "\n".join(f"{label}: {value}" for label, value in lines)
    joined = {
        name: [*answers.get(name, ()), *value][:INSTRUMENTS_LIMIT] if name in ("wanted", "unwanted") else value
        for name, value in found.items()
    }
    return draft.but(**joined), services.texts.say(person.locale, "dialogue-understood", found=shown)


def _read_options(services: Services, person: Person, draft: Draft, options: Any) -> tuple[Draft, list[str]]:
    """Read what was typed behind ``/bgm``; what cannot be used becomes a sentence and its question is asked."""
    catalogue, problems = services.catalogue, []
    readers: dict[str, Callable[[str], dict[str, Any]]] = {
        "mood": lambda typed: {"mood": found(services.menu, "mood", typed, person.locale)},
        "length": lambda typed: {"seconds": read_length(typed, catalogue.shortest, catalogue.longest)},
        "purpose": lambda typed: {"purpose": found(services.menu, "purpose", typed, person.locale)},
        "details": lambda typed: {"details": read_details(typed) or None},
    }
    for name, read in readers.items():
        typed = options.get(name, "").strip()
        if not typed:
            continue
        try:
            draft = draft.but(**read(typed))
        except BadInput as error:
            problems.append(services.texts.error(person.locale, error))
            draft = replace(draft, typed=draft.typed | {"words" if name == "details" else name: typed})
        else:
            draft = replace(draft, wishes=draft.wishes or name == "details")
    return draft, problems
