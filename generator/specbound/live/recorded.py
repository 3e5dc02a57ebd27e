"""An exchange as one line of a recording: whole, but for its secrets.

Knows how the exchange format writes bodies so that they are read back as they were. It must not
know files.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import orjson

from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import is_json, media
from specbound.live.redaction import redacted_body, redacted_fields, redacted_lines
from specbound.traffic.exchange import (
    ABSENT,
    Exchange,
    Headers,
    Request,
    Response,
    header,
)
from specbound.traffic.secrets import redacted, redacted_url

_Fields = dict[str, Any]


def line(exchange: Exchange) -> bytes:
    """The exchange as JSON in one line, with its end; raises nothing for any body."""
    request, response = exchange.request, exchange.response
    halves: _Fields = {}
    if request is not None:
        halves["request"] = {
            "method": request.method,
            "url": redacted_url(request.url),
            **_message(request),
        }
    if response is not None:
        halves["response"] = {"status": response.status, **_message(response)}
    return orjson.dumps(halves, option=orjson.OPT_APPEND_NEWLINE)


def without_secrets(exchange: Exchange) -> Exchange:
    """The exchange with its secrets redacted; raises nothing for any body."""
    request, response = exchange.request, exchange.response
    if request is not None:
        request = request._replace(url=redacted_url(request.url), **_redacted(request))
    if response is not None:
        response = response._replace(**_redacted(response))
    return exchange._replace(request=request, response=response)


def _redacted(message: Request | Response) -> _Fields:
    headers, value, content = message.headers, message.json, message.content
    if content:
        said = _content(content, header(headers, "content-type"))
        body = said["body"]
        if said.get("encoding") == "base64":
            content = base64.b64decode(body)
        else:
            content = body.encode() if isinstance(body, str) else orjson.dumps(body)
    return {
        "headers": None if headers is None else redacted_fields(headers),
        "json": value if value is ABSENT else redacted(value, whole=True),
        "content": content,
    }


def _message(message: Request | Response) -> _Fields:
    found: _Fields = {}
    if message.headers is not None:
        found["headers"] = _headers(redacted_fields(message.headers))
    if not message.whole:
        return {**found, "whole": False}
    if message.json is not ABSENT:
        return found | _json(message.json)
    if message.content is None:
        return found
    return found | _content(message.content, header(message.headers, "content-type"))


def _headers(headers: Headers) -> Any:
    members = dict(headers)
    return members if len(members) == len(headers) else [list(field) for field in headers]


def _json(value: Any) -> _Fields:
    """A value; texts and null are written as JSON texts, which are read as nothing else."""
    value = redacted(value, whole=True)
    if isinstance(value, str) or value is None:
        return _bytes(json.dumps(value).encode())
    try:
        return {"body": orjson.Fragment(orjson.dumps(value))}
    except TypeError:
        # Numbers beyond 64 bits and halves of surrogate pairs: JSON, but not to every reader.
        return _bytes(json.dumps(value).encode())


def _content(content: bytes, content_type: str | None) -> _Fields:
    essence = media(content_type or "").essence
    if is_json(essence):
        try:
            return _json(json_value(content))
        except (Unparsable, RecursionError):
            return _bytes(redacted_lines(content))
    content = redacted_body(content, content_type or "", essence)
    if content_type and content.strip():
        try:
            return {"body": content.decode()}
        except UnicodeDecodeError:
            pass
    return _bytes(content)


def _bytes(content: bytes) -> _Fields:
    return {"body": base64.b64encode(content).decode(), "encoding": "base64"}
