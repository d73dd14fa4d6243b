"""The way in: whatever a person says goes to the one function that answers it, by these tables."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.commands import (
    afterwards,
    again,
    choices,
    correct,
    coupons,
    dialogue,
    favourites,
    house,
    language,
    letters,
    my_orders,
    operator,
    paying,
    presets,
    privacy,
    refunds,
    revise,
    start,
    stats,
    today,
    transfers,
    withdrawing,
)
from bot.commands.plain_words import heard
from bot.commands.said import Answer, Command, Person, Press, Said, Submitted, Words
from bot.commands.services import Services
from bot.commands.verify import verify
from bot.errors import NotFound

Handler = Callable[[Services, Person, Any], Awaitable[Answer]]

COMMANDS: Mapping[str, Handler] = {
    "bgm": dialogue.begin,
    "orders": my_orders.show_list,
    "verify": verify,
    "help": house.help_,
    "terms": house.terms,
    "privacy": privacy.show,
    "start": start.start,
    "language": language.ask,
    "paysupport": house.pay_support,
    "shop today": today.today,
    "shop stats": stats.stats,
    "shop preset": presets.listed,
    "shop order": operator.one,
    "shop coupon": coupons.coupons,
    "shop refund": operator.refund,
    "shop retry": operator.retry,
    "shop pause": operator.pause,
    "shop resume": operator.resume,
}
PRESSES: Mapping[str, Handler] = {
    # The order dialogue; the target is a draft
    "mood": dialogue.answered,
    "length": dialogue.answered,
    "purpose": dialogue.answered,
    "details": dialogue.answered,
    "form": dialogue.open_form,
    "go": dialogue.go,
    "resume": dialogue.resume,
    "fresh": dialogue.afresh,
    "drop": dialogue.drop,
    "place": dialogue.confirm,
    # The choices on the summary; the target is a draft
    "tier": choices.tier,
    "extra": choices.extra,
    "bundle": choices.bundle,
    "region": choices.region,
    "tick": choices.tick,
    "sample": choices.sample,
    "coupon": choices.coupon_form,
    # What a buyer may do about a contract; the target is an order
    withdrawing.VERB: withdrawing.withdraw,
    "contract": withdrawing.contract,
    # A buyer's orders; the target is an order
    "orders": my_orders.show_list,
    "order": my_orders.show_one,
    "cancel": my_orders.withdraw,
    "pay": paying.pay,
    "reorder": dialogue.reorder,
    # A delivered piece changed; the target is the order
    "certificate": afterwards.certificate,
    "favourite": favourites.toggle,
    "favourites": favourites.show,
    "wish": refunds.wish_form,
    "revise": revise.ask,
    "rewrite": revise.form,
    "revised": revise.confirm,
    revise.TICK: revise.tick,
    # Anybody
    "privacy": privacy.show,
    "export": privacy.export,
    "erase": privacy.ask_erase,
    "erasenow": privacy.erase,
    "begin": start.begin,
    "help": start.help_,
    "language": language.choose,
    # What a buyer comes back for
    afterwards.CLAIM: afterwards.claim,
    afterwards.KIT: afterwards.kit,
    afterwards.MAIL: afterwards.mail,
    afterwards.MAIL_FORM: afterwards.mail_form,
    afterwards.LICENSEE: afterwards.licensee,
    # The operator
    "look": operator.one,
    "stats": stats.stats,
    "retry": operator.retry,
    "refund": operator.refund,
    "decline": refunds.decline_form,
    transfers.VERB: transfers.pressed,
    coupons.NEW: coupons.new_form,
    coupons.END: coupons.end,
    coupons.CREDIT: coupons.credit_form,
    transfers.FORM: transfers.form,
    again.VERB: again.form,
    "correct": correct.panel,
    "fix": correct.press,
    presets.KEEP: presets.keep_form,
    presets.SHOW: presets.listed,
    presets.RENAME: presets.rename_form,
    presets.OFFER: presets.offer,
    presets.DROP: presets.drop,
    presets.PICK: dialogue.pick,
    letters.ASK: letters.ask_form,
    letters.ANSWER: letters.ask_form,
    letters.WRITE: letters.write_form,
}
FORMS: Mapping[str, Handler] = {
    "coupon": choices.coupon,
    transfers.FORM: transfers.submitted,
    coupons.NEW: coupons.make,
    coupons.CREDIT: coupons.give,
    afterwards.MAIL: afterwards.mail_submitted,
    afterwards.LICENSEE: afterwards.licensee_submitted,
    "length": dialogue.submitted,
    "details": dialogue.submitted,
    "rewrite": revise.worded,
    "wish": refunds.wish,
    "decline": refunds.decline,
    "refund": operator.refund_now,
    presets.KEEP: presets.keep,
    presets.RENAME: presets.rename,
    letters.ASK: letters.from_buyer,
    letters.ANSWER: letters.from_buyer,
    letters.WRITE: letters.from_operator,
}
OPEN_FORMS = frozenset(
    {
        coupons.NEW,
        coupons.CREDIT,
        "rewrite",
        "wish",
        "decline",
        transfers.FORM,
        afterwards.MAIL,
        afterwards.MAIL_FORM,
        afterwards.LICENSEE,
        "coupon",
        "form",
        "refund",
        again.VERB,
        letters.ASK,
        letters.ANSWER,
        letters.WRITE,
        presets.KEEP,
        presets.RENAME,
    }
)
"""Presses answered by a form, for which a chat has no time to ask for patience first."""


async def listen(services: Services, person: Person, said: Said) -> Answer:
    """Answer what a person said.

    :raises ShopError: whose sentence the doorway shows to that person.
    """
    match said:
        case Command():
            handler = COMMANDS.get(said.name)
        case Press():
            handler = PRESSES.get(said.verb)
        case Submitted():
            handler = FORMS.get(said.verb)
        case Words():
            handler = heard
    if handler is None:
        key = "error-unknown-command" if isinstance(said, Command) else "error-outdated-control"
        raise NotFound(f"nobody answers {said!r}"[:200], text=key)
    return await handler(services, person, said)
