"""What keeps an engine from being loaded here is said before a shop opens."""

import json
from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.generation import readiness
from bot.generation.readiness import lacking, must_be_known, must_be_loadable
from bot.generation.rights import engine_kind

ACE_STEP = engine_kind("ace-step")


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the neural extra were installed: only that its libraries can be found is asked."""
    monkeypatch.setattr(readiness, "LIBRARIES", ("json",))


def model(folder: Path, name: str) -> Path:
    folder.mkdir()
    (folder / "model_index.json").write_text(json.dumps({"_class_name": name}), "utf-8")
    return folder


def test_the_composer_lacks_nothing_and_an_engine_its_weights() -> None:
    assert lacking(engine_kind("composer"), None) is None
    with pytest.raises(BadSetting) as raised:
        must_be_loadable(ACE_STEP, None)
    assert (raised.value.text, raised.value.values["engine"]) == ("engines-no-weights", "ace-step")


def test_a_folder_of_another_model_or_of_none_is_refused(tmp_path: Path) -> None:
    must_be_loadable(ACE_STEP, model(tmp_path / "right", "AceStepPipeline"))
    with pytest.raises(BadSetting) as raised:
        must_be_loadable(ACE_STEP, model(tmp_path / "wrong", "StableAudio3Pipeline"))
    assert (raised.value.text, raised.value.values["found"]) == ("engines-other-model", "StableAudio3Pipeline")
    with pytest.raises(BadSetting) as raised:
        must_be_loadable(ACE_STEP, tmp_path / "nowhere")
    assert raised.value.text == "error-no-weights"


def test_software_that_is_missing_is_named_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LIBRARIES", ("json", "no_such_library"))
    with pytest.raises(BadSetting) as raised:
        must_be_loadable(ACE_STEP, None)
    assert raised.value.text == "error-neural-extra"


def test_a_folder_for_an_engine_that_does_not_exist_is_a_mistake() -> None:
    must_be_known({"ace-step": "/srv/models/ace"})
    with pytest.raises(BadSetting, match=r"engines\.models\.acestep"):
        must_be_known({"acestep": "/srv/models/ace"})
