"""Stripe on this machine, over the wire: the world around the payments room, where no money is real.

Comes in: the HTTP calls of an unmodified Stripe client (form-encoded bodies, bearer keys, idempotency keys) and a
buyer's browser on the hosted checkout page. Goes out: Stripe's objects as JSON, redirects back to the shop, and
signed webhooks with retries. Everything lives in memory and is gone when the world stops.

The rooms of this world, in the order a payment passes them:

- ``gate``     the front door: keys, versions, idempotency, parameter checks, faults on demand
- ``routes``   the table of paths, with the parameters each one takes (``shape`` and ``form`` read them)
- ``checkout`` sessions and what a buyer does with them; ``page`` shows them as HTML
- ``payments`` intents, charges, refunds, disputes; ``cards`` says how each test card behaves
- ``books``    what the world remembers, and its events; ``courier`` carries them to webhook endpoints
"""

from bot.sandbox.stripe.faults import Faults
from bot.sandbox.stripe.world import StripeWorld

__all__ = ["Faults", "StripeWorld"]
