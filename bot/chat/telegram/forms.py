"""A form as asked questions: what is asked for is a row, so that the answer counts after any restart.

A form of one field is a question, answered by the next message. One of several is a list of its fields: every message
goes into the field that is marked, buttons choose another field or send the form. The controls of it are
``bgm:fill:field:2``, ``bgm:fill:clear:2``, ``bgm:fill:done`` and ``bgm:fill:cancel``.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Self

from bot.chat.telegram.posted import Notes
from bot.commands.said import Submitted, data, read_data
from bot.screens import Button, Field, Form, Look, Screen, Tone
from bot.texts import Texts, plain

VERB = "fill"
SHOWN = 200
"""Characters of an answer that are shown back."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A form being filled in by one person: ``at`` is the field that the next message fills, ``chat`` and ``message``
    where it is shown, ``under`` the message whose button opened it."""

    data: str
    title: str
    fields: tuple[Field, ...]
    values: dict[str, str] = field(default_factory=dict)
    at: int = 0
    chat: int = 0
    message: int = 0
    under: str = ""

    @classmethod
    def of(cls, form: Form, chat: int, under: str) -> Self:
        """Return a form that has just been opened."""
        return cls(form.data, form.title, form.fields, {one.id: one.value for one in form.fields}, 0, chat, 0, under)

    @property
    def single(self) -> bool:
        """Whether it is one question, answered by one message."""
        return len(self.fields) == 1

    @property
    def missing(self) -> int | None:
        """The first field that must be filled and is not."""
        empty = (n for n, one in enumerate(self.fields) if one.required and not self.values[one.id].strip())
        return next(empty, None)

    def typed(self, text: str) -> Self:
        """Return the form with the marked field filled; what is too long is cut, as a form in any chat would."""
        now = self.fields[self.at]
        return replace(self, values=self.values | {now.id: text.strip()[: now.most]})

    def submitted(self, place: str, key: str) -> Submitted:
        """Return the filled form as the shop hears it."""
        parts = read_data(self.data)
        assert parts is not None, self.data
        return Submitted(*parts, fields=self.values, message=self.under, place=place, key=key)


class Askings:
    """The forms that are being filled in, at most one by each person."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def of(self, user: int, chat: int) -> Asking | None:
        """Return what a person is asked in a chat."""
        note = await self._notes.recall(_name(user))
        if not note or note["chat"] != chat:
            return None
        return Asking(**note | {"fields": tuple(Field(**entry) for entry in note["fields"])})

    async def keep(self, user: int, asking: Asking) -> None:
        """Write down what a person is asked."""
        await self._notes.remember(_name(user), asdict(asking))

    async def drop(self, user: int) -> None:
        """Ask no more."""
        await self._notes.remember(_name(user), {})


def screen(texts: Texts, locale: str, asking: Asking, *, shared: bool) -> Screen:
    """Return the form as it is shown; in a ``shared`` chat the bot only hears replies."""
    say = texts.say
    now = asking.fields[asking.at]
    lines = [say(locale, "form-reply" if shared else "form-write", field=now.label)]
    if now.placeholder:
        lines.append(say(locale, "form-example", example=now.placeholder))
    value = asking.values[now.id]
    facts: tuple[tuple[str, str], ...] = ((now.label, plain(value, SHOWN)),) if value else ()
    rows: list[tuple[Button, ...]] = []
    if not asking.single:
        rows = _choices(texts, locale, asking)
        facts = tuple(
            (f"✍️ {one.label}" if one is now else one.label, plain(asking.values[one.id], SHOWN))
            for one in asking.fields
        )
    elif value or not now.required:
        rows = [(Button(say(locale, "form-keep" if value else "form-empty"), data(VERB, "done")),)]
    cancel = Button(say(locale, "form-cancel"), data(VERB, "cancel"))
    return Screen(asking.title, "\n".join(lines), facts, rows=(*rows, (cancel,)), tone=Tone.PLAIN)


def _choices(texts: Texts, locale: str, asking: Asking) -> list[tuple[Button, ...]]:
    now = asking.fields[asking.at]
    others = [(n, one) for n, one in enumerate(asking.fields) if one is not now]
    rows = [(Button(one.label, data(VERB, "field", n), emoji="✍️"),) for n, one in others]
    if asking.values[now.id]:
        label = texts.say(locale, "form-clear", field=now.label)
        rows.append((Button(label, data(VERB, "clear", asking.at), emoji="🗑️"),))
    return [*rows, (Button(texts.say(locale, "form-done"), data(VERB, "done"), Look.GOOD, "✔️"),)]


def _name(user: int) -> str:
    return f"telegram:form:{user}"
