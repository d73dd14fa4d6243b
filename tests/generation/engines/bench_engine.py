"""An engine for trying the engine room without a model: takes of noise, and every way of going wrong on demand.

What it does is told by the brief's own words, since it runs in another process: "short 30" runs out of memory above
30 seconds of music in one call, "die FILE" kills its process once, "hang FILE" stands still once, "break FILE" loses
its device once, for as long as the process lives, "wait FILE" goes on when that is there, "fail" refuses.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.errors import DeviceLost, EngineFailed, OutOfMemory
from bot.generation.engine import Progress, Request, Take
from bot.generation.rights import engine_kind
from bot.settings.moods import MoodBook

RATE = 32_000
STEPS = 20


class BenchEngine:
    name = "musicgen"
    rights = engine_kind("musicgen").rights
    capabilities = engine_kind("musicgen").capabilities

    def __init__(self, book: MoodBook, own: Path | None = None) -> None:
        self._log = own
        self._broken = False

    def load(self) -> None:
        self._note("load")

    def unload(self) -> None:
        pass

    def estimate(self, request: Request) -> float:
        return 0.0

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        return self.generate_many([request], progress)[0]

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        self._note(f"batch {len(requests)} of {sum(request.brief.seconds for request in requests)} s")
        for step in range(STEPS):
            progress(step / STEPS)
            time.sleep(0.005)
        if self._broken:
            raise DeviceLost("CUDA error: an illegal memory access was encountered")
        for request in requests:
            self._misbehave(request.brief.details.split(), sum(one.brief.seconds for one in requests))
        return [[self._take(request, seed) for seed in request.seeds] for request in requests]

    def _misbehave(self, words: list[str], seconds: int) -> None:
        match words:
            case ["short", most] if seconds > int(most):
                raise OutOfMemory("too much at once")
            case ["die", file] if not Path(file).exists():
                Path(file).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case ["wait", file]:
                while not Path(file).exists():
                    time.sleep(0.005)
            case ["hang", file] if not Path(file).exists():
                Path(file).touch()
                time.sleep(600)
            case ["break", file] if not Path(file).exists():
                Path(file).touch()
                self._broken = True
                raise DeviceLost("CUDA error: an illegal memory access was encountered")
            case ["always-die"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["fail"]:
                raise EngineFailed("will not", text="error-engine")
            case ["slow"]:
                time.sleep(600)

    def _take(self, request: Request, seed: int) -> Take:
        noise = np.random.default_rng(seed).standard_normal((2, request.brief.seconds * RATE)).astype(np.float32)
        return Take(0.1 * noise, RATE, seed, self.name, "bench", "1", 0.0, state={"codes": np.zeros((4, 2), np.int16)})

    def _note(self, line: str) -> None:
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{os.getpid()} {line}\n")
