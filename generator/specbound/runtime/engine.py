"""What the synchronous and the asynchronous client share: one exchange from arguments to value, as
a script.

It knows retries, redirects, errors and the log; it must not know threads, event loops or sockets.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from .absent import Omit
from .build import Target, timeouts
from .errors import APIError, ConnectionFailed, StatusError, TimedOut, UnparsableReply
from .logs import Journal, logger_for, url_text
from .options import NO_OPTIONS, Options, Settings
from .record import Drift
from .replies import error_of, parsed, tell
from .retries import Policy, after_failure, after_reply, policy_of, replayable, retry_after
from .route import Route, Service
from .scripts import Script
from .security import Credentials

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5


class Engine:
    """The service with one set of settings; its scripts are performed by a transport."""

    __slots__ = ("credentials", "hidden", "journal", "logger", "service", "settings", "target")

    def __init__(
        self, service: Service, settings: Settings, client: httpx.Client | httpx.AsyncClient | None
    ) -> None:
        self.service = service
        self.settings = settings
        self.credentials = Credentials(service, settings.api_key)
        self.hidden = self.credentials.names()
        self.logger = logger_for(service.package, service.prefix)
        self.journal = Journal(self.logger, self.hidden, self.credentials.hide)
        timeout = settings.timeout
        if isinstance(timeout, Omit):
            timeout = client.timeout if client is not None else 60.0
        variable = f"{service.prefix}_BASE_URL" if service.prefix else ""
        self.target = Target(
            base_url=settings.base_url or os.environ.get(variable, ""),
            default_url=service.server,
            headers=headers_of(service, settings.headers, client),
            timeout=timeouts(timeout),
            secure=self.credentials,
        )

    def request(self, route: Route, arguments: Mapping[str, Any]) -> httpx.Request:
        """The exact request of a call; raises InvalidRequest."""
        return self.target.request(route, arguments)

    def call(self, route: Route, arguments: Mapping[str, Any]) -> Script[Any]:
        """Build, send and read: the parsed value of one call."""
        return self.answer(self.request(route, arguments), route, arguments)

    def answer(
        self,
        request: httpx.Request,
        route: Route,
        arguments: Mapping[str, Any],
        deadline: float | None = None,
    ) -> Script[Any]:
        """Send a built request and read its reply."""
        options = arguments.get("options") or NO_OPTIONS
        policy = policy_of(self.settings, route, options, deadline)
        try:
            response = yield from self.send(request, route, policy)
            return self.parse(route, response, options)
        except APIError as error:
            wait = route.wait
            if wait is not None and wait.ask() is route:
                error.task_id = str(arguments.get(wait.argument))
            raise

    def parse(self, route: Route, response: httpx.Response, options: Options = NO_OPTIONS) -> Any:
        """The value of a response; raises StatusError and DriftError."""
        try:
            return parsed(route, response, options.on_drift or self.settings.on_drift)
        except APIError as error:
            raise self._finished(error) from None

    def _finished(self, error: APIError) -> APIError:
        error.args = (self.credentials.hide(str(error.args[0])), *error.args[1:])
        if error.response is not None and isinstance(error, StatusError):
            error.retry_after = retry_after(error.response, self.settings.clock)
        return error

    def tell(self, route: Route, drift: Drift) -> None:
        """Tell drift that was found outside a reply's own reading."""
        on_drift = self.settings.on_drift
        if on_drift not in ("ignore", "raise"):
            tell(route, (drift,), on_drift, None, None)

    def send(
        self, request: httpx.Request, route: Route | None, policy: Policy
    ) -> Script[httpx.Response]:
        """The final response to a request, whatever its status; raises ConnectionFailed."""
        clock = self.settings.clock
        if not replayable(request):
            policy = replace(policy, retries=0)
        attempt = hops = 0
        while True:
            started = clock.now()
            try:
                response: httpx.Response = yield request
            except httpx.RequestError as failure:
                delay = after_failure(failure, request, attempt, policy, clock)
                self.journal.failed(request, failure, delay)
                if delay is None:
                    raise self._failed(failure, request, route) from failure
            else:
                self.journal.replied(request, response, clock.now() - started)
                delay = after_reply(response, attempt, policy, clock)
                if delay is None:
                    following = (
                        self._redirected(request, response) if hops < MOST_REDIRECTS else None
                    )
                    if following is None:
                        return response
                    request, hops = following, hops + 1
                    continue
            attempt += 1
            yield delay

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
        """The request to follow a redirect with, secrets left behind where it leads to another
        origin.
        """
        following = response.next_request
        if response.status_code not in REDIRECTS or following is None:
            return None
        same = _origin(following.url) == _origin(request.url)
        if request.method not in ("GET", "HEAD") and not (
            same and response.status_code in (307, 308)
        ):
            return None
        if not same:
            for name in self.hidden:
                following.headers.pop(name, None)
        following.extensions = dict(request.extensions)
        return following

    def _failed(
        self, failure: httpx.RequestError, request: httpx.Request, route: Route | None
    ) -> APIError:
        place = route.name if route else f"{request.method} {url_text(request.url, self.hidden)}"
        said = self.credentials.hide(str(failure)) or type(failure).__name__
        if isinstance(failure, httpx.TimeoutException):
            kind = type(failure).__name__
            text = f"{place}: no answer in time ({kind}); the service may have received the request"
            if isinstance(failure, httpx.ConnectTimeout | httpx.PoolTimeout):
                text = f"{place}: no connection in time ({kind}); nothing was sent"
            return TimedOut(text, request=request)
        if isinstance(failure, httpx.DecodingError):
            return UnparsableReply(f"{place}: the reply cannot be decoded: {said}", request=request)
        return ConnectionFailed(f"{place}: {said}", request=request)

    def error(self, response: httpx.Response, route: Route | None = None) -> APIError:
        """The error that a response stands for."""
        return self._finished(error_of(route, response))

    def with_settings(self, changes: Mapping[str, Any], client: Any) -> "Engine":
        """An engine with some settings changed."""
        return Engine(self.service, replace(self.settings, **changes), client)


def headers_of(
    service: Service | None,
    given: Mapping[str, str],
    client: httpx.Client | httpx.AsyncClient | None,
) -> dict[str, str]:
    """What every request carries: ours over those of the caller's httpx client, under `given`."""
    from .encode import header_text

    headers = dict(client.headers) if client is not None else {}
    headers.setdefault("accept-encoding", "gzip, deflate")
    headers.setdefault("connection", "keep-alive")
    if headers.get("accept", "*/*") == "*/*":
        headers["accept"] = "application/json"
    if service is not None:
        headers.update({name.lower(): value for name, value in service.headers.items()})
    if service is not None and service.agent and _unnamed(headers.get("user-agent", "")):
        headers["user-agent"] = f"{service.agent} {PYTHON}"
    headers.update({name.lower(): header_text(value) for name, value in given.items()})
    return headers


def _python() -> str:
    import sys

    return f"python/{sys.version_info[0]}.{sys.version_info[1]} httpx/{httpx.__version__}"


PYTHON = _python()


def _unnamed(agent: str) -> bool:
    return not agent or agent.startswith("python-httpx/")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, port
