"""The hosted checkout page: what a buyer sees, and the few buttons that stand for a bank. Plain HTML, no script.

``GET /c/pay/:session`` shows it, ``POST`` to the same address with ``action`` = pay, decline, leave, approve,
reject, bank_yes or bank_no does it. ``GET /receipts/:charge`` is the receipt.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from pathlib import Path

from aiohttp import web
from yarl import URL

from bot.sandbox.stripe import buyer, money, shape
from bot.sandbox.stripe.books import Books
from bot.sandbox.stripe.cards import CARDS, find
from bot.sandbox.stripe.refusal import Json, Refusal
from bot.sandbox.stripe.words import WORDS, language

_CSS = Path(__file__).with_name("checkout.css")
_OFFERED = ("visa", "declined", "insufficient", "challenge", "delayed", "delayed_fails", "dispute")


class Page:
    """The pages of this world, drawn from its books."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._css = _CSS.read_text(encoding="utf-8")
        self._css_path = f"/assets/{hashlib.sha256(self._css.encode()).hexdigest()[:12]}.css"

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Hang the pages into the server."""
        router.add_get("/c/pay/{session}", self.show)
        router.add_post("/c/pay/{session}", self.act)
        router.add_get("/receipts/{charge}", self.receipt)
        router.add_get(self._css_path, self.style)

    async def style(self, request: web.Request) -> web.Response:
        """The style sheet; its name changes with its content."""
        return web.Response(
            text=self._css, content_type="text/css", headers={"Cache-Control": "public, max-age=31536000"}
        )

    async def show(self, request: web.Request) -> web.Response:
        """The page as the session stands now."""
        session = self.books.shelves["checkout.session"].get(request.match_info["session"])
        words = _words(request, session)
        if session is None:
            return self._alone(words, "missing", status=404)
        intent = self._intent(session)
        if session["status"] == "expired":
            return self._alone(words, "expired")
        if session["status"] == "complete":
            return self._finished(words, session, intent)
        if intent and intent["status"] == "requires_action":
            buttons = _button("approve", words["approve"]) + _button("reject", words["reject"], "quiet")
            return self._alone(words, "challenge", f'<form method="post">{buttons}</form>')
        return self._form(words, session)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """A button was pressed. Whatever the session no longer allows shows the page as it is instead."""
        session = self.books.shelves["checkout.session"].get(request.match_info["session"])
        words = _words(request, session)
        if session is None:
            return self._alone(words, "missing", status=404)
        said = {key: str(value) for key, value in (await request.post()).items()}
        action = said.get("action", "pay")
        try:
            if action == "leave":
                return self._leave(words, session)
            if action in ("bank_yes", "bank_no"):
                buyer.advance(self.books, session, paid=action == "bank_yes")
                return _see(request.path)
            if action in ("approve", "reject"):
                outcome = buyer.approve(self.books, session, approved=action == "approve")
            else:
                outcome = self._pay(session, said, action)
        except Refusal as refusal:
            if refusal.code == "email_invalid":
                return self._form(words, session, words["email_bad"], said)
            return _see(request.path)
        if outcome == "declined":
            why = "insufficient" if action == "pay" and said.get("card") == "insufficient" else "declined"
            return self._form(words, session, words[why], said)
        if outcome == "challenge":
            return _see(request.path)
        return _see(_returned(session))

    def _pay(self, session: Json, said: Json, action: str) -> str:
        email = said.get("email", "").strip() or None
        if email is not None:
            shape.email(email, "email")
        card = find("declined" if action == "decline" else said.get("card", "visa")) or CARDS[0]
        return buyer.pay(self.books, session, buyer.with_card(self.books, card, email), email=email)

    def _leave(self, words: dict[str, str], session: Json) -> web.StreamResponse:
        if session["cancel_url"]:
            return _see(session["cancel_url"])
        return self._document(words, f'<section class="alone"><p>{escape(words["no_cancel"])}</p></section>')

    def _intent(self, session: Json) -> Json | None:
        if session["payment_intent"] is None:
            return None
        return self.books.get("payment_intent", session["payment_intent"])

    # --- drawing ---

    def _form(self, words: dict[str, str], session: Json, error: str = "", said: Json | None = None) -> web.Response:
        said = said or {}
        alert = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
        email = escape(said.get("email") or session["customer_email"] or "", quote=True)
        total = escape(money.shown(session["amount_total"], session["currency"]))
        until = _moment(session["expires_at"], words["lang"])
        form = f"""<form method="post">{alert}
