"""Requests and responses as HAR 1.2 writes them, each out of its JSON object.

Knows HAR's members and its exporters' habits. It must not know files, nor where an object stood.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import ABSENT, Headers, Request, Response, header
from specbound.traffic.readers.fields import (
    Wrong,
    headers_of,
    status_of,
    to_bytes,
    unbase64,
    with_query,
)

#: What browsers write where they do not know the media type.
_NO_TYPE = ("", "x-unknown", "unknown")
_NO_BODY = frozenset({*range(100, 200), 204, 205, 304})
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})')


def is_har_request(value: dict[str, Any]) -> bool:
    """Whether a request object is HAR's rather than our own."""
    return isinstance(value.get("postData"), dict) or "httpVersion" in value


def har_request(value: dict[str, Any]) -> Request:
    """Read a HAR request; raises `Wrong`."""
    method, url = value.get("method"), value.get("url")
    if not isinstance(method, str) or not method:
        raise Wrong("the request has no `method`")
    if not isinstance(url, str) or not url:
        raise Wrong("the request has no `url`")
    if "?" not in url:
        url = with_query(url, value.get("queryString"))
    headers = _headers(value.get("headers"))
    if cookies := value.get("cookies"):
        headers = _with_cookies(headers, cookies)
    post = value.get("postData")
    if not isinstance(post, dict):
        return Request(method.upper(), url, _fields(headers, None))
    headers = _fields(headers, _type(post))
    return Request(method.upper(), url, headers, ABSENT, _posted(post, headers))


def har_response(value: dict[str, Any], method: str = "") -> Response:
    """Read a HAR response; raises `Wrong`. Its body stands decoded in the file, mostly."""
    status = status_of(value.get("status"))
    headers = _headers(value.get("headers"))
    content = value.get("content")
    if not isinstance(content, dict):
        return Response(status, _fields(headers, None))
    text, size = content.get("text"), content.get("size")
    headers = _fields(headers, _type(content))
    if not isinstance(text, str) or not text:
        nothing = size == 0 or status in _NO_BODY or method == "HEAD"
        nothing = nothing or (size is None and value.get("bodySize") == 0)
        return Response(status, headers, whole=nothing or (text == "" and size in (None, -1)))
    if content.get("encoding") == "base64":
        found = _unpacked(unbase64(text), headers)
    else:
        found = to_bytes(text)
    return Response(status, headers, ABSENT, found, None, not _is_cut(found, size))


@lru_cache(256)
def _fields(headers: Headers, media_type: str | None) -> Headers:
    """The header fields of a message; the same tuple for equal ones, by which they are known."""
    found = _with_type(headers, media_type)
    to_bytes("".join(map("".join, found)))
    return found


def _type(body: dict[str, Any]) -> str | None:
    media_type = body.get("mimeType")
    return media_type if isinstance(media_type, str) else None


def _headers(value: Any) -> Headers:
    """Header fields; a plain list of texts, which nearly all are, is read in one step."""
    try:
        found = tuple(
            [
                (each["name"], each["value"])
                for each in value
                if type(each["value"]) is type(each["name"]) is str and each["name"][0] != ":"
            ]
        )
        if len(found) == len(value):
            return found
    except (KeyError, TypeError, IndexError):
        pass
    return headers_of(value) or ()


def _posted(post: dict[str, Any], headers: Headers) -> bytes | None:
    text, params = post.get("text"), post.get("params")
    if isinstance(text, str) and text:
        return unbase64(text) if post.get("encoding") == "base64" else to_bytes(text)
    if not isinstance(params, list) or not params:
        return None
    if not all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in params):
        raise Wrong("a parameter of `postData` has no name")
    media_type = header(headers, "content-type") or ""
    if "multipart/" in media_type:
        boundary = _BOUNDARY.search(media_type)
        return _multipart(params, boundary.group(1)) if boundary else None
    return urlencode([(each["name"], each.get("value") or "") for each in params]).encode()


def _multipart(params: list[dict[str, Any]], boundary: str) -> bytes:
    """The parts as RFC 7578 has them; HAR keeps of a file its name and type."""
    lines: list[str] = []
    for each in params:
        disposition = f'Content-Disposition: form-data; name="{each["name"]}"'
        if each.get("fileName"):
            disposition += f'; filename="{each["fileName"]}"'
        lines += [f"--{boundary}", disposition]
        if each.get("contentType"):
            lines.append(f"Content-Type: {each['contentType']}")
        lines += ["", str(each.get("value") or "")]
    return to_bytes("\r\n".join([*lines, f"--{boundary}--", ""]))


def _with_type(headers: Headers, media_type: str | None) -> Headers:
    """The media type stands beside the body; exporters leave the header out, or rename it."""
    if media_type is None or media_type in _NO_TYPE:
        return headers
    if header(headers, "content-type") is not None:
        return headers
    return (*headers, ("Content-Type", media_type))


def _with_cookies(headers: Headers, cookies: Any) -> Headers:
    if not isinstance(cookies, list) or header(headers, "cookie") is not None:
        return headers
    named = [each for each in cookies if isinstance(each, dict) and each.get("name")]
    pairs = [f"{each['name']}={each.get('value', '')}" for each in named]
    return (*headers, ("Cookie", "; ".join(pairs))) if pairs else headers


def _unpacked(content: bytes, headers: Headers) -> bytes:
    """Some proxies keep the packed bytes, against the specification; gzip shows by its mark."""
    if not content.startswith(b"\x1f\x8b") or "gzip" not in (
        header(headers, "content-encoding") or ""
    ):
        return content
    try:
        return decoded(content, "gzip")
    except ValueError as error:
        raise Wrong(str(error)) from None


def _is_cut(content: bytes, size: Any) -> bool:
    """Browsers cut long bodies: shorter than `size`, and a JSON that does not end.

    `size` alone says little: exporters count characters, or bytes before decoding.
    """
    if not isinstance(size, int) or len(content) >= size:
        return False
    ends = {b"{": b"}", b"[": b"]"}
    end = ends.get(content.lstrip()[:1])
    return end is not None and not content.rstrip().endswith(end)
