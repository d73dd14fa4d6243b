"""The environment: what is wrong is named, all at once, and secrets never print themselves."""

from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.settings.environment import Environment

SECRET = "sk_live_do_not_print_me"


def test_values_come_from_env_file_and_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("HTTP_PORT=9000\nPUBLIC_URL=https://shop.example/\n")
    monkeypatch.setenv("HTTP_PORT", "9001")
    environment = Environment.read(file)
    assert environment.http_port == 9001
    assert environment.address == "https://shop.example"


def test_operators_are_read_from_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_IDS", "discord:1, telegram:-2")
    assert Environment.read(None).operator_ids == {"discord:1", "telegram:-2"}


def test_every_problem_is_named_at_once_and_no_secret_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", SECRET)
    monkeypatch.setenv("HTTP_PORT", "many")
    monkeypatch.setenv("OPERATOR_IDS", "me")
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    monkeypatch.setenv("PUBLIC_URL", "shop")
    with pytest.raises(BadSetting) as caught:
        Environment.read(None)
    problems = "\n".join(caught.value.problems)
    for name in ("HTTP_PORT", "OPERATOR_IDS", "DATABASE_URL", "PUBLIC_URL"):
        assert name in problems
    assert SECRET not in problems


def test_secrets_do_not_print_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", SECRET)
    assert SECRET not in repr(Environment.read(None))


def test_database_and_media_lie_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    environment = Environment.read(None, bgm_data=tmp_path)
    assert environment.database == f"sqlite+aiosqlite:///{tmp_path / 'shop.sqlite3'}"
    assert environment.media == tmp_path / "media"
    assert Environment.read(None, media_url=f"file://{tmp_path}/m").media == tmp_path / "m"


def test_every_variable_is_explained_in_the_operators_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs/going-live.md").read_text("utf-8")
    missing = [name.upper() for name in Environment.model_fields if f"`{name.upper()}`" not in guide]
    assert not missing
