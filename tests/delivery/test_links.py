import base64
import random
from dataclasses import replace

import pytest

from bot.delivery.keys import ShopKeys
from bot.delivery.links import LONGEST_TOKEN, LinkExpired, Links
from bot.errors import NotFound
from tests.delivery import shop


def test_a_link_opens_its_order_for_its_customer_until_it_expires() -> None:
    clock = shop.Clock()
    links, order = shop.links(clock, days=30), shop.order()
    address = links.for_order(order)
    assert address.startswith(f"{shop.ADDRESS}/d/")
    ticket = links.open(address.rpartition("/")[2])
    assert ticket.order == order.id
    assert links.fits(ticket, order)
    assert 30 <= (ticket.expires - shop.NOON).total_seconds() / 86400 <= 30.05
    clock.forward(days=29.9)
    assert links.open(address.rpartition("/")[2]) == ticket
    clock.forward(days=0.2)
    with pytest.raises(LinkExpired):
        links.open(address.rpartition("/")[2])
    assert links.open(links.token(order)).order == order.id


def test_links_asked_for_within_the_hour_are_equal_so_that_messages_need_no_edit() -> None:
    clock = shop.Clock()
    links = shop.links(clock)
    first = links.for_order(shop.order())
    clock.forward(minutes=-20)
    assert links.for_order(shop.order()) == first
    clock.forward(hours=2)
    assert links.for_order(shop.order()) != first


def test_a_link_is_short_enough_for_a_button_and_says_nothing_about_the_buyer() -> None:
    order = shop.order()
    token = shop.links().token(order)
    assert len(shop.links().for_order(order)) < 120
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    account = order.customer.partition(":")[2]
    assert account.encode() not in raw
    assert int(account).to_bytes(8) not in raw


def test_a_ticket_fits_no_other_order_and_no_other_customer() -> None:
    links, order = shop.links(), shop.order()
    ticket = links.open(links.token(order))
    assert not links.fits(ticket, replace(order, customer="discord:1"))
    assert not links.fits(ticket, replace(order, id="M4PDK7Q2MX"))


def test_another_shops_links_open_nothing() -> None:
    theirs = Links(ShopKeys(b"x" * 32), shop.ADDRESS, 30, shop.Clock())
    with pytest.raises(NotFound):
        shop.links().open(theirs.token(shop.order()))


def _wrong_tokens() -> list[str]:
    """More than 1,000 tokens that look like ours and are not."""
    chance = random.Random(7)
    links = shop.links()
    good = links.token(shop.order())
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    wrong = []
    for place in range(len(raw)):
        for bit in range(8):
            altered = bytearray(raw)
            altered[place] ^= 1 << bit
            wrong.append(base64.urlsafe_b64encode(altered).rstrip(b"=").decode())
    wrong += [good[:length] for length in range(len(good))]
    wrong += [good + end for end in ("=", "A", "==", " ", "\n", "%00", "/../x")]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    wrong += [letters[(letters.index(good[0]) + step) % 64] + good[1:] for step in range(1, 64)]
    wrong += ["".join(chance.choices(letters, k=len(good))) for _ in range(700)]
    wrong += ["", "가나다", "\ud800", "\x00", "." * 60, "A" * LONGEST_TOKEN, "A" * 100_000, "+/" * 30]
    return wrong


def test_forged_altered_cut_and_enumerated_links_are_all_refused() -> None:
    links, wrong = shop.links(), _wrong_tokens()
    assert len(wrong) > 1000
    for token in wrong:
        with pytest.raises(NotFound):
            links.open(token)


def test_a_token_that_only_decodes_to_the_same_bytes_is_not_ours() -> None:
    links = shop.links()
    for order in (shop.order(), shop.order(id="K7Q2MXW4P"), shop.order(id="K7Q2MXW4")):
        token = links.token(order)
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for last in letters.replace(token[-1], ""):
            with pytest.raises(NotFound):
                links.open(token[:-1] + last)
