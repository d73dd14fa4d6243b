import structlog
from aiohttp.test_utils import make_mocked_request

from bot.orders.order import State
from bot.web.guards import GUESSES, REMEMBERED, Guesses, visitor
from tests.delivery import shop
from tests.web.conftest import Kiosk


async def test_guessing_ends_soon_and_a_right_link_still_opens(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel()
    client = await kiosk.open()
    for number in range(GUESSES):
        assert (await client.get(f"/d/guess{number}")).status == 404
    answer = await client.get("/d/guess")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT))
    assert (await client.get("/pay/K7Q2MXW4PD", allow_redirects=False)).status == 429
    kiosk.book.put(shop.order(State.COMPOSING))
    assert (await client.get(path)).status == 200


async def test_guesses_are_forgotten_after_a_while_and_never_fill_the_memory() -> None:
    now = [0.0]
    guesses = Guesses(most=2, window=10, clock=lambda: now[0])
    guesses.wrong("a")
    guesses.wrong("a")
    assert guesses.too_many("a")
    assert not guesses.too_many("b")
    now[0] = 11
    assert not guesses.too_many("a")
    guesses.wrong("a")
    assert not guesses.too_many("a")
    for number in range(REMEMBERED + 5):
        guesses.wrong(str(number))
    assert len(guesses._counts) == REMEMBERED


def test_a_visitor_is_who_the_nearby_proxy_says_and_cannot_name_themselves() -> None:
    def asked(peer: str, forwarded: str | None = None) -> str:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        request = make_mocked_request("GET", "/", headers=headers)
        return visitor(request.clone(remote=peer))

    assert asked("8.8.8.8") == "8.8.8.8"
    assert asked("8.8.8.8", "1.1.1.1") == "8.8.8.8"
    assert asked("127.0.0.1", "6.6.6.6, 9.9.9.9") == "9.9.9.9"
    assert asked("127.0.0.1", "nonsense") == "127.0.0.1"


async def test_the_access_log_names_routes_and_no_tokens(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel()
    client = await kiosk.open()
    with structlog.testing.capture_logs() as logs:
        await client.get(f"{path}/master.mp3")
        await client.get("/d/secretguess")
    lines = [entry for entry in logs if entry["event"] == "request"]
    assert [(line["route"], line["status"]) for line in lines] == [("/d/{token}/{file}", 200), ("/d/{token}", 404)]
    assert path.rpartition("/")[2] not in str(logs)
    assert "secretguess" not in str(logs)


async def test_an_unforeseen_error_is_a_page_without_its_inside(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    kiosk.book.put(shop.order(State.DELIVERED, data=order.data | {"files": [{"broken": "secret inside"}]}))
    client = await kiosk.open()
    answer = await client.get(path)
    assert answer.status == 500
    assert "secret inside" not in await answer.text()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_headers_stand_on_every_answer(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    for method, address in (("GET", "/nothing"), ("GET", "/healthz"), ("PUT", "/healthz"), ("GET", "/static/x/..")):
        answer = await client.request(method, address)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "no-referrer", address
