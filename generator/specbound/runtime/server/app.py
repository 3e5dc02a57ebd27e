"""The server's skeleton as an ASGI app: routes, and answers for all that no endpoint is asked.

It knows methods, statuses and media types (RFC 9110); it must not know what an operation does, nor
how values are checked.
"""

import logging
from collections.abc import Callable, Sequence

from . import wire
from .content import decoded
from .media import chosen
from .messages import Answer, Call, Endpoint, Fields, Problem
from .paths import Found, Paths, allowed
from .problems import problem_answer

_LOG = logging.getLogger(__name__)
LIMIT = 32 * 1024 * 1024
#: Characters of a header field that a message repeats.
_LONGEST = 200

ProblemAnswer = Callable[[Problem, Endpoint | None], Answer]


class App:
    """An ASGI app of endpoints.

    Paths are found after `base` (base paths or server URLs) and without it. What no endpoint is
    asked: an unknown path is 404; a method that is not documented there 405 with Allow; HEAD is GET
    without content; OPTIONS is 204 with Allow unless it is documented; a body of more than `limit`
    bytes 413; a body of a media type that the endpoint does not take 415 with Accept. A body that
    states no media type is let through: RFC 9110 section 8.3 leaves it to the recipient to look at
    the data, and what it must look like, the endpoint knows. So is a body that an endpoint takes
    none of: section 9.3.1 gives it no meaning. An endpoint that raises anything but Problem is
    logged and answered with 500.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        base: str | Sequence[str] = "",
        problem: ProblemAnswer = problem_answer,
        limit: int = LIMIT,
        log: logging.Logger = _LOG,
    ) -> None:
        self.endpoints = tuple(endpoints)
        self._paths = Paths(self.endpoints, (base,) if isinstance(base, str) else base)
        self._methods = {each.method.upper(): each for each in self.endpoints}
        self._problem = problem
        self._limit = limit
        self._log = log

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        """Serve one connection's scope: HTTP and lifespan; a websocket is closed."""
        if scope["type"] == "lifespan":
            await wire.lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            try:
                answer = await self._answer(scope, receive)
            except wire.Disconnected:
                return
            await wire.send_answer(send, answer, scope["method"])

    async def _answer(self, scope: wire.Scope, receive: wire.Receive) -> Answer:
        endpoint: Endpoint | None = None
        method, path = str(scope["method"]).upper(), wire.raw_path(scope)
        if method == "OPTIONS" and path == "*":
            return Answer(204, headers={"allow": allowed(self._methods)})
        try:
            found = self._found(path)
            if method == "OPTIONS" and method not in found.endpoints:
                return Answer(204, headers={"allow": found.allow})
            endpoint, values = _of_method(found, method)
            headers = wire.fields(scope)
            content = await self._body(headers, receive)
            headers, content = decoded(headers, content, self._limit)
            query = scope.get("query_string", b"").decode("latin-1")
            call = Call(method, path, query, headers, content, values)
            _expect_known_media(endpoint, call)
            return await endpoint.answer(call)
        except Problem as problem:
            return self._told(problem, endpoint)
        except wire.Disconnected:
            raise
        except Exception:
            self._log.exception("%s %s failed", method, endpoint.path if endpoint else path)
            return self._told(Problem(500, "Internal server error"), endpoint)

    def _found(self, path: str) -> Found:
        found = self._paths.find(path) if path.startswith("/") else None
        if found is None:
            raise Problem(404, "Not found")
        return found

    async def _body(self, headers: Fields, receive: wire.Receive) -> bytes:
        try:
            if _stated_length(headers) > self._limit:
                raise wire.TooLarge
            return await wire.read_body(receive, self._limit)
        except wire.TooLarge:
            raise Problem(413, f"The body is longer than {self._limit} bytes") from None

    def _told(self, problem: Problem, endpoint: Endpoint | None) -> Answer:
        answer = self._problem(problem, endpoint)
        named = {name.lower() for name in answer.headers}
        more = {name: text for name, text in problem.headers.items() if name.lower() not in named}
        return Answer(answer.status, answer.content, {**answer.headers, **more})


def _of_method(found: Found, method: str) -> tuple[Endpoint, dict[str, str]]:
    asked = "GET" if method == "HEAD" and method not in found.endpoints else method
    if asked not in found.endpoints:
        raise Problem(405, f"{method} is not allowed here", headers={"allow": found.allow})
    endpoint, values = found.endpoints[asked]
    return endpoint, dict(values)


def _stated_length(headers: Fields) -> int:
    """Content-Length (RFC 9110 section 8.6); 0 where none is stated."""
    texts = {value.strip() for name, value in headers if name == "content-length"}
    if not texts:
        return 0
    text = texts.pop()
    if texts or not (text.isascii() and text.isdigit()):
        raise Problem(400, "Content-Length is not a number")
    return int(text[:20])


def _expect_known_media(endpoint: Endpoint, call: Call) -> None:
    """Raise 415 for a body that the endpoint does not take (RFC 9110 section 15.5.16)."""
    stated = call.header("content-type")
    known = endpoint.media_types
    if not call.content or not known or not stated or chosen(stated, known) is not None:
        return
    types = ", ".join(known)
    message = f"The body is {stated[:_LONGEST]}, but must be {' or '.join(known)}"
    raise Problem(415, message, headers={"accept": types})
