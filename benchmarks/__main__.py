"""Run every benchmark one after the other: ``python -m benchmarks``, or only some: ``python -m benchmarks shop``."""

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Each benchmark is a program of its own, so that none warms up another."""
    known = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    for name in wanted:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


main()
