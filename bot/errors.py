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
        └── OutOfMemory     ... because the batch was too large for the device
"""


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
    """One or more settings are missing or wrong; ``problems`` lists all of them, one sentence each.

    With a ``text`` of its own the person reads that instead, in their language.
    """

    text = "error-bad-setting"

    def __init__(self, problems: list[str], *, text: str | None = None, **values: object) -> None:
        super().__init__("\n".join(problems), text=text, **{"problems": "\n".join(problems)} | values)
        self.problems = problems


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
