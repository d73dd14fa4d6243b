"""The pages: paying, downloading, verifying, and how the shop is doing.

In: requests from buyers, payment providers and whoever watches the machine. Out: self-contained pages in the reader's
language, files in ranges, redirects to a payment page, health and metrics. `create_web` makes the application; it owns
no worker, no database and no chat.

- `services`   what the pages need of the shop
- `site`       the application: routes, and what holds for every answer
- `guards`     headers, access log, errors as pages, a limit on guessing
- `pages`      how a page is built
- `downloads`  ``/d/…``: the track and its files; `track` are the sections of its page
- `payments`   ``/pay/…``, ``/paid``, ``/cancelled``, the payment provider's webhook
- `verify`     ``/verify/…``: is this certificate real, does it still stand, and what does this file prove?
- `updates`    ``/telegram/webhook``
- `vitals`     ``/healthz`` and ``/metrics``; `metrics` are the numbers behind it
"""

from bot.web.services import WebServices
from bot.web.site import create_web

__all__ = ["WebServices", "create_web"]
