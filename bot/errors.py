"""Every error the shop raises on purpose.

Each class names the sentence its reader sees: ``text`` is a key of ``config/texts/*.ftl`` and ``values`` fills it.
Whoever shows an error to a person translates it; logs carry ``str(error)``, which is English and holds no secret.

::

    ShopError
    ├── BadInput            somebody typed something that cannot be used; nothing was changed
    │   └── BadSetting      ... in a settings file or the environment
    ├── NotAllowed          the person may not do this
    ├── NotFound            no such order, file or link
    ├── Outside             a service did not do what was asked
    │   ├── TryLater        ... but it may when asked again (outage, limit, timeout)
    │   ├── Refused         ... and will not (wrong key, wrong parameter)
    │   ├── Unreachable     ... because the person cannot be written to (closed DMs, blocked bot)
    │   └── TooLarge        ... because the file is over the limit of that doorway
    └── EngineFailed        music could not be made or finished
        ├── OutOfMemory     ... because the batch was too large for the device
        └── DeviceLost      ... because the device failed: nothing goes on it any more in this process
"""

import errno
from collections.abc import Sequence
from typing import Any


class Problem(str):
    """What is wrong with one thing: the English sentence that logs carry, and the key and values of the one that its
    reader is told in their language. Values may be problems themselves."""

    def __new__(cls, message: str, text: str, /, **values: object) -> "Problem":
        """Return the sentence ``message`` with what is said instead of it."""
        problem = super().__new__(cls, message)
        problem.text, problem.values = text, values
        return problem

    text: str
    values: dict[str, object]

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes it anew in another process."""
        return type(self), (str(self), self.text), self.__dict__


_SYSTEM = {
    errno.EACCES: "system-denied", errno.EPERM: "system-denied", errno.EADDRINUSE: "system-port-taken",
    errno.EADDRNOTAVAIL: "system-no-address", errno.ENOENT: "system-missing", errno.ENOTDIR: "system-no-folder",
    errno.EISDIR: "system-folder", errno.EEXIST: "system-no-folder", errno.EROFS: "system-read-only",
    errno.ENOSPC: "system-full",
}  # fmt: skip


def of_system(error: OSError) -> Problem:
    """Return why the operating system did not do something."""
    why = error.strerror or str(error)
    return Problem(why, _SYSTEM.get(error.errno or 0, "system-other"), error=why)


class ShopError(Exception):
    """Base of every deliberate error. ``text`` is the key of the sentence a person reads."""

    text = "error-unexpected"

    def __init__(self, message: str, *, text: str | None = None, **values: object) -> None:
        super().__init__(message)
        self.text = text or type(self).text
        self.values = values


class BadInput(ShopError):
    """Somebody typed something that cannot be used; nothing was changed."""

    text = "error-bad-input"


class BadSetting(BadInput):
    """One or more settings are missing or wrong; ``problems`` lists all of them.

    Where it is one, its sentence is the error's.
    """

    text = "error-bad-setting"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problems), problems=tuple(problems))
        self.problems = list(problems)
        if len(problems) == 1:
            self.text, self.values = problems[0].text, problems[0].values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes it anew in another process."""
        return type(self), (self.problems,), self.__dict__


class NotAllowed(ShopError):
    """The person may not do this."""

    text = "error-not-allowed"


class NotFound(ShopError):
    """No such order, file or link."""

    text = "error-not-found"


class Outside(ShopError):
    """A service outside did not do what was asked."""

    text = "error-outside"


class TryLater(Outside):
    """The service may do it when asked again. ``after`` is its own wish in seconds, if it named one."""

    text = "error-try-later"

    def __init__(self, message: str, *, after: float | None = None, text: str | None = None, **values: object) -> None:
        super().__init__(message, text=text, **values)
        self.after = after


class Refused(Outside):
    """The service will not do it however often it is asked."""

    text = "error-refused"


class Unreachable(Outside):
    """The person cannot be written to: closed DMs, a blocked bot, no common server."""

    text = "error-unreachable"


class TooLarge(Outside):
    """A file is over the doorway's limit. ``limit`` is that limit in bytes, if known."""

    text = "error-too-large"

    def __init__(self, message: str, *, limit: int | None = None) -> None:
        super().__init__(message)
        self.limit = limit


class EngineFailed(ShopError):
    """Music could not be made or finished."""

    text = "error-engine"


class OutOfMemory(EngineFailed):
    """The batch was too large for the device; a smaller one may do."""


class DeviceLost(EngineFailed):
    """The device failed, and with it everything this process would still do on it; a new process may go on."""
