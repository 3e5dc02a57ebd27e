"""Servers of two documents or operations, by their URLs.

Knows Server Objects. It must not know operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.operations import server
from specbound.diff.found import Found
from specbound.diff.severity import OFFERED, UNKNOWN
from specbound.origin import pointer


def servers(
    old: Mapping[str, Any], new: Mapping[str, Any], places: tuple[str, str]
) -> Iterator[Found]:
    """Servers that came or went; whether one that is gone still answers, no document says."""
    before, after = _urls(old), _urls(new)
    for url in sorted(before.keys() - after.keys()):
        says = f"no longer names the server {url}; whether it still answers cannot be decided"
        at = (places[0] + before[url], places[1])
        yield Found("server-removed", UNKNOWN, says, "", url, None, *at)
    for url in sorted(after.keys() - before.keys()):
        at = (places[0], places[1] + after[url])
        yield Found("server-added", OFFERED, f"names a new server: {url}", "", None, url, *at)


def _urls(node: Mapping[str, Any]) -> dict[str, str]:
    """Each server's URL with its defaults filled in, and its pointer."""
    found = {}
    for index, one in enumerate(node.get("servers") or ()):
        if not isinstance(one, dict):
            continue
        read = server(one)
        url = read.url
        for name, default in read.variables.items():
            url = url.replace(f"{{{name}}}", default)
        found[url.rstrip("/") or "/"] = pointer(("servers", index))
    return found
