"""What a heading, a caption or a lone number says of the body below it: request, reply, status.

Knows the words that pages use. It must not know what the body is.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import NamedTuple

LONGEST_CAPTION = 60
MOST_WORDS = 6

_REPLY = re.compile(r"\b(?:responses?|repl(?:y|ies)|returns?|returned|results?|output)\b", re.I)
_REQUEST = re.compile(r"\b(?:requests?|payload|inputs?|body(?: parameters?)?|parameters?)\b", re.I)
_OTHER = re.compile(r"\b(?:schemas?|headers?|webhooks?|query parameters?|path parameters?)\b", re.I)
_ERROR = re.compile(r"\b(?:errors?|failures?|failed)\b", re.I)
_PHRASES = "|".join(re.escape(status.phrase) for status in HTTPStatus)
_STATUS = re.compile(
    rf"(?:HTTP/[\d.]+|status(?: code)?|http|response|code|returns)?\W*\b([1-5]\d\d)"
    rf"(?:\W*|\W+(?:{_PHRASES}|response|reply)\b.*|\s*[:—–-]\s.*)",
    re.I,
)
_NAMED_STATUS = re.compile(r"\b(?:response|status(?: code)?|http)\W{0,4}([1-5]\d\d)\b", re.I)
_FIELD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+:\s")
_MARKUP = re.compile(r"^[\s#>*_`|/-]+|[\s#*_`|]+$|</?\w[^>]*>")


class Label(NamedTuple):
    """What a caption says: the side (``request``, ``reply``, ``other``), and the status or 0."""

    side: str
    status: int = 0
    error: bool = False


def label(line: str, heading: bool = False) -> Label | None:
    """What a line says of the body below it; None if it is no caption or says nothing of it."""
    if _FIELD.match(line.strip()):
        return None
    text = _MARKUP.sub("", _MARKUP.sub(" ", line)).strip()
    if match := _STATUS.fullmatch(text) or _NAMED_STATUS.search(_caption(text, heading)):
        return Label("reply", int(match[1]))
    return _sided(_caption(text, heading))


def _caption(text: str, heading: bool) -> str:
    """The text, if it is short as captions are, or ends with a colon; else nothing."""
    short = len(text) <= LONGEST_CAPTION and len(text.split()) <= MOST_WORDS
    return text if heading or text.endswith(":") or (short and not text.endswith(".")) else ""


def _sided(text: str) -> Label | None:
    if _OTHER.search(text):
        return Label("other")
    reply, request = _REPLY.search(text), _REQUEST.search(text)
    if reply and request and reply.start() < request.start():
        # ``Response body``, ``Returns the request``: the first word is the caption.
        request = None
    if reply:
        return Label("other") if request else Label("reply", error=bool(_ERROR.search(text)))
    return Label("request") if request else None
