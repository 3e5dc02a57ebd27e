"""What a server's endpoint is given and what it gives back, whoever answers.

It knows HTTP's parts (RFC 9110) and the problem's shape; it must not know routing, nor types.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..issue import Issue

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was routed, as it came: `path` and `query` are still percent-encoded.

    `values` has the raw text of the path's parameters; `headers` their names in lower case.
    """

    method: str
    path: str
    query: str
    headers: Fields
    content: bytes
    values: Mapping[str, str]

    def header(self, name: str) -> str | None:
        """A header field's value, its lines joined (RFC 9110 section 5.3); None if not there.

        Cookie fields, which HTTP/2 may split, are joined as one (RFC 9113 section 8.2.3).
        """
        wanted = name.lower()
        found = [value for each, value in self.headers if each == wanted]
        return ("; " if wanted == "cookie" else ", ").join(found) if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; without content, no content type is sent."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A request that is not answered as asked: raised by endpoints, told in the service's shape."""

    def __init__(
        self,
        status: int,
        message: str,
        issues: Sequence[Issue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.issues = tuple(issues)
        self.headers = dict(headers or {})


class Endpoint(Protocol):
    """One operation on the server's side; `media_types` are those of the bodies it takes."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def media_types(self) -> tuple[str, ...]: ...

    async def answer(self, call: Call) -> Answer:
        """Answer a request; raises `Problem` where it is refused."""
        ...
