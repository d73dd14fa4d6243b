"""A revision is the piece it changes, changed: made by the real composer from the score that was kept."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.finishing.corrections import Corrections
from bot.finishing.likeness import LIBRARY, Fingerprint, agreement
from bot.finishing.master import Target
from bot.generation.engines.composer.engine import Composer
from bot.generation.making import make_take
from bot.generation.revising import ANEW, EDITED, Approved, Change, change_of, edits_of, revised, strangers
from bot.generation.takework import TakeWork
from bot.orders.brief import Brief
from bot.orders.order import Order
from bot.orders.revision import Source
from bot.settings.files import default_folder, folders
from bot.settings.moods import load_moods
from bot.storage.media import Media
from tests.orders.example import free_order, new_order

BRIEF = Brief("epic", 8, "youtube", style="cinematic")
PARENT = replace(new_order(), brief=BRIEF)
KEY = f"orders/{PARENT.id}/r1/t1"


def ignore(_share: float) -> None:
    pass


def revision(change: str, *, words: str = "", edits: tuple[str, ...] = (), brief: Brief = BRIEF) -> Order:
    source = Source(PARENT.id, PARENT.id, 1, KEY, change, words, edits, free=True)
    return replace(free_order("CHILD23456"), brief=brief, data={"source": source.to_json()})


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A media folder with a delivered piece and its fingerprint among those of everything sold."""
    root = tmp_path_factory.mktemp("media")
    work = TakeWork("composer", folders(None), BRIEF, 1, root / KEY, KEY, root / LIBRARY)
    make_take(ignore, work)
    (root / LIBRARY).mkdir()
    (root / LIBRARY / f"{PARENT.id}-r1.bin").write_bytes((root / KEY / "fingerprint.bin").read_bytes())
    return root


def made(
    root: Path,
    order: Order,
    index: int = 1,
    *,
    kin: Sequence[str] = (PARENT.id,),
    approved: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], Path]:
    key = f"orders/{order.id}/{order.data['source']['change']}/t{index}"
    change = change_of(order, index, BRIEF, Media(root), approved)
    work = TakeWork(
        "composer", folders(None), order.brief, index, root / key, key, root / LIBRARY, change, tuple(kin)
    )  # fmt: skip
    return make_take(ignore, work), root / key


def alike(one: Path, other: Path) -> float:
    prints = [Fingerprint.from_bytes((folder / "fingerprint.bin").read_bytes()) for folder in (one, other)]
    return agreement(*prints)


def plan(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "score.json").read_text("utf-8"))["plan"]
    return found


def test_a_calmer_one_is_the_same_piece_played_softer(sold: Path) -> None:
    take, folder = made(sold, revision("calmer"))
    before, after = plan(sold / KEY), plan(folder)
    assert take["way"] == EDITED
    assert (after["ideas"], after["phrases"]) == (before["ideas"], before["phrases"])
    assert after["character"]["energy"] < before["character"]["energy"]


def test_its_likeness_to_its_family_is_nothing_to_complain_of(sold: Path) -> None:
    brighter, folder = made(sold, revision("brighter"))
    assert alike(folder, sold / KEY) > 0.94
    assert not [one for one in brighter["findings"] if one["text"] in ("check-duplicate", "check-sibling")]
    assert brighter["seed"] == made_seed(brighter)


def made_seed(take: dict[str, Any]) -> int:
    """The seed of the first attempt: nothing had to be made again."""
    key = f"orders/CHILD23456/brighter/t{take['index']}"
    return TakeWork("composer", (), BRIEF, 1, Path(), key, Path()).seed(0)


def test_a_stranger_that_alike_is_made_anew(sold: Path) -> None:
    take, _ = made(sold, revision("brighter"), kin=())
    assert take["seed"] != made_seed(take)


def test_what_the_operator_corrected_holds_for_the_changed_piece(sold: Path) -> None:
    before = json.loads((sold / KEY / "take.json").read_text("utf-8"))
    by_hand = {"trim_start": 0.5, "fade_in": 2.0, "gain_db": -4.5, "low_db": -6.0}
    plain, _ = made(sold, revision("livelier"))
    corrected, _ = made(
        sold, replace(revision("livelier"), id="CHILD34567"), approved=before | {"corrections": by_hand}
    )
    assert (corrected["corrections"], corrected["carried"]) == (by_hand, True)
    assert corrected["lufs"] == pytest.approx(plain["lufs"] - 4.5, abs=0.5)
    done = {finding["text"] for finding in corrected["findings"]}
    assert {"correction-did-tone", "correction-did-trim", "correction-did-fade-in"} <= done
    assert "carried" not in plain
    assert "check-loudness" not in {finding["text"] for finding in corrected["findings"]}
    assert corrected["seed"] == TakeWork("composer", (), BRIEF, 1, Path(), key_of(corrected), Path()).seed(0)


