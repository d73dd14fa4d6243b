"""How the bot hears of things: updates, the webhook, answers to presses, files to fetch."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from bot.sandbox.telegram.client import Answer
from bot.sandbox.telegram.entities import units
from bot.sandbox.telegram.mailbox import UNASKED, Webhook
from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.records import Json
from bot.sandbox.telegram.refusals import bad

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "guest_message", "managed_bot", *UNASKED,
)  # fmt: skip
_LONGEST_POLL = 50


async def get_updates(call: Call) -> list[Json]:
    """Return what happened, waiting up to `timeout` seconds for it."""
    call.house.mailbox.want(_kinds(call))
    limit = min(max(call.get("limit", 100), 1), 100)
    timeout = min(max(call.get("timeout", 0), 0), _LONGEST_POLL)
    return await call.house.mailbox.poll(call.get("offset", 0), limit, timeout)


async def set_webhook(call: Call) -> bool:
    """Bring updates to an address; HTTPS, or plain HTTP on this machine (as a Bot API server of one's own allows)."""
    url: str = call.params["url"]
    if not url:
        return await delete_webhook(call)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    mailbox = call.house.mailbox
    mailbox.want(_kinds(call))
    if call.get("drop_pending_updates"):
        mailbox.forget()
    mailbox.use_webhook(Webhook(url, secret, call.get("max_connections", 40), call.get("ip_address")))
    return True


async def delete_webhook(call: Call) -> bool:
    """Stop bringing updates; they can be fetched again."""
    if call.get("drop_pending_updates"):
        call.house.mailbox.forget()
    call.house.mailbox.use_webhook(Webhook())
    return True


async def webhook_info(call: Call) -> Json:
    """Return how the webhook does."""
    mailbox = call.house.mailbox
    webhook = mailbox.webhook
    body: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(mailbox.pending),
    }
    if webhook.url:
        body["max_connections"] = webhook.max_connections
        body["ip_address"] = webhook.ip_address or "127.0.0.1"
    if webhook.last_error is not None:
        body |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if mailbox.wanted:
        body["allowed_updates"] = mailbox.wanted
    return body


async def answer_callback(call: Call) -> bool:
    """Answer a pressed button."""
    text = call.get("text") or None
    if text is not None and units(text) > call.realm.rules.answer_length:
        raise bad("MESSAGE_TOO_LONG")
    answer = Answer(text, bool(call.get("show_alert")), call.get("url"))
    call.house.desk.answer(call.params["callback_query_id"], answer)
    return True


async def get_file(call: Call) -> Json:
    """Return where a file is fetched."""
    stored = call.realm.files.get(call.params["file_id"])
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(stored.blob) > call.realm.rules.download_limit:
        raise bad("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.blob),
        "file_path": stored.path,
    }


def _kinds(call: Call) -> list[str] | None:
    """Return the wanted kinds; the real server overlooks words it does not know, and so does this."""
    wanted = call.get("allowed_updates")
    return None if wanted is None else [kind for kind in wanted if kind in _KINDS]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


METHODS: dict[str, Handler] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "answerCallbackQuery": answer_callback,
    "getFile": get_file,
}
