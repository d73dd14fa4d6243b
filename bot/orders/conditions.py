"""The conditions of the story's table: when a line of it counts. Pure: the order as it stands and the fact, in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.orders import corrections, disputes, facts, letters
from bot.orders.consents import confirmed
from bot.orders.order import Order


def free(order: Order, _what: Any) -> bool:
    """The order costs nothing."""
    return order.free


def priced(order: Order, _what: Any) -> bool:
    """The order costs something."""
    return not order.free


def free_and(condition: Callable[[Order, Any], bool] | None) -> Callable[[Order, Any], bool]:
    """The order costs nothing, and the other condition holds too."""
    return lambda order, what: order.free and (condition is None or condition(order, what))


def first_wish(order: Order, _what: facts.RefundWished) -> bool:
    """There is money or credit to give back, and the buyer has not asked for it before."""
    return bool(order.sold and "wish" not in order.data)


def open_wish(order: Order, _what: facts.RefundDeclined) -> bool:
    """The buyer has asked for the money back, and nobody has answered."""
    return bool(order.data.get("wish", {}).get("standing") == "open")


def this_round(order: Order, what: Any) -> bool:
    """The fact is about the round the order is in."""
    return bool(what.round == order.round)


def known_take(order: Order, what: facts.Approved) -> bool:
    """The take exists in this round."""
    return what.round == order.round and any(take["index"] == what.take for take in order.data.get("takes", ()))


def correctable(order: Order, what: facts.CorrectionAsked) -> bool:
    """The take exists in this round, its untouched sound is kept, and the press means something now."""
    take = next((one for one in order.data.get("takes", ()) if one["index"] == what.take), None)
    kept = take is not None and "raw" in take.get("files", {}) and "target" in take
    presses = corrections.of_take(order, what.take)["presses"]
    return what.round == order.round and kept and corrections.possible(presses, what.press)


def newest_correction(order: Order, what: facts.Corrected | facts.NotCorrected) -> bool:
    """No press has followed the one that this is about."""
    return what.round == order.round and what.number == corrections.of_take(order, what.take)["asked"]


def correction_died(order: Order, what: facts.JobDied) -> bool:
    """The work that failed for good is the newest correction of a take."""
    about = what.data
    this = what.kind == "correct" and about["round"] == order.round
    return bool(this and about["number"] == corrections.of_take(order, about["take"])["asked"])


def first_question(order: Order, what: facts.Letter) -> bool:
    """The operator asks, and the buyer has not left an earlier question open."""
    return what.side == letters.OPERATOR and letters.open_question(order) is None


def from_buyer(order: Order, what: facts.Letter) -> bool:
    """The buyer writes."""
    return what.side == letters.BUYER


def known_letter(order: Order, what: facts.LetterSent) -> bool:
    """There is such a letter."""
    return letters.letter(order, what.letter) is not None


def this_version(order: Order, what: facts.DeadlinePassed) -> bool:
    """The deadline is that of the state the order is still in."""
    return what.version == order.version


def price_met(order: Order, what: facts.Paid) -> bool:
    """Amount and currency are those of the price."""
    total = order.price.total
    return what.amount == total.amount and what.currency.upper() == total.currency


def price_met_and_confirmed(order: Order, what: facts.Paid) -> bool:
    """Amount and currency are those of the price, and the buyer's law wants the contract in a form that lasts."""
    return price_met(order, what) and confirmed(order)


def another_payment(order: Order, what: facts.Paid) -> bool:
    """It is not the payment the order was paid with."""
    return not its_payment(order, what.payment)


def its_page(order: Order, what: facts.CheckoutClosed) -> bool:
    """It is the page that counts: the one whose bank is waited for, else the one that was opened last."""
    page = order.data.get("pending") or order.data.get("checkout", {})
    return bool(page.get("reference") == what.reference)


def news_of_its_payment(order: Order, what: facts.Refunded) -> bool:
    """A refund of the order's own payment that was not heard of before."""
    return its_payment(order, what.payment) and bool(unheard(order, what))


def news_of_another(order: Order, what: facts.Refunded) -> bool:
    """A refund of another payment that was not heard of before."""
    return not its_payment(order, what.payment) and bool(unheard(order, what))


def all_back(order: Order, what: facts.Refunded) -> bool:
    """With this refund nothing of the order's payment is left that is the buyer's."""
    if not news_of_its_payment(order, what):
        return False
    left = order.data["payment"]["amount"] - order.kept
    return bool(order.back + sum(unheard(order, what).values()) >= left)


def its_payment(order: Order, payment: str | None) -> bool:
    """The order was paid with this payment."""
    return bool(order.data.get("payment", {}).get("payment") == payment)


