"""What a call returns in each client: a reply, pages of it, a handle to wait with, or an upload.

Knows the runtime's classes of results. It must not know how operations are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.operations import main_media
from specbound.emit.annotations import Annotations
from specbound.emit.waits import WaitView


@dataclass(frozen=True, slots=True)
class Returned:
    """The type that a call returns, and the mixin that makes its reply waitable."""

    text: str
    handle: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Returns:
    """Decides what calls return, given the declared waits by name."""

    contract: Contract
    annotations: Annotations
    waits: Mapping[str, WaitView]

    def of(self, operation: Operation, reply: str, is_async: bool) -> Returned:
        """What one operation's call returns in the blocking or the awaiting client."""
        facts = operation.facts
        if facts.upload and not any(one.location == "path" for one in operation.parameters):
            both = (reply, "UploadedUri")
            return Returned(", ".join(f"AsyncCall[{one}]" if is_async else one for one in both))
        if facts.pages:
            item = self.item(operation)
            pages = "AsyncPageCall" if is_async else "Pages"
            return Returned(f"{pages}[{reply}, {item.text}]", names=item.names)
        if wait := self.waits.get(facts.wait.wait if facts.wait else ""):
            return self._handle(operation, wait, is_async)
        return Returned(f"AsyncCall[{reply}]" if is_async else reply)

    def _handle(self, operation: Operation, wait: WaitView, is_async: bool) -> Returned:
        prefix = "Async" if is_async else ""
        names = wait.handles_of(operation.key)
        handles = " | ".join(f"{prefix}{name}" for name in names)
        text = f"{wait.mixin}Call[{handles}]" if is_async else handles
        return Returned(text, f"{prefix}{wait.mixin}")

    def item(self, operation: Operation) -> Returned:
        """The type of a list's items, found by the pointer that the overlay gives."""
        pages = operation.facts.pages
        node: Any = True
        for status, one in sorted(operation.replies.items()):
            media = main_media(one.content)
            if status.startswith("2") and media:
                node = one.content[media]
                break
        for token in pages.items.split("/")[1:] if pages else ():
            node = self._followed(node).get("properties", {}).get(token, True)
        expression = self.annotations.of(self._followed(node).get("items", True))
        return Returned(expression.text, names=expression.names)

    def _followed(self, node: Any) -> Mapping[str, Any]:
        while isinstance(node, dict) and "$ref" in node:
            node = self.contract.schema(node["$ref"])
        return node if isinstance(node, dict) else {}
