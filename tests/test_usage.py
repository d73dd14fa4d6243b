"""The terminal speaks the reader's language: its help, and what it says of a line that cannot be used."""

import io
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import cli, main
from bot.settings.files import folders
from bot.terminal import show_what_can_be_shown
from bot.texts import LANGUAGES, Texts
from bot.usage import keys_of

ENGLISH = re.compile(
    r"\b(?:usage|options?|commands?|missing|required|default|show|such|got|should|value|input)\b", re.I
)


def helped(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Return everything that has help, in every verb."""
    yield from keys_of(command, path)
    for name, below in getattr(command, "commands", {}).items():
        yield from helped(below, (*path, name))


@pytest.fixture
def bgm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Return what runs a line at a terminal of a language, and returns all that it said."""
    monkeypatch.chdir(tmp_path)

    def run(line: str, language: str = "ko_KR.UTF-8") -> str:
        for name in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.setenv(name, "")
        monkeypatch.setenv("LANG", language)
        monkeypatch.setattr(sys, "argv", ["bgm", *line.split()])
        with pytest.raises(SystemExit):
            main()
        said = capsys.readouterr()
        return said.out + said.err

    return run


def test_help_is_there_in_both_languages_and_in_english_word_for_word_what_the_code_says() -> None:
    texts = Texts(folders(None))
    everything = list(helped(typer.main.get_command(cli)))
    assert len(everything) > 60
    for part, key in everything:
        assert all(texts.has(language, key) for language in LANGUAGES), key
        assert texts.say("en", key) == part.help.strip(), key


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("frobnicate", "“frobnicate” 명령은 없어요. 쓸 수 있는 명령: backup, check"),
        ("order", "--mood이(가) 빠졌어요.\n쓸 수 있는 것 보기: "),
        ("verify", "FILE이(가) 빠졌어요."),
        ("order --moody calm", "--moody 옵션은 없어요."),
        ("demo --port 99999", "--port 값을 쓸 수 없어요: 65535 이하여야 해요"),
        ("listen --out o --seconds x", "--seconds 값을 쓸 수 없어요: 정수를 적어 주세요"),
        ("order --mood calm --out o x y", "남는 말이 있어요: x y"),
        ("engines accept nobody", "“nobody” 엔진은 없어요."),
        ("ledger --month soon", "“soon”은(는) 달이 아니에요."),
    ],
)
def test_a_line_that_cannot_be_used_is_answered_in_korean(bgm: Callable[..., str], line: str, says: str) -> None:
    said = bgm(line)
    assert says in said
    assert not ENGLISH.search(said.replace("--help", "").replace("bgm check", "").replace(", check", "")), said


@pytest.mark.parametrize("line", ["", "--help", "order --help", "engines pull --help"])
def test_korean_help_is_korean_throughout(bgm: Callable[..., str], line: str) -> None:
    page = bgm(line)
    assert "[옵션]" in page
    assert not re.search(r"OPTIONS|COMMAND|ARGS|<(?:str|path|int|float|list)", page), page
    said = re.sub(r"(?m)^  (?:-\S|[a-z]+ ).*? {2,}|^사용법:.*$|youtube.*$", "", page)
    assert "사용법:" not in said
    assert re.search("[가-힣]", said)
    assert not ENGLISH.search(said), said


def test_the_columns_of_korean_help_stand_under_each_other(bgm: Callable[..., str]) -> None:
    option = re.compile(r"  -\S+(?: --\S+)?(?: <[^>]+>)? +")
    found = [option.match(line) for line in bgm("verify --help").splitlines()]
    cells = [len(re.sub("[가-힣]", "xx", one[0])) for one in found if one]
    assert len(cells) == 3
    assert len(set(cells)) == 1


def test_a_terminal_without_a_language_speaks_the_shops(bgm: Callable[..., str], tmp_path: Path) -> None:
    assert "There is no option" in bgm("order --moody", "C.UTF-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "shop.toml").write_text('language = "ko"\n[business]\nname = "달"\n', "utf-8")
    (tmp_path / ".env").write_text("BGM_CONFIG=own\n")
    assert "옵션은 없어요" in bgm("order --moody", "C.UTF-8")
    assert "There is no option" in bgm("order --moody", "en_GB.UTF-8")


def test_a_terminal_that_lacks_a_sign_shows_a_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    show_what_can_be_shown()
    print("✓ “calm” → 곡", flush=True)
    assert screen.buffer.getvalue() == b'v "calm" > ?\n'


def test_a_port_that_is_taken_is_named_before_the_world_opens(bgm: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        said = bgm(f"sandbox --port {taken.getsockname()[1]}")
    assert said.startswith(f"--host, --port: {place} 주소를 쓸 수 없어요: 다른 프로그램이 이미 쓰고 있음.")


def test_a_line_without_standard_streams_finds_empty_ones(tmp_path: Path) -> None:
    """Else the next file to be opened, such as the database, would be what is read from and written to."""
    tried = (
        "import os, sys; from bot.terminal import open_missing_streams; open_missing_streams();"
        "assert sys.stdin.read() == ''; print('to nobody'); name = os.path.join(sys.argv[1], 'first');"
        "descriptor = os.open(name, os.O_CREAT | os.O_RDWR); os.write(descriptor, b'ours'); assert descriptor > 2"
    )
    line = [sys.executable, "-c", tried, str(tmp_path)]
    done = subprocess.run(["sh", "-c", '"$@" <&- >&-', "sh", *line], stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert (done.returncode, (tmp_path / "first").read_bytes()) == (0, b"ours")
