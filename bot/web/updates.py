"""What Telegram brings to the shop's own address, where the operator wants that instead of asking for it."""

import structlog
from aiohttp import web

from bot.errors import NotAllowed
from bot.web.services import SERVICES

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header

log = structlog.get_logger(__name__)


async def telegram(request: web.Request) -> web.Response:
    """Take one update: 200 confirms it, 403 if it does not come from Telegram, which repeats what was not confirmed."""
    take = request.app[SERVICES].updates
    if take is None:
        raise web.HTTPNotFound
    try:
        await take(await request.read(), request.headers.get(SECRET, ""))
    except NotAllowed as error:
        log.warning("update_refused", error=str(error))
        raise web.HTTPForbidden from None
    return web.Response()
