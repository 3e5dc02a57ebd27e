"""The public `Contract`: a document, and every exchange held against it, whatever library made it.

Knows how checking is asked for. It must not know how an exchange is checked, nor how other
libraries name a message's parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any

from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.contract import load as loading
from specbound.contract.lock import Lock
from specbound.traffic.exchange import Exchange, Request
from specbound.traffic.messages import exchange_of, is_unread

__all__ = ["Contract", "exchange_of"]


class Contract(loading.Contract):
    """An API: operations by ``METHOD /path``, schemas by name, and `check` for exchanges."""

    # The base is frozen with slots; what is compiled is kept in the instance's own dictionary.
    __slots__ = ("__dict__",)

    @classmethod
    def load(
        cls, path: str | Path, overlays: Sequence[str | Path] = (), lock: Lock | None = None
    ) -> Contract:
        """Read a document and its overlays; raises `SpecError` where it cannot be used."""
        found = loading.load(path, overlays, lock)
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    @cached_property
    def checker(self) -> Checker:
        """What `check` asks; it compiles the schemas that it meets, once."""
        return Checker(self)

    def check(self, exchange: Any, response: Any = None) -> list[Finding]:
        """Everything that is wrong with one exchange, errors first; empty if nothing is.

        Takes an `Exchange`, a response of httpx or requests (which know their request), a request
        alone, or a request and a response (Starlette's). Raises `TypeError` for anything else.
        """
        whole = exchange_of(exchange, response)
        found = self.checker.check(whole).findings
        if not isinstance(exchange, Exchange | Request) and is_unread(whole.request):
            found = tuple(one for one in found if one.code != "missing-body")
        order = ("error", "warning", "note")
        return sorted(found, key=lambda finding: order.index(finding.severity))
