"""Whatever a screen holds, Discord takes it and shows nobody's words as markup."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.discord import limits
from bot.chat.discord.render import escaped, modal, nonce, render, safe_name
from bot.chat.lengths import cut, size
from bot.screens import Button, Control, Field, File, Form, Link, Option, Screen, Select

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=7000)


def total(embed: dict[str, object]) -> int:
    fields = embed.get("fields", [])
    assert isinstance(fields, list)
    footer = embed.get("footer", {})
    assert isinstance(footer, dict)
    texts = [embed.get("title", ""), embed.get("description", ""), footer.get("text", "")]
    texts += [field[key] for field in fields for key in ("name", "value")]
    return sum(size(str(text)) for text in texts)


@settings(max_examples=60, deadline=None)
@given(title=WORDS, text=WORDS, facts=st.lists(st.tuples(WORDS, WORDS), max_size=30), mark=WORDS)
async def test_no_screen_is_ever_over_a_limit(title: str, text: str, facts: list[tuple[str, str]], mark: str) -> None:
    embed = dict(render(Screen(title, text, tuple(facts), mark=mark), {}).embed.to_dict())
    assert total(embed) <= limits.EMBED
    assert size(str(embed.get("title", ""))) <= limits.TITLE
    assert size(str(embed.get("description", ""))) <= limits.DESCRIPTION
    fields = embed.get("fields", [])
    assert isinstance(fields, list)
    assert len(fields) <= limits.FIELDS
    assert all(1 <= size(one["name"]) <= limits.FIELD_NAME for one in fields)
    assert all(1 <= size(one["value"]) <= limits.FIELD_VALUE for one in fields)


@given(WORDS)
def test_escaped_text_leaves_no_markup(text: str) -> None:
    text = text.replace("http", "")
    bare = re.sub(r"\\.", "", escaped(text), flags=re.DOTALL)
    assert not re.search(r"[*_~|`<\[\]]|@(?!\u200b)", bare)
    assert not re.search(r"^[ \t]*(#{1,3}|-#|[-+>]|\d+\.)\s", bare, re.MULTILINE)


@given(WORDS, st.integers(1, 200))
def test_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert size(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_text_is_cut_between_words() -> None:
    assert cut("a slow walk home in the rain", 22) == "a slow walk home in…"


def test_half_an_escape_is_not_left_behind() -> None:
    assert cut(escaped("***********"), 4) == "\\*…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by discord:1274735105331431456.", "by <@1274735105331431456>."),
        ("Type /orders, or /bgm을 입력", "Type </orders:7>, or </bgm:8>을 입력"),
        ("/shop today now", "</shop today:9> now"),
        ("/shop", "/shop"),
        ("4/4 and /nothing", "4/4 and /nothing"),
        ("https://shop.example/a_b_c/orders", "https://shop.example/a_b_c/orders"),
        ("-14.0 LUFS · -1.5 dBTP", "-14.0 LUFS · -1.5 dBTP"),
        ("- a list", "\\- a list"),
        ("1. first", "1\\. first"),
        ("snake_case *bold*", "snake\\_case \\*bold\\*"),
    ],
)
def test_people_commands_and_addresses_are_discords_own(text: str, expected: str) -> None:
    assert escaped(text, {"orders": 7, "bgm": 8, "shop": 9}) == expected


async def test_controls_are_cut_to_size() -> None:
    options = tuple(Option(str(number), "x" * 200, "y" * 200) for number in range(40))
    buttons: list[tuple[Control, ...]] = [(Button("l" * 100, f"bgm:x:{n}"),) for n in range(9)]
    rows = ((Select("bgm:mood:D", "z" * 300, options),), *buttons)
    view = render(Screen("a", rows=rows), {}).view
    assert view is not None
    components = view.to_components()
    assert len(components) == limits.ROWS
    (select,) = components[0]["components"]
    assert len(select["options"]) == limits.OPTIONS
    assert len(select["placeholder"]) == limits.PLACEHOLDER
    assert all(len(one["label"]) <= 100 and len(one["description"]) <= 100 for one in select["options"])
    assert all(len(row["components"][0]["label"]) <= limits.LABEL for row in components[1:])


async def test_an_address_too_long_for_a_button_stands_in_the_text() -> None:
    url = "https://shop.example/" + "a" * 500
    rendered = render(Screen("Pay", rows=((Link("Pay", url),),)), {})
    assert rendered.view is None
    assert url in str(rendered.embed.description)


async def test_a_form_is_cut_to_size_and_keeps_what_was_typed() -> None:
    fields = tuple(Field(f"f{n}", "l" * 80, "v" * 5000, "p" * 200, most=1000) for n in range(7))
    body = modal(Form("bgm:details:D", "t" * 80, fields)).to_dict()
    assert len(body["title"]) == limits.MODAL_TITLE
    assert len(body["components"]) == limits.MODAL_FIELDS
    first = body["components"][0]
    assert len(first["label"]) == limits.INPUT_LABEL
    assert len(first["component"]["value"]) == 1000


async def test_at_most_ten_files_are_sent(tmp_path: Path) -> None:
    files = tuple(File(tmp_path / f"{n}.mp3", f"{n}.mp3") for n in range(12))
    assert len(render(Screen("a", files=files), {}).files) == limits.FILES


async def test_an_empty_screen_is_still_a_message() -> None:
    assert render(Screen(), {}).embed.description


async def test_short_values_stand_side_by_side_and_wide_ones_do_not() -> None:
    facts = (("Mood", "Calm"), ("라이선스", "브이로그와 SNS 영상에, 수익 창출까지"), ("Takes", "a\nb"))
    fields = render(Screen("a", facts=facts), {}).embed.fields
    assert [field.inline for field in fields] == [True, False, False]


def test_names_and_nonces_are_what_discord_keeps() -> None:
    assert safe_name("비 오는 날 (1).wav") == "_1_.wav"
    assert len(nonce("post_card:K3M8Q2Z7RT:12")) == limits.NONCE
    assert nonce("a") == nonce("a") != nonce("b")


async def test_a_chosen_option_says_which_list_it_is_of() -> None:
    def shown(placeholder: str, *, most: int = 1) -> list[str]:
        options = (Option("kr", "Korea"), Option("other", "Somewhere else", chosen=True))
        view = render(Screen(rows=((Select("bgm:region:1", placeholder, options, most=most),),)), {}).view
        assert view is not None
        (row,) = view.to_components()
        return [option["label"] for option in row["components"][0]["options"]]

    assert shown("Where you live") == ["Korea", "Where you live: Somewhere else"]
    assert shown("Where do you live?") == ["Korea", "Where do you live? Somewhere else"]
    assert shown("Where you live", most=2) == ["Korea", "Somewhere else"]
