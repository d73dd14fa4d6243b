"""What the terminal shows of the verbs: whole sentences, whole names, whole remedies."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.engines import show

NARROW = {"COLUMNS": "80", "TERMINAL_WIDTH": "80"}


@pytest.mark.parametrize("path", [[], ["engines"]], ids=["bgm", "bgm engines"])
def test_the_list_of_verbs_cuts_no_sentence(path: list[str]) -> None:
    said = CliRunner().invoke(cli, [*path, "--help"], env=NARROW).output
    commands = said.split("Commands:")[1].strip().splitlines()
    assert len(commands) >= 2
    assert [line for line in commands if not line.endswith(".") or line.endswith("...")] == []


def test_the_version_is_told() -> None:
    said = CliRunner().invoke(cli, ["--version"])
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert (said.exit_code, said.output) == (0, f"{project['version']}\n")


async def test_a_narrow_terminal_shows_engines_and_remedies_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BGM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    await show("en")
    said = capsys.readouterr().out
    assert "stable-audio-3" in said.split("composer\n")[0]
    assert "…" not in said
    assert '.venv/bin/pip install -e ".[neural]" in the folder of the project.' in said
