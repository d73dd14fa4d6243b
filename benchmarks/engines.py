"""The neural engines beside the libraries' own calls, same random weights, same run; and how late the event loop is.

    python -m benchmarks.engines                              MusicGen's overhead and small, both diffusion engines, lag
    python -m benchmarks.engines musicgen --sizes small medium --takes 1 8 32 --late
    python -m benchmarks.engines diffusion --takes 1 8
    python -m benchmarks.engines lag

Needs the neural extra, no weights and no network. On a CPU one thread works and CPU seconds are counted, which other
work on the machine touches least; on a GPU seconds of the wall are, once everything has ended. ``--late`` also times
MusicGen's steps at the end of a window, where attention looks back at 1,400 positions, and works out takes of 30 s.
"""

import argparse
import asyncio
import importlib.util
import os
import shlex
import sys
import tempfile
import time
from pathlib import Path

from bot.generation.engine_room import EngineRoom, Limits
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

KINDS = ("musicgen", "diffusion", "lag")


async def lag() -> None:
    """Print how late the event loop is while the engine room makes a batch in its process."""
    from benchmarks._engines_musicgen import OVERHEAD, saved
    from bot.finishing.likeness import LIBRARY
    from bot.generation.rights import engine_kind
    from bot.generation.takework import TakeWork, played_file

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = await asyncio.to_thread(saved, OVERHEAD, folder / "weights")
        room = EngineRoom(engine_kind("musicgen"), folders(None), weights, Limits(threads=1))
        work = TakeWork("musicgen", folders(None), Brief("calm", 10, "youtube"), 1, folder, "key", folder / LIBRARY)
        making = asyncio.create_task(room.play(work, 0, played_file(work, 0), lambda _share: None))
        late = []
        while not making.done():
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append((time.perf_counter() - before - 0.01) * 1000)
        await making
        await room.close()
        late.sort()
        print(f"\nevent loop while the engine room loads and makes 10 s of music: {late[len(late) // 2]:.1f} ms late "
              f"(median), {late[int(len(late) * 0.99)]:.1f} ms (p99), {late[-1]:.1f} ms at most")  # fmt: skip


def arguments() -> argparse.Namespace:
    """Return what is to be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=[], help=f"any of {', '.join(KINDS)}; none: all")
    parser.add_argument("--sizes", nargs="*", default=["overhead", "small"], choices=["overhead", "small", "medium"])
    parser.add_argument("--takes", nargs="*", type=int, default=[1, 8], help="takes at once")
    parser.add_argument("--steps", type=int, default=15, help="steps of MusicGen timed in a call, at least 5")
    parser.add_argument("--late", action="store_true", help="also at the end of MusicGen's window")
    parser.add_argument("--threads", type=int, default=1, help="threads on a CPU")
    given = parser.parse_args()
    if wrong := set(given.kinds) - set(KINDS):
        parser.error(f"nothing called {', '.join(sorted(wrong))}; there are: {', '.join(KINDS)}")
    return given


def main() -> None:
    """Measure what was asked for."""
    given = arguments()
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("diffusers") is None:
        print("The neural extra is not installed: nothing to measure.")
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    from diffusers.utils.logging import disable_progress_bar
    from transformers.utils import logging

    from benchmarks import _engines_diffusion, _engines_musicgen
    from bot.generation.engines.device import use_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    disable_progress_bar()
    use_threads(given.threads)
    kinds = given.kinds or KINDS
    print(f"`python -m benchmarks.engines {shlex.join(sys.argv[1:])}`")
    if "musicgen" in kinds:
        for size in given.sizes:
            _engines_musicgen.measure(_engines_musicgen.SIZES[size], given.takes, max(given.steps, 5), given.late)
    if "diffusion" in kinds:
        book = load_moods(config_file("moods.toml", folders(None)))
        for name in _engines_diffusion.ENGINES:
            _engines_diffusion.measure(name, given.takes, book)
    if "lag" in kinds:
        asyncio.run(lag())


if __name__ == "__main__":
    main()
