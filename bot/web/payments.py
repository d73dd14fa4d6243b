"""Paying: the short address of an order's payment page, the pages a buyer comes back to, the provider's webhook."""

import re

import structlog
from aiohttp import web

from bot.errors import NotAllowed, NotFound, Outside
from bot.orders.order import ALPHABET, Order, State
from bot.web.guards import GUESSED, visitor
from bot.web.pages import REFRESH_SECONDS, notice, reader
from bot.web.services import SERVICES

ORDER_ID = re.compile(f"[{ALPHABET}]{{10}}")

log = structlog.get_logger(__name__)


async def pay(request: web.Request) -> web.Response:
    """Lead to the order's open payment page, or say why there is none to lead to."""
    order = await _order(request, request.match_info["order"])
    if order is None:
        raise web.HTTPNotFound
    match order.state:
        case State.AWAITING_PAYMENT if order.data.get("pending"):
            return notice(request, order.locale, "pay-bank")
        case State.AWAITING_PAYMENT if url := order.data.get("checkout", {}).get("url"):
            return web.Response(status=303, headers={"Location": url, "Cache-Control": "no-store"})
        case State.AWAITING_PAYMENT if order.data.get("checkout", {}).get("words"):
            return notice(request, order.locale, "pay-transfer")
        case State.AWAITING_PAYMENT:
            return notice(request, order.locale, "pay-opening", refresh=REFRESH_SECONDS)
        case State.CANCELLED:
            return notice(request, order.locale, "pay-over", 410)
        case State.REFUNDING | State.REFUNDED:
            return notice(request, order.locale, "withdrawn", 410)
        case _:
            return notice(request, order.locale, "pay-done")


async def paid(request: web.Request) -> web.Response:
    """Thank a buyer who comes back from the payment page; whether it is paid, the provider says, not this address."""
    return notice(request, await _locale(request), "paid")


async def cancelled(request: web.Request) -> web.Response:
    """Receive a buyer who left the payment page without paying."""
    return notice(request, await _locale(request), "cancelled")


async def webhook(request: web.Request) -> web.Response:
    """Hand the payment provider's message on, byte for byte: 200 if it was taken, 400 if it is not theirs."""
    take = request.app[SERVICES].webhook
    if take is None:
        raise web.HTTPNotFound
    try:
        await take(await request.read(), request.headers.get("Stripe-Signature", ""))
    except NotAllowed as error:
        log.warning("webhook_refused", error=str(error))
        return web.json_response({"received": False}, status=400)
    except Outside as error:
        log.warning("webhook_not_taken", error=str(error))
        return web.json_response({"received": False}, status=503)
    return web.json_response({"received": True})


async def _order(request: web.Request, order_id: str) -> Order | None:
    """Return the order, None if there is none or the visitor has guessed too often to be answered."""
    if not ORDER_ID.fullmatch(order_id) or request.app[GUESSED].too_many(visitor(request)):
        return None
    try:
        return await request.app[SERVICES].orders.get(order_id)
    except NotFound:
        return None


async def _locale(request: web.Request) -> str:
    order = await _order(request, request.query.get("order", ""))
    return order.locale if order else reader(request)
