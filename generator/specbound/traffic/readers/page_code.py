"""Requests in code samples: ``fetch``, axios, httpx and requests, as far as they are literal.

Knows how these four take method, URL and body. It must not know a page, nor any API; calls of an
SDK say nothing about HTTP without a contract, and are not read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from specbound.traffic.exchange import Request
from specbound.traffic.javascript import javascript_calls
from specbound.traffic.literals import known
from specbound.traffic.python_code import python_calls
from specbound.traffic.readers.page_operations import METHODS, templated
from specbound.traffic.samples import UNKNOWN, Call

_VERBS = {method.lower(): method for method in METHODS}
_PYTHON_CLIENTS = frozenset({"httpx", "requests", "session", "client", "http", "s"})
_FIRST = "https://", "http://", "/"


class Sample(NamedTuple):
    """One call that sends a request: the request, its line (from 1), and what keeps it unknown."""

    request: Request | None
    line: int
    missing: str = ""


class _Sent(NamedTuple):
    """What a call passes: method, URL and the parts of the request, `UNKNOWN` among them."""

    method: Any
    url: Any
    headers: Any = None
    params: Any = None
    json: Any = None
    data: Any = None


def python_samples(text: str) -> list[Sample]:
    """The requests that a Python sample sends by httpx or requests; `SampleError` if not Python."""
    return [found for call in python_calls(text) if (found := _sample(call, _python_sent(call)))]


def javascript_samples(text: str) -> list[Sample]:
    """The requests that a JavaScript sample sends by fetch or axios; `SampleError` if not one."""
    sent = _javascript_sent
    return [found for call in javascript_calls(text) if (found := _sample(call, sent(call)))]


def _python_sent(call: Call) -> _Sent | None:
    owner, _, verb = call.callee.rpartition(".")
    if owner.rpartition(".")[2].lower().strip("_") not in _PYTHON_CLIENTS:
        return None
    given = list(call.arguments)
    if verb in ("request", "stream"):
        method: Any = given.pop(0) if given else call.keywords.get("method", UNKNOWN)
    elif verb in _VERBS:
        method = _VERBS[verb]
    else:
        return None
    url = given[0] if given else call.keywords.get("url", UNKNOWN)
    data = call.keywords.get("data", call.keywords.get("content"))
    if "files" in call.keywords:
        data = UNKNOWN
    headers, params, body = (call.keywords.get(name) for name in ("headers", "params", "json"))
    return _Sent(method, url, headers, params, body, data)


def _javascript_sent(call: Call) -> _Sent | None:
    owner, _, verb = call.callee.rpartition(".")
    given = (*call.arguments, None, None, None)
    if call.callee in ("fetch", "window.fetch", "globalThis.fetch"):
        options = _options(given[1])
        body = options.get("body")
        return _Sent(options.get("method", "GET"), given[0], options.get("headers"), data=body)
    if owner == "axios" and verb in _VERBS:
        with_body = verb in ("post", "put", "patch")
        return _axios(
            _VERBS[verb], given[0], given[1] if with_body else None, given[2 - (not with_body)]
        )
    if call.callee in ("axios", "axios.request"):
        options = _options(given[0])
        return _axios(
            options.get("method", "GET"), options.get("url", UNKNOWN), options.get("data"), options
        )
    return None


def _axios(method: Any, url: Any, data: Any, given: Any) -> _Sent:
    options = _options(given)
    text = data if isinstance(data, str) else None
    return _Sent(
        method, url, options.get("headers"), options.get("params"), None if text else data, text
    )


def _options(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _sample(call: Call, sent: _Sent | None) -> Sample | None:
    if sent is None:
        return None
    if not isinstance(sent.url, str) or not isinstance(sent.method, str):
        # `client.get("things")` may be any library's; only what names a URL is HTTP for sure.
        return Sample(None, call.line, "its URL is not literal") if sent.url is UNKNOWN else None
    if not sent.url.startswith(_FIRST):
        return None
    if not known(sent.json) or not known(sent.data) or not known(sent.params):
        return Sample(None, call.line, "its body is not literal")
    url = templated(sent.url) + _query(sent.params)
    content, media = _content(sent)
    return Sample(
        Request(sent.method.upper(), url, _headers(sent, media), content=content), call.line
    )


def _query(params: Any) -> str:
    return "?" + urlencode(params, doseq=True) if isinstance(params, dict) and params else ""


def _content(sent: _Sent) -> tuple[bytes | None, str]:
    """The body as it is sent, and the media type that the library gives it."""
    if sent.json is not None:
        return json.dumps(sent.json, ensure_ascii=False).encode(), "application/json"
    if isinstance(sent.data, dict):
        return urlencode(sent.data, doseq=True).encode(), "application/x-www-form-urlencoded"
    if isinstance(sent.data, str):
        return sent.data.encode(), ""
    return None, ""


def _headers(sent: _Sent, media: str) -> tuple[tuple[str, str], ...] | None:
    """The header fields, None where not all are known."""
    given = _options(sent.headers)
    if sent.headers is UNKNOWN or any(not isinstance(value, str) for value in given.values()):
        return None
    found = list(given.items())
    if media and not any(name.lower() == "content-type" for name, _ in found):
        found.append(("Content-Type", media))
    return tuple(found)


#: The languages of fences whose samples are read.
READERS: Mapping[str, Callable[[str], list[Sample]]] = {
    **dict.fromkeys(("python", "py", "python3"), python_samples),
    **dict.fromkeys(
        ("javascript", "js", "jsx", "typescript", "ts", "tsx", "node", "mjs"), javascript_samples
    ),
}
