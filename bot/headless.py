"""One order from brief to licence at the terminal: the real story with a house customer, and files in a folder."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.configuration import Config
from bot.delivery.boxing import FEWEST
from bot.errors import BadInput, EngineFailed
from bot.orders import facts
from bot.orders.brief import Brief, checked, read_details, read_key, read_length, read_tempo
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.pricing import Line, Price
from bot.review.card import Words, sentence_of
from bot.settings.environment import Environment
from bot.shop import Core
from bot.storage.jobs import Job
from bot.texts import Tongue

CUSTOMER = "house:operator"
LOOK_EVERY = 0.3
"""Seconds between two looks at the progress."""

_COLUMNS = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
STEPS = (State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: read and checked as a buyer's answers are."""

    mood: str
    length: str
    purpose: str
    details: str = ""
    style: str = ""
    tempo: str = ""
    key: str = ""
    loop: bool = False

    def brief(self, config: Config) -> Brief:
        """Return the brief. :raises BadInput: naming what cannot be used and what would be right."""
        catalogue = config.catalogue
        brief = Brief(
            mood=self.mood,
            seconds=read_length(self.length, catalogue.shortest, catalogue.longest),
            purpose=self.purpose,
            style=self.style or None,
            tempo_bpm=read_tempo(self.tempo),
            key=read_key(self.key),
            loop=self.loop,
            details=read_details(self.details),
        )
        return checked(brief, catalogue)


Choose = Callable[[Order], Awaitable[int | None]]
"""Returns the approved take, or None for new ones."""


