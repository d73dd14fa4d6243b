"""Keyboards under messages: checked as Telegram checks them, and compared."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from bot.sandbox.telegram.records import Json
from bot.sandbox.telegram.refusals import Refusal, bad
from bot.sandbox.telegram.rules import Rules

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_MOST_BUTTONS = 100


def checked(markup: Json | None, rules: Rules, of_invoice: bool = False) -> Json | None:
    """Return a keyboard to be kept, None where there is none. Raises Refusal 400 for a button Telegram refuses."""
    if markup is None or "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > _MOST_BUTTONS:
        raise bad("reply markup is too long")
    for index, button in enumerate(buttons):
        _check(button, rules)
        if button.get("pay") and (index or not of_invoice):
            raise bad("BUTTON_TYPE_INVALID")
    if of_invoice and buttons and not buttons[0].get("pay"):
        raise bad("REPLY_MARKUP_BUY_EMPTY")
    return {"inline_keyboard": rows} if rows else None


def _check(button: Json, rules: Rules) -> None:
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise bad("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= rules.callback_data:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and (why := _wrong_url(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {why}")


def _wrong_url(url: str) -> str | None:
    """Return what is wrong with a link; a bare host name such as `localhost` is no address for Telegram."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "tg", "ton"):
        return "Unsupported URL protocol"
    host = parts.hostname or ""
    if parts.scheme in ("http", "https") and "." not in host and not _is_address(host):
        return "Wrong HTTP URL"
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def unmodified() -> Refusal:
    """Return the answer to an edit that changes nothing."""
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )


def find(markup: Json | None, wanted: str) -> Json | None:
    """Return the inline button with this callback data or label, None where there is none."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    for name in ("callback_data", "text"):
        for button in buttons:
            if button.get(name) == wanted:
                return dict(button)
    return None
