"""The one way this world says no: a refusal that becomes Stripe's error JSON."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """A request Stripe would answer with an error.

    ``kind`` is Stripe's ``type``; ``more`` holds further keys of the error object (``decline_code``, ``charge``...).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.more = more
        self.param = param

    def body(self) -> Json:
        """The JSON Stripe sends, absent keys left out."""
        error: Json = {"message": str(self), "type": self.kind}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://docs.stripe.com/error-codes#{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        error |= {key: value for key, value in self.more.items() if value is not None}
        return {"error": error}


def missing(kind: str, id_: str, param: str = "id") -> Refusal:
    """404: no such object. In a body parameter Stripe answers 400, in the path 404."""
    return Refusal(
        f"No such {kind}: '{id_}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )
