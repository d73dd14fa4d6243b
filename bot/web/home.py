"""The shop as somebody meets it who was given nothing but its address: its front page, its terms, its privacy notice.

Discord, Telegram and Stripe ask their sellers for such addresses, and the law for who sells; what stands here is what
the chats say.
"""

from aiohttp import web

from bot.screens import Screen
from bot.web.pages import Html, kept, page, reader, tag
from bot.web.services import SERVICES

STEPS = 4
"""How many of the help's parts tell how an order goes; what follows them is about afterwards."""

DOORS = ("telegram", "discord")
"""In the order in which they are shown."""


async def front(request: web.Request) -> web.Response:
    """Say what the shop sells, how an order goes, and where to begin one."""
    services, language = request.app[SERVICES], reader(request)
    say, help_ = services.texts.say, services.notices.help(language)
    open_doors = services.doors()
    ways = [
        tag("a", say(language, f"web-home-{name}"), href=open_doors[name], class_="button", rel="noopener")
        for name in DOORS
        if name in open_doors
    ]
    hero = tag(
        "section",
        tag("h1", help_.title),
        tag("p", help_.text, class_="lead"),
        tag("p", *ways, class_="ways") if ways else tag("p", say(language, "web-home-where")),
        class_="card",
    )
    steps = tag("section", tag("h2", say(language, "web-home-how")), *_told(help_.facts[:STEPS]), class_="card")
    checked = tag("a", say(language, "web-verify-title"), href=kept("/verify", request), class_="button quiet")
    proof = tag(
        "section",
        tag("h2", say(language, "web-home-proof")),
        tag("p", say(language, "web-home-proof-text")),
        checked,
        class_="card",
    )
    return page(request, language, help_.title, hero, steps, proof, listed=True)


async def terms(request: web.Request) -> web.Response:
    """Show what ``/terms`` says in a chat."""
    language = reader(request)
    return _notice(request, language, request.app[SERVICES].notices.terms(language))


async def privacy(request: web.Request) -> web.Response:
    """Show what ``/privacy`` says in a chat."""
    language = reader(request)
    return _notice(request, language, request.app[SERVICES].notices.privacy(language))


def _notice(request: web.Request, language: str, screen: Screen) -> web.Response:
    body = tag("section", tag("h1", screen.title), *_told(screen.facts), class_="card")
    return page(request, language, screen.title, body, listed=True)


def _told(facts: tuple[tuple[str, str], ...]) -> list[Html]:
    """Return labels with what is said under each; a line break in it stays one."""
    return [tag("dl", *(tag("div", tag("dt", name), tag("dd", said)) for name, said in facts), class_="told")]
