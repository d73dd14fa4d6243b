"""``/start``: the first words between the shop and somebody new, and where they came from."""

from bot.commands import dialogue, house, my_orders, sources
from bot.commands.said import Answer, Command, Person, Press, Reply, data
from bot.commands.services import Services
from bot.screens import Button, Look, Screen

OURS = frozenset({"bgm", "orders", "help"})
"""Links the shop gives out itself; each begins with that command instead of the greeting."""


async def start(services: Services, person: Person, said: Command) -> Answer:
    """Greet, and remember the source if the link that led here names one."""
    source = said.options.get("source", "").strip()
    if source in OURS:
        return await _go_on(services, person, said, source)
    await sources.keep(services, person.id, source)
    return Reply(greeting(services, person.locale))


async def begin(services: Services, person: Person, said: Press) -> Answer:
    """Begin an order from a button."""
    return await dialogue.begin(services, person, Command("bgm", {}, said.place, said.key))


async def help_(services: Services, person: Person, said: Press) -> Answer:
    """Show the help from a button."""
    return await house.help_(services, person, Command("help", {}, said.place, said.key))


def greeting(services: Services, locale: str) -> Screen:
    """Return what the shop is, and what can be done here."""
    say, shop = services.texts.say, services.front.name
    return Screen(
        say(locale, "start-title", shop=shop),
        say(locale, "start-text", takes=services.policy.takes),
        rows=(doors(services, locale),),
    )


def doors(services: Services, locale: str) -> tuple[Button, ...]:
    """Return the buttons that lead to everything else."""
    say = services.texts.say
    return (
        Button(say(locale, "start-order"), data("begin", "order"), Look.MAIN, "🎵"),
        Button(say(locale, "start-orders"), data("orders", "all"), emoji="📃"),
        Button(say(locale, "start-help"), data("help", "show"), emoji="❔"),
    )


async def _go_on(services: Services, person: Person, said: Command, where: str) -> Answer:
    command = Command(where, {}, said.place, said.key)
    match where:
        case "bgm":
            return await dialogue.begin(services, person, command)
        case "orders":
            return await my_orders.show_list(services, person, command)
        case _:
            return await house.help_(services, person, command)
