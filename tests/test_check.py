"""The checkup and the interview, against services on the wire: every problem at once, each with its remedy."""

import io
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from bot import check_engine
from bot.check import Finding, Level, checkup
from bot.errors import BadInput, BadSetting
from bot.lock import only_one
from bot.sandbox.world import World
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.setup import Interview, ask, write_answers
from bot.storage.database import open_database
from bot.texts import LANGUAGES, Texts


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = await World.start()
    yield world
    await world.stop()


@pytest.fixture
def texts() -> Texts:
    return Texts(folders(None))


def settings(world: World, data: Path, **changes: object) -> Environment:
    card = world.card()
    values: dict[str, object] = {
        "discord_token": card["discord"]["token"],
        "discord_api_base": card["discord"]["api"],
        "discord_guild_id": card["discord"]["guild_id"],
        "discord_review_channel_id": card["discord"]["review_channel_id"],
        "operator_ids": f"discord:{card['discord']['operator_id']}",
        "stripe_secret_key": card["stripe"]["key"],
        "stripe_webhook_secret": card["stripe"]["webhook_secret"],
        "stripe_api_base": card["stripe"]["api"],
        "http_port": 0,
        "bgm_data": data,
    }
    return Environment.read(None, **(values | changes))


def said(findings: list[Finding]) -> dict[str, Level]:
    return {finding.text: finding.level for finding in findings}


async def test_a_shop_that_lacks_nothing_may_open(world: World, tmp_path: Path) -> None:
    found = said(await checkup(settings(world, tmp_path), test=True))
    assert Level.BAD not in found.values()
    assert found["checkup-channel-good"] is found["checkup-stripe"] is Level.GOOD


@pytest.mark.parametrize(
    ("engine", "finding"), [("musicgen", "engines-not-for-sale"), ("stable-audio-3", "engines-not-accepted")]
)
async def test_an_engine_that_may_not_take_orders_keeps_the_shop_closed(
    engine: str, finding: str, tmp_path: Path
) -> None:
    found = await check_engine.look(Environment.read(None, bgm_data=tmp_path, bgm_engine=engine))
    assert [(one.text, one.level) for one in found] == [(finding, Level.BAD)]


