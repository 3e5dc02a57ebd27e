"""A page in its parts: headings, fences, lines, bare JSON and bare curl commands, with their lines.

Knows Markdown's blocks, and what is left of them where a page was saved as plain text. It must not
know what a part says of an API.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from specbound.traffic.readers import page_json
from specbound.traffic.readers.page_operations import leads, mentions
from specbound.traffic.shell import curl_commands

#: The `info` of a line that goes over into a body.
BEFORE_BODY = "body"

#: A text with more bodies than this that never end is no page with bodies.
_MOST_UNENDED = 20
_LONGEST_COMMAND = 20_000

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_CURL = re.compile(r"[ \t]*(?:[$>%][ \t]+)?curl[ \t]+\S")
_AFTER_CAPTION = re.compile(r"(?::|→|=>)[\s*_`]*(?=[{\[])")
_ROW = re.compile(r"[^|]*\|.*\|\s*$|\|.*")


class Kind(Enum):
    """What a part is."""

    HEADING = "heading"
    FENCE = "fence"
    LINE = "line"
    ROW = "row"
    JSON = "json"
    CURL = "curl"


class Part(NamedTuple):
    """One part of a page: its text without markup, and the line (from 1) on which that begins.

    `info` is a fence's language and title; `level` a heading's.
    """

    kind: Kind
    text: str
    line: int
    info: str = ""
    level: int = 0


def parts(text: str) -> Iterator[Part]:
    """The parts of a page in their order."""
    fences = _fences(text) if "```" in text or "~~~" in text else {}
    lines = text.split("\n")
    starts = iter(sorted(fences))
    at = 0
    while at < len(lines):
        if at in fences:
            part, after = fences[at]
            yield part
            at = after
            continue
        stop = next((start for start in starts if start > at), len(lines))
        yield from loose("\n".join(lines[at:stop]), at + 1)
        at = stop


def _fences(text: str) -> dict[int, tuple[Part, int]]:
    """The fences of a page by their first line (from 0), each with the line after it."""
    # Imported late: only a page with fences needs it.
    from markdown_it import MarkdownIt

    found = {}
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence" and token.map:
            first, after = token.map
            part = Part(Kind.FENCE, token.content, first + 2, token.info.strip())
            found[first] = part, after
    return found


def loose(text: str, first: int, fenced: bool = False) -> Iterator[Part]:
    """The parts of a text without fences; `first` is its line in the page.

    Inside a fence nothing is a heading or a row, and any array or object is JSON.
    """
    start, here, counted, unended = 0, first, 0, 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        here, counted = here + text.count("\n", counted, start), start
        at = _json_start(text[start:stop], fenced)
        if at is not None and unended < _MOST_UNENDED:
            yield from _before(text[start : start + at], here, fenced)
            after = page_json.end(text, start + at)
            # What never ends is shown to the reader of bodies all the same, which then says so.
            yield Part(Kind.JSON, text[start + at : after or stop], here)
            unended += after is None
            start = _resumed(text, after) if after else stop + 1
            continue
        if _CURL.match(text, start) and (words := _curl(text[start : start + _LONGEST_COMMAND])):
            yield Part(Kind.CURL, words, here)
            start += len(words) + 1
            continue
        if text[start:stop].strip():
            yield _line(text[start:stop], here, fenced)
        start = stop + 1


def _before(text: str, here: int, fenced: bool) -> Iterator[Part]:
    """What stands on a body's line before it; an operation there ends what came before itself."""
    found = mentions(text)
    if found and not leads(text, found[-1]) and text[: found[-1].start].strip(" -*#>`|"):
        yield _line(text[: found[-1].start], here, fenced)
        text = text[found[-1].start :]
    if text.strip():
        yield _line(text, here, fenced)._replace(info=BEFORE_BODY)


def _resumed(text: str, after: int) -> int:
    """Where to go on after a body: at the next line, or at what was run together with it."""
    stop = text.find("\n", after)
    rest = text[after : stop if stop >= 0 else len(text)]
    return after if rest.strip(" \t\r`;,.") else after + len(rest) + 1


def _line(text: str, at: int, fenced: bool) -> Part:
    if not fenced:
        if match := _HEADING.fullmatch(text.rstrip("\r")):
            return Part(Kind.HEADING, match[2], at, level=len(match[1]))
        if _ROW.fullmatch(text.strip()):
            return Part(Kind.ROW, text.strip(), at)
    return Part(Kind.LINE, text.strip(), at)


def _json_start(line: str, fenced: bool) -> int | None:
    """Where on a line a body begins: at its start, after a caption, or after an operation."""
    indent = len(line) - len(line.lstrip())
    if line[indent : indent + 1] in ("{", "["):
        return indent if fenced or page_json.begins(line[indent:]) else None
    if line.rstrip().endswith("{") and line.count("{") == line.count("}") + 1:
        return line.rindex("{") if mentions(line) else None
    caption = _AFTER_CAPTION.search(line)
    if (
        caption
        and not re.search(r"[({]", line[: caption.start()])
        and page_json.begins(line[caption.end() :])
    ):
        return caption.end()
    return None


def _curl(text: str) -> str:
    """The text of the curl command that a text begins with; empty if it is none."""
    command = next(curl_commands(text[:_LONGEST_COMMAND]), None)
    if command is None or command.line != 1:
        return ""
    return "\n".join(text.split("\n")[: command.last])
