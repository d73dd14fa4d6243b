"""Paid orders through the neural engines: real libraries on tiny random weights, the real program, buyers on the wire.

What comes out of random weights is noise; who orders, pays, judges and signs does not know.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pypdf
import pytest

from tests.generation.engines.tiny import tiny_ace_step, tiny_musicgen, tiny_stable_audio
from tests.stories.street import PATIENCE, Message, Street, answered, buttons, street, words
from tests.stories.test_changing_it import ORDER, press, shown

for library in ("torch", "transformers", "diffusers"):
    pytest.importorskip(library, reason="the neural extra is not installed")

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # the model libraries' own, of each other

QUICK = """
[engines]
threads = 1
"""


async def bgm(environment: Mapping[str, str], folder: Path, *arguments: str, language: str = "en") -> tuple[int, str]:
    """Type a command and return its status and everything it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, stdin=asyncio.subprocess.DEVNULL,
        env=dict(environment) | {"LC_ALL": f"{language}_XX.UTF-8", "COLUMNS": "300"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return process.returncode, said.decode()


def licence(here: Street, order: str) -> dict[str, str]:
    """Return what the signed certificate of a delivered order says of the engine; its pages say the same."""
    parcel = here.shop.folder / "data" / "media" / "orders" / order / "r1" / "parcel"
    record = json.loads((parcel / "licence.json").read_text("utf-8"))["record"]
    pages = "\n".join(page.extract_text() for page in pypdf.PdfReader(parcel / "licence.pdf").pages)
    engine: dict[str, str] = record["engine"]
    for told in (engine["name"], engine["revision"], engine["weights_licence"]):
        assert told in pages
    return engine


def made(here: Street, order: str) -> dict[str, object]:
    """Return how an order's take was made."""
    card = here.shop.folder / "data" / "media" / "orders" / order / "r1" / "t1" / "take.json"
    record: dict[str, object] = json.loads(card.read_text("utf-8"))["made"]
    return record


async def revised(here: Street, parcel: Message, change: str) -> tuple[str, Message]:
    """Order a change of what a parcel holds; returns the new order and its review card."""
    summary = shown(await answered(await press(here.buyer, parcel, "revise", change)))
    placed = words(shown(await answered(await press(here.buyer, summary, "revised"))))
    found = ORDER.search(placed)
    assert found, placed
    return found[0], await here.card(found[0])


async def test_an_order_and_its_changes_through_ace_step(tmp_path: Path) -> None:
    async with street(tmp_path, processes=1, opened=False, BGM_ENGINE="ace-step", OMP_NUM_THREADS="1") as here:
        config, environment = tmp_path / "config" / "shop.toml", here.shop.environment
        config.write_text(config.read_text("utf-8") + QUICK, "utf-8")
        # 1. Without weights the shop does not open: it says what to do, and nobody can pay for what cannot be made
        status, said = await bgm(environment, tmp_path, "run", "--test", language="ko")
        assert status == 2
        assert "bgm engines pull ace-step" in said
        weights = await asyncio.to_thread(tiny_ace_step, tmp_path / "stick")
        status, said = await bgm(environment, tmp_path, "engines", "pull", "ace-step", "--from", str(weights))
        assert (status, "every file checked" in said) == (0, True), said
        await here.shop.open()
        await here.menu()
        # 2. Ordered, paid, made by the engine's own process, checked, posted, approved, handed over
        summary = await here.summary(here.buyer, length="10")
        assert "ACE-Step" in words(summary)
        order = await here.placed(summary)
        await here.pay(order)
        card = await here.card(order)
        assert len(buttons(card, "approve")) == 1
        assert "LUFS" in words(card)
        await here.react(card, "1️⃣")
        parcel = await here.parcel(order)
        assert any(one["filename"].endswith(".wav") for one in parcel["attachments"])
        await here.status(order, "with you")
        recorded = json.loads((tmp_path / "data" / "models" / "ace-step" / "bgm-model.json").read_text("utf-8"))
        engine = licence(here, order)
        assert (engine["name"], engine["model"], engine["revision"], engine["weights_licence"]) == (
            "ace-step", recorded["model"], recorded["revision"], "MIT",
        )  # fmt: skip
        # 3. Calmer is a variation that was told so, longer goes on from the piece; the operator reads which it is
        calmer, card = await revised(here, parcel, "calmer")
        assert "A variation of the piece before" in words(card)
        assert (made(here, calmer)["mode"], "calmer" in str(made(here, calmer)["prompt"])) == ("vary", True)
        longer, card = await revised(here, parcel, "longer")
        assert "Goes on from the piece before" in words(card)
        assert made(here, longer)["mode"] == "extend"
        await here.react(card, "1️⃣")
        assert "15 s" in words(await here.parcel(longer))
        # 4. How fast this computer is was learned from these orders; the chat's own process never held the model
        status, said = await bgm(environment, tmp_path, "engines")
        assert "for an order of one minute (CPU, 1 threads; orders measured: 3)" in said
        assert here.shop.process is not None
        assert "torch" not in Path(f"/proc/{here.shop.process.pid}/maps").read_text("utf-8")


async def test_what_may_not_be_sold_is_refused_and_what_may_after_its_terms(tmp_path: Path) -> None:
    async with street(tmp_path, processes=1, opened=False, OMP_NUM_THREADS="1") as here:
        config, environment = tmp_path / "config" / "shop.toml", here.shop.environment
        free, terms = tiny_musicgen(tmp_path / "free", channels=2), tiny_stable_audio(tmp_path / "terms")
        models = f'[engines.models]\nmusicgen = "{free}"\nstable-audio-3 = "{terms}"\n'
        config.write_text(config.read_text("utf-8") + QUICK + models, "utf-8")
        # 1. Weights for non-commercial use: no shop and no worker, but drafts without a licence
        drafts = environment | {"BGM_ENGINE": "musicgen"}
        for verb, language, sentence in (("run", "en", "may not be sold"), ("worker", "ko", "판매할 수 없어서")):
            status, said = await bgm(drafts, tmp_path, verb, language=language)
            assert (status, sentence in said, "CC-BY-NC-4.0" in said) == (2, True, True), said
        order = ("order", "--mood", "calm", "--seconds", "5", "--out", "draft", "--approve", "best")
        status, said = await bgm(drafts, tmp_path, *order)
        assert (status, "draft without a licence" in said) == (0, True), said
        assert not (tmp_path / "draft" / "licence.pdf").exists()
        assert "may not be sold" in json.loads((tmp_path / "draft" / "order.json").read_text("utf-8"))["draft"]
        # 2. Weights that sell under a condition: refused until it was accepted, then ordered, and on the certificate
        environment["BGM_ENGINE"] = "stable-audio-3"
        status, said = await bgm(environment, tmp_path, "run", "--test", language="ko")
        assert (status, "bgm engines accept stable-audio-3" in said) == (2, True), said
        status, said = await bgm(environment, tmp_path, "engines", "accept", "stable-audio-3")
        assert (status, "Nothing was recorded" in said) == (0, True), said
        status, said = await bgm(environment, tmp_path, "engines", "accept", "stable-audio-3", "--yes")
        assert (status, "may take paid orders" in said) == (0, True), said
        await here.shop.open()
        await here.menu()
        summary = await here.summary(here.buyer)
        assert "Powered by Stability AI" in words(summary)
        placed = await here.placed(summary)
        await here.pay(placed)
        await here.react(await here.card(placed), "1️⃣")
        await here.parcel(placed)
        engine = licence(here, placed)
        assert (engine["name"], engine["weights_licence"]) == ("stable-audio-3", "Stability AI Community License")
        assert "registered for commercial use" in engine["condition"]
