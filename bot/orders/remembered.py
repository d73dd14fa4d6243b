"""What a fact adds to an order's data. Pure; everything returned is plain data that JSON can hold."""

from typing import Any

from bot.orders import bundles, corrections, facts, letters
from bot.orders.conditions import unheard
from bot.orders.order import Order

WAYS = {"hand_over": "dm", "hand_over_thread": "thread", "hand_over_claim": "claim", "hand_over_mail": "mail"}
"""The way that each work of a hand-over takes."""


def checkout(_order: Order, what: facts.CheckoutOpened) -> dict[str, Any]:
    """The page to pay on."""
    return {
        "checkout": {
            "provider": what.provider, "reference": what.reference, "url": what.url, "expires": what.expires,
        } | ({"words": what.words} if what.words else {})
    }  # fmt: skip


def pending(_order: Order, what: facts.PaymentPending) -> dict[str, Any]:
    """The page whose bank is waited for."""
    return {"pending": {"reference": what.reference, "until": what.until}}


def closed(_order: Order, what: facts.CheckoutClosed) -> dict[str, Any]:
    """Nobody is waited for any more, and why."""
    return {"pending": {}, "closed": what.reason}


def payment(_order: Order, what: facts.Paid) -> dict[str, Any]:
    """What the order was paid with."""
    return {
        "payment": {
            "provider": what.provider, "reference": what.reference, "payment": what.payment,
            "amount": what.amount, "currency": what.currency.upper(),
        } | ({"tax": what.tax} if what.tax else {})
    }  # fmt: skip


def takes(_order: Order, what: facts.TakesReady) -> dict[str, Any]:
    """The takes of the round."""
    return {"takes": what.takes}


def card(order: Order, what: facts.CardPosted) -> dict[str, Any]:
    """Where the card of the round is."""
    return {"cards": order.data.get("cards", {}) | {str(what.round): what.message}}


def chosen(_order: Order, what: facts.Approved) -> dict[str, Any]:
    """The number of the take."""
    return {"chosen": what.take}


def earlier_round(order: Order, _what: facts.AgainAsked) -> dict[str, Any]:
    """The takes of the round that is over, as they were last corrected."""
    over = {"round": order.round, "takes": order.data["takes"]}
    if overview := order.data.get("overview"):
        over["overview"] = overview
    return {"rounds": [*order.data.get("rounds", ()), over], "corrections": {}, "overview": ""}


def correction(order: Order, what: facts.CorrectionAsked) -> dict[str, Any]:
    """One more press on a take."""
    entry = corrections.of_take(order, what.take)
    presses = corrections.after(entry["presses"], what.press)
    before = entry.get("before") or _take(order, what.take)
    return _with_correction(
        order, what.take, entry, before=before, presses=presses, asked=entry["asked"] + 1, problem=None
    )


def corrected(order: Order, what: facts.Corrected) -> dict[str, Any]:
    """The take as it sounds now, in its place among the others, and the new picture of them all."""
    entry = corrections.of_take(order, what.take)
    changes = {"kept": entry["presses"], "done": what.number, "shown": what.number}
    place = {"rank": _take(order, what.take).get("rank")}
    takes = [what.made | place if take["index"] == what.take else take for take in order.data["takes"]]
    return {"takes": takes, "overview": what.overview} | _with_correction(order, what.take, entry, **changes)


def not_corrected(order: Order, what: facts.NotCorrected | facts.JobDied) -> dict[str, Any]:
    """The take stays as it was: what was pressed since is taken back, and why is kept for whoever pressed."""
    told: dict[str, Any] = {}
    problem: dict[str, Any]
    if isinstance(what, facts.JobDied):
        take, number, problem = what.data["take"], what.data["number"], {"text": "error-correction-failed"}
        told = {"failure": {"kind": what.kind, "error": what.error, "data": what.data}}
    else:
        take, number, problem = what.take, what.number, {"text": what.text, "values": what.values}
    entry = corrections.of_take(order, take)
    return told | _with_correction(order, take, entry, presses=entry["kept"], done=number, problem=problem)


def _take(order: Order, index: int) -> dict[str, Any]:
    found: dict[str, Any] = next(take for take in order.data["takes"] if take["index"] == index)
    return found


def _with_correction(order: Order, take: int, entry: Any, **changes: Any) -> dict[str, Any]:
    return {"corrections": order.data.get("corrections", {}) | {str(take): {**entry, **changes}}}


def letter(order: Order, what: facts.Letter) -> dict[str, Any]:
    """One more letter of the conversation."""
    said = letters.conversation(order)
    new = {"id": len(said) + 1, "side": what.side, "who": what.who, "text": what.text, "answers": what.answers}
    return {"letters": [*said, new | {"message": None}]}


def letter_sent(order: Order, what: facts.LetterSent) -> dict[str, Any]:
    """Where the reader of a letter has it."""
    return {
        "letters": [
            {**one, "message": what.message} if one["id"] == what.letter else one for one in letters.conversation(order)
        ]
    }


