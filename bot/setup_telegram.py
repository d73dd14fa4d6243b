"""The questions about Telegram: the bot's token, the operator's chat, and who approves; each checked with Telegram."""

from typing import TYPE_CHECKING

from bot.chat.telegram.checkup import Checkup, Place, visit
from bot.errors import BadInput, NotFound, ShopError, TryLater
from bot.settings.environment import Environment

if TYPE_CHECKING:
    from bot.setup import Interview

PREFIX = "telegram:"


async def ask(talk: "Interview", environment: Environment) -> None:
    """Ask for the token of @BotFather; Enter leaves Telegram closed (or as it is)."""
    while True:
        known = environment.telegram_token.get_secret_value() if environment.telegram_token else ""
        token = talk.ask("setup-telegram-token-keep" if known else "setup-telegram-token", secret=True) or known
        if not token:
            talk.say("setup-telegram-later")
            return
        try:
            async with visit(token, environment.telegram_api_base, test=environment.telegram_test) as telegram:
                talk.say("setup-telegram-hello", name=telegram.name)
                talk.answers["TELEGRAM_TOKEN"] = token
                place = await _review(talk, telegram)
                _operators(talk, environment, place)
            return
        except BadInput:  # the answers ended: nobody is there to ask again
            raise
        except TryLater as error:
            talk.say("checkup-telegram-away", error=error)
            talk.ask("setup-enter-again")
        except ShopError as error:
            talk.say("checkup-telegram-refused", error=error)
            talk.say("checkup-telegram-refused-remedy")


async def _review(talk: "Interview", telegram: Checkup) -> Place | None:
    """Let the operator name the chat they listen in, from those in which the bot was spoken to; None for none."""
    while True:
        talk.say("setup-telegram-advice", name=telegram.name)
        places = await telegram.places()
        for number, place in enumerate(places, 1):
            talk.console.print(f"  {number}. {place.name} ({place.id})", markup=False, highlight=False)
        typed = talk.ask("setup-telegram-chat", default=str(len(places)) if places else "")
        if typed == "-":
            return None
        chosen = _chosen(typed, places)
        if chosen is None:
            continue
        try:
            standing = await telegram.standing(chosen.id)
        except NotFound as error:
            talk.say("checkup-chat", error=error)
            continue
        if not standing.may_write:
            talk.say("checkup-chat-rights", name=standing.place.name)
            continue
        if standing.place.public:
            talk.warn("checkup-chat-public", name=standing.place.name)
        talk.say("setup-telegram-chat-good", name=standing.place.name or telegram.name)
        if not standing.hears_all:
            talk.say("checkup-chat-good-remedy")
        talk.answers["TELEGRAM_REVIEW_CHAT_ID"] = str(chosen.id)
        return chosen


def _chosen(typed: str, places: list[Place]) -> Place | None:
    """Return a place by its place in the list, or by its number."""
    if typed.isdigit() and 1 <= int(typed) <= len(places):
        return places[int(typed) - 1]
    if typed.removeprefix("-").isdigit():
        return Place(int(typed), typed, "")
    return None


def _operators(talk: "Interview", environment: Environment, place: Place | None) -> None:
    """Ask who approves; whoever wrote in the review chat is proposed."""
    others = [one for one in talk.answers.get("OPERATOR_IDS", "").split(",") if one]
    if not others:
        others = sorted(one for one in environment.operator_ids if not one.startswith(PREFIX))
    known = sorted(one.removeprefix(PREFIX) for one in environment.operator_ids if one.startswith(PREFIX))
    proposed = str(place.person) if place and place.person else ",".join(known)
    while True:
        typed = talk.ask("setup-telegram-operator", default=proposed)
        people = [part.strip().removeprefix(PREFIX) for part in typed.split(",") if part.strip()]
        if all(person.isdigit() for person in people) and (people or others):
            talk.answers["OPERATOR_IDS"] = ",".join([*others, *(PREFIX + person for person in people)])
            return
        talk.say("setup-telegram-operator-wrong", value=typed)
