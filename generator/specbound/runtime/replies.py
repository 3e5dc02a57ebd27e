"""A response into a value, or into the error it stands for.

It knows media types, statuses and drift; it must not know how the response was got.
"""

import warnings
from typing import Any

import httpx
from pydantic_core import ValidationError, from_json

from .drift import Drift, adapter, read
from .errors import DriftError, DriftWarning, StatusError, UnparsableReply, status_error
from .logs import url_text
from .options import OnDrift
from .route import Route

TEXT = 300


def is_json(response: httpx.Response) -> bool:
    """Whether the response says that its body is JSON, or says nothing."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("", "application/json", "text/json") or kind.endswith("+json")


def parsed(route: Route, response: httpx.Response, on_drift: OnDrift) -> Any:
    """The value of a successful response; raises StatusError, UnparsableReply or DriftError."""
    status = response.status_code
    if not 200 <= status < 300:
        raise error_of(route, response)
    known, kind = route.reply(status)
    drifts: tuple[Drift, ...] = ()
    if not known:
        kind = route.success()
        listed = ", ".join(route.replies) or "none"
        drifts = (Drift("undocumented-status", "", f"status {status} is not documented: {listed}"),)
    value: Any = None
    if kind is not None and (response.content or not drifts):
        value, found = _read(route, response, kind)
        drifts += found
    if drifts and on_drift != "ignore":
        tell(route, drifts, on_drift, value, response)
    return value


def _read(route: Route, response: httpx.Response, kind: Any) -> tuple[Any, tuple[Drift, ...]]:
    if kind is bytes:
        return response.content, ()
    if kind is str and not is_json(response):
        return response.text, ()
    try:
        value, drifts = read(kind, response.content)
    except ValueError as error:
        media = response.headers.get("content-type", "no media type")
        text = f"{_place(route, response)}: {response.status_code} with a body that is not JSON"
        body = response.text[:TEXT]
        said = f"{text} ({media}, {len(response.content)} bytes): {error}"
        raise UnparsableReply(
            said, request=_request(response), response=response, body=body
        ) from None
    return value, drifts


def tell(
    route: Route, drifts: tuple[Drift, ...], on_drift: OnDrift, value: Any, response: Any
) -> None:
    """Tell the caller about drift, as `on_drift` says."""
    if callable(on_drift):
        for drift in drifts:
            on_drift(drift, route)
    elif on_drift == "warn":
        for drift in drifts:
            warnings.warn(DriftWarning(f"{route.name}: {_said(drift)}"), stacklevel=4)
    elif on_drift == "raise":
        text = f"{route.name}: the reply strays from the contract: {'; '.join(map(_said, drifts))}"
        error = DriftError(text, request=_request(response), response=response)
        error.drifts, error.value, error.body = drifts, value, _body(response)
        raise error


def _said(drift: Drift) -> str:
    return f"{drift.pointer or 'the reply'}: {drift.message}"


def error_of(route: Route | None, response: httpx.Response) -> StatusError:
    """The error that a response with an error status stands for."""
    body = _body(response)
    said = _words(body)
    place = _place(route, response)
    text = f"{place}: {response.status_code} {response.reason_phrase}{': ' if said else ''}{said}"
    kind = status_error(response.status_code)
    error = kind(text, request=_request(response), response=response, body=body)
    documented = route.reply(response.status_code)[1] if route else None
    if documented is not None and body is not None:
        try:
            error.model = adapter(documented).validate_python(body)
        except ValidationError:
            error.model = None
    return error


def _body(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return from_json(response.content)
    except ValueError:
        return response.text


def _words(body: Any) -> str:
    """What an error body says for people: its error or message, and the issues it lists."""
    if isinstance(body, str):
        return body[:TEXT].strip()
    if not isinstance(body, dict):
        return ""
    said = next((body[key] for key in ("error", "message", "detail", "title") if body.get(key)), "")
    text = _words(said) if isinstance(said, str | dict) else str(said)[:TEXT]
    issues = body.get("issues")
    for issue in issues[:5] if isinstance(issues, list) else []:
        if isinstance(issue, dict):
            at = ".".join(map(str, issue.get("path") or []))
            text += f"; {at}: {issue.get('message')}" if at else f"; {issue.get('message')}"
    return text


def _request(response: httpx.Response) -> httpx.Request | None:
    try:
        return response.request
    except (RuntimeError, AttributeError):
        return None


def _place(route: Route | None, response: httpx.Response) -> str:
    request = _request(response)
    if route is not None:
        return f"{route.name} ({route.method} {route.path})"
    return f"{request.method} {url_text(request.url)}" if request else "the reply"