def wish(_order: Order, what: facts.RefundWished) -> dict[str, Any]:
    """That the buyer asked for the money back, and why."""
    return {"wish": {"reason": what.reason, "standing": "open"}}


def declined(order: Order, what: facts.RefundDeclined) -> dict[str, Any]:
    """That the wish was not granted, and the letter that says why."""
    told = facts.Letter(letters.OPERATOR, what.who, what.text, _NO_QUESTION)
    standing: dict[str, Any] = {"wish": order.data["wish"] | {"standing": "declined"}}
    return letter(order, told) | standing


_NO_QUESTION = -1
"""What a letter answers that waits for no answer itself: no letter, yet it is an answer."""


def reason(order: Order, what: facts.Rejected | facts.RefundAsked) -> dict[str, Any]:
    """Why the money goes back, whether the buyer withdrew, and what of it the shop keeps."""
    if not isinstance(what, facts.RefundAsked):
        return {"reason": what.reason}
    return {"reason": what.reason} | ({"withdrawn": True} if what.withdrawal else {}) | bundles.noted(order, what.spent)


def source_returned(_order: Order, what: facts.SourceReturned) -> dict[str, Any]:
    """Which order was taken back, whose piece this one changes."""
    return {"source_returned": what.source}


def files(_order: Order, what: facts.Mastered) -> dict[str, Any]:
    """The master files."""
    return {"files": what.files}


def certificate(_order: Order, what: facts.Certified) -> dict[str, Any]:
    """The number of the certificate, and its file."""
    return {"certificate": {"number": what.certificate, "file": what.file}}


def hand_over(order: Order, what: facts.HandedOver) -> dict[str, Any]:
    """By which ways the buyer has it, and where."""
    return {"hand_over": order.data.get("hand_over", {}) | {what.way: what.reference}}


def way_closed(order: Order, what: facts.WayClosed) -> dict[str, Any]:
    """Which way the parcel could not go, and why."""
    return {"closed_ways": order.data.get("closed_ways", {}) | {what.way: what.why}}


def way_died(order: Order, what: facts.JobDied) -> dict[str, Any]:
    """Which way was tried in vain until the end, and what failed last."""
    dead = {WAYS[what.kind]: what.error}
    return failure(order, what) | {"dead_ways": order.data.get("dead_ways", {}) | dead}


def link_only(order: Order, what: facts.WayClosed) -> dict[str, Any]:
    """Nothing but the link is left."""
    return way_closed(order, what) | {"hand_over": order.data.get("hand_over", {}) | {"link": ""}}


def licensee(_order: Order, what: facts.LicenseeNamed) -> dict[str, Any]:
    """Whose name goes on the licence."""
    return {"licensee": {"name": what.name}}


def new_licensee(order: Order, what: facts.LicenseeNamed) -> dict[str, Any]:
    """Whose name goes on the licence that is issued anew."""
    return licensee(order, what) | {"issue": order.data.get("issue", 0) + 1}


def reissued(order: Order, what: facts.Certified) -> dict[str, Any]:
    """The certificate that counts now, and the one it replaces."""
    replaced = [*order.data.get("replaced", ()), order.data["certificate"]["number"]]
    return certificate(order, what) | {"replaced": replaced}


def refund(order: Order, what: facts.Refunded) -> dict[str, Any]:
    """The refunds that are news, as one entry."""
    news = unheard(order, what)
    entry = {
        "payment": what.payment, "reference": ",".join(news), "amount": sum(news.values()), "currency": what.currency,
    }  # fmt: skip
    return {"refunds": [*order.data.get("refunds", ()), entry]}


def failure(_order: Order, what: facts.JobDied) -> dict[str, Any]:
    """What failed last."""
    told = {"kind": what.kind, "error": what.error, "cause": what.cause, "values": what.values}
    return {"failure": told | {"data": what.data}}


def paper(_order: Order, what: facts.PaperSent) -> dict[str, Any]:
    """Where the buyer has the contract."""
    return {"paper": what.message}


def status(_order: Order, what: facts.BuyerTold) -> dict[str, Any]:
    """Where the buyer's status message is."""
    return {"status": what.message}


def refund_failed(order: Order, what: facts.RefundFailed) -> dict[str, Any]:
    """The refunds without the one that failed, and what the operator may try again."""
    left = []
    for entry in order.data.get("refunds", ()):
        references = entry["reference"].split(",")
        if what.reference not in references:
            left.append(entry)
        elif entry["amount"] > what.amount:
            kept = ",".join(reference for reference in references if reference != what.reference)
            left.append(entry | {"reference": kept, "amount": entry["amount"] - what.amount})
    again = {"payment": what.payment, "provider": what.provider}
    return {"refunds": left, "failure": {"kind": "refund", "error": what.reason, "data": again}}
