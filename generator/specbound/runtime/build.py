"""Arguments into the exact `httpx.Request`: validated wholly first, without any I/O.

It knows routes, the parameter styles and pydantic; it must not know how a request is sent or
answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from pydantic_core import ValidationError

from . import encode
from .absent import OMIT, Omit
from .bodies import Parts, said_of, write_body
from .drift import adapter
from .encode import Unencodable, plain
from .errors import ClientError, InvalidRequest, UnknownArgument
from .issue import Issue
from .options import NO_OPTIONS, Options
from .route import Parameter, Route
from .wording import nearest


class Plan:
    """What can be worked out about a route before any argument is known."""

    __slots__ = ("arguments", "body", "fixed", "members", "required", "route", "static")

    def __init__(self, route: Route) -> None:
        self.route = route
        self.body = route.body
        self.members: Mapping[str, str] = route.body.members if route.body else {}
        self.arguments = {each.python: each for each in route.parameters if each.python}
        self.required = tuple(each for each in self.arguments.values() if _expected(each))
        self.fixed = Parts()
        for each in route.parameters:
            if not each.python and each.fill is not OMIT:
                write(each, each.fill, self.fixed, {})
        self.static = "{" not in route.path and not self.fixed.query

    def known(self) -> list[str]:
        """The names of all arguments."""
        whole = ["body"] if self.body and not self.members else []
        return [*self.arguments, *self.members, *whole, "options"]

    def parts(self, given: Mapping[str, Any], options: Options) -> Parts:
        """The encoded parts of a request; raises InvalidRequest with every issue found."""
        issues: list[Issue] = []
        parameters, body, unknown = self._sorted(given, issues)
        fixed = self.fixed
        parts = Parts(
            query=fixed.query.copy(), headers=fixed.headers.copy(), cookies=fixed.cookies.copy()
        )
        places: dict[str, str] = {}
        for parameter, value in parameters.items():
            _check(parameter, value, issues, parts, places)
        parts.path = self._path(places, issues)
        if self.body is not None:
            write_body(self.body, body, options, parts, issues)
        if issues:
            kind = UnknownArgument if unknown else InvalidRequest
            raise kind(issues, self.route.name)
        return parts

    def _sorted(
        self, given: Mapping[str, Any], issues: list[Issue]
    ) -> tuple[dict[Parameter, Any], Any, bool]:
        parameters: dict[Parameter, Any] = {}
        members: dict[str, Any] = {}
        whole: Any = OMIT
        unknown = False
        for name, value in given.items():
            if value is OMIT:
                continue
            if name in self.members:
                members[self.members[name]] = value
            elif name in self.arguments:
                parameters[self.arguments[name]] = value
            elif name == "body" and self.body is not None and not self.members:
                whole = value
            else:
                unknown = True
                issues.append(self._unknown(name))
        for parameter in self.required:
            if parameter not in parameters:
                if parameter.fill is OMIT:
                    name = parameter.python
                    issues.append(Issue("invalid_type", [parameter.name], f"`{name}` is required"))
                else:
                    parameters[parameter] = parameter.fill
        return parameters, (members if self.members else whole), unknown

    def _unknown(self, name: str) -> Issue:
        hint = nearest(name, self.known())
        return Issue("unrecognized_keys", [], f"`{name}` is not an argument of this call{hint}")

    def _path(self, places: Mapping[str, str], issues: list[Issue]) -> str:
        if "{" not in self.route.path or issues:
            return self.route.path
        segments = []
        for segment in self.route.path.split("/"):
            text = segment
            for name, value in places.items():
                text = text.replace("{" + name + "}", value) if "{" in segment else text
            if text != segment and text in (".", ".."):
                name = segment.strip("{}")
                said = f'`{name}` is "{text}", but must not name another folder of the path'
                issues.append(Issue("custom", [name], said))
            segments.append(text)
        return "/".join(segments)


@cache
def plan_of(route: Route) -> Plan:
    """The plan of a route, made once."""
    return Plan(route)


def _expected(parameter: Parameter) -> bool:
    return parameter.required or parameter.fill is not OMIT


def _check(
    parameter: Parameter, value: Any, issues: list[Issue], parts: Parts, places: dict[str, str]
) -> None:
    at: list[str | int] = [parameter.name]
    data = value
    try:
        data = plain(value)
        adapter(parameter.type).validate_python(data, strict=True, by_alias=True, by_name=True)
        write(parameter, data, parts, places)
    except ValidationError as error:
        issues.extend(said_of(error, data, parameter.type, at))
    except Unencodable as error:
        issues.append(Issue("invalid_format", at, f"`{parameter.python}` {error}"))


def write(parameter: Parameter, value: Any, parts: Parts, places: dict[str, str]) -> None:
    """Put a plain value where its parameter belongs; raises Unencodable where it cannot go."""
    name, (style, explode) = parameter.name, parameter.how
    if parameter.content:
        value = encode.dumps(value).decode()
    if parameter.location == "query":
        parts.query += encode.query_parts(name, value, (style, explode), parameter.allow_reserved)
    elif parameter.location == "path":
        places[name] = encode.path_text(name, value, style, explode)
    elif parameter.location == "header":
        parts.headers[name.lower()] = encode.header_text(value, explode)
    else:
        parts.cookies += encode.cookie_parts(name, value, explode)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where requests go and what every one of them carries; header names are in lower case.

    `base_url` wins over a route's own server; `default_url` is for routes without one. `timeout` is
    in the form of httpx's request extension. `secure` adds the credentials of a route.
    """

    base_url: str = ""
    default_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: Mapping[str, Any] = field(default_factory=dict)
    secure: Any = None
    urls: dict[Route, httpx.URL] = field(default_factory=dict)

    def root(self, route: Route) -> str:
        """The URL that the route's path is appended to; raises ClientError where there is none."""
        url = self.base_url or route.server or self.default_url
        if not url.startswith(("http://", "https://")):
            raise ClientError(f"{route.name}: needs base_url, an absolute http(s) URL, not {url!r}")
        return url.rstrip("/")

    def request(self, route: Route, arguments: Mapping[str, Any]) -> httpx.Request:
        """The exact request; raises InvalidRequest before anything is sent."""
        options = arguments.get("options") or NO_OPTIONS
        plan = plan_of(route)
        given = {name: value for name, value in arguments.items() if name != "options"}
        parts = plan.parts(given, options)
        if self.secure is not None:
            self.secure(route, parts)
        if options.query:
            for name, value in options.query.items():
                parts.query += encode.query_parts(name, plain(value), ("form", True))
        headers = {**self.headers, **parts.headers}
        if parts.cookies:
            headers["cookie"] = "; ".join(parts.cookies)
        for name, value in (options.headers or {}).items():
            headers[name.lower()] = encode.header_text(value)
        timeout = self.timeout
        if not isinstance(options.timeout, Omit):
            timeout = timeouts(options.timeout)
        return httpx.Request(
            route.method,
            self.url(plan, parts),
            headers=headers,
            content=parts.content,
            files=parts.files,
            extensions={"timeout": timeout} if timeout else {},
        )

    def url(self, plan: Plan, parts: Parts) -> httpx.URL:
        """The whole URL; that of a route without path and query arguments is parsed once."""
        route = plan.route
        if plan.static and not parts.query:
            if route not in self.urls:
                self.urls[route] = httpx.URL(self.root(route) + route.path)
            return self.urls[route]
        query = "?" + "&".join(parts.query) if parts.query else ""
        return httpx.URL(self.root(route) + parts.path + query)


def timeouts(value: float | httpx.Timeout | None) -> dict[str, Any]:
    """A timeout in seconds as httpx's request extension; connecting takes five seconds at most."""
    if isinstance(value, httpx.Timeout):
        return value.as_dict()
    connect = 5.0 if value is None else min(5.0, value)
    return httpx.Timeout(value, connect=None if value is None else connect).as_dict()
