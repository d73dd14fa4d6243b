"""What anybody may read about the shop, in a chat or on its pages: help, terms, privacy, what to do about a payment."""

from dataclasses import dataclass

from bot.commands.front import Front
from bot.orders.policy import Policy
from bot.screens import Screen
from bot.texts import Texts

HELP = ("order", "pay", "listen", "receive", "mine")
TERMS = ("offer", "licence", "refund", "withdrawal", "ai")
PAY_SUPPORT = ("wrong", "back", "ask")
PRIVACY = ("kept", "why", "seen", "rights")


@dataclass(frozen=True, slots=True)
class Notices:
    """Writes the notices of one shop: ``front`` is its door, ``policy`` what it promises."""

    texts: Texts
    front: Front
    policy: Policy

    def help(self, locale: str) -> Screen:
        """Return how an order goes, and whom to ask."""
        say = self.texts.say
        steps = tuple((say(locale, f"help-{name}"), say(locale, f"help-{name}-text")) for name in HELP)
        title = say(locale, "help-title", shop=self.front.name)
        text = say(locale, "help-text", takes=self.policy.takes)
        return Screen(title, text, (*steps, (say(locale, "help-contact"), self._contact(locale))))

    def terms(self, locale: str) -> Screen:
        """Return what is sold, what happens when, when money goes back, and who sells."""
        policy = self.policy
        times = {
            "pay": policy.pay_within, "compose": policy.compose_within, "review": policy.review_within,
            "deliver": policy.deliver_within,
        }  # fmt: skip
        promised = {name: self.texts.within(locale, seconds) for name, seconds in times.items()}
        return self._page(locale, "terms", TERMS, **promised)

    def privacy(self, locale: str) -> Screen:
        """Return what is kept, why, who sees it, and whom to ask."""
        return self._page(locale, "privacy", PRIVACY)

    def pay_support(self, locale: str) -> Screen:
        """Return what to do about a payment that went wrong."""
        return self._page(locale, "paysupport", PAY_SUPPORT)

    def seller(self, locale: str) -> tuple[str, ...]:
        """Return who sells, a line for each thing the operator has filled in."""
        return tuple(f"{self._label(locale, name)}: {value}" for name, value in self.front.business)

    def _page(self, locale: str, name: str, parts: tuple[str, ...], **values: object) -> Screen:
        say = self.texts.say
        values = values | {"shop": self.front.name, "contact": self._contact(locale)}
        facts = tuple((say(locale, f"{name}-{part}"), say(locale, f"{name}-{part}-text", **values)) for part in parts)
        business = "\n".join(self.seller(locale))
        seller = ((say(locale, "terms-seller"), business),) if business else ()
        return Screen(say(locale, f"{name}-title", **values), "", (*facts, *seller))

    def _contact(self, locale: str) -> str:
        return self.front.contact or self.texts.say(locale, "help-contact-none")

    def _label(self, locale: str, name: str) -> str:
        """Return what a key of ``[business]`` in ``shop.toml`` is called."""
        key = f"business-{name}"
        return self.texts.say(locale, key) if self.texts.has(locale, key) else name
