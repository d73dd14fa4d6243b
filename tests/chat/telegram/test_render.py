"""Screens as Telegram's messages: nothing over a limit, nobody's words are markup, every control is a button."""

import html
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.lengths import size
from bot.chat.telegram import limits
from bot.chat.telegram.keyboard import HEADING, keyboard, read_press
from bot.chat.telegram.markup import as_html, fitted, length, lines, parted
from bot.chat.telegram.render import Kind, caption, render, text
from bot.screens import Button, File, Link, Look, Option, Screen, Select, Tone

NAMES = {42: "Moonlight Desk"}


def seen(words: str) -> str:
    """Return what Telegram shows of its HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", words))


def test_a_screen_says_everything_and_its_mark_once() -> None:
    screen = Screen("Title", "Text", (("Short", "value"), ("Long", "one\ntwo")), mark="ABC/1", tone=Tone.WAIT)
    shown = seen(render(screen, {}).last.words)
    assert shown == "🟡 Title\n\nText\n\nShort: value\n\nLong\none\ntwo\n\nABC/1"
    assert seen(text(Screen("ABC/1", mark="ABC/1"), {})) == "ABC/1"


def test_nobodys_words_are_markup_or_call_anybody() -> None:
    shown = text(Screen(text="<b>x</b> & @everyone"), {})
    assert shown == "&lt;b&gt;x&lt;/b&gt; &amp; @\u200beveryone"


def test_people_become_mentions_by_name() -> None:
    assert text(Screen(text="by telegram:42."), NAMES) == 'by <a href="tg://user?id=42">Moonlight Desk</a>.'
    assert text(Screen(text="by discord:42."), NAMES) == "by discord:42."
    assert text(Screen("For you", calls="telegram:42"), NAMES).startswith('<a href="tg://user?id=42">')


@settings(deadline=None)
@given(st.lists(st.text(max_size=300), max_size=30), st.integers(20, 200))
def test_whatever_is_written_fits_and_is_parted_without_loss(paragraphs: list[str], limit: int) -> None:
    written = lines("\n".join(paragraphs), {})
    assert length(fitted(written, limit)) <= limit
    parts = parted(written, limit)
    assert all(length(part) <= limit for part in parts)
    kept = "".join(seen(as_html(part)) for part in parts).replace("\u200b", "")
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", "".join(paragraphs).replace("\u200b", ""))


def test_words_that_fit_stand_below_the_picture_else_after_it(tmp_path: Path) -> None:
    picture = File(tmp_path / "a.png", "a.png")
    assert [part.kind for part in render(Screen("T", image=picture), {}).parts] == [Kind.PHOTO]
    long = Screen("T", "word " * 400, image=picture)
    assert [part.kind for part in render(long, {}).parts] == [Kind.PHOTO, Kind.TEXT]
    assert size(seen(caption(long, {}))) <= limits.CAPTION


def test_sounds_and_papers_go_in_albums_of_their_own(tmp_path: Path) -> None:
    files = tuple(File(tmp_path / name, name) for name in ("a.mp3", "b.wav", "c.pdf", "d.mp3"))
    parts = render(Screen("T", files=files), {}).parts
    assert [(part.kind, len(part.files)) for part in parts] == [(Kind.AUDIO, 2), (Kind.DOCUMENT, 2), (Kind.TEXT, 0)]


def test_a_list_becomes_buttons_that_say_what_was_chosen() -> None:
    options = tuple(Option(name, name.title(), emoji="🎵") for name in ("calm", "epic"))
    made = keyboard(((Select("bgm:mood:K7", "Mood", options),), (Select("bgm:look:list:new", "Open", options),)))
    pressed = [read_press(str(one.callback_data), made.markup) for row in made.rows for one in row]
    found = [(one.verb, one.target, one.arg, one.values) for one in pressed if one]
    assert found == [
        ("mood", "K7", "", ("calm",)), ("mood", "K7", "", ("epic",)),
        ("look", "list", "new", ("calm",)), ("look", "list", "new", ("epic",)),
    ]  # fmt: skip


def test_several_may_be_chosen_by_pressing_each() -> None:
    options = (Option("stems", "Stems", chosen=True), Option("midi", "MIDI"), Option("loop", "Loop", chosen=True))
    made = keyboard(((Select("bgm:extras:K7", "Extras", options, least=0, most=3),),))
    heading, *rest = [one for row in made.rows for one in row]
    assert heading.callback_data == HEADING
    pressed = [read_press(str(one.callback_data), made.markup) for one in rest]
    assert [one.values for one in pressed if one] == [("loop",), ("stems", "loop", "midi"), ("stems",)]


def test_what_is_off_is_left_out_and_long_data_is_kept_beside() -> None:
    made = keyboard(
        (
            (
                Button("Go", "bgm:go:X", Look.GOOD),
                Button("Off", "bgm:off:X", off=True),
                Button("Long", "bgm:x:" + "y" * 80),
            ),
        )
    )
    assert [one.text for row in made.rows for one in row] == ["Go", "Long"]
    assert made.rows[0][0].style == "success"
    ((short, data),) = made.long.items()
    assert data == "bgm:x:" + "y" * 80
    assert len(short.encode()) <= limits.CALLBACK_DATA


def test_an_address_that_no_button_can_bear_stands_in_the_words() -> None:
    screen = Screen("T", rows=((Link("Open", "http://localhost:8080/x"), Link("Shop", "https://shop.example")),))
    assert "Open: http://localhost:8080/x" in seen(text(screen, {}))
    assert [one.text for row in keyboard(screen.rows).rows for one in row] == ["Shop"]


def test_buttons_stand_beside_each_other_as_far_as_a_phone_shows_them() -> None:
    def rows(*labels: str) -> list[int]:
        made = keyboard((tuple(Button(label, f"bgm:x:{number}") for number, label in enumerate(labels)),))
        return [len(row) for row in made.rows]

    assert rows("15 s", "30 s", "1:00", "1:30") == [4]
    assert rows("Mood", "Length", "Purpose", "Details") == [4]
    assert rows("Take 1 of 3", "Take 2 of 3", "Take 3 of 3", "New takes") == [2, 2]
    assert rows("Whatever fits the mood", "Lo-fi", "Acoustic", "Jazz") == [1, 3]
    assert rows("잔잔한 음악으로", "신나는 음악으로") == [2]


def test_a_list_parted_for_another_chat_is_one_list_again() -> None:
    def part(data: str, *names: str) -> Select:
        return Select(data, "Mood", tuple(Option(name, name.title(), emoji="🎵") for name in names))

    made = keyboard(
        ((part("bgm:mood:K7", "calm", "warm", "epic"),), (part("bgm:mood:K7:2", "dark", "funky", "chill"),))
    )
    assert sum(len(row) for row in made.rows) == 6
    assert all(len(row) == len(made.rows[0]) for row in made.rows)