<label class="field" for="email">{escape(words["email"])}</label>
<input id="email" name="email" type="email" autocomplete="email" value="{email}" placeholder="name@example.com">
<fieldset><legend>{escape(words["card"])}</legend>
<div class="cards">{_cards(words, session, said.get("card"))}</div></fieldset>
<button name="action" value="pay">{escape(words["pay"])} · <span class="amount">{total}</span></button>
<button name="action" value="decline" class="quiet">{escape(words["decline"])}</button>
<p class="note">{escape(words["until"])} {until}</p></form>"""
        leave = f'<form method="post">{_button("leave", words["leave"], "link")}</form>'
        body = f"""<section>{leave}{self._summary(words, session)}</section><section>{form}</section>"""
        return self._document(words, body, columns=True, status=402 if error else 200)

    def _summary(self, words: dict[str, str], session: Json) -> str:
        currency = session["currency"]
        rows = "".join(_row(words, item) for item in self.books.sessions_aside[session["id"]].items)
        tax = session["total_details"]["amount_tax"]
        sums = _sum(words["tax"], tax, currency) if tax else ""
        total = session["amount_total"]
        return f"""<h1>{escape(words["title"])}</h1>
<p class="total amount">{escape(money.shown(total, currency))}</p><ul class="items">{rows}</ul>
{sums}{_sum(words["to_pay"], total, currency, "all")}"""

    def _finished(self, words: dict[str, str], session: Json, intent: Json | None) -> web.Response:
        back = f'<a class="button" href="{escape(_returned(session), quote=True)}">{escape(words["back"])}</a>'
        if session["payment_status"] != "unpaid":
            return self._alone(words, "done", back)
        if intent and intent["status"] == "processing":
            buttons = _button("bank_yes", words["bank_yes"]) + _button("bank_no", words["bank_no"], "quiet")
            return self._alone(words, "waiting", f'<form method="post">{buttons}</form>')
        return self._alone(words, "failed", back)

    async def receipt(self, request: web.Request) -> web.Response:
        """The receipt of a charge, with what was refunded since."""
        charge = self.books.shelves["charge"].get(request.match_info["charge"])
        words = _words(request, None)
        if charge is None or not charge["paid"]:
            return self._alone(words, "missing", status=404)
        currency = charge["currency"]
        back = charge["amount_refunded"]
        rows = _sum(words["to_pay"], charge["amount"], currency, "all")
        rows += _sum(words["refunded"], -back, currency) if back else ""
        body = f"""<section class="alone"><h1>{escape(words["receipt_title"])}</h1>{rows}
<p class="note">{escape(words["paid_on"])} {_moment(charge["created"], words["lang"])}<br>
{escape(charge["id"])}</p></section>"""
        return self._document(words, body)

    def _alone(self, words: dict[str, str], what: str, below: str = "", status: int = 200) -> web.Response:
        body = f"""<section class="alone"><h1>{escape(words[f"{what}_title"])}</h1>
<p>{escape(words[what])}</p>{below}</section>"""
        return self._document(words, body, status=status)

    def _document(self, words: dict[str, str], body: str, *, columns: bool = False, status: int = 200) -> web.Response:
        html = f"""<!doctype html><html lang="{words["lang"]}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>{escape(words["title"])} · Sandbox</title><link rel="stylesheet" href="{self._css_path}"></head>
<body><p class="banner" role="note">{escape(words["banner"])}</p>
<main class="{"two" if columns else "one"}">{body}</main></body></html>"""
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def _words(request: web.Request, session: Json | None) -> dict[str, str]:
    chosen = language(session["locale"] if session else None, request.headers.get("Accept-Language", ""))
    return WORDS[chosen] | {"lang": chosen}


def _cards(words: dict[str, str], session: Json, chosen: str | None) -> str:
    rows = []
    for card in CARDS:
        if card.name not in _OFFERED or card.kind not in session["payment_method_types"]:
            continue
        mark = " checked" if card.name == (chosen or "visa") else ""
        rows.append(
            f'<label><input type="radio" name="card" value="{card.name}"{mark}>'
            f"<span>{escape(words[f'card_{card.name}'])}</span>"
            f'<code title="{card.number}">•••• {card.last4}</code></label>'
        )
    return "".join(rows)


def _row(words: dict[str, str], item: Json) -> str:
    each = money.shown(item["price"]["unit_amount"], item["currency"])
    many = f"<small>{item['quantity']} × {escape(each)}</small>" if item["quantity"] > 1 else ""
    amount = escape(money.shown(item["amount_subtotal"], item["currency"]))
    return f'<li><span>{escape(item["description"])}{many}</span><span class="amount">{amount}</span></li>'


def _sum(label: str, amount: int, currency: str, kind: str = "") -> str:
    shown = escape(money.shown(amount, currency))
    return f'<p class="sum {kind}"><span>{escape(label)}</span><span class="amount">{shown}</span></p>'


def _button(action: str, label: str, kind: str = "") -> str:
    return f'<button name="action" value="{action}" class="{kind}">{escape(label)}</button>'


def _moment(seconds: int, lang: str) -> str:
    """A moment as the reader's clock shows it: Korean time for Korean readers, else UTC (the server cannot know)."""
    zone = timezone(timedelta(hours=9), "KST") if lang == "ko" else UTC
    return datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%d %H:%M %Z")


def _see(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": str(URL(where))})


def _returned(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