async def test_hours_that_leave_orders_no_time_and_music_made_elsewhere_are_said(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    shop = (
        '[business]\nname = "Night"\n[work]\ncompose = false\n[times]\ncompose = 12\n[engines]\nhours = "01:00-06:00"\n'
    )
    (config / "shop.toml").write_text(shop, "utf-8")
    found = await check_engine.look(Environment.read(None, bgm_data=tmp_path, bgm_config=config, bgm_engine="ace-step"))
    assert said(found) == {"checkup-engine-elsewhere": Level.GOOD, "checkup-engine-hours": Level.WARN}


async def test_an_empty_environment_names_everything_that_is_missing(tmp_path: Path) -> None:
    found = said(await checkup(Environment.read(None, bgm_data=tmp_path, http_port=0)))
    for missing in ("checkup-doorway", "checkup-operators", "checkup-stripe-unset"):
        assert found[missing] is Level.BAD


async def test_wrong_answers_of_every_service_are_told_apart(world: World, tmp_path: Path) -> None:
    wrong = settings(world, tmp_path, discord_token="a.b.c", stripe_secret_key="sk_test_somebody_elses")
    found = said(await checkup(wrong, test=True))
    assert found["checkup-discord-refused"] is found["checkup-stripe-refused"] is Level.BAD


async def test_swapped_secrets_are_told_by_what_was_pasted(world: World, texts: Texts, tmp_path: Path) -> None:
    swapped = settings(world, tmp_path, stripe_secret_key="whsec_abc123", stripe_webhook_secret="sk_test_abc12345")
    refused = next(one for one in await checkup(swapped, test=True) if one.text == "checkup-stripe-refused")
    told = texts.say("ko", refused.text, **refused.values)
    assert "웹훅 서명 비밀값(whsec_…)이 들어 있어요" in told
    assert "abc123" not in told
    wrong = settings(world, tmp_path, stripe_webhook_secret=world.card()["stripe"]["key"])
    findings = {one.text: one for one in await checkup(wrong, test=True)}
    assert findings["checkup-stripe"].level is Level.GOOD
    assert "STRIPE_WEBHOOK_SECRET" in texts.say("en", "checkup-setting", **findings["checkup-setting"].values)


async def test_a_database_that_is_away_is_one_finding_without_its_password(texts: Texts, tmp_path: Path) -> None:
    away = Environment.read(
        None, bgm_data=tmp_path, http_port=0, database_url="postgresql://bgm:geheim@127.0.0.1:9/shop"
    )
    finding = next(one for one in await checkup(away) if one.text == "checkup-database")
    for language in LANGUAGES:
        assert "geheim" not in texts.say(language, finding.text, **finding.values)
    with pytest.raises(BadSetting) as refused:
        await open_database(away.database).upgrade()
    assert "데이터베이스를 열 수 없어요" in texts.error("ko", refused.value)


def test_a_data_folder_that_cannot_be_one_is_named(texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting) as refused, only_one(tmp_path / "file" / "data"):
        pass
    assert texts.error("ko", refused.value).startswith(f"BGM_DATA: {tmp_path}/file/data 폴더에 쓸 수 없어요")


async def test_services_that_are_away_are_not_called_wrong(world: World, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    away = settings(world, tmp_path, discord_api_base=f"{nobody}/api/v10", stripe_api_base=nobody)
    found = said(await checkup(away, test=True))
    assert found["checkup-discord-away"] is found["checkup-stripe-away"] is Level.BAD


async def test_a_wrong_server_comes_with_the_invitation(world: World, tmp_path: Path) -> None:
    findings = await checkup(settings(world, tmp_path, discord_guild_id=42), test=True)
    finding = next(finding for finding in findings if finding.text == "checkup-server")
    assert str(finding.values["invitation"]).startswith("https://discord.com/oauth2/authorize?client_id=")


async def test_a_wrong_channel_names_those_there_are(world: World, tmp_path: Path) -> None:
    findings = await checkup(settings(world, tmp_path, discord_review_channel_id=42), test=True)
    finding = next(finding for finding in findings if finding.text == "checkup-channel")
    assert "#review" in str(finding.values["known"])


async def test_a_review_channel_that_everybody_sees_is_warned_about_in_both_languages(
    world: World, texts: Texts, tmp_path: Path
) -> None:
    channel = world.discord.realm.channels[world.discord.review_channel_id]
    hidden, *others = channel.overwrites
    channel.overwrites = others  # the bot may still do everything it needs there
    findings = await checkup(settings(world, tmp_path), test=True)
    public = next(finding for finding in findings if finding.text == "checkup-channel-public")
    assert public.level is Level.WARN
    assert said(findings)["checkup-channel-good"] is Level.GOOD
    for language, words in (("en", "#review"), ("ko", "비공개")):
        told = texts.say(language, public.text, **public.values) + texts.say(language, public.remedy, **public.values)
        assert words in told
    channel.overwrites = [hidden, *others]
    assert "checkup-channel-public" not in said(await checkup(settings(world, tmp_path), test=True))


async def test_setup_warns_about_a_review_channel_that_everybody_sees(
    world: World, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, screen = world.card(), io.StringIO()
    monkeypatch.setenv("DISCORD_API_BASE", card["discord"]["api"])
    with pytest.raises(BadInput):
        await ask(tmp_path / ".env", "en", interview(texts, [card["discord"]["token"], "general"], screen))
    assert "Everybody on the server can see #general" in screen.getvalue()
    assert "Private channel" in screen.getvalue()


async def test_a_test_key_without_test_is_refused(world: World, tmp_path: Path) -> None:
    found = said(await checkup(settings(world, tmp_path), test=False))
    assert found["checkup-stripe-refused"] is Level.BAD


async def test_a_broken_config_file_is_named(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config"
    own.mkdir()
    (own / "shop.toml").write_text("[business]\nname = 3\n")
    findings = await checkup(settings(world, tmp_path / "data", bgm_config=own), test=True)
    problems = [str(finding.values["problem"]) for finding in findings if finding.text == "checkup-setting"]
    assert any("shop.toml" in problem and "business.name" in problem for problem in problems)


async def test_every_finding_has_its_sentences_in_both_languages(texts: Texts, tmp_path: Path) -> None:
    for finding in await checkup(Environment.read(None, bgm_data=tmp_path, http_port=0)):
        for language in LANGUAGES:
            assert texts.has(language, finding.text)
            assert not finding.remedy or texts.has(language, finding.remedy)


def interview(texts: Texts, answers: list[str], screen: io.StringIO) -> Interview:
    console = Console(file=screen, width=200, force_terminal=False)
    return Interview(texts, "en", console, lines=io.StringIO("".join(f"{answer}\n" for answer in answers)))


async def test_setup_checks_each_answer_and_writes_them_privately(
    world: World, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, screen, file = world.card(), io.StringIO(), tmp_path / ".env"
    monkeypatch.setenv("DISCORD_API_BASE", card["discord"]["api"])
    monkeypatch.setenv("STRIPE_API_BASE", card["stripe"]["api"])
    file.write_text("# mine\nSMTP_URL=smtp://kept\nDISCORD_TOKEN=old.old.old\n")
    answers = [
        "wrong.token.here", card["discord"]["token"],  # refused, asked again
        "", "", "",  # server found, #review offered, owner as operator
        "",  # no Telegram
        "sk_test_wrong", card["stripe"]["key"], card["stripe"]["webhook_secret"],
        "shop.example", "https://shop.example/",
    ]  # fmt: skip
    answers.remove("")  # one server only: it is not asked for
    await ask(file, "en", interview(texts, answers, screen))
    written = file.read_text()
    assert written.startswith("# mine\nSMTP_URL=smtp://kept\nDISCORD_TOKEN=" + card["discord"]["token"])
    assert f"DISCORD_REVIEW_CHANNEL_ID={card['discord']['review_channel_id']}" in written
    assert "PUBLIC_URL=https://shop.example\n" in written
    assert "wrong" not in written
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert card["stripe"]["key"] not in screen.getvalue()


async def test_answers_that_end_early_keep_what_was_checked(
    world: World, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, file = world.card(), tmp_path / ".env"
    monkeypatch.setenv("DISCORD_API_BASE", card["discord"]["api"])
    with pytest.raises(BadInput):
        await ask(file, "en", interview(texts, [card["discord"]["token"]], io.StringIO()))
    assert f"DISCORD_TOKEN={card['discord']['token']}" in file.read_text()


def test_a_first_env_file_is_private_from_the_start(tmp_path: Path) -> None:
    write_answers(tmp_path / ".env", {"A": "1"})
    assert (tmp_path / ".env").read_text() == "A=1\n"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
