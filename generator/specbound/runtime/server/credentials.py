"""Credentials of a request: whether there are any where the operation asks for some.

It knows security schemes and their places (OpenAPI 3.1 section 4.8.27, RFC 7617, RFC 6750); whether
a secret is right, the user's own code says.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from typing import Any

from ..route import Route, Scheme, Service
from . import decode
from .calling import called
from .messages import Call, Problem

#: Given a scheme's name and the secret: returns whoever it belongs to, or raises `Problem`.
Authenticate = Callable[[str, str], Any]


class Guard:
    """Lets a request pass if one alternative of its operation's security has all its secrets."""

    def __init__(self, service: Service, route: Route, authenticate: Authenticate | None) -> None:
        wanted = service.security if route.security is None else route.security
        known = service.schemes
        self._alternatives = [
            {name: known[name] for name in names}
            for names in wanted
            if all(name in known for name in names)
        ]
        self._closed = bool(wanted) and not self._alternatives
        self._authenticate = authenticate

    @property
    def asks(self) -> bool:
        """Whether requests without any credentials are refused."""
        return self._closed or (bool(self._alternatives) and all(self._alternatives))

    async def admit(self, call: Call) -> dict[str, Any]:
        """What `authenticate` returned for each scheme of the first alternative that holds.

        Raises Problem: 401 with WWW-Authenticate where no alternative has all its secrets, else
        what `authenticate` raised for the last of those that have.
        """
        refused: Problem | None = None
        for schemes in self._alternatives:
            secrets = {name: secret_in(call, scheme) for name, scheme in schemes.items()}
            if not all(secrets.values()):
                continue
            try:
                return {
                    name: await self._who(name, secret or "") for name, secret in secrets.items()
                }
            except Problem as problem:
                refused = problem
        if refused is not None:
            raise self._challenged(refused)
        if self._alternatives or self._closed:
            raise self._challenged(Problem(401, "No credentials were sent, but they are required"))
        return {}

    async def _who(self, name: str, secret: str) -> Any:
        return (
            None if self._authenticate is None else await called(self._authenticate, name, secret)
        )

    def _challenged(self, problem: Problem) -> Problem:
        """The same problem; a 401 has to say which schemes there are (RFC 9110 section 15.5.2)."""
        if problem.status == 401:
            kinds = [each.kind for schemes in self._alternatives for each in schemes.values()]
            challenges = dict.fromkeys(_CHALLENGES.get(kind, "ApiKey") for kind in kinds)
            problem.headers.setdefault("www-authenticate", ", ".join(challenges))
        return problem


_CHALLENGES = {"bearer": "Bearer", "basic": 'Basic realm="api", charset="UTF-8"'}


def secret_in(call: Call, scheme: Scheme) -> str | None:
    """The secret of a request for a scheme (for basic ``user:password``); None if it has none."""
    if scheme.kind in ("bearer", "basic"):
        kind, _, rest = (call.header("authorization") or "").strip().partition(" ")
        if kind.lower() != scheme.kind or not rest.strip():
            return None
        return rest.strip() if scheme.kind == "bearer" else _decoded(rest.strip())
    if scheme.kind == "header":
        return call.header(scheme.name)
    text, separator = (call.query, "&")
    if scheme.kind == "cookie":
        text, separator = (call.header("cookie") or "", ";")
    found = [value for name, value in decode.pairs(text, separator) if name == scheme.name]
    return decode.form_text(found[-1]) if found else None


def _decoded(text: str) -> str | None:
    try:
        return b64decode(text, validate=True).decode()
    except (Error, ValueError):
        return None
