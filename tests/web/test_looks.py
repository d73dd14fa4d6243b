"""What is written on pages, in letters and on paper can be read: contrast, language, words for what is only seen."""

import re
from itertools import starmap

import pytest

from bot.settings.files import default_folder
from bot.web.pages import STATIC
from tests.delivery import shop
from tests.web.conftest import Kiosk

TEXT, EDGE = 4.5, 3.0
"""The least contrast of words, and of what shows where something can be typed (WCAG 2.2, 1.4.3 and 1.4.11, AA)."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, ``#rrggbb`` each (WCAG 2.2)."""

    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_pages_colours_can_be_read(theme: int) -> None:
    roots = re.findall(r":root \{(.*?)\}", (STATIC / "kiosk.css").read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[theme]))
    pairs = [(words, "card", TEXT) for words in ("ink", "soft", "accent", "warm", "bad")]
    pairs += [("ink", "ground", TEXT), ("soft", "ground", TEXT), ("on-accent", "accent", TEXT)]
    pairs += [("accent", "accent-soft", TEXT), ("edge", "card", EDGE), ("edge", "ground", EDGE)]
    found = {(one, other): round(contrast(colours[one], colours[other]), 2) for one, other, _ in pairs}
    assert all(found[one, other] >= least for one, other, least in pairs), found


def test_the_papers_colours_can_be_read() -> None:
    template = (default_folder() / "licences" / "certificate.typ").read_text("utf-8")
    colours = dict(re.findall(r'#let ([\w-]+) = rgb\("(#[0-9a-f]{6})"\)', template))
    for words in ("ink", "soft", "accent", "warm"):
        assert min(starmap(contrast, ((colours[words], "#ffffff"), (colours[words], colours["tint"])))) >= TEXT, words


async def test_the_code_to_be_scanned_is_told_and_a_sellers_numbers_stay_whole(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel(locale="en")
    client = await kiosk.open()
    text = await (await client.get(path)).text()
    assert f'<svg role="img" aria-label="{shop.texts().say("en", "web-qr")}" ' in text
    assert '<span class="whole">Registration: 123-45-67890</span>' in text
    assert "Moonlight &lt;Desk&gt;" in text
