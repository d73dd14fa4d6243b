"""The composer as an engine: requests in, takes out."""

import platform
import time
from collections.abc import Sequence
from pathlib import Path

from bot.generation.engine import Capabilities, Progress, Request, RightsCard, Take
from bot.generation.engines.composer import plan as planning
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.instruments import Orchestra
from bot.generation.engines.composer.mixer import mix
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.sampler import RATE
from bot.orders.brief import LONGEST_SECONDS, SHORTEST_SECONDS
from bot.settings.moods import MoodBook

REVISION = "1"
"""Changes whenever the same brief and seed would no longer give the same music."""


def _part_of(progress: Progress, index: int, count: int) -> Progress:
    """Report one take's progress as its share of the whole request."""
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
        """Return the seconds of work: about 0.08 per second of music on one core of 2026, and a little to begin."""
        return (0.5 + 0.08 * request.brief.seconds) * len(request.seeds)

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Compose one take per seed; with a source and a change, edit that piece instead.

        :raises EngineFailed: if the source has no score of this composer.
        """
        self.load()
        takes = []
        count = len(request.seeds)
        for index, seed in enumerate(request.seeds):
            plan = self._plan(request, seed)
            takes.append(self._take(plan, seed, _part_of(progress, index, count)))
        progress(1.0)
        return takes

    def _plan(self, request: Request, seed: int) -> Plan:
        return planning.make(request.brief, seed, self._book)

    def _take(self, plan: Plan, seed: int, progress: Progress) -> Take:
        assert self._orchestra is not None
        started = time.process_time()
        progress(0.0)
        song = arrange(plan)
        audio, stems = mix(song, plan, self._orchestra, progress)
        return Take(
            audio=audio,
            rate=RATE,
            seed=seed,
            engine=self.name,
            model=f"composer-{REVISION}",
            revision=f"{REVISION}/python-{platform.python_version()}",
            spent=time.process_time() - started,
            tempo_bpm=plan.tempo,
            key=plan.key,
            stems=stems,
            score={"version": 1, "plan": plan.to_json(), "song": song.to_json()},
        )
