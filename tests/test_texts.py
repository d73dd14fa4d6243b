"""Every sentence: in both languages, with the same values, used somewhere, and missing nowhere."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from bot import errors
from bot.commands import notices
from bot.commands.listen import COMMANDS
from bot.errors import BadInput
from bot.orders import corrections
from bot.orders.brief import read_length
from bot.orders.facts import Fact
from bot.orders.order import State
from bot.review.verdicts import Kind, Outcome
from bot.settings.files import default_folder
from bot.settings.moods import load_moods
from bot.storage.retries import RETRIES
from bot.texts import LANGUAGES, Texts, keys, paragraphs, plain, unlinked

CODE = Path(__file__).parent.parent / "bot"
SILENT = {"close_checkout", "update_card", "alert_operator", "tell_buyer"}
"""Work whose failure needs nobody's hands: the log has it."""

OPTIONS = ("mood", "length", "purpose", "details", "order", "words", "certificate", "file")

KEY = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
FOLDER = default_folder() / "texts"


def messages(language: str) -> dict[str, fluent.Message]:
    resource = FluentParser(with_spans=False).parse((FOLDER / f"{language}.ftl").read_text("utf-8"))
    return {entry.id.name: entry for entry in resource.body if isinstance(entry, fluent.Message)}


def values_of(node: object) -> set[str]:
    """Return the names of everything a sentence is filled with, in all of its variants."""
    if isinstance(node, fluent.VariableReference):
        return {node.id.name}
    found: set[str] = set()
    if isinstance(node, fluent.BaseNode):
        for child in vars(node).values():
            for one in child if isinstance(child, list) else [child]:
                found |= values_of(one)
    return found


def trees() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted(CODE.rglob("*.py")):
        if "sandbox" not in path.parts:
            yield path, ast.parse(path.read_text("utf-8"))


def said_keys() -> set[str]:
    """Return the keys that code names outright where it says a sentence or raises an error."""
    found = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            strings = [one for one in node.args if isinstance(one, ast.Constant)] if name in ("say", "Problem") else []
            strings += [one.value for one in node.keywords if one.arg == "text" and isinstance(one.value, ast.Constant)]
            found |= {one.value for one in strings if isinstance(one.value, str) and KEY.fullmatch(one.value)}
    return found


ONLY_ON_TELEGRAM = ("start", "language", "paysupport")
"""Commands whose names are the same in every language, as all of Telegram's are."""


def composed_keys() -> set[str]:
    """Return the keys that code puts together, from the same lists that the code uses."""
    book = load_moods(default_folder() / "moods.toml")
    states = {f"state-{state.replace('_', '-')}" for state in State}
    commands = {f"command-{name.replace(' ', '-')}" for name in COMMANDS if name != "start"}
    words = {word for name in COMMANDS if name not in ONLY_ON_TELEGRAM for word in name.split()}
    return {
        *states,
        *(f"{key}-text" for key in states),
        *commands,
        *(f"name-{word}" for word in (*words, *OPTIONS)),
        *(f"emoji-mood-{one}" for one in book.moods),
        *(f"emoji-purpose-{one}" for one in book.purposes),
        *(f"journal-{kind.lower()}" for kind in Fact.KINDS),
        *(f"verdict-{kind}" for kind in Kind),
        *(f"card-{kind}" for kind in Kind),
        *(f"ruling-{outcome}" for outcome in Outcome),
        *(f"correction-{press}" for press in corrections.PRESSES),
        *(f"corrected-{name.replace('_', '-')}" for name in corrections.WRITTEN),
        *(f"alert-{kind.replace('_', '-')}" for kind in RETRIES if kind not in SILENT),
        *(f"terms-{part}" for part in notices.TERMS),
        *(f"privacy-{part}" for part in notices.PRIVACY),
        *(f"{name}{end}" for name in (f"paysupport-{part}" for part in notices.PAY_SUPPORT) for end in ("", "-text")),
        *(f"error-unknown-{kind}" for kind in ("mood", "style", "purpose", "instrument")),
        *(kind.text for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "text")),
    }


def mentioned() -> tuple[set[str], set[str], set[str]]:
    """Return every string of the code that could be a key, and the heads and tails of those put together."""
    whole, heads, tails = set(), set(), set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                first, last = node.values[0], node.values[-1]
                if isinstance(first, ast.Constant) and str(first.value).endswith("-"):
                    heads.add(str(first.value))
                if isinstance(last, ast.Constant) and str(last.value).startswith("-"):
                    tails.add(str(last.value))
    return whole, heads, tails


def test_both_languages_have_the_same_sentences() -> None:
    assert messages("ko").keys() == messages("en").keys()


