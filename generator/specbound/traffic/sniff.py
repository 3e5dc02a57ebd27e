"""What a file is, by its first kilobytes; an extension breaks ties and nothing more.

Knows how each format begins. It must not know how any of them is read.
"""

from __future__ import annotations

import json
import re
from typing import IO

HEAD = 1 << 16
"""Bytes that are looked at: enough to pass a HAR's creator and pages."""

FORMATS = ("har", "cassette", "ndjson", "exchange", "markdown", "mitmproxy")

_PACKED = {
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it first",
    b"BZh": "packed with bzip2: unpack it first",
    b"\xfd7zXZ": "packed with xz: unpack it first",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
}
_FLOW = re.compile(rb"\d{1,12}:\d{1,6}:[a-z_]{2,40}[;,]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?=(\s*:)?)|[{}\[\]]')
_YAML_CASSETTE = re.compile(
    r"^(?:(?:http_)?interactions|recorded_with)[ \t]*:|^-[ \t]+request[ \t]*:", re.MULTILINE
)
_METHOD = r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)"
_PAGE = re.compile(
    rf"""^[ \t>*#`|-]*{_METHOD}[\s`*|]+(?:https?://|/)  # METHOD /path: a heading, a line, a row
    |(?<![\w/.])/v\d+/\w                               # the path alone, of a versioned API
    |^[ \t]*[{{[]\s*\n?\s*"                            # JSON without a fence
    |\bcurl\b[^\n]*(?:https?://|\\$|-X|--)              # a curl command
    |^[ \t]*(?:```|~~~)                                 # a fenced block
    |\bfetch\(|\bhttpx\.|\brequests\.(?:get|post|put|patch|delete)\(""",
    re.MULTILINE | re.VERBOSE,
)
_PAGE_NAMES = (".md", ".markdown", ".mdx", ".txt", ".text", ".rst", ".html", ".htm")
_HALF = re.compile(r'"(?:request|response)"\s*:\s*\{')
#: What a request or a response that stands alone has, at a file's top or in its list.
_ALONE = (
    ({"method", "verb", "http_method", "httpMethod"}, {"url", "path", "uri"}),
    ({"status", "statusCode", "status_code"}, {"body", "headers"}),
)
_LINES_NAMES = (".ndjson", ".jsonl", ".jsonlines")


class Unknown(ValueError):
    """No format of ours; says what the file seems to be, and whether it `is_text` after all."""

    def __init__(self, message: str, is_text: bool = False) -> None:
        super().__init__(message)
        self.is_text = is_text


def sniff(stream: IO[bytes], name: str) -> str:
    """Tell the format, one of `FORMATS`, and go back to where the stream was; raises `Unknown`."""
    start = stream.tell()
    head = stream.read(HEAD)
    stream.seek(start)
    if not head.strip():
        raise Unknown("it is empty")
    for mark, reason in _PACKED.items():
        if head.startswith(mark):
            raise Unknown(f"it is {reason}")
    if _FLOW.match(head):
        return "mitmproxy"
    if b"\0" in head:
        raise Unknown("it is a binary file")
    try:
        text = head.decode("utf-8", "strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        text = _mostly_text(head)
    name = name.lower().removesuffix(".gz")
    if text.lstrip()[:1] in ("{", "["):
        return _json(text, name)
    return _text(text, name)


def _mostly_text(head: bytes) -> str:
    """Text with a broken byte is still a recording, whose broken record will be told."""
    text = head.decode("utf-8", "replace")
    if text.count("\ufffd") > len(text) // 20:
        raise Unknown("it is neither text in UTF-8 nor a format that is known")
    return text


def _json(text: str, name: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if _is_object(lines[0]) and len(lines) > 1:
        return "ndjson"
    top = member_names(text)
    first = {key for depth, key in top if depth == 1}
    if ("log" in first and not first & {"request", "response"}) or _is_log(top):
        return "har"
    if first & {"interactions", "http_interactions", "recorded_with"}:
        return "cassette"
    if sum(map(_is_object, lines[:50])) > 1:
        return "ndjson"
    if first & {"openapi", "swagger"}:
        raise Unknown("it is an OpenAPI document")
    if not _has_half(text, top) and not name.endswith(_LINES_NAMES):
        raise Unknown("it is JSON, but neither a `request` nor a `response` is in it", True)
    return "ndjson" if name.endswith(_LINES_NAMES) else "exchange"


def _has_half(text: str, top: list[tuple[int, str]]) -> bool:
    """Whether something in it may be meant as a request or a response."""
    outer = {key for depth, key in top if depth <= 2}
    alone = any(outer & first and outer & second for first, second in _ALONE)
    return alone or _HALF.search(text) is not None


def _is_log(top: list[tuple[int, str]]) -> bool:
    return top[:2] == [(1, "log"), (2, "version")]


def _is_object(line: str) -> bool:
    line = line.strip()
    if not (line.startswith("{") and line.endswith("}")):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def member_names(text: str) -> list[tuple[int, str]]:
    """Depth and name of each member in the beginning of a JSON text, however it goes on."""
    found: list[tuple[int, str]] = []
    depth = 0
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "{[":
            depth += 1
        elif word in "}]":
            depth -= 1
        elif token.group(1) is not None:
            found.append((depth, word[1:-1]))
    return found


def _text(text: str, name: str) -> str:
    if _YAML_CASSETTE.search(text):
        return "cassette"
    if name.endswith(_LINES_NAMES) or sum(map(_is_object, text.splitlines()[:50])) > 1:
        return "ndjson"
    suffix = "." in name.rpartition("/")[2]
    if _PAGE.search(text) and (name.endswith(_PAGE_NAMES) or not suffix):
        return "markdown"
    if name.endswith((".md", ".markdown", ".mdx")):
        return "markdown"
    raise Unknown("it is text, but neither a recording nor a page with requests in it", True)