async def make(wish: Wish, out: Path, approve: str, language: str) -> None:
    """Make one order and leave its files in ``out``; progress goes to the terminal.

    :raises BadInput: if the wish, ``approve`` or the folder cannot be used.
    :raises EngineFailed: if the music could not be made.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    brief = wish.brief(config)
    if approve not in ("best", "ask") and not (approve.isdigit() and 1 <= int(approve) <= config.policy.takes):
        raise BadInput(f"--approve {approve!r}", text="order-approve-wrong", value=approve, takes=config.policy.takes)
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file", text="order-out-wrong", folder=str(out))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".making-") as folder:
        here = environment.model_copy(
            update={"database_url": f"sqlite+aiosqlite:///{folder}/order.sqlite3", "media_url": f"{folder}/media"}
        )
        core = Core(here, config, selling=False)
        try:
            await core.open()
            core.music.must_be_loadable()
            house = House(core, language, out, approve)
            await house.make(brief)
        finally:
            await core.close()


class House:
    """The operator as their own customer: nothing is paid, the card is shown at the terminal."""

    def __init__(self, core: Core, language: str, out: Path, approve: str) -> None:
        self.core = core
        self.words = Words(
            core.config.texts, Tongue(language), lambda locale, kind, item: core.config.name(f"{kind}s", item, locale)
        )
        self.out = out
        self.approve = approve
        self.screen = Console(stderr=True)
        rights, engine = core.engine.rights, core.engine.name
        unsellable = rights.sellable == "no"
        self._draft = self.words.say("order-draft", engine=engine, licence=rights.weights_licence) if unsellable else ""

    async def make(self, brief: Brief) -> None:
        """Place the order, see it through, and report the files."""
        price = Price(self.core.config.prices.currency, (Line("price-house", 0),))
        order = Order(new_order_id(), CUSTOMER, self.words.locale, brief, price)
        # What a program reads from this folder stays what it is: one lossless file, one to listen to.
        packing = replace(self.core.packing, kinds=FEWEST, called=lambda _order, file: str(file["name"]))
        hands = {
            "compose": self.core.music.composing.compose,
            "post_card": self.post_card,
            "master": packing.master,
            "certify": self.leave_out if self._draft else packing.certify,
            "hand_over": self.hand_over,
            "refund": self.refund,
        }
        runner = self.core.music.runner(hands)
        await self.core.book.place(order, by=CUSTOMER, key=f"house:{order.id}")
        await self._tell(order.id, "paid", facts.Paid("house", order.id, 0, price.currency, order.id))
        await runner.start()
        try:
            done = await self._followed(order.id)
        finally:
            await runner.stop()
        if done.state is not State.DELIVERED:
            failure = done.data.get("failure", {})
            detail = failure.get("error", done.state.sentence)
            told = self.words.texts.cause(self.words.locale, failure)
            raise EngineFailed(detail, text="order-failed", why=f"{told}\n({detail})" if told else detail)
        self.screen.print(self.words.say("order-done", folder=str(self.out)), highlight=False, markup=False)
        if self._draft:
            self.screen.print(self._draft, highlight=False, markup=False)

    async def post_card(self, job: Job, order: Order) -> What | None:
        """Show the takes and let the operator decide; by rule if ``--approve`` says so."""
        if self.approve == "best":
            chosen: int | None = _best(order)
        elif self.approve.isdigit():
            chosen = int(self.approve)
        else:
            self.screen.print(self._takes(order))
            self._name_previews(order)
            chosen = await asyncio.to_thread(self._asked, order)
        what: What = facts.Approved(order.round, chosen) if chosen else facts.AgainAsked(order.round)
        await self._tell(order.id, f"verdict:{order.round}", what)
        return facts.CardPosted(job.data["round"], "house:terminal")

    async def hand_over(self, _job: Job, order: Order) -> What:
        """Copy the files to the folder and write the record, last."""
        await asyncio.to_thread(self._deliver, order)
        return facts.HandedOver("folder", str(self.out))

    async def leave_out(self, _job: Job, _order: Order) -> What:
        """Write no licence: of an engine whose music may not be sold there is nothing to permit."""
        return facts.Certified("", {})

    async def refund(self, job: Job, order: Order) -> What:
        """Nothing was paid, so nothing goes back."""
        return facts.Refunded(job.data["payment"], order.id, 0, order.price.currency)

    def _deliver(self, order: Order) -> None:
        media, chosen = self.core.media, order.chosen
        assert chosen is not None
        certificate = order.data["certificate"]
        files = [*order.data["files"], *([] if self._draft else [certificate["file"]])]
        for file in files:
            shutil.copyfile(media.path(file["key"]), self.out / file["name"])
        shutil.copyfile(media.path(chosen["files"]["waveform"]), self.out / "waveform.png")
        kept = ("index", "seed", "engine", "model", "seconds", "tempo_bpm", "key", "lufs", "true_peak_dbtp", "rank")
        record = {
            "order": order.id,
            "brief": order.brief.to_json(),
            "takes": [
                {name: take[name] for name in kept} | {"reason": sentence_of(self.words, take["reason"])}
                for take in order.data["takes"]
            ],
            "chosen": chosen["index"],
            "certificate": certificate["number"],
            "files": [{"name": file["name"], "sha256": file["sha256"]} for file in files],
            **({"draft": self._draft} if self._draft else {}),
        }
        (self.out / "order.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")

    async def _tell(self, order: str, key: str, what: What) -> None:
        await self.core.book.tell(Fact(order, f"house:{order}:{key}", CUSTOMER, what))

    async def _followed(self, order_id: str) -> Order:
        """Show how far the order is until it has ended."""
        with Progress(*_COLUMNS, console=self.screen, transient=True) as bars:
            bar = bars.add_task(self.words.say("order-step-composing"), total=1.0)
            while True:
                order = await self.core.book.get(order_id)
                if order.state.ended:
                    return order
                if order.state is State.REVIEWING and self.approve == "ask":
                    bars.stop()
                elif order.state in STEPS:
                    share = await self.core.jobs.progress_of(order_id)
                    step = self.words.say(f"order-step-{order.state.value}")
                    bars.update(bar, description=step, completed=share or 0.0)
                    bars.start()
                await self.core.book.changed.wait(self.core.book.changed.count, LOOK_EVERY)

    def _takes(self, order: Order) -> Table:
        table = Table(*(self.words.say(f"order-column-{name}") for name in ("take", "rank", "music", "level", "why")))
        for take in order.data["takes"]:
            music = f"{take['tempo_bpm'] or 0:.0f} BPM, {take['key'] or '-'}"
            level = f"{take['lufs']:.1f} LUFS, {take['true_peak_dbtp']:.1f} dBTP"
            table.add_row(str(take["index"]), str(take["rank"]), music, level, sentence_of(self.words, take["reason"]))
        return table

    def _name_previews(self, order: Order) -> None:
        """Name the file of every take on a line of its own, whole, so that it can be opened."""
        for take in order.data["takes"]:
            preview = self.core.media.path(take["files"]["preview"])
            self.screen.print(f"{take['index']}  {preview}", highlight=False, markup=False, soft_wrap=True)

    def _asked(self, order: Order) -> int | None:
        known = {str(take["index"]): take["index"] for take in order.data["takes"]}
        while True:
            self.screen.print(self.words.say("order-ask", takes=", ".join(known)), end=" ", markup=False)
            line = sys.stdin.readline()
            if not line:  # nobody is there to answer: a script's order ends as with "best"
                return _best(order)
            typed = line.strip().lower()
            if typed in known or typed == "r":
                return known.get(typed)


def _best(order: Order) -> int:
    return next(int(take["index"]) for take in order.data["takes"] if take["rank"] == 1)


def write_page(out: Path, moods: list[str], styles: list[str], seconds: int, language: str) -> None:
    """Write a page with a player for every mood in every style. :raises BadInput: for an unknown mood or style."""
    from bot.generation.engines.composer.listen import write_listening_page

    config = Config.read(Environment.read().bgm_config)
    for kind, wanted, known in (("mood", moods, config.catalogue.moods), ("style", styles, config.catalogue.styles)):
        for one in wanted:
            if one not in known:
                choices = ", ".join(known)
                raise BadInput(f"no {kind} {one!r}", text=f"error-unknown-{kind}", value=one[:40], choices=choices)
    with Progress(*_COLUMNS, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(config.texts.say(language, "order-step-composing"), total=1.0)
        page = write_listening_page(
            out, config.moods, config.texts, language, moods, styles, seconds,
            lambda share: bars.update(bar, completed=share),
        )  # fmt: skip
    Console().print(str(page), highlight=False, markup=False, soft_wrap=True)