def test_both_languages_fill_in_the_same_values() -> None:
    korean, english = messages("ko"), messages("en")
    differing = {key for key in english if values_of(korean[key]) != values_of(english[key])}
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_there_twice(language: str) -> None:
    resource = FluentParser().parse((FOLDER / f"{language}.ftl").read_text("utf-8"))
    names = [entry.id.name for entry in resource.body if isinstance(entry, fluent.Message)]
    assert sorted(names) == sorted(set(names))
    assert not [entry for entry in resource.body if isinstance(entry, fluent.Junk)]


def test_every_sentence_the_code_says_exists() -> None:
    texts = Texts([default_folder()])
    missing = {key for key in said_keys() | composed_keys() if not texts.has("en", key)}
    assert missing == set()


def test_no_sentence_is_unused() -> None:
    whole, heads, tails = mentioned()
    composed = composed_keys()
    unused = {
        key
        for key in messages("en")
        if key not in whole | composed
        and not any(key.startswith(head) for head in heads)
        and not any(key.endswith(tail) for tail in tails)
    }
    assert unused == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_and_names_fit_the_command_menu(language: str) -> None:
    texts = Texts([default_folder()])
    for key in messages(language):
        if key.startswith("command-"):
            assert 1 <= len(texts.say(language, key)) <= 100, key
        if key.startswith("name-"):
            assert re.fullmatch(r"[-_\w]{1,32}", texts.say(language, key)), key
            assert texts.say(language, key) == texts.say(language, key).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_hold_no_chats_own_markup(language: str) -> None:
    sentences = keys(FOLDER / f"{language}.ftl").items()
    marked = {key for key, source in sentences if re.search(r"\*\*|__|`|~~", source)}
    assert {key for key in marked if not key.startswith(("setup-", "checkup-"))} == set()


def test_korean_is_polite_and_korean() -> None:
    """No plain-style ending, no untranslated sentence (emoji and names of things aside)."""
    plain_style = re.compile(r"(?:한다|된다|있다|없다|했다|됐다|이다|해라|하라)[.!?]?$", re.MULTILINE)
    rude = {key for key, source in keys(FOLDER / "ko.ftl").items() if plain_style.search(source.strip())}
    assert rude == set()
    korean, english = messages("ko"), messages("en")
    same = {
        key for key in english if korean[key].equals(english[key]) and re.search(r"[A-Za-z]{4}", _bare(english[key]))
    }
    assert same == set()


def _bare(message: fluent.Message) -> str:
    """Return the words of a sentence without what is filled in."""
    elements = message.value.elements if message.value else []
    return "".join(one.value for one in elements if isinstance(one, fluent.TextElement))


def test_nothing_that_people_write_can_be_clicked() -> None:
    words = "see https://evil.example/a and HTTP://x, but 1://2 as well"
    assert "://" not in plain(words)
    assert plain(words).replace("\u200b", "") == words
    assert unlinked("ftp://x") == "ftp:\u200b//x"


def test_paragraphs_keep_their_breaks_and_nothing_else() -> None:
    assert paragraphs("  one\r\n\r\n\r\n\r\ntwo\x00\u202e\n", 20) == "one\n\ntwo"
    assert paragraphs("x" * 30, 20) == "x" * 19 + "…"


def test_moments_are_told_as_each_language_tells_them_and_name_a_zone_that_may_be_foreign() -> None:
    moment = datetime(2026, 11, 22, 4, 46, 6, tzinfo=UTC)
    at_home, away = Texts([default_folder()]), Texts([default_folder()], "America/New_York")
    assert at_home.moment("ko", moment) == "2026. 11. 22. 오후 1:46"
    assert at_home.moment("en-US", moment) == "Nov 22, 2026, 1:46 PM GMT+09:00"
    assert away.moment("ko", moment) == "2026. 11. 21. 오후 11:46 GMT-05:00"


def test_lengths_out_of_reach_are_told_as_lengths_are_told_elsewhere() -> None:
    with pytest.raises(BadInput) as refused:
        read_length("700")
    texts = Texts([default_folder()])
    assert texts.error("en", refused.value) == "11:40 is out of reach: a piece lasts from 5 s to 10:00."
    assert texts.error("ko", refused.value) == "11:40 길이는 만들 수 없어요. 5초부터 10:00까지 가능해요."


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [(86_400, "24 hours", "24시간"), (7 * 86_400, "7 days", "7일"), (36 * 3600, "36 hours", "36시간"),
     (3 * 86_400 + 3600, "73 hours", "73시간"), (2 * 3600 + 3599, "2 hours", "2시간")],
)  # fmt: skip
def test_a_promised_time_is_never_rounded_up(seconds: int, english: str, korean: str) -> None:
    texts = Texts([default_folder()])
    assert (texts.within("en-GB", seconds), texts.within("ko", seconds)) == (english, korean)
