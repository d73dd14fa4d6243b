"""Download links: signed, expiring, renewable for ever, and bound to one order and one customer.

A token is ``base64url(version ‖ expiry ‖ customer digest ‖ order ‖ MAC)``. The MAC is HMAC-SHA256 cut to 128 bits
(RFC 2104, section 5, allows half the output); the digest is keyed, so the token tells nobody who the customer is.
A token is checked without asking the database, so guessing costs the guesser and not the shop.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.delivery.keys import ShopKeys
from bot.errors import NotFound, ShopError
from bot.orders.order import ALPHABET, Order

VERSION = 1
MAC_BYTES = 16
DIGEST_BYTES = 6
HEAD = 1 + 5 + DIGEST_BYTES
LONGEST_TOKEN = 128
LONGEST_BUTTON = 512


class LinkExpired(ShopError):
    """The link was good once; its holder can ask for a new one in the chat."""

    text = "error-link-expired"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a good token opens: an order, until when, and for which customer (as a keyed digest)."""

    order: str
    expires: datetime
    customer: bytes


class Links:
    """Makes and checks download links. ``address`` is the shop's address, ``days`` how long a link lives.

    ``public`` says whether buyers can reach that address from where they are.
    """

    def __init__(
        self,
        keys: ShopKeys,
        address: str,
        days: float,
        clock: Callable[[], datetime] | None = None,
        *,
        public: bool = True,
    ) -> None:
        self._mac_key = keys.derive("download links 1")
        self._customer_key = keys.derive("download link customers 1")
        self._address = address.rstrip("/")
        self._public = public
        self._life = timedelta(days=days)
        self._clock = clock or (lambda: datetime.now(UTC))

    def for_order(self, order: Order) -> str:
        """Return a fresh link to an order's download page; links asked for within the same hour are equal."""
        return f"{self._address}/d/{self.token(order)}"

    def for_payment(self, order: Order) -> str:
        """Return the address at which an order is paid (at most 512 characters, what a chat's button takes).

        It is the shop's short one, except where buyers cannot reach the shop: then the payment page's own.
        """
        page = str(order.data.get("checkout", {}).get("url", ""))
        if not self._public and 0 < len(page) <= LONGEST_BUTTON:
            return page
        return f"{self._address}/pay/{order.id}"

    def for_certificate(self, number: str) -> str:
        """Return the public address at which a certificate is checked."""
        return f"{self._address}/verify/{number}"

    def token(self, order: Order, life: timedelta | None = None) -> str:
        """Return a token that lives for ``life`` (default: the setting), rounded up to the full hour."""
        hours = -(-int((self._clock() + (life or self._life)).timestamp()) // 3600)
        payload = bytes([VERSION]) + (hours * 3600).to_bytes(5) + self.digest(order.customer) + order.id.encode()
        return base64.urlsafe_b64encode(payload + self._mac(payload)).rstrip(b"=").decode()

    def open(self, token: str) -> Ticket:
        """Return what a token opens.

        :raises NotFound: if it was not made by this shop; `LinkExpired` if its time is over.
        """
        payload = self._checked(token)
        expires = datetime.fromtimestamp(int.from_bytes(payload[1:6]), UTC)
        ticket = Ticket(payload[HEAD:].decode(), expires, payload[6:HEAD])
        if self._clock() >= expires:
            raise LinkExpired(f"the link of order {ticket.order} expired on {expires:%Y-%m-%d}")
        return ticket

    def fits(self, ticket: Ticket, order: Order) -> bool:
        """Return whether the ticket was made for this order's customer."""
        return ticket.order == order.id and hmac.compare_digest(ticket.customer, self.digest(order.customer))

    def digest(self, customer: str) -> bytes:
        """Return the keyed digest by which a token remembers its customer."""
        return hmac.digest(self._customer_key, customer.encode(), "sha256")[:DIGEST_BYTES]

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._mac_key, payload, "sha256")[:MAC_BYTES]

    def _checked(self, token: str) -> bytes:
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= LONGEST_TOKEN else b""
        except (ValueError, binascii.Error):
            raw = b""
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        good = hmac.compare_digest(mac, self._mac(payload))
        # Base64 has spare bits at its end: a token that only decodes to the same bytes is still not the one we made.
        same = base64.urlsafe_b64encode(raw).rstrip(b"=") == token.encode("utf-8", "replace")
        order = payload[HEAD:].decode("ascii", "replace")
        readable = bool(order) and payload[0] == VERSION and _ID.issuperset(order)
        if not (good and same and readable):
            raise NotFound("no such link")
        return payload


_ID = frozenset(ALPHABET + "abcdefghijklmnopqrstuvwxyz01-_")
