from __future__ import annotations

import re

import aiohttp
import pytest

from bot.sandbox.page.gate import is_own_name
from bot.sandbox.page.server import STATIC
from bot.sandbox.world import World


@pytest.mark.parametrize("host", ["localhost:8800", "127.0.0.1", "[::1]:9000", "192.168.0.7:8800"])
def test_addresses_and_localhost_are_our_own_names(host: str) -> None:
    assert is_own_name(host)


@pytest.mark.parametrize("host", ["evil.example:8800", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_a_domain_name_may_have_been_rebound(host: str) -> None:
    assert not is_own_name(host)


async def test_a_rebound_name_reads_nothing(web: aiohttp.ClientSession) -> None:
    answer = await web.get("/api/scene", headers={"Host": "evil.example"})
    assert answer.status == 421
    assert "error" in await answer.json()


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_site_changes_nothing(web: aiohttp.ClientSession, world: World, headers: dict[str, str]) -> None:
    answer = await web.post("/api/weather", json={"dms_closed": True}, headers=headers)
    assert answer.status == 403
    assert (await (await web.get("/api/scene")).json())["weather"]["dms_closed"] is False


async def test_the_page_itself_may_act(web: aiohttp.ClientSession, world: World) -> None:
    headers = {"Origin": world.page.url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    answer = await web.post("/api/weather", json={"dms_closed": True}, headers=headers)
    assert (await answer.json())["dms_closed"] is True


async def test_only_own_scripts_and_styles_run(web: aiohttp.ClientSession) -> None:
    answer = await web.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    html = await answer.text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|\sstyle=", html) == []


async def test_every_file_the_page_names_is_there(web: aiohttp.ClientSession) -> None:
    named = set(re.findall(r'(?:src|href)="(/[^"]+)"', (STATIC / "index.html").read_text()))
    for script in STATIC.rglob("*.js"):
        here = script.relative_to(STATIC).parent
        for path in re.findall(r'from "(\./[^"]+|\.\./[^"]+)"', script.read_text()):
            named.add(f"/static/{(here / path).as_posix().replace('js/./', 'js/')}")
    assert len(named) > 30
    for path in named:
        assert (await web.get(path)).status == 200, path


def test_nothing_is_parsed_as_html() -> None:
    for script in STATIC.rglob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text())
