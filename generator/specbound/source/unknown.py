"""Members that nothing reads: reported once a keyword, and left out where they are not allowed.

Knows which fields exist (by `keywords`). It must not know what they mean, and never looks into
examples, defaults, constants or extensions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from specbound.diagnostics import Code
from specbound.origin import pointer
from specbound.source.keywords import FIELDS, REST
from specbound.source.tree import Tree
from specbound.source.walk import Node

_UNSUPPORTED = {
    "$dynamicRef": "references are resolved where they stand",
    "$dynamicAnchor": "references are resolved where they stand",
    "$recursiveRef": "references are resolved where they stand",
    "$id": "references stay relative to the file",
    "$vocabulary": "it belongs into a meta-schema",
}
_OLD_NAMES = {"definitions": "$defs", "dependencies": "dependentSchemas", "id": "$id"}


@dataclass(slots=True)
class Unknown:
    """Counts unknown members by kind of object and name, with the first place of each."""

    tree: Tree
    reported: Collection[str] = ()
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def check(self, node: Node) -> None:
        """Note what this node's kind does not have; outside schemas, it is left out as well."""
        if not isinstance(node.value, dict) or node.kind in REST:
            return
        is_schema = node.kind == "Schema"
        if node.reference is not None and not is_schema and node.kind != "PathItem":
            return
        fields = FIELDS[node.kind]
        for name in [name for name in node.value if name not in fields]:
            if name.startswith("x-") or (name == "$ref" and node.kind == "PathItem"):
                continue
            self.note(node, name)
            if not is_schema:
                del node.value[name]
        if is_schema:
            self.check_schema(node)

    def check_schema(self, node: Node) -> None:
        """Note keywords that exist, but not in this version or not here."""
        for name in _UNSUPPORTED:
            if name in node.value and name in FIELDS["Schema"]:
                self.note(node, name)
        if not self.tree.is_30 and "nullable" in node.value:
            self.note(node, "nullable")
        if self.tree.is_30 and node.reference is not None:
            for name in node.value:
                if name not in ("$ref", "nullable") and not name.startswith("x-"):
                    self.note(node, name, " beside `$ref`")

    def note(self, node: Node, name: str, where: str = "") -> None:
        """Remember one occurrence."""
        at = node.pointer + pointer([name])
        if at not in self.reported:
            self.found.setdefault((node.kind + where, name), []).append(at)

    def report(self) -> None:
        """One warning for each keyword in each kind of object."""
        for (kind, name), places in self.found.items():
            times = "" if len(places) == 1 else f" ({len(places)} times)"
            if name in _UNSUPPORTED:
                message = f"`{name}` is not followed{times}"
                self.tree.warn(Code.UNSUPPORTED, message, places[0], _UNSUPPORTED[name])
                continue
            help = ""
            if name in _OLD_NAMES:
                help = f"JSON Schema 2020-12 calls it `{_OLD_NAMES[name]}`"
            elif name == "nullable":
                help = 'OpenAPI 3.1 says `type: [..., "null"]`'
            message = f"nothing reads `{name}` in {_article(kind)}{times}"
            self.tree.warn(Code.UNKNOWN_KEYWORD, message, places[0], help)


def _article(kind: str) -> str:
    kind, _, where = kind.partition(" ")
    name = f"{kind} object {where}".rstrip()
    return f"an {name}" if kind[0] in "AEIO" else f"a {name}"
