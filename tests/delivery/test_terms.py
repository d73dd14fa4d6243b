from pathlib import Path

import pytest

from bot.delivery.terms import load_terms
from bot.errors import BadSetting
from bot.settings.files import default_folder
from tests.delivery import shop

DEFAULT = default_folder() / "licences" / "terms.toml"


def _changed(folder: Path, old: str, new: str) -> list[Path]:
    text = DEFAULT.read_text("utf-8")
    assert old in text
    (folder / "licences").mkdir()
    (folder / "licences" / "terms.toml").write_text(text.replace(old, new, 1), "utf-8")
    return [default_folder(), folder]


def test_there_is_a_licence_for_everything_that_can_be_ordered() -> None:
    purposes = shop.moods().purposes
    terms = load_terms([default_folder()], purposes)
    for purpose in purposes:
        scope = terms.scope_of(purpose)
        assert len(scope) == len(terms.scope)
        assert all(row["words"]["ko"] and row["words"]["en"] for row in scope)


def test_a_purpose_may_widen_the_scope() -> None:
    clients = {purpose: shop.terms().scope_of(purpose)[4]["words"]["en"] for purpose in ("vlog", "ad")}
    assert clients == {"vlog": "Not included", "ad": "Production for one client is included"}


def test_the_words_never_promise_copyright_and_forbid_registration_by_both_sides() -> None:
    terms = shop.terms()
    assert "does not warrant that it exists" in terms.nature.en
    assert any("by either side" in limit.en for limit in terms.limits)
    every = DEFAULT.read_text("utf-8").lower()
    assert "owns the copyright" not in every
    assert "watermark" not in every


def test_the_operators_words_count_and_change_the_hash(tmp_path: Path) -> None:
    terms = load_terms(_changed(tmp_path, 'version = "2026-11.3"', 'version = "mine"'))
    assert terms.version == "mine"
    assert terms.sha256 != shop.terms().sha256
    assert len(terms.sha256) == 64


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("{shop}(이하", "{store}(이하", r"terms\.toml: opening\.ko.*unknown \{store\}; known: "),
        ("[purposes.ad.scope]\nchannels", "[purposes.ad.scope]\nchannel", r"channel, which \[scope\] does not have"),
        ('title = { ko = "음악', 'headline = { ko = "음악', r"\[words\] lacks title"),
        ("[chosen.person]", "[chosen.human]", r"\[chosen\] lacks person"),
        ('version = "2026-11.3"', "", "version is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(BadSetting, match=complaint):
        load_terms(_changed(tmp_path, old, new))


def test_a_purpose_without_a_licence_is_named() -> None:
    with pytest.raises(BadSetting, match=r"\[purposes\.opera\] is missing; moods\.toml offers it"):
        load_terms([default_folder()], ["youtube", "opera"])
    with pytest.raises(BadSetting, match="opera"):
        shop.terms().grant("opera")


def test_what_is_filled_in_cannot_fill_in_more() -> None:
    filled = shop.terms().opening.filled(shop="{engine} {shop}", engine="secret")
    assert filled["en"].startswith("{engine} {shop} (the licensor)")
