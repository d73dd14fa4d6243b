"""Stars: invoices, pre-checkout, refunds, the account."""

from __future__ import annotations

import secrets

from bot.sandbox.telegram.markup import checked
from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.postbox import Draft
from bot.sandbox.telegram.records import Invoice, Json
from bot.sandbox.telegram.refusals import bad

_TITLE, _DESCRIPTION, _PAYLOAD = 32, 255, 128
_MOST_STARS = 100_000


async def send_invoice(call: Call) -> Json:
    """Ask for Stars in a chat; without a keyboard of its own the message has one button, Pay."""
    chat, invoice = call.chat(), _invoice(call)
    markup = checked(call.get("reply_markup"), call.realm.rules, of_invoice=True)
    if markup is None:
        markup = {"inline_keyboard": [[{"text": f"Pay ⭐ {invoice.amount}", "pay": True}]]}
    return call.post(chat, Draft({"invoice": invoice.shown()}, markup, call.reply_to(chat), invoice=invoice))


async def create_link(call: Call) -> str:
    """Return a link under which anybody may pay, any number of times."""
    link = f"https://t.me/${secrets.token_urlsafe(15)}"
    call.realm.links[link] = _invoice(call)
    return link


def _invoice(call: Call) -> Invoice:
    """Return the invoice of a call. Raises Refusal 400; other currencies would need a payment provider's token."""
    if call.params["currency"] != "XTR":
        raise bad("PAYMENT_PROVIDER_INVALID")
    prices: list[Json] = call.params["prices"]
    if call.get("provider_token") or len(prices) != 1 or not 1 <= prices[0]["amount"] <= _MOST_STARS:
        raise bad("STARS_INVOICE_INVALID")
    if any(name in call.params for name in ("max_tip_amount", "suggested_tip_amounts")):
        raise bad("STARS_INVOICE_INVALID")
    if not 1 <= len(call.params["payload"].encode()) <= _PAYLOAD:
        raise bad("INVOICE_PAYLOAD_INVALID")
    if not 1 <= len(call.params["title"]) <= _TITLE:
        raise bad("PRODUCT_TITLE_INVALID")
    if not 1 <= len(call.params["description"]) <= _DESCRIPTION:
        raise bad("PRODUCT_DESCRIPTION_INVALID")
    return Invoice(call.params["title"], call.params["description"], call.params["payload"], prices[0]["amount"])


async def answer_pre_checkout(call: Call) -> bool:
    """Say whether the goods are still to be had."""
    call.house.till.answer(call.params["pre_checkout_query_id"], call.params["ok"], call.get("error_message"))
    return True


async def refund(call: Call) -> bool:
    """Give a payment back."""
    call.house.till.refund(call.params["user_id"], call.params["telegram_payment_charge_id"])
    return True


async def balance(call: Call) -> Json:
    """Return what the bot has."""
    return {"amount": call.realm.bot.stars}


async def transactions(call: Call) -> Json:
    """Return movements, oldest first."""
    offset, limit = call.get("offset", 0), call.get("limit", 100)
    if not 1 <= limit <= 100:
        raise bad("limit must be between 1 and 100")
    return {"transactions": call.house.till.transactions()[offset : offset + limit]}


METHODS: dict[str, Handler] = {
    "sendInvoice": send_invoice,
    "createInvoiceLink": create_link,
    "answerPreCheckoutQuery": answer_pre_checkout,
    "refundStarPayment": refund,
    "getMyStarBalance": balance,
    "getStarTransactions": transactions,
}
