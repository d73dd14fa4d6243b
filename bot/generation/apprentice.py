"""How a process that makes music begins: behind people, and never longer than the program it works for."""

import contextlib
import os
import signal
import threading
from multiprocessing.process import parent_process

NICE = 10
"""Below the chat's priority: on a small machine a buyer's answer goes before the next bar of music."""


def stand_back(nice: int = NICE) -> None:
    """Leave interrupts to the parent, lower this process's priority (nice(2)), and end when the parent has ended."""
    # Interrupts from the terminal are for the parent, which ends its processes in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(nice)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