def unheard(order: Order, what: facts.Refunded) -> dict[str, int]:
    """Return the refunds that are news, in minor units by reference: the job that asked for one and the provider may
    both tell of it, and it counts once."""
    entries = order.data.get("refunds", ())
    heard = {reference for entry in entries for reference in entry["reference"].split(",")}
    return {reference: amount for reference, amount in what.each().items() if reference not in heard}


def died(*kinds: str) -> Callable[[Order, facts.JobDied], bool]:
    """One of these kinds died, and not for an earlier round."""
    return lambda order, what: what.kind in kinds and what.data.get("round", order.round) == order.round


def way(name: str) -> Callable[[Order, facts.WayClosed], bool]:
    """It is this way that is closed."""
    return lambda _order, what: what.way == name


def nobody_reached(order: Order, what: facts.WayClosed) -> bool:
    """The last way is closed, and the others were not closed but failed: the operator should know."""
    return what.way == "mail" and bool(order.data.get("dead_ways"))


def other_name(order: Order, what: facts.LicenseeNamed) -> bool:
    """The licence is in another name, or in none."""
    return bool((order.data.get("licensee") or {}).get("name", "") != what.name)


def licence_due(order: Order, _what: facts.RetryAsked) -> bool:
    """The licence was to be issued in another name, and has not been."""
    return bool(order.data.get("issue", 0) > len(order.data.get("replaced", ())))


def anew(order: Order, what: facts.Certified) -> bool:
    """It is another certificate than the one that counts."""
    return bool(order.data.get("certificate", {}).get("number") != what.certificate)


def refund_died(order: Order, what: facts.JobDied) -> bool:
    """The refund of the order's own payment failed for good."""
    return what.kind == "refund" and its_payment(order, what.data.get("payment"))


def second_refund_failed(order: Order, _what: facts.RetryAsked) -> bool:
    """What failed is the refund of a second payment, and it has not gone back since."""
    failure = order.data.get("failure", {})
    payment = failure.get("data", {}).get("payment")
    returned = [entry["payment"] for entry in order.data.get("refunds", ())]
    return failure.get("kind") == "refund" and not its_payment(order, payment) and payment not in returned


def held(order: Order, _what: Any) -> bool:
    """The bank questions the payment and has not decided."""
    return order.held


def held_this_version(order: Order, what: facts.DeadlinePassed) -> bool:
    """The time is over while the bank questions the payment."""
    return order.held and this_version(order, what)


def taken_this_version(order: Order, what: facts.DeadlinePassed) -> bool:
    """The time is over while the bank has the money: none can be sent back."""
    own = [entry for entry in order.data.get("disputes", {}).values() if _its_payment_open(order, entry)]
    return any(entry["taken"] for entry in own) and this_version(order, what)


def _its_payment_open(order: Order, dispute: dict[str, Any]) -> bool:
    return dispute["standing"] == "open" and its_payment(order, dispute["payment"])


def won(order: Order, what: facts.DisputeClosed) -> bool:
    """The shop keeps the order's own payment, and the bank asks nothing else about it."""
    return what.won and settled(order, what)


def won_back(order: Order, what: facts.DisputeClosed) -> bool:
    """The order's own payment was away, and is with the shop again."""
    return what.taken and what.won and its_payment(order, what.payment)


def won_back_second(order: Order, what: facts.DisputeClosed) -> bool:
    """A second payment was away, is with the shop again, and has not gone back to the buyer."""
    returned = [entry["payment"] for entry in order.data.get("refunds", ())]
    another = not its_payment(order, what.payment) and what.payment not in returned
    return what.won and what.taken and another


def lost(order: Order, what: facts.DisputeClosed) -> bool:
    """With what the bank has given back to the buyer nothing of the order's own payment is left that is theirs."""
    return lost_in_part(order, what) and _after(order, what).back >= order.data["payment"]["amount"] - order.kept


def lost_in_part(order: Order, what: facts.DisputeClosed) -> bool:
    """The bank has given the order's own payment back to the buyer, or a part of it."""
    return not what.won and its_payment(order, what.payment)


def lost_and_settled(order: Order, what: facts.DisputeClosed) -> bool:
    """The bank has given a part of the order's own payment back, and asks nothing else about it."""
    return lost_in_part(order, what) and settled(order, what)


def settled(order: Order, what: facts.DisputeClosed) -> bool:
    """It is about the order's own payment, and no other dispute about that is open."""
    return its_payment(order, what.payment) and not _after(order, what).held


def _after(order: Order, what: facts.DisputeClosed) -> Order:
    """Return the order as it is when this decision stands in it."""
    return replace(order, data=order.data | disputes.decided(order, what))


def its_refund_failed(order: Order, what: facts.RefundFailed) -> bool:
    """The order's own payment is with the shop again, and the buyer has not got it in another way."""
    return its_payment(order, what.payment) and not order.charged_back
