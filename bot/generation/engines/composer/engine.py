"""The composer as an engine: requests in, takes out."""

import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineFailed
from bot.generation.engine import Capabilities, Progress, Request, RightsCard, Take
from bot.generation.engines.composer import edits
from bot.generation.engines.composer import plan as planning
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.instruments import Orchestra
from bot.generation.engines.composer.mixer import mix
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.score import Song
from bot.orders.brief import LONGEST_SECONDS, SHORTEST_SECONDS
from bot.settings.moods import MoodBook

Array = NDArray[np.float32]
REVISION = "3"
"""Changes whenever the same brief and seed would no longer give the same music."""


def part_of(progress: Progress, index: int, count: int) -> Progress:
    """Return a progress that reports one of ``count`` works as its share of them all."""
    return lambda share: progress((index + share) / count)


class Composer:
    """Writes and plays music by rule and by chance, from a seed. Needs neither weights nor a GPU."""

    name = "composer"
    rights = RightsCard(
        code_licence="Apache-2.0",
        weights_licence="none: no trained weights; sampled sounds under MIT (FluidR3Mono)",
        weights_source="bot/generation/engines/composer/sounds",
        training_data="none: composed by rules and random draws, no recordings or scores were learned from",
        sellable="yes",
        link="https://github.com/musescore/MuseScore/tree/master/share/sound",
        source_type="algorithmicMedia",
    )
    capabilities = Capabilities(
        sample_rate=RATE,
        channels=2,
        min_seconds=SHORTEST_SECONDS,
        max_seconds=LONGEST_SECONDS,
        extend=True,
        vary=True,
        tempo=True,
        changes=tuple(edits.CHANGES),
    )

    def __init__(self, book: MoodBook, soundfont: Path | None = None) -> None:
        """Take the shop's moods, and the operator's own SoundFont where there is one."""
        self._book = book
        self._soundfont = soundfont
        self._orchestra: Orchestra | None = None

    def load(self) -> None:
        """Open the sampled bank; samples are decoded when first played."""
        if self._orchestra is None:
            self._orchestra = Orchestra(own=self._soundfont)

    def unload(self) -> None:
        """Forget the bank and every decoded sample."""
        self._orchestra = None

    def estimate(self, request: Request) -> float:
        """Return the seconds of work: about 0.05 per second of music on one core of 2026, and a little to begin."""
        return (0.5 + 0.05 * request.brief.seconds) * len(request.seeds)

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Compose one take per seed; with a source, edit that piece instead, as brief and change say.

        Several changes are separated by spaces and made one after the other.

        :raises EngineFailed: if the source has no score of this composer.
        """
        self.load()
        takes = []
        count = len(request.seeds)
        for index, seed in enumerate(request.seeds):
            plan = self._plan(request, seed, index)
            takes.append(self._take(plan, seed, part_of(progress, index, count), stems=request.stems))
        progress(1.0)
        return takes

    def _plan(self, request: Request, seed: int, index: int) -> Plan:
        """Plan a new piece, or the source's piece changed; further takes of a change are played differently."""
        source = request.source
        if source is None:
            return planning.make(request.brief, seed, self._book)
        if not source.score or "plan" not in source.score:
            raise EngineFailed(f"the piece by {source.engine} has no score that could be edited")
        plan, brief = Plan.from_json(source.score["plan"]), request.brief
        for change in request.change.split() or [""]:
            plan = edits.revise(plan, change, brief, self._book)
            brief = plan.brief
        return plan if index == 0 and request.mode != "vary" else edits.varied(plan, seed)

    def _take(self, plan: Plan, seed: int, progress: Progress, *, stems: bool) -> Take:
        assert self._orchestra is not None
        started = time.process_time()
        progress(0.0)
        # What is kept is rounded; what is played is what is kept, so that a stored score sounds the same again.
        score = arrange(plan).to_json()
        song = Song.from_json(score)
        audio, found = mix(song, plan, self._orchestra, progress, stems=stems)
        return Take(
            audio=audio,
            rate=RATE,
            seed=seed,
            engine=self.name,
            model=f"composer-{REVISION}",
            revision=f"{REVISION}/python-{platform.python_version()}",
            spent=time.process_time() - started,
            tempo_bpm=plan.tempo,
            beats_per_bar=song.beats,
            key=plan.key,
            stems=found,
            score={"version": 1, "plan": plan.to_json(), "song": score},
        )

    def play(self, score: dict[str, Any], progress: Progress) -> tuple[Array, dict[str, Array]]:
        """Play a kept score again: the mix of its take, bit for bit, and the stems that add up to it.

        :raises EngineFailed: if it is no score of this composer.
        """
        self.load()
        assert self._orchestra is not None
        try:
            plan, song = Plan.from_json(score["plan"]), Song.from_json(score["song"])
        except (KeyError, TypeError, ValueError) as error:
            raise EngineFailed("no score that could be played") from error
        return mix(song, plan, self._orchestra, progress, stems=True)
