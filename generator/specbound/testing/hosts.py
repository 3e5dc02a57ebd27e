"""Which exchanges speak for the contract: to its servers, to this machine, or where one says so.

Knows hosts and how they are written. It must not know operations: an unknown path on one of these
hosts is for the checker to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from specbound.contract.load import Contract

#: This machine, and the names that test clients give to an application without a network.
LOCAL = (
    "localhost",
    "*.localhost",
    "127.*.*.*",
    "::1",
    "0.0.0.0",
    "test",
    "testserver",
    "*.testserver",
    "testserver.local",
)


class _Pattern(NamedTuple):
    host: re.Pattern[str]
    port: str

    def fits(self, host: str, port: int | None) -> bool:
        return self.host.fullmatch(host) is not None and self.port in ("", "*", str(port))


class Hosts:
    """The hosts of one contract. `more` are ``HOST[:PORT]``, with ``*``; ``!`` leaves one out."""

    def __init__(self, contract: Contract, more: Iterable[str] = ()) -> None:
        asked = list(more)
        self._not = [_pattern(each[1:]) for each in asked if each.startswith("!")]
        named = (_pattern(each) for each in (*LOCAL, *asked) if not each.startswith("!"))
        self._ours = [*named, *filter(None, map(_of_server, _servers(contract.tree)))]

    def ours(self, url: str) -> bool:
        """Whether what goes to a URL is held against the contract."""
        host, port = address(url)
        if not host or any(each.fits(host, port) for each in self._not):
            return False
        return any(each.fits(host, port) for each in self._ours)


def address(url: str) -> tuple[str, int | None]:
    """The host of a URL in lower case, and its port, that of the scheme where none is written."""
    try:
        split = urlsplit(url)
        port = split.port or {"http": 80, "https": 443}.get(split.scheme)
        return (split.hostname or "").rstrip("."), port
    except ValueError:
        return "", None


def _pattern(written: str) -> _Pattern:
    """``*`` is any text; an IPv6 address with a port stands in brackets."""
    text = written.partition("://")[2].partition("/")[0] if "://" in written else written
    host, port = text, ""
    if found := re.fullmatch(r"\[(.+)\](?::(\d+|\*))?|([^:]*):(\d+|\*)", text):
        host, port = found[1] or found[3], found[2] or found[4] or ""
    pieces = (re.escape(piece) for piece in host.lower().rstrip(".").split("*"))
    return _Pattern(re.compile(".*".join(pieces)), port)


def _servers(tree: Mapping[str, Any]) -> Iterator[str]:
    """Every server's URL: of the document, of its paths and of its operations."""
    items = [item for item in tree.get("paths", {}).values() if isinstance(item, dict)]
    operations = [one for item in items for one in item.values() if isinstance(one, dict)]
    for holder in (tree, *items, *operations):
        for server in holder.get("servers", ()):
            if isinstance(server, dict) and isinstance(server.get("url"), str):
                yield server["url"]


def _of_server(url: str) -> _Pattern | None:
    """The host of a server, its variables standing for anything; None where it names no host."""
    found = re.match(r"(?:[^/]*:)?//(?:[^/@]*@)?([^/?#]*)", url)
    if found is None or not found[1]:
        return None
    host = re.sub(r":(\d+|\{[^}]*\})\Z", "", found[1])
    return None if host == "" else _pattern(f"[{re.sub(r'[{][^}]*[}]', '*', host).strip('[]')}]")
