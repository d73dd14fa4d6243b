"""The Bot API's refusals: error code, description, and now and then parameters.

Shape and codes: https://core.telegram.org/bots/api#making-requests. Bots compare descriptions, so those that are known
of the official server (https://github.com/tdlib/telegram-bot-api) are kept to the letter; the few others say what is
wrong in words of our own.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error. Raised anywhere below the server, which turns it into JSON."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        """Return the body Telegram would send."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


def bad(sentence: str) -> Refusal:
    """Return a 400; what stands after `Bad Request: `."""
    return Refusal(400, f"Bad Request: {sentence}")


def forbidden(sentence: str) -> Refusal:
    """Return a 403; what stands after `Forbidden: `."""
    return Refusal(403, f"Forbidden: {sentence}")


def too_many(seconds: int) -> Refusal:
    """Return a 429 that says how long to wait."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def too_large() -> Refusal:
    """Return the answer to an upload above the limit."""
    return Refusal(413, "Request Entity Too Large")


def upgraded(new_chat_id: int) -> Refusal:
    """Return the answer for a group that has become a supergroup."""
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, said, {"migrate_to_chat_id": new_chat_id})


def too_old() -> Refusal:
    """Return the answer to a query that nobody waits for any more."""
    return bad("query is too old and response timeout expired or query ID is invalid")


_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def plain(code: int, description: str | None = None) -> Refusal:
    """Return a refusal for a bare status, with the sentence that belongs to it unless another is given."""
    return Refusal(code, description or _REASONS.get(code, "Internal Server Error"))