def key_of(take: dict[str, Any]) -> str:
    return str(take["files"]["raw"]).rpartition("/")[0]


def test_which_corrections_hold_for_a_change() -> None:
    usual = Target(60.0, fade_out=4.0)
    by_hand = {"trim_end": 1.0, "fade_in": 12.0, "fade_out": 4.0, "lufs": -20.0, "seam": True}
    approved = Approved.of({"target": usual.to_json(), "corrections": by_hand})
    # What was cut is out of the sound already; the usual fade is the new master's to choose; joints are a loop's.
    assert approved.carried(Target(90.0), cut=False) == Corrections(fade_in=12.0, lufs=-20.0)
    assert approved.carried(Target(10.0), cut=True) == Corrections(trim_end=1.0, fade_in=5.0, lufs=-20.0)
    assert approved.carried(Target(60.0, loop=True), cut=False) == Corrections(lufs=-20.0, seam=True)
    assert Approved.of({"corrections": by_hand}).carried(usual, cut=True) == Corrections()


def test_longer_follows_the_brief(sold: Path) -> None:
    take, folder = made(sold, revision("longer", brief=BRIEF.but(seconds=12)))
    assert take["seconds"] == 12.0
    assert plan(folder)["ideas"] == plan(sold / KEY)["ideas"]


def test_several_changes_in_own_words_are_made_together(sold: Path) -> None:
    order = revision("words", words="darker, and no drums please", edits=("darker", "no-drums"))
    _, folder = made(sold, order)
    before, after = plan(sold / KEY), plan(folder)
    assert after["character"]["brightness"] < before["character"]["brightness"]
    assert after["cast"]["grooves"] == ["none"]


def test_further_takes_are_other_performances_and_words_nobody_understood_make_one(tmp_path: Path) -> None:
    media = Media(tmp_path)
    first, second = (change_of(revision("calmer"), index, BRIEF, media) for index in (1, 2))
    again = change_of(replace(revision("calmer"), round=2), 1, BRIEF, media)
    unsaid = change_of(revision("words", words="more magic"), 1, BRIEF, media)
    shorter = change_of(revision("shorter", brief=BRIEF.but(seconds=5)), 1, BRIEF, media)
    performances = [one.vary for one in (first, second, again, unsaid, shorter) if one]
    assert performances == [False, True, True, True, False]
    assert change_of(new_order(), 1, None, media) is None


def test_steps_that_the_brief_says_are_no_edits() -> None:
    def edits(change: str, *edits: str) -> tuple[str, ...]:
        return edits_of(Source("A", "A", 1, "a", change, edits=edits))

    assert [edits("fewer_drums"), edits("longer"), edits("loop")] == [("fewer-drums",), (), ("loop",)]
    assert edits("words", "calmer", "shorter") == ("calmer",)


class Mute(Composer):
    """An engine that knows nothing of scores, as those have that make sound directly."""

    capabilities = replace(Composer.capabilities, changes=())


@pytest.mark.parametrize(("engine", "kept"), [(Mute, True), (Composer, False)])
def test_what_cannot_be_edited_is_composed_anew_and_says_so(sold: Path, engine: type[Composer], kept: bool) -> None:
    score = sold / KEY / "score.json" if kept else sold / "nowhere.json"
    book = load_moods(default_folder() / "moods.toml")
    request, way = revised(Change(score, ("calmer",), vary=False), BRIEF, 5, engine(book), again=False)
    assert way == ANEW
    assert (request.source, request.change, request.brief) == (None, "calmer", BRIEF)


def test_an_unknown_edit_is_no_reason_to_fail(sold: Path) -> None:
    book = load_moods(default_folder() / "moods.toml")
    change = Change(sold / KEY / "score.json", ("calmer", "tastier"), vary=False)
    assert revised(change, BRIEF, 5, Composer(book), again=False)[1] == ANEW


def test_strangers_are_whatever_is_not_kin() -> None:
    known = {"AAAAAAAAAA-r1": 1, "AAAAAAAAAA-r2": 2, "BBBBBBBBBB-r1": 3}
    assert strangers(known, ("AAAAAAAAAA",)) == {"BBBBBBBBBB-r1": 3}
