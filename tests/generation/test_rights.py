"""The rights gate, and what the chat process knows of the engines: everything but their libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.configuration import Config
from bot.errors import BadInput, BadSetting
from bot.generation.rights import (
    ENGINES,
    acceptance_note,
    accepted,
    engine_kind,
    must_be_accepted,
    sellable_engine,
    terms_of,
)
from bot.settings.environment import Environment
from bot.shop import Core


def test_non_commercial_weights_never_sell() -> None:
    with pytest.raises(BadSetting, match=r"musicgen may not make music for sale.*CC-BY-NC"):
        sellable_engine("musicgen")
    assert not accepted(engine_kind("musicgen").rights, {"terms": terms_of(engine_kind("musicgen").rights)})


def test_open_weights_sell_and_conditional_ones_once_their_condition_is_accepted() -> None:
    for name in ("composer", "ace-step"):
        must_be_accepted(sellable_engine(name), None)
    kind = sellable_engine("stable-audio-3")
    with pytest.raises(BadSetting, match="bgm engines accept stable-audio-3"):
        must_be_accepted(kind, None)
    with pytest.raises(BadSetting, match="1,000,000 USD"):
        must_be_accepted(kind, {"terms": "of an earlier version"})
    must_be_accepted(kind, {"terms": terms_of(kind.rights)})


async def test_accepting_is_recorded_in_the_shop_and_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.engines import accept

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BGM_DATA", str(tmp_path))
    environment = Environment.read(bgm_engine="stable-audio-3")
    core = Core(environment, Config.read(None))
    try:
        with pytest.raises(BadSetting, match="sells under a condition"):
            await core.open()
        await accept("stable-audio-3", "ko", sure=True)
        await core.open()
        note = await core.book.recall(acceptance_note("stable-audio-3"))
        assert note is not None
        assert note["licence"] == "Stability AI Community License"
        assert note["at"]
    finally:
        await core.close()
    for name in ("composer", "musicgen"):
        with pytest.raises(BadInput):
            await accept(name, "en", sure=True)


def test_every_engine_is_known_without_its_library() -> None:
    """Building the whole shop for a neural engine imports none of the libraries that need gigabytes."""
    program = (
        "import sys, bot.app, bot.engines, bot.generation.engine_room\n"
        "from bot.generation.rights import ENGINES\n"
        "from bot.settings.environment import Environment\n"
        "from bot.configuration import Config\nfrom bot.shop import Core\n"
        "kinds = [ENGINES[name]() for name in ENGINES]\n"
        "core = Core(Environment.read(None, bgm_engine='ace-step'), Config.read(None))\n"
        "assert core.music.room is not None\n"
        "heavy = {'torch', 'transformers', 'diffusers', 'huggingface_hub', 'accelerate'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert set(ENGINES) == {"composer", "ace-step", "stable-audio-3", "musicgen"}


async def test_nothing_can_be_ordered_that_the_engine_does_not_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BGM_DATA", str(tmp_path))
    core = Core(Environment.read(None, bgm_engine="stable-audio-3"), Config.read(None))
    try:
        assert core.catalogue.longest == 380
        assert not {"stems", "midi"} & set(core.catalogue.extras), "it keeps no score they could come out of"
    finally:
        await core.close()
