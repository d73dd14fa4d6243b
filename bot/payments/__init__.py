"""Step 2 of an order: the money.

In come orders that await payment, jobs (`open_checkout`, `close_checkout`, `refund`), and hints from outside: a
webhook, a line in the provider's list of events, the hourly look at everything. Out go facts for the order book: there
is a page to pay on, it is paid, it closed unpaid, the money is back.

A hint is never believed: the checkout is looked up at the provider, and what it says there becomes the fact, with one
key per checkout, so that a payment counts once however often and by whichever way the shop hears of it. Nothing here
needs a public address: without a webhook the same facts come from polling.

- `provider`   what every payment provider can do, and at which step money may move
- `stripe`     the one file that knows the stripe library
- `webhook`    is this really from Stripe, and what does it point at (pure)
- `bill`       the order as the lines a buyer reads on the payment page
- `cashier`    the jobs, and the look-ups that become facts
- `reconcile`  polling, and the comparison of both books at start and every hour
"""
