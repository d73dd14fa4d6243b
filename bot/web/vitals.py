"""How the shop is doing, for machines: ``/healthz`` and ``/metrics``."""

import asyncio

from aiohttp import web

from bot.web.services import SERVICES, Check

PATIENCE = 3.0
"""Seconds a check may take before it counts as failed."""


async def healthz(request: web.Request) -> web.Response:
    """Look at every part of the shop: 200 if all are well, else 503, with a line for each."""
    checks = request.app[SERVICES].checks
    found = await asyncio.gather(*(_looked(check) for check in checks.values()))
    parts = {
        name: {"ok": not wrong, **({"problem": wrong} if wrong else {})}
        for name, wrong in zip(checks, found, strict=True)
    }
    well = not any(found)
    body = {"status": "ok" if well else "failing", "checks": parts}
    return web.json_response(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: web.Request) -> web.Response:
    """Return the numbers in Prometheus' text format."""
    services = request.app[SERVICES]
    await services.refresh()
    return web.Response(
        body=services.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


async def _looked(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        return f"no answer within {PATIENCE:g} s"
    except Exception as error:  # a health page that breaks down tells nobody what is wrong
        return type(error).__name__
