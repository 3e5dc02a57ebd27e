"""Exchanges as they went over the wire: their parts put together, content codings undone.

Knows how header fields and bodies are told as bytes. It must not know which library sent them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import ABSENT, Exchange, Headers, Request, Response, Source, header

#: Where live exchanges come from, as findings tell it.
LIVE = Source("<live>")

_MOST_KNOWN = 200
_KNOWN: dict[tuple[tuple[bytes | str, bytes | str], ...], Headers] = {}
_new = tuple.__new__  # a named tuple's own constructor is a function of Python, and costs double


def fields(raw: Iterable[tuple[bytes | str, bytes | str]]) -> Headers:
    """Header fields, in their order; bytes are latin-1, which every byte is (RFC 9110 section 5.5).

    Where traffic is dense the same fields come again and again: whoever got them once knows them
    by their identity, as with the readers of recordings.
    """
    key = tuple(raw)
    try:
        return _KNOWN[key]
    except KeyError:
        made = _fields(key)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = made
        return made
    except TypeError:  # pairs of another kind, as ASGI has it
        return _fields(key)


def _fields(raw: Iterable[tuple[bytes | str, bytes | str]]) -> Headers:
    return tuple([(_text(name), _text(value)) for name, value in raw])


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def request(method: str, url: str, headers: Headers, content: bytes | None) -> Request:
    """A request; `content` is None where the body was not kept as a whole."""
    whole = content is not None
    made: Request = _new(Request, (method, url, headers, ABSENT, content, None, whole))
    return made


def response(status: int, headers: Headers, content: bytes | None) -> Response:
    """A response; `content` is None where the body was not kept as a whole."""
    whole = content is not None
    made: Response = _new(Response, (status, headers, ABSENT, content, None, whole))
    return made


def with_content(message: Any, content: bytes | None) -> Any:
    """One half with its body; None where it was not kept as a whole."""
    # `content`, `body_line` and `whole` stand last in both.
    return _new(type(message), (*message[:-3], content, None, content is not None))


def exchange(asked: Request, replied: Response) -> Exchange:
    """Both halves of what has just passed."""
    made: Exchange = _new(Exchange, (asked, replied, LIVE, False))
    return made


def is_coded(exchange: Exchange) -> bool:
    """Whether a body that was kept went over the wire with a content coding."""
    return _is_coded(exchange.request) or _is_coded(exchange.response)


def is_as_whole(exchange: Exchange, other: Exchange) -> bool:
    """Whether no body is missing from the one that the other has."""
    return _whole(exchange.request) == _whole(other.request) and (
        _whole(exchange.response) == _whole(other.response)
    )


def _whole(message: Request | Response | None) -> bool:
    return message is not None and message.whole


def _is_coded(message: Request | Response | None) -> bool:
    return bool(message and message.content and header(message.headers, "content-encoding"))


def plain(exchange: Exchange, limit: int) -> Exchange:
    """The exchange with its content codings undone; a body that cannot be is not whole.

    That is one of an unknown coding, a damaged one, or one of more than `limit` bytes.
    """
    if not is_coded(exchange):
        return exchange
    asked, replied = exchange.request, exchange.response
    return exchange._replace(
        request=plain_message(asked, limit), response=plain_message(replied, limit)
    )


def plain_message(message: Any, limit: int) -> Any:
    """The same of one half; None stays None."""
    if not _is_coded(message):
        return message
    try:
        content = decoded(message.content, header(message.headers, "content-encoding"), limit)
    except ValueError:
        return message._replace(content=None, whole=False)
    return message._replace(content=content)


def size(exchange: Exchange) -> int:
    """The bytes of both bodies that were kept."""
    asked, replied = exchange.request, exchange.response
    sent = len(asked.content) if asked and asked.content else 0
    return sent + (len(replied.content) if replied and replied.content else 0)
