"""Every error the client raises, under one root, each with what a caller needs to act on it.

It knows statuses and the words of messages; it must not know how requests are built, sent or
retried.
"""

from collections.abc import Sequence
from typing import Any

import httpx

from .issue import Issue


def _again(
    kind: type["ClientError"], args: tuple[Any, ...], state: dict[str, Any]
) -> "ClientError":
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ClientError(Exception):
    """Root of every error this client raises; `task_id` names the job it is about, if any."""

    task_id: str | None = None

    def __reduce__(self) -> Any:
        return _again, (type(self), self.args, self.__dict__)


class MissingCredentials(ClientError):
    """No key was given, by argument or by environment."""


class ClientClosed(ClientError):
    """The client was closed before this call."""


class InvalidRequest(ClientError, ValueError):
    """The arguments break the contract, so nothing was sent; `issues` lists all that is wrong."""

    def __init__(self, issues: Sequence[Issue], operation: str = "") -> None:
        self.issues = list(issues)
        self.operation = operation
        said = "; ".join(issue.message for issue in issues)
        super().__init__(f"{operation}: {said}" if operation else said)


class UnknownArgument(InvalidRequest, TypeError):
    """A keyword argument that the operation does not take."""


class APIError(ClientError):
    """The service could not be asked, or answered with an error or with something unreadable."""

    def __init__(
        self,
        message: str,
        *,
        request: httpx.Request | None = None,
        response: httpx.Response | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.request = request
        self.response = response
        self.body = body


class StatusError(APIError):
    """The service answered with an error status.

    `body` is the parsed JSON body (or its text), `model` the documented error model where it fits,
    `issues` the service's own list of them, `retry_after` its Retry-After in seconds.
    """

    model: Any = None
    retry_after: float | None = None

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self.response.status_code if self.response is not None else 0

    @property
    def issues(self) -> list[Issue]:
        """The issues that the service found in the request, empty where it lists none."""
        listed = self.body.get("issues") if isinstance(self.body, dict) else None
        return [_issue(entry) for entry in listed] if isinstance(listed, list) else []


def _issue(entry: Any) -> Issue:
    if not isinstance(entry, dict):
        return Issue("custom", [], str(entry))
    path = entry.get("path")
    steps = list(path) if isinstance(path, list) else []
    return Issue(str(entry.get("code", "custom")), steps, str(entry.get("message", "")))


class BadRequest(StatusError):
    """400: the service refused the request."""


class Authentication(StatusError):
    """401: no key, or one that the service does not take."""


class PaymentRequired(StatusError):
    """402: not enough credit."""


class PermissionDenied(StatusError):
    """403: the key may not do this."""


class NotFound(StatusError):
    """404: there is no such thing."""


class Conflict(StatusError):
    """409: it does not go together with the present state."""


class UnprocessableEntity(StatusError):
    """422: well-formed, but the service cannot take it."""


class RateLimited(StatusError):
    """429: too many requests; see `retry_after`."""


class ServerError(StatusError):
    """5xx: the service failed."""


STATUSES: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: Authentication,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    422: UnprocessableEntity,
    429: RateLimited,
}


def status_error(status: int) -> type[StatusError]:
    """The class for an error status."""
    return STATUSES.get(status) or (ServerError if status >= 500 else StatusError)


class ConnectionFailed(APIError):
    """No answer: the connection could not be made, or broke."""


class TimedOut(ConnectionFailed):
    """No answer in time; the service may still have received the request."""


class UnparsableReply(APIError):
    """A successful status with a body that is not what its media type says."""


class DriftError(APIError):
    """A reply strays from the contract, and `on_drift` is "raise"; `drifts` lists how, `value` is
    the reply.
    """

    drifts: tuple[Any, ...] = ()
    value: Any = None


class DriftWarning(UserWarning):
    """A reply strays from the contract, and `on_drift` is "warn"."""


class WaitFailed(ClientError):
    """What was waited for ended in a failure state.

    `result` is the last reply, `state` its state, `reason` and `code` the service's words for it.
    """

    result: Any = None
    state: str = ""
    reason: str | None = None
    code: str | None = None

    @property
    def body(self) -> Any:
        """The last reply as plain data."""
        dump = getattr(self.result, "model_dump", None)
        return dump(mode="json", by_alias=True, exclude_unset=True) if dump else self.result


class WaitTimeout(ClientError, TimeoutError):
    """The time to wait is over, `last` is the last reply. The job goes on: wait again by its id."""

    last: Any = None
