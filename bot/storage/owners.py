"""Names of workers, by which a job shows whose it is, and whether that process still runs."""

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """Return a name for one worker of this process: ``host/process/when it started/random``."""
    process = os.getpid()
    return f"{socket.gethostname()}/{process}/{_started(process)}/{secrets.token_hex(4)}"


def is_gone(owner: str) -> bool:
    """Say whether an owner was a worker of this host whose process has ended; False where that cannot be known.

    A process number may have been given again since, hence the start time; the same number in a container that was
    started again is another process, too.
    """
    parts = owner.rsplit("/", 3)
    if len(parts) != 4 or parts[0] != socket.gethostname() or not parts[1].isdigit():
        return False
    process = int(parts[1])
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it is somebody else's, perhaps with a number that once was ours
    return _started(process) != parts[2]


def _started(process: int) -> str:
    """Return when a process started, in ticks since the machine did; empty where the system does not tell (macOS).

    Field 22 of ``/proc/PID/stat``, proc(5); the command in field 2 may hold spaces and ends with the last bracket.
    """
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
