"""The contract in a form that lasts: a message of its own that is never edited, with everything that was agreed.

Asked for by EU Directive 2011/83, art. 8 (7), the UK's Consumer Contracts Regulations, reg. 16, and Korea's Act on
Consumer Protection in Electronic Commerce, art. 13 (2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.delivery.record import Names
from bot.errors import Refused, TryLater, Unreachable
from bot.orders.facts import PaperSent
from bot.orders.order import Order
from bot.screens import Doorway, Screen
from bot.settings.shop import Business
from bot.storage.jobs import Job
from bot.texts import Texts, plain

CLOSED_WAIT = 300.0
"""Seconds until a doorway that is not open is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Notary:
    """Sends contracts in private. Who cannot be written to finds the same words in ``/orders``."""

    doorways: Mapping[str, Doorway]
    texts: Texts
    names: Names
    seller: Business

    async def paper(self, job: Job, order: Order) -> PaperSent | None:
        """Post the contract of an order, once.

        :raises TryLater: on limits and outages.
        """
        if "paper" in order.data:
            return None
        doorway = self.doorways.get(order.platform)
        if doorway is None:
            raise TryLater(f"the doorway {order.platform!r} is closed", after=CLOSED_WAIT)
        place = f"{order.platform}:dm:{order.customer.partition(':')[2]}"
        try:
            message = await doorway.post(place, self.screen(order), once=job.key, again=job.tries > 1)
        except (Unreachable, Refused) as error:
            log.info("contract_not_sent", order=order.id, error=str(error))
            message = ""
        return PaperSent(message)

    def screen(self, order: Order) -> Screen:
        """Return the contract: what, for how much, what was agreed in which words and when, and with whom."""
        brief = order.brief
        asked = self._say(
            order,
            "asked-title",
            mood=self.names("moods", brief.mood, order.locale),
            length=self.texts.length(order.locale, brief.seconds),
            purpose=self.names("purposes", brief.purpose, order.locale),
        )
        consents = order.data.get("consents", ())
        made = self.texts.moment(order.locale, order.created) if order.created else ""
        facts = (
            (self._say(order, "told-order"), order.id),
            (self._say(order, "told-price"), self.texts.money(order.locale, order.price.total)),
            *((self._say(order, f"consent-name-{one['what']}"), plain(one["text"], 1000)) for one in consents),
            (self._say(order, "terms-seller"), self._seller()),
        )
        title = self._say(order, "contract-title", order=order.id)
        text = f"{asked}\n\n{self._say(order, 'contract-made', at=made)}"
        return Screen(title, text, facts, mark=f"{order.id}/contract")

    def _seller(self) -> str:
        seller = self.seller
        lines = (seller.name, seller.owner, seller.registration, seller.address, seller.email, seller.phone)
        return "\n".join(line for line in lines if line)

    def _say(self, order: Order, key: str, /, **values: Any) -> str:
        return self.texts.say(order.locale, key, **values)
