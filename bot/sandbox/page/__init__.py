"""The page: buyer and operator in one browser, each with their own window on the sandbox's Discord and Telegram.

In: what happens on each person's screen (as `Person` tells it) and payments (as Stripe's world tells them). Out: a
page on loopback where somebody types, clicks, listens and reacts, and the guide that ticks itself off meanwhile.

- ``server``    the port: routes, start, stop
- ``gate``      who may call: loopback names only, same origin only, a strict content policy
- ``acts``      what a person does on Discord: each handler reads a request and calls one method of `Person`
- ``phones``    the same on Telegram
- ``views``     what the browser is told: the scene, channels, messages
- ``stream``    everything that happens, as one event stream for every open tab
- ``curtain``   a fresh start: what was said before is out of sight
- ``guide``     the four things to try, and how far somebody has come
- ``weather``   faults on demand
- ``files``     attachments, handed on from the chats
- ``static``    the page itself: HTML, CSS and JavaScript modules as they are, nothing to build
"""

from bot.sandbox.page.server import PageServer

__all__ = ["PageServer"]
