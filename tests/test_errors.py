"""What is wrong with a setting is told in the reader's language, with everything its sentence speaks of."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.configuration import Config
from bot.errors import BadSetting, Problem, of_system
from bot.settings.environment import Environment
from bot.settings.files import REASONS, folders
from bot.texts import LANGUAGES, Texts
from tests.test_texts import messages, trees, values_of

HANGUL = re.compile("[가-힣]")


@pytest.fixture
def texts() -> Texts:
    return Texts(folders(None))


def problems_in_code() -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                yield path, node


def test_every_problem_brings_what_its_sentence_speaks_of_in_both_languages() -> None:
    sentences = {language: messages(language) for language in LANGUAGES}
    seen = 0
    for path, call in problems_in_code():
        key, given = call.args[1], {one.arg for one in call.keywords}
        if not isinstance(key, ast.Constant) or None in given:
            continue
        seen += 1
        for language in LANGUAGES:
            assert values_of(sentences[language][str(key.value)]) <= given, (path, key.value, language)
    assert seen > 50


def test_every_reason_of_the_checking_library_has_its_sentence(texts: Texts) -> None:
    for key in {*REASONS.values(), "reason-other"}:
        assert all(texts.has(language, key) for language in LANGUAGES), key


WRONG = """
[business]
name = 3
foo = 1
[work]
takes = 9
compose = "perhaps"
[times]
pay = "soon"
[review]
place = "irc"
[digest]
time = "25:00"
[telegram]
pay = "stripe"
[payments]
manual = true
"""


def test_a_folder_full_of_mistakes_is_told_in_korean(texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(WRONG, "utf-8")
    (tmp_path / "prices.toml").write_text("[currencies", "utf-8")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ko.ftl").write_text("no sentence at all\n", "utf-8")
    with pytest.raises(BadSetting) as caught:
        Config.read(tmp_path)
    assert len(caught.value.problems) >= 11
    for problem in caught.value.problems:
        korean, english = texts.error("ko", problem), texts.error("en", problem)
        assert HANGUL.search(korean), korean
        assert not HANGUL.search(english), english
        assert str(tmp_path) in korean
    told = texts.error("ko", caught.value)
    assert "work.takes = 9 값이 맞지 않아요: 3 이하여야 해요" in told


def test_a_wrong_variable_is_told_in_korean(texts: Texts) -> None:
    with pytest.raises(BadSetting) as caught:
        Environment.read(None, http_port=99999, operator_ids="me", public_url="shop")
    told = sorted(texts.error("ko", problem) for problem in caught.value.problems)
    assert told == [
        "HTTP_PORT: 65535 이하여야 해요 (환경 변수 또는 .env)",
        "OPERATOR_IDS: “me”은(는) discord:123456789 같은 플랫폼:ID 형식이 아니에요 (환경 변수 또는 .env)",
        "PUBLIC_URL: “shop”은(는) https://shop.example 같은 주소가 아니에요 (환경 변수 또는 .env)",
    ]


def test_a_problem_is_the_same_on_the_other_side_of_a_process(texts: Texts) -> None:
    reason = of_system(FileNotFoundError(2, "No such file or directory"))
    error = BadSetting([Problem("x: cannot be read", "problem-unreadable", file="x", reason=reason)] * 2)
    back = pickle.loads(pickle.dumps(error))
    assert str(back) == str(error) == "x: cannot be read\nx: cannot be read"
    assert texts.error("ko", back) == texts.error("ko", error)
    assert "x: 읽을 수 없어요: 찾을 수 없음." in texts.error("ko", back)
