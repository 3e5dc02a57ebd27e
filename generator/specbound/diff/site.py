"""One of the two documents: its nodes by pointer, its references, and which of them are untouched.

Knows references and when two schemas say the same in the same words. It must not know what any
keyword means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from specbound.contract.load import Contract
from specbound.origin import pointer, tokens, unescape

_REF = re.compile(r'"\$ref": "([^"]*)"')
_COMPONENT = "#/components/schemas/"


class Sited(NamedTuple):
    """A schema of a document and where it stands; `bare` leaves its unions out of account."""

    pointer: str
    schema: Any
    bare: bool = False


class Document:
    """The bundled OpenAPI 3.1 document of one side."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.tree: Mapping[str, Any] = contract.bundled
        self._texts: dict[int, str] = {}

    def at(self, place: str) -> Any:
        """The node at a pointer, or None."""
        node: Any = self.tree
        for token in tokens(place):
            try:
                node = node[int(token)] if isinstance(node, list) else node[token]
            except (KeyError, IndexError, ValueError, TypeError):
                return None
        return node

    def target(self, ref: str) -> Sited | None:
        """The schema that a local reference leads to, or None where it leads nowhere."""
        place = pointer(tokens(unquote(ref.removeprefix("#"))))
        found = self.at(place)
        return None if found is None else Sited(place, found)

    def text(self, node: Any) -> str:
        """A node as text in which the order of members says nothing."""
        known = self._texts.get(id(node))
        if known is None:
            known = self._texts[id(node)] = json.dumps(node, sort_keys=True)
        return known

    @property
    def components(self) -> Mapping[str, Any]:
        """The named schemas of the document."""
        found: Mapping[str, Any] = self.tree.get("components", {}).get("schemas", {})
        return found


class Sides:
    """Both documents, and which schemas are word for word the same in both."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self._touched = self._spread()

    def same(self, old: Any, new: Any) -> bool:
        """Whether two nodes say the same in the same words, down to all that they refer to."""
        text = self.old.text(old)
        return text == self.new.text(new) and not self._touches(text)

    def _touches(self, text: str) -> bool:
        return any(_component(ref) in self._touched for ref in _REF.findall(text))

    def _spread(self) -> set[str | None]:
        """The components that differ, or refer to one that does; None is any other target."""
        old, new = self.old.components, self.new.components
        touched: set[str | None] = {None}
        users: dict[str | None, list[str]] = {}
        for name in {*old, *new}:
            text = self.old.text(old[name]) if name in old else ""
            if name not in old or name not in new or text != self.new.text(new[name]):
                touched.add(name)
                continue
            for ref in _REF.findall(text):
                users.setdefault(_component(ref), []).append(name)
        waiting = list(touched)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in touched:
                    touched.add(user)
                    waiting.append(user)
        return touched


def _component(ref: str) -> str | None:
    if not ref.startswith(_COMPONENT):
        return None
    return unescape(unquote(ref.removeprefix(_COMPONENT)).partition("/")[0])
