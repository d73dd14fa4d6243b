"""``python -m tests.crashes [TALE…]``: cut the power at every moment of the tales and say what did not end well."""

import argparse
import asyncio
import signal

from tests.crashes.sweep import Day, swept
from tests.crashes.tales import ON_DISCORD, ON_TELEGRAM


def main() -> None:
    """Print one line for each moment; exit with 1 if there was a fault."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tales = [*ON_DISCORD, *ON_TELEGRAM]
    parser = argparse.ArgumentParser(prog="python -m tests.crashes", description=__doc__)
    parser.add_argument("tales", nargs="*", metavar="TALE", help=f"all, or some of {', '.join(tales)}")
    parser.add_argument("--only", default="", help="only moments whose name fits this, e.g. 'after .*stripe'")
    parser.add_argument("--share", default="0/1", help="one part of them, e.g. 0/4; 1/4 is the next one")
    options = parser.parse_args()
    if unknown := set(options.tales) - set(tales):
        parser.error(f"no tale {', '.join(sorted(unknown))}; there are {', '.join(tales)}")
    mine, of = (int(part) for part in options.share.split("/"))
    faults = [asyncio.run(_tell(tale, options.only, (mine, of))) for tale in options.tales or tales]
    raise SystemExit(any(faults))


async def _tell(tale: str, only: str, share: tuple[int, int]) -> int:
    days: list[Day] = []
    async for day in swept(tale, only, share):
        days.append(day)
        said = "FAULT" if day.wrong else "well" if day.reached else "not reached"
        print(f"{tale} {len(days)} {day.moment}: {said}, {day.seconds:.1f} s", flush=True)
        for line in [*day.wrong, *(f"(twice, as Telegram has it) {one}" for one in day.twice)]:
            print(f"    {line}", flush=True)
        if day.wrong:
            print(f"    passed: {day.passed}", flush=True)
    return sum(bool(day.wrong) for day in days)


if __name__ == "__main__":
    main()
