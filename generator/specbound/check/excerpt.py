"""The part of an exchange that a finding speaks about, small enough to keep and to show.

Knows how to cut a value around one place so that pointers into it still lead there. It must not
know which findings are kept, nor what counts as a secret (`traffic.secrets` does).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from specbound.check.finding import Finding, Part
from specbound.origin import tokens
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, header
from specbound.traffic.secrets import redacted, redacted_url

MAX_BYTES = 20_000
MORE = "…"

#: Bodies larger than this are not read again only to show a part of them.
_MAX_CONTENT = 4_000_000
#: Beyond this index the items before it would fill the sample.
_MAX_INDEX = 1_000


class _Limits(NamedTuple):
    """How much of a value is kept beside the path that leads to the fault."""

    items: int
    members: int
    text: int
    depth: int


_TIGHTER = (
    _Limits(50, 100, 1_000, 24),
    _Limits(10, 50, 300, 12),
    _Limits(3, 25, 120, 6),
    _Limits(1, 8, 60, 2),
)


def sample(exchange: Exchange, finding: Finding) -> Any:
    """What the finding speaks about, redacted and cut to some 20 kB; None if there is nothing.

    A body is JSON data in which `finding.pointer` still leads to the fault.
    """
    side = _side(exchange, finding.part)
    if side is None:
        return None
    if finding.part in (Part.REQUEST_BODY, Part.RESPONSE_BODY):
        return cut(_body(side), tokens(finding.pointer))
    if isinstance(side, Response):
        return side.status if finding.part is Part.STATUS else None
    return None if finding.part is Part.HEADER else f"{side.method} {redacted_url(side.url)}"


def cut(value: Any, path: list[str]) -> Any:
    """Redact a value and keep what is near a path in it; what was left out is said by ``…``."""
    if value is ABSENT:
        return None
    whole = redacted(_pruned(value, path, _TIGHTER[0]._replace(text=1_000_000)))
    shown = [str(redacted(token)) for token in path]
    for limits in _TIGHTER:
        small = _pruned(whole, shown, limits)
        if len(json.dumps(small, ensure_ascii=False, default=str)) <= MAX_BYTES:
            return small
    return MORE


def _side(exchange: Exchange, part: Part) -> Request | Response | None:
    if part is Part.RECORD:
        return None
    if part in (Part.STATUS, Part.RESPONSE_HEADER, Part.RESPONSE_BODY):
        return exchange.response
    return exchange.request


def _body(side: Request | Response) -> Any:
    """The body as JSON data, a form as its fields; of anything else only its size.

    Other text is not shown: the names that tell a secret cannot be found in it.
    """
    if side.json is not ABSENT or side.content is None:
        return side.json
    if len(side.content) <= _MAX_CONTENT:
        try:
            return _form(side) or json.loads(side.content)
        except (ValueError, RecursionError):
            pass
    return f"{MORE} {len(side.content):,} bytes"


def _form(side: Request | Response) -> dict[str, Any]:
    """The fields of a form, empty where the body is none."""
    if "x-www-form-urlencoded" not in (header(side.headers, "content-type") or ""):
        return {}
    return dict(parse_qsl((side.content or b"").decode(), keep_blank_values=True))


def _pruned(value: Any, path: list[str], limits: _Limits) -> Any:
    if isinstance(value, Mapping):
        return _members(value, path, limits)
    if isinstance(value, list):
        return _items(value, path, limits)
    if isinstance(value, str) and len(value) > limits.text:
        return value[: limits.text] + MORE
    return value


def _members(value: Mapping[str, Any], path: list[str], limits: _Limits) -> Any:
    if limits.depth <= 0 and not path:
        return {MORE: f"{len(value):,} members"} if value else {}
    wanted = path[0] if path else None
    names = list(value)[: limits.members]
    if wanted is not None and wanted in value and wanted not in names:
        names.append(wanted)
    kept = {name: _below(value[name], name == wanted, path, limits) for name in names}
    left = len(value) - len(names)
    return {**kept, MORE: f"{left:,} more members"} if left else kept


def _items(value: list[Any], path: list[str], limits: _Limits) -> Any:
    if limits.depth <= 0 and not path:
        return [f"{MORE} {len(value):,} items"] if value else []
    wanted = int(path[0]) if path and path[0].isdecimal() else -1
    if not wanted < min(len(value), _MAX_INDEX):
        wanted = -1
    shown = [
        _below(each, at == wanted, path, limits) if at < limits.items or at == wanted else MORE
        for at, each in enumerate(value[: max(wanted + 1, limits.items)])
    ]
    left = len(value) - len(shown)
    return [*shown, f"{MORE} {left:,} more items"] if left else shown


def _below(value: Any, on_path: bool, path: list[str], limits: _Limits) -> Any:
    deeper = limits._replace(depth=limits.depth - 1)
    return _pruned(value, path[1:] if on_path else [], deeper)
