"""The last net for secrets: what a finding must not say, though it was worded in good faith.

Knows where secrets stand as names, and that a cookie's value is one whatever it is called. It must
not know how a finding came about; values are redacted where they are put into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from specbound.check.excerpt import cut
from specbound.check.finding import Finding, Part
from specbound.origin import escape, pointer, tokens
from specbound.traffic.exchange import Exchange, header
from specbound.traffic.secret_names import is_secret, is_secret_header, is_secret_query
from specbound.traffic.secrets import MARKER, redacted

#: Shorter texts are parts of other words and no secrets.
_SHORTEST = 4


def veiled(finding: Finding, exchange: Exchange | None) -> Finding:
    """The finding without secrets that are members' names, and without the values of cookies."""
    steps = tokens(finding.pointer)
    swaps = {name: str(redacted(name)) for name in (*steps, *finding.names)}
    swaps = {name: shown for name, shown in swaps.items() if shown != name}
    # An escaped or undecoded spelling is no less a secret.
    swaps |= {escape(name): shown for name, shown in swaps.items()}
    hidden = exchange is not None and bool(steps) and _is_secret(finding.part, steps[0])
    if exchange is not None and hidden:
        swaps |= dict.fromkeys(_values(finding, exchange, steps[0]), MARKER)
    if isinstance(finding.value, dict | list):
        # Groups are kept until the end of the run, however large the value was.
        finding = replace(finding, value=cut(finding.value, []))
    if not swaps:
        return finding
    return replace(
        finding,
        pointer=pointer(swaps.get(step, step) for step in steps),
        names=tuple(swaps.get(name, name) for name in finding.names),
        message=_swapped(finding.message, swaps),
        allowed=_swapped(finding.allowed, swaps),
        help=_swapped(finding.help, swaps),
        value=MARKER if hidden else _swapped(finding.value, swaps),
    )


def _is_secret(part: Part, name: str) -> bool:
    """Whether a parameter's or a header's value is secret by its place or its name."""
    if part in (Part.HEADER, Part.RESPONSE_HEADER):
        return is_secret_header(name) or is_secret(name)
    return part is Part.COOKIE or (part in (Part.QUERY, Part.PATH) and is_secret_query(name))


def _values(finding: Finding, exchange: Exchange, name: str) -> Iterator[str]:
    """What was sent under a name, as it was written and decoded."""
    for value in (finding.value, *_sent(finding.part, exchange, name)):
        for spelling in {str(value), unquote(str(value)), str(value).strip().strip('"')}:
            if len(spelling) >= _SHORTEST:
                yield spelling


def _sent(part: Part, exchange: Exchange, name: str) -> list[str]:
    request, response = exchange.request, exchange.response
    if part is Part.RESPONSE_HEADER:
        return [header(response.headers, name) or ""] if response else []
    if request is None:
        return []
    if part is Part.QUERY:
        return _under(name, request.url.partition("?")[2].partition("#")[0].split("&"))
    if part is Part.COOKIE:
        return _under(name, (header(request.headers, "cookie") or "").split(";"))
    return [header(request.headers, name) or ""]


def _under(name: str, pairs: list[str]) -> list[str]:
    """The values of a name in pairs with ``=``."""
    split = (pair.strip().partition("=") for pair in pairs)
    return [value for key, _, value in split if unquote(key) == name]


def _swapped(value: Any, swaps: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for secret in sorted(swaps, key=len, reverse=True):
            value = value.replace(secret, swaps[secret])
    return value
