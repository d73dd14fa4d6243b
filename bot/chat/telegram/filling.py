"""Forms being filled in: by buttons, by messages, and what becomes of them when somebody changes their mind."""

from dataclasses import replace

from bot.chat.answers import answer
from bot.chat.telegram import addresses
from bot.chat.telegram.forms import Asking
from bot.chat.telegram.keyboard import Pressed
from bot.chat.telegram.talk import Rooms, Talk


class Filling:
    """Takes what is pressed and typed into a form; a filled form is answered as any other thing that is said."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def pressed(self, talk: Talk, pressed: Pressed) -> None:
        """Answer a press on one of the form's own buttons."""
        asking = await self._asking(talk)
        if asking is None or talk.on is None or asking.message != talk.on.message:
            await talk.acknowledge(self._say(talk, "form-gone"), alert=True)
            return
        match pressed.target, pressed.arg:
            case "done", _:
                await self._done(talk, asking)
            case "cancel", _:
                await self._drop(talk, asking)
                await talk.acknowledge(self._say(talk, "form-cancelled"))
            case "field", number if number.isdigit() and int(number) < len(asking.fields):
                await talk.show_form(replace(asking, at=int(number)))
            case "clear", number if number.isdigit() and int(number) < len(asking.fields):
                await talk.show_form(replace(asking, at=int(number)).typed(""))
        await talk.acknowledge()

    async def typed(self, talk: Talk, text: str) -> bool:
        """Take a message as the answer to the form that is open; False if none is."""
        asking = await self._asking(talk)
        if asking is None:
            return False
        filled = asking.typed(text)
        if filled.single:
            await self._done(talk, filled)
        else:
            following = filled.missing if filled.missing is not None else filled.at
            await talk.show_form(replace(filled, at=following))
        return True

    async def interrupted(self, talk: Talk) -> None:
        """Somebody says something else instead: the form is taken away."""
        asking = await self._asking(talk)
        if asking is not None:
            await self._drop(talk, asking)

    async def _done(self, talk: Talk, asking: Asking) -> None:
        if (missing := asking.missing) is not None:
            await talk.acknowledge(self._say(talk, "form-missing", field=asking.fields[missing].label), alert=True)
            await talk.show_form(replace(asking, at=missing))
            return
        said = asking.submitted(talk.place, talk.key)
        shown = await talk.made(answer(self._rooms.services, talk.person, said))
        await self._drop(talk, asking)
        talk.on = None  # the answer stands at the end of the chat, below what was typed
        await talk.show(shown)

    async def _drop(self, talk: Talk, asking: Asking) -> None:
        await self._rooms.askings.drop(self._user(talk))
        await talk.remove(asking.chat, asking.message)

    async def _asking(self, talk: Talk) -> Asking | None:
        return await self._rooms.askings.of(self._user(talk), talk.chat)

    def _user(self, talk: Talk) -> int:
        user = addresses.read_person(talk.person.id)
        assert user is not None
        return user

    def _say(self, talk: Talk, key: str, /, **values: object) -> str:
        return self._rooms.services.texts.say(talk.person.locale, key, **values)
