"""A debugger's breakpoint for a whole program: its processes stop when one of them is about to touch a certain file.

Python imports this by itself where the folder is on ``PYTHONPATH``. ``STAND_STILL`` names an audit event and how a path
of it ends, as in ``os.rename /take.json``: the process that is about to do that stops its process group (SIGSTOP),
once. The program itself is unchanged and knows nothing of it.
"""

import os
import signal
import sys

EVENT, _, ENDING = os.environ.get("STAND_STILL", "").partition(" ")
_passed: list[str] = []


def _look(event: str, args: tuple[object, ...]) -> None:
    if event == EVENT and not _passed and any(str(arg).endswith(ENDING) for arg in args):
        _passed.append(event)
        os.killpg(0, signal.SIGSTOP)


if EVENT:
    sys.addaudithook(_look)
