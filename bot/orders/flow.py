"""The order story as one table: in this state, this fact leads to that state and leaves this work to be done.

`transition` is pure: the order book calls it inside the transaction that stores the fact, and writes the step's state,
data, deadline and work in the same transaction. A pair that is not in the table is ignored and journalled as such.
``docs/order-story.md`` is drawn from `TABLE`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.orders import conditions as only
from bot.orders import consents, disputes, facts
from bot.orders import remembered as note
from bot.orders.facts import Fact
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.steps import Ignored as Ignored
from bot.orders.steps import Row as Row
from bot.orders.steps import Step as Step
from bot.orders.steps import step
from bot.orders.work import work

A, C, R, P, D = State.AWAITING_PAYMENT, State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING
UNPAID = (A, State.CANCELLED)
PAID = (C, R, P, D, State.DELIVERED, State.REFUNDING, State.REFUNDED)
AT_WORK = (*PAID, State.CANCELLED)
"""Where an order may be once it was composed; of the cancelled ones only those that cost nothing were."""


def transition(order: Order, fact: Fact, policy: Policy, now: datetime) -> Step | Ignored:
    """Return what ``fact`` does to ``order`` at the time ``now`` (UTC)."""
    for row in TABLE:
        fits = row.when is order.state and isinstance(fact.what, row.fact)
        if fits and (row.only_if is None or row.only_if(order, fact.what)):
            return step(row, order, fact.what, policy, now)
    return Ignored(f"{fact.kind} means nothing while {order.state}")


def placed(order: Order, policy: Policy, now: datetime) -> Step:
    """Return the first step of a new order; one that costs nothing skips the payment."""
    state, seconds, first = A, policy.pay_within, "open_checkout"
    if order.free:
        state, seconds, first = C, policy.compose_within, "compose"
    order = replace(order, state=state, version=1, deadline=now + timedelta(seconds=seconds))
    paper = ("paper",) if order.free and consents.confirmed(order) else ()
    works = tuple(work(kind, order, facts.Placed()) for kind in (first, "tell_buyer", *paper))
    return Step(order, works, "The buyer confirmed the summary.")


def _if_composed(
    state: State, condition: Callable[[Order, Any], bool] | None = None
) -> Callable[[Order, Any], bool] | None:
    """Narrow a line of `AT_WORK`: an order that was cancelled unpaid hears of no cards and of no second payments."""
    return only.free_and(condition) if state is State.CANCELLED else condition


_BACK = ("refund", "tell_buyer")
_OVER = ("tell_buyer", "alert_operator")
_REFUNDING, _REFUNDED, _CANCELLED, _DELIVERED = State.REFUNDING, State.REFUNDED, State.CANCELLED, State.DELIVERED

TABLE: tuple[Row, ...] = (
    # Nothing to pay: what ends such an order early only cancels it
    Row(C, facts.JobDied, _CANCELLED, "The music could not be made; nothing was paid.", _OVER,
        only.free_and(only.died("compose")), note.failure, ""),
    Row(C, facts.DeadlinePassed, _CANCELLED, "It took too long; nothing was paid.", _OVER,
        only.free_and(only.this_version), within=""),
    Row(R, facts.Rejected, _CANCELLED, "The operator turned it down; nothing was paid.", ("tell_buyer", "update_card"),
        only.free_and(only.this_round), note.reason, ""),
    Row(R, facts.DeadlinePassed, _CANCELLED, "Nobody listened in time; nothing was paid.", (*_OVER, "update_card"),
        only.free_and(only.this_version), within=""),
    Row(P, facts.DeadlinePassed, _CANCELLED, "It could not be packed in time; nothing was paid.",
        (*_OVER, "update_card"), only.free_and(only.this_version), within=""),
    Row(D, facts.DeadlinePassed, _CANCELLED, "It could not be handed over in time; nothing was paid.",
        (*_OVER, "update_card"), only.free_and(only.this_version), within=""),
    *(
        Row(state, facts.RefundAsked, _CANCELLED, "The order is taken back; nothing was paid.",
            ("tell_buyer", "update_card"), only.free, note.reason, "")
        for state in (C, R, P, D, _DELIVERED)
    ),
    Row(_CANCELLED, facts.HandedOver, _CANCELLED, "The buyer has the music although the order was taken back.",
        ("alert_operator",), only.free, note.hand_over),
    # Paying
    Row(A, facts.CheckoutOpened, A, "There is a page to pay on.", ("tell_buyer",), remember=note.checkout),
    Row(A, facts.Paid, C, "The price is paid; the buyer gets the contract in a form that lasts.",
        ("compose", "tell_buyer", "paper"), only.price_met_and_confirmed, note.payment, "compose_within"),
    Row(A, facts.Paid, C, "The price is paid.", ("compose", "tell_buyer"), only.price_met, note.payment,
        "compose_within"),
    Row(A, facts.Paid, _REFUNDING, "Another amount than the price was paid; it goes back.",
        (*_BACK, "alert_operator"), None, note.payment, "refund_retry"),
    Row(A, facts.PaymentPending, A, "The buyer is done; the bank answers later.", ("tell_buyer",), None, note.pending),
    Row(A, facts.CheckoutClosed, _CANCELLED, "The payment page closed unpaid.", ("tell_buyer",), only.its_page,
        note.closed, ""),
    Row(A, facts.Withdrawn, _CANCELLED, "The buyer called it off.", ("close_checkout", "tell_buyer"), within=""),
    Row(A, facts.DeadlinePassed, _CANCELLED, "Nobody paid in time.", ("close_checkout", "tell_buyer"),
        only.this_version, within=""),
    Row(A, facts.JobDied, _CANCELLED, "No payment page could be opened.", ("tell_buyer", "alert_operator"),
        only.died("open_checkout"), note.failure, ""),
    Row(_CANCELLED, facts.CheckoutOpened, _CANCELLED, "The page opened too late; it is closed again.",
        ("close_checkout",), remember=note.checkout),
    Row(_CANCELLED, facts.Paid, _REFUNDING, "Paid after it was called off; the money goes back.", _BACK, only.priced,
        note.payment, "refund_retry"),
    # Composing
    Row(C, facts.TakesReady, R, "Takes are ready to be heard.", ("post_card", "tell_buyer"), only.this_round,
        note.takes, "review_within"),
    Row(C, facts.JobDied, _REFUNDING, "The music could not be made; the money goes back.", (*_BACK, "alert_operator"),
        only.died("compose"), note.failure, "refund_retry"),
    Row(C, facts.DeadlinePassed, _REFUNDING, "It took too long; the money goes back.", (*_BACK, "alert_operator"),
        only.this_version, within="refund_retry"),
    Row(C, facts.RetryAsked, C, "The operator asked to try again.", ("compose",), within="compose_within"),
    # Reviewing
    Row(R, facts.CardPosted, R, "The operator has the card.", (), only.this_round, note.card),
    Row(R, facts.Approved, P, "The operator chose a take.", ("master", "update_card", "tell_buyer"), only.known_take,
        note.chosen, "deliver_within"),
    Row(R, facts.AgainAsked, C, "The operator wants other takes.", ("compose", "update_card", "tell_buyer"),
        only.this_round, note.earlier_round, "compose_within"),
    Row(R, facts.Rejected, _REFUNDING, "The operator turned it down; the money goes back.",
        (*_BACK, "update_card"), only.this_round, note.reason, "refund_retry"),
    Row(R, facts.DeadlinePassed, _REFUNDING, "Nobody listened in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), only.this_version, within="refund_retry"),
    Row(R, facts.JobDied, R, "The card could not be posted.", ("alert_operator",), only.died("post_card"),
        note.failure),
    Row(R, facts.RetryAsked, R, "The operator asked for the card again.", ("post_card",), within="review_within"),
    # Correcting
    Row(R, facts.CorrectionAsked, R, "The operator corrects a take.", ("correct",), only.correctable, note.correction),
    Row(R, facts.Corrected, R, "A corrected take is ready to be heard.", ("update_card",), only.newest_correction,
        note.corrected),
    Row(R, facts.NotCorrected, R, "A correction cannot be made; the take stays as it was.", ("update_card",),
        only.newest_correction, note.not_corrected),
    Row(R, facts.JobDied, R, "A correction failed; the take stays as it was.", ("update_card", "alert_operator"),
        only.correction_died, note.not_corrected),
    # Packing
    Row(P, facts.Mastered, P, "The master files are ready; the licence names their hashes.", ("certify",),
        only.this_round, note.files),
    Row(P, facts.Certified, D, "Music and licence are packed; handing over waits for the bank.", ("tell_buyer",),
        only.held, note.certificate),
    Row(P, facts.Certified, D, "Music and licence are packed.", ("hand_over", "tell_buyer"), None, note.certificate),
    Row(P, facts.JobDied, P, "Packing failed; the operator can retry or refund.", ("alert_operator",),
        only.died("master", "certify"), note.failure),
    Row(P, facts.DeadlinePassed, _REFUNDING, "It could not be packed in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), only.this_version, within="refund_retry"),
    Row(P, facts.RetryAsked, P, "The operator asked to pack again.", ("master",), within="deliver_within"),
    # Delivering
    Row(D, facts.HandedOver, _DELIVERED, "The buyer has it.", ("tell_buyer", "update_card"), None, note.hand_over, ""),
    Row(D, facts.WayClosed, D, "Direct messages are closed; a private thread comes next.", ("hand_over_thread",),
        only.way("dm"), note.way_closed),
    Row(D, facts.WayClosed, D, "There can be no thread; the buyer is called where they ordered.", ("hand_over_claim",),
        only.way("thread"), note.way_closed),
    Row(D, facts.WayClosed, D, "Nobody can be called there; e-mail comes next.", ("hand_over_mail",),
        only.way("claim"), note.way_closed),
    Row(D, facts.WayClosed, D, "Nobody could be handed the parcel; the operator can retry.", ("alert_operator",),
        only.nobody_reached, note.way_closed),
    Row(D, facts.WayClosed, _DELIVERED, "Only the link is left; the buyer finds it in /orders.",
        ("tell_buyer", "update_card"), only.way("mail"), note.link_only, ""),
    Row(D, facts.JobDied, D, "The chat could not be used; e-mail comes next.", ("hand_over_mail",),
        only.died("hand_over", "hand_over_thread", "hand_over_claim"), note.way_died),
    Row(D, facts.JobDied, D, "Nobody could be handed the parcel; the operator can retry.", ("alert_operator",),
        only.died("hand_over_mail"), note.way_died),
    Row(D, facts.DeadlinePassed, D, "Handing over waits for the bank.", (), only.held_this_version,
        within="deliver_within"),
    Row(D, facts.DeadlinePassed, _REFUNDING, "It could not be handed over in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), only.this_version, within="refund_retry"),
    Row(D, facts.RetryAsked, D, "The operator asked to hand it over again.", ("hand_over",), within="deliver_within"),
    # What the buyer asks for afterwards
    Row(_DELIVERED, facts.MailAsked, _DELIVERED, "The buyer wants it by e-mail as well.", ("hand_over_mail",)),
    Row(_DELIVERED, facts.HandedOver, _DELIVERED, "The buyer has it in another way, too.",
        ("tell_buyer", "update_card"), None, note.hand_over),
    Row(_DELIVERED, facts.WayClosed, _DELIVERED, "The e-mail was refused; the buyer is told.",
        ("tell_buyer", "update_card"), only.way("mail"), note.way_closed),
    Row(_DELIVERED, facts.JobDied, _DELIVERED, "The e-mail could not be sent.",
        ("tell_buyer", "update_card", "alert_operator"), only.died("hand_over_mail"), note.way_died),
    *(
        Row(state, facts.LicenseeNamed, state, "The buyer says whose name goes on the licence.", (),
            only.other_name, note.licensee)
        for state in (A, C, R)
    ),
    Row(_DELIVERED, facts.LicenseeNamed, _DELIVERED, "The licence is issued anew in another name.", ("certify",),
        only.other_name, note.new_licensee),
    Row(_DELIVERED, facts.Certified, _DELIVERED, "The new licence replaces the one before.",
        ("tell_buyer", "update_card"), only.anew, note.reissued),
    Row(_DELIVERED, facts.JobDied, _DELIVERED, "The licence could not be issued anew.", ("alert_operator",),
        only.died("certify"), note.failure),
    Row(_DELIVERED, facts.RetryAsked, _DELIVERED, "The operator asked to issue the licence anew.", ("certify",),
        only.licence_due),
    # Money going back
    *(
        Row(state, facts.RefundAsked, _REFUNDING, "The money was asked back.", (*_BACK, "update_card"), None,
            note.reason, "refund_retry")
        for state in (C, R, P, D, _DELIVERED)
    ),
    # A revision rests on the piece it changes: without that one's licence it has none, and nothing is kept for it
    Row(A, facts.SourceReturned, _CANCELLED, "The piece it changes was taken back; nothing was paid for the change.",
        ("close_checkout", "tell_buyer"), None, note.source_returned, ""),
    *(
        Row(state, facts.SourceReturned, _CANCELLED, "The piece it changes was taken back; the free change goes too.",
            ("tell_buyer", "update_card"), only.free, note.source_returned, "")
        for state in (C, R, P, D, _DELIVERED)
    ),
    *(
        Row(state, facts.SourceReturned, _REFUNDING, "The piece it changes was taken back; the money goes back.",
            (*_BACK, "update_card"), None, note.source_returned, "refund_retry")
        for state in (C, R, P, D, _DELIVERED)
    ),
    *(
        Row(state, facts.RefundWished, state, "The buyer asks for the money back; the operator decides.",
            ("alert_operator",), only.first_wish, note.wish)
        for state in (C, R, P, D, _DELIVERED)
    ),
    *(
        Row(state, facts.RefundDeclined, state, "The money is not given back; the buyer is told why.", ("letter",),
            only.open_wish, note.declined)
        for state in (C, R, P, D, _DELIVERED)
    ),
    Row(_REFUNDING, facts.Refunded, _REFUNDED, "The money is back.", ("tell_buyer", "update_card"), only.all_back,
        note.refund, ""),
    *(
        Row(state, facts.Refunded, _REFUNDED, "The money was sent back outside the shop.",
            ("tell_buyer", "update_card"), only.all_back, note.refund, "")
        for state in (C, R, P, D, _DELIVERED)
    ),
    *(
        Row(state, facts.Refunded, state, "Part of the money is back.", ("tell_buyer",), only.news_of_its_payment,
            note.refund)
        for state in (C, R, P, D, _DELIVERED, _REFUNDING)
    ),
    Row(_REFUNDED, facts.Refunded, _REFUNDED, "More money went back than came in.", ("alert_operator",),
        only.news_of_its_payment, note.refund),
    Row(_REFUNDING, facts.JobDied, _REFUNDING, "The refund failed; it is tried again later.", ("alert_operator",),
        only.refund_died, note.failure, "refund_retry"),
    Row(_REFUNDING, facts.DeadlinePassed, _REFUNDING, "The bank has the money; the refund waits for its decision.", (),
        only.taken_this_version, within="refund_retry"),
    Row(_REFUNDING, facts.DeadlinePassed, _REFUNDING, "The refund is tried again.", ("refund",), only.this_version,
        within="refund_retry"),
    Row(_REFUNDING, facts.RetryAsked, _REFUNDING, "The operator asked to try the refund again.", ("refund",),
        within="refund_retry"),
    *(
        Row(state, facts.Paid, state, "Paid once more than was owed; that payment goes back.",
            ("refund", "alert_operator"), _if_composed(state, only.another_payment))
        for state in AT_WORK
    ),
    *(
        Row(state, facts.Refunded, state, "A second payment is back.", ("tell_buyer",),
            _if_composed(state, only.news_of_another), note.refund)
        for state in AT_WORK
    ),
    *(
        Row(state, facts.JobDied, state, "A second payment could not be sent back; the operator can retry.",
            ("alert_operator",), _if_composed(state, only.died("refund")), note.failure)
        for state in AT_WORK
    ),
    *(
        Row(state, facts.RetryAsked, state, "The operator asked to try the second refund again.", ("refund",),
            _if_composed(state, only.second_refund_failed))
        for state in (_DELIVERED, _REFUNDED, _CANCELLED)
    ),
    *(
        Row(state, facts.HandedOver, state, "The buyer has the music although the money goes back.",
            ("alert_operator",), None, note.hand_over)
        for state in (_REFUNDING, _REFUNDED)
    ),
    *(
        Row(state, facts.RefundFailed, _REFUNDING, "The refund did not arrive; it is tried again later.",
            ("tell_buyer", "alert_operator"), only.its_refund_failed, note.refund_failed, "refund_retry")
        for state in (_REFUNDING, _REFUNDED)
    ),
    *(
        Row(state, facts.RefundFailed, state, "A refund did not arrive; the operator can send it again.",
            ("alert_operator",), _if_composed(state), note.refund_failed)
        for state in AT_WORK
    ),
    # Disputes
    *(
        Row(state, facts.Disputed, state, "The bank questions the payment; nothing is handed over meanwhile.",
            ("alert_operator",), _if_composed(state), disputes.opened)
        for state in AT_WORK
    ),
    Row(D, facts.DisputeClosed, D, "The dispute is won; the parcel goes out.",
        ("hand_over", "tell_buyer", "alert_operator"), only.won, disputes.decided, "deliver_within"),
    Row(_REFUNDING, facts.DisputeClosed, _REFUNDING, "The dispute is won; the money goes back to the buyer after all.",
        ("refund", "alert_operator"), only.won_back, disputes.decided, "refund_retry"),
    *(
        Row(state, facts.DisputeClosed, state, "The dispute about a second payment is won; that payment goes back.",
            ("refund", "alert_operator"), _if_composed(state, only.won_back_second), disputes.decided)
        for state in AT_WORK
    ),
    *(
        Row(state, facts.DisputeClosed, _REFUNDED, "The dispute is lost: the bank has returned the money.",
            ("tell_buyer", "update_card", "alert_operator"), only.lost, disputes.decided, "")
        for state in (C, R, P, D, _DELIVERED, _REFUNDING)
    ),
    Row(D, facts.DisputeClosed, D, "The dispute is lost in part; the rest is the price, and the parcel goes out.",
        ("hand_over", "tell_buyer", "alert_operator"), only.lost_and_settled, disputes.decided, "deliver_within"),
    Row(_REFUNDING, facts.DisputeClosed, _REFUNDING, "The dispute is lost in part; the rest goes back, too.",
        ("refund", "tell_buyer", "alert_operator"), only.lost_and_settled, disputes.decided, "refund_retry"),
    *(
        Row(state, facts.DisputeClosed, state, "The dispute is lost in part; the order stands.",
            ("tell_buyer", "alert_operator"), only.lost_in_part, disputes.decided)
        for state in (C, R, P, D, _DELIVERED, _REFUNDING)
    ),
    *(
        Row(state, facts.DisputeClosed, state, "The bank has decided about a dispute.", ("alert_operator",),
            _if_composed(state), disputes.decided)
        for state in AT_WORK
    ),
    # Writing to each other
    Row(R, facts.Letter, R, "The operator asks the buyer; the verdict may wait for the answer.",
        ("letter", "update_card"), only.first_question, note.letter, at_least="answer_within"),
    Row(R, facts.Letter, R, "The buyer writes to the operator.", ("letter", "update_card"), only.from_buyer,
        note.letter, at_least="read_within"),
    *(
        Row(state, facts.Letter, state, "Buyer and operator write to each other.", ("letter",), remember=note.letter)
        for state in State
    ),
    *(
        Row(state, facts.LetterSent, state, "The letter is where its reader finds it.", (), only.known_letter,
            note.letter_sent)
        for state in State
    ),
    *(
        Row(state, facts.JobDied, state, "A letter could not be passed on.", ("alert_operator",), only.died("letter"),
            note.failure)
        for state in State
    ),
    # Telling
    *(
        Row(state, facts.PaperSent, state, "The buyer has the contract.", (), None, note.paper)
        for state in State
    ),
    *(
        Row(state, facts.JobDied, state, "The contract could not be sent; /orders shows it.", ("alert_operator",),
            only.died("paper"))
        for state in State
    ),
    *(
        Row(state, facts.BuyerTold, state, "The buyer's status message stands.", remember=note.status)
        for state in State
    ),
    # The verdict may be quicker than the receipt for the card; the card still has to be brought up to date.
    *(
        Row(state, facts.CardPosted, state, "A card came late and is brought up to date.", ("update_card",),
            _if_composed(state), note.card)
        for state in AT_WORK
    ),
)  # fmt: skip
