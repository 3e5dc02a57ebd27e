"""What a handler returned as the answer that is sent, held against the contract before it goes.

It knows statuses, media types and pydantic; it must not know requests.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from pydantic_core import ValidationError

from .. import encode
from ..bodies import said_of
from ..drift import adapter
from ..encode import Unencodable, plain
from ..issue import Issue
from ..route import Route
from .facts import Facts
from .media import is_json, media
from .messages import Answer, Problem
from .problems import problem_body, told
from .publish import REASONS

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with a status or headers of its own; without a status, the first successful one."""

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A reply that is not what the contract says; `operation` is ``METHOD /path``."""

    operation: str
    status: int
    message: str
    issues: tuple[Issue, ...] = ()

    def __str__(self) -> str:
        said = "; ".join(issue.message for issue in self.issues)
        return f"{self.operation}: {self.status}: {self.message}{': ' if said else ''}{said}"


T = TypeVar("T")

#: What a handler gives back, at once or when it is awaited.
Returned: TypeAlias = T | Reply | Awaitable[T | Reply]

OnFinding = Callable[[Finding], object]


@dataclass(frozen=True, slots=True)
class Strictness:
    """What becomes of a reply that strays: a 500 in development, else a finding and it goes out."""

    development: bool
    on_finding: OnFinding | None
    log: logging.Logger

    def tell(self, finding: Finding) -> None:
        """Log a finding and hand it on; a callback that fails does not harm the traffic."""
        self.log.warning("%s", finding)
        if self.on_finding is not None:
            try:
                self.on_finding(finding)
            except Exception:
                self.log.exception("on_finding failed")

    def stray(self, finding: Finding) -> None:
        """Tell; in development raise the Problem 500 that is sent instead."""
        self.tell(finding)
        if self.development:
            message = f"The reply is not what the contract says: {finding.message}"
            raise Problem(500, message, finding.issues)


class Replies:
    """The replies of one operation."""

    def __init__(self, route: Route, facts: Facts, strictness: Strictness) -> None:
        self._route = route
        self._media = facts.replies
        self._strictness = strictness
        self._successes = [
            (_status(key), kind)
            for key, kind in route.replies.items()
            if key.startswith("2") or key == "default"
        ] or [(200, None)]

    def answer(self, result: Any) -> Answer:
        """The answer for what a handler returned; raises Problem 500 where it cannot be sent."""
        reply = result if isinstance(result, Reply) else Reply(result)
        content, data = self._written(reply.body)
        status = reply.status or self._fitting(content, reply.body)
        known, kind = self._route.reply(status)
        if not known:
            listed = ", ".join(self._route.replies) or "none"
            self._stray(status, f"status {status} is not documented ({listed} is)", [])
        elif self._is_json(status, reply):
            self._hold(status, kind, content, data)
        return Answer(status, content, self._headers(status, reply, content))

    def problem(self, problem: Problem, doc_url: str = "") -> Answer:
        """A problem in the service's shape; in the documented one where only `error` fits that."""
        whole = problem_body(problem, doc_url)
        known, kind = self._route.reply(problem.status)
        published = str(problem.status) in REASONS
        if not known and not published:
            said = f"status {problem.status} is not documented"
            self._strictness.tell(Finding(self._key, problem.status, said))
        body = whole
        if known and kind is not None:
            small = {"error": problem.message}
            tried = (whole, problem_body(problem), small)
            body = next((each for each in tried if not self._issues(kind, each)), whole)
            issues = [] if published else self._issues(kind, body)
            if issues:
                said = "a problem does not fit; use Reply"
                self._strictness.tell(Finding(self._key, problem.status, said, tuple(issues)))
        return told(problem, body)

    @property
    def _key(self) -> str:
        return f"{self._route.method} {self._route.path}"

    def _fitting(self, content: bytes, body: Any) -> int:
        """The first successful status whose type takes the body; the first of all if none does."""
        if len(self._successes) == 1:
            return self._successes[0][0]
        for status, kind in self._successes:
            if (kind is None and body is None) or (kind is not None and _fits(kind, content)):
                return status
        return self._successes[0][0]

    def _written(self, body: Any) -> tuple[bytes, Any]:
        """The body as it is sent, and as plain data."""
        if body is None or isinstance(body, bytes | bytearray):
            return (b"null" if body is None and self._takes_null() else bytes(body or b"")), body
        media_type = next(iter(self._media.values()), JSON)
        if isinstance(body, str) and not is_json(media(media_type).essence):
            return body.encode(), body
        try:
            data = plain(body)
            return encode.dumps(data), data
        except Unencodable as error:
            raise Problem(500, f"The reply cannot be sent: it {error}") from None

    def _takes_null(self) -> bool:
        kinds = [kind for _, kind in self._successes]
        return None not in kinds and any(_fits(kind, b"null") for kind in kinds)

    def _is_json(self, status: int, reply: Reply) -> bool:
        stated = {name.lower(): value for name, value in reply.headers.items()}.get("content-type")
        return is_json(media(stated or self._media_type(status)).essence)

    def _media_type(self, status: int) -> str:
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self._route.replies:
                return self._media.get(key, JSON)
        return JSON

    def _headers(self, status: int, reply: Reply, content: bytes) -> dict[str, str]:
        stated = {"content-type": self._media_type(status)} if content else {}
        named = {name.lower() for name in reply.headers}
        return {**{k: v for k, v in stated.items() if k not in named}, **reply.headers}

    def _hold(self, status: int, kind: Any, content: bytes, data: Any) -> None:
        if kind is None:
            if content:
                self._stray(status, f"status {status} is documented without a body", [])
            return
        if not content:
            self._stray(status, "there is no body", [])
        elif issues := self._issues(kind, data, content):
            self._stray(status, "the body does not fit", issues)

    def _issues(self, kind: Any, data: Any, content: bytes | None = None) -> list[Issue]:
        try:
            adapter(kind).validate_json(encode.dumps(data) if content is None else content)
        except ValidationError as error:
            return said_of(error, data, kind, [])
        return []

    def _stray(self, status: int, message: str, issues: list[Issue]) -> None:
        self._strictness.stray(Finding(self._key, status, message, tuple(issues)))


def _status(key: str) -> int:
    return int(key) if key.isdigit() else 200


def _fits(kind: Any, content: bytes) -> bool:
    try:
        adapter(kind).validate_json(content or b" ")
    except ValidationError:
        return False
    return True
