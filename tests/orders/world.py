"""A world that does the work of one order, well or badly, in any order: what property tests play against."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.orders import facts, flow
from bot.orders.facts import Fact, What
from bot.orders.order import State
from bot.orders.work import Work
from tests.orders.example import CERTIFIED, HANDED_OVER, NOON, POLICY, free_order, new_order, opened, takes


@dataclass
class World:
    """One order, the work it left, and the money as the payment provider knows it."""

    now = NOON
    told: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)
    given_out: list[Work] = field(default_factory=list)
    died: list[Work] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    disputes: dict[str, str] = field(default_factory=dict)
    handed_over: int = 0
    asked_back: bool = False
    free: bool = False

    def __post_init__(self) -> None:
        step = flow.placed(free_order() if self.free else new_order(), POLICY, self.now)
        self.order = step.order
        self._give_out(step.works)

    def tell(self, what: What, key: str) -> None:
        """As the order book does: once by key, and work once by its key."""
        if key in self.told:
            return
        self.told.add(key)
        step = flow.transition(self.order, Fact(self.order.id, key, "world", what), POLICY, self.now)
        if isinstance(step, flow.Step):
            assert step.order.version == self.order.version + 1
            self.order = step.order
            self._give_out(step.works)

    def pay(self, amount: int = 15000) -> None:
        payment = f"pi_{len(self.paid) + 1}"
        self.paid.append(payment)
        self.tell(facts.Paid("stripe", f"cs_{payment}", amount, "krw", payment), f"stripe:{payment}")

    def hear_of_payment_again(self) -> None:
        if self.paid:
            again = facts.Paid("stripe", f"cs_{self.paid[0]}", 15000, "krw", self.paid[0])
            self.tell(again, f"stripe:again:{len(self.told)}")

    def verdict(self, take: int) -> None:
        """The operator's reaction: choose a take, ask for others (0), or turn it down (-1). One counts per round."""
        round_ = self.order.round
        what: What = facts.Approved(round_, take)
        if take <= 0:
            what = facts.AgainAsked(round_) if take == 0 else facts.Rejected(round_)
            self.asked_back |= take < 0
        self.tell(what, f"verdict:{self.order.id}:{round_}")

    def ask_back(self) -> None:
        self.asked_back = True
        self.tell(facts.RefundAsked(), f"ask:{len(self.told)}")

    def dispute(self, index: int) -> None:
        """The bank questions a payment that was not sent back, once, and has the money from now on."""
        left = [payment for payment in self.paid if payment not in (*self.returned, *self.disputes)]
        if left:
            payment = left[index % len(left)]
            self.disputes[payment] = "open"
            what = facts.Disputed("stripe", payment, f"du_{payment}", 15000, "KRW")
            self.tell(what, f"stripe:disputed:{payment}")

    def decide(self, won: bool) -> None:
        """The bank decides about the first dispute that is open."""
        payment = next((payment for payment, standing in self.disputes.items() if standing == "open"), None)
        if payment is not None:
            self.disputes[payment] = "won" if won else "lost"
            if not won:
                self.returned.append(payment)
            what = facts.DisputeClosed("stripe", payment, f"du_{payment}", 15000, "KRW", won)
            self.tell(what, f"stripe:decided:{payment}")

    def let_time_pass(self) -> None:
        """Sleep until the deadline, if there is one."""
        if self.order.deadline is not None:
            self.now = max(self.now, self.order.deadline) + timedelta(seconds=1)
            self.tell(facts.DeadlinePassed(self.order.version), f"tick:{self.order.version}")

    def work_on(self, index: int, succeeds: bool = True) -> None:
        """Do one piece of the work there is, or let it die."""
        if not self.works:
            return
        work = self.works.pop(index % len(self.works))
        if not succeeds:
            self.died.append(work)
        what = self._do(work) if succeeds else facts.JobDied(work.kind, "it broke", work.data)
        if what is not None:
            self.tell(what, f"job:{work.key}")

    def alerts_of(self, kind: str) -> list[Work]:
        """What the operator was told about work of one kind that died."""
        return [work for work in self.given_out if work.kind == "alert_operator" and work.data.get("kind") == kind]

    def rest(self) -> None:
        """Everything goes well from now on, and time passes where nothing else happens."""
        for _ in range(300):
            if self.works:
                self.work_on(0)
            elif "open" in self.disputes.values():
                self.decide(True)
            elif self.order.deadline is not None:
                self.let_time_pass()
            else:
                return
        raise AssertionError(f"the order never comes to rest: {self.order}")

    def _give_out(self, works: tuple[Work, ...]) -> None:
        for work in works:
            if work.key not in self.keys:
                self.keys.add(work.key)
                self.works.append(work)
                self.given_out.append(work)

    def _do(self, work: Work) -> What | None:
        match work.kind:
            case "open_checkout":
                return opened()
            case "compose":
                return takes(work.data["round"])
            case "post_card":
                return facts.CardPosted(work.data["round"], f"card:{work.data['round']}")
            case "master":
                return facts.Mastered(self.order.round, [])
            case "certify":
                return CERTIFIED
            case "hand_over" | "hand_over_thread" | "hand_over_claim" | "hand_over_mail":
                if self.order.held or self.order.state is not State.DELIVERING:
                    return None
                self.handed_over += 1
                return HANDED_OVER
            case "refund":
                return self._send_back(work)
            case "tell_buyer":
                return facts.BuyerTold("dm:1")
            case "paper":
                return facts.PaperSent("dm:2")
            case "close_checkout" | "update_card" | "alert_operator":
                return None
            case _:
                raise AssertionError(f"nobody does {work.kind}")

    def _send_back(self, work: Work) -> What:
        """A provider sends a payment back once; asked again, it answers with the refund it made."""
        payment = work.data["payment"]
        assert payment in self.paid
        if self.disputes.get(payment) == "open":
            self.died.append(work)
            return facts.JobDied("refund", "charge_disputed", {"payment": payment, "provider": "stripe"})
        if payment not in self.returned:
            self.returned.append(payment)
        return facts.Refunded(payment, f"re_{payment}", 15000, "KRW")
