"""References: other files' parts are brought into the tree, and each target is known to exist.

Knows `$ref` in every kind of object (OAS 3.1.1 section 4.8.23). It must not know schemas: a
reference between schemas stays one, so that recursion stays recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from specbound.diagnostics import Code, failure
from specbound.origin import Origin, pointer, tokens
from specbound.source.component_names import choose
from specbound.source.files import Files
from specbound.source.tree import Tree, fragment_tokens, lookup
from specbound.source.walk import Node, kind_at, walk

Target = tuple[str, str]
"""A file's name and a JSON Pointer in it."""

_SCHEMAS = "#/components/schemas/"


def gather(tree: Tree, files: Files) -> None:
    """Bring everything that stands in other files, or in no proper place, into the tree."""
    _Gathering(tree, files).run()


@dataclass(slots=True)
class _Gathering:
    tree: Tree
    files: Files
    targets: dict[Target, Any] = field(default_factory=dict)
    waiting: list[Target] = field(default_factory=list)
    users: list[tuple[dict[str, Any], str, Target]] = field(default_factory=list)
    adopters: dict[Target, str] = field(default_factory=dict)

    def run(self) -> None:
        for node in walk(self.tree.document):
            self.visit(node, self.tree.grafts.find("").child())
        while self.waiting:
            target = self.waiting.pop()
            value = self.targets[target]
            for node in walk(value, "Schema", (target,)):
                self.visit(node, Origin(*target))
        if self.targets:
            self.settle()

    def visit(self, node: Node, base: Origin) -> None:
        if node.kind == "Schema":
            if node.reference is not None:
                self.schema_reference(node, node.reference)
        elif node.kind == "Discriminator":
            self.mapping(node)
        else:
            while node.reference is not None and self.inline(node, node.reference):
                pass

    def origin(self, node: Node) -> Origin:
        """The place of a node, which stands in the tree or in a schema that will be moved there."""
        if node.trail and self.targets.get(node.trail[0]) is not None:
            root = node
            while root.up is not None:
                root = root.up
            if root.value is self.targets[node.trail[0]]:
                file, start = node.trail[0]
                return self.tree.place(Origin(file, start + node.pointer))
        return self.tree.origin(node.pointer)

    def resolve(self, node: Node, reference: str) -> Target:
        """Find file and pointer of a reference, seen from where it stands."""
        here = node.trail[-1][0] if node.trail else self.files.root
        uri, _, fragment = reference.partition("#")
        file = self.files.open(here, uri, self.origin(node)) if uri else here
        if fragment and not fragment.startswith("/"):
            at = anchored(self.files.texts[file].data, fragment)
            if at is None:
                message = f"`{file}` has no anchor `{fragment}`"
                raise failure(Code.BROKEN_REFERENCE, message, self.origin(node))
            return file, at
        steps = fragment_tokens(fragment)
        data = self.files.texts[file].data
        if steps == [""] and not (isinstance(data, dict) and "" in data):
            steps = []
        return file, pointer(steps)

    def value(self, node: Node, target: Target, reference: str) -> Any:
        """What stands at a target; raises where nothing does."""
        file, at = target
        is_root = file == self.files.root
        data = self.tree.document if is_root else self.files.texts[file].data
        try:
            return lookup(data, tokens(at))
        except KeyError:
            raise broken(self.tree, reference, self.origin(node), data) from None

    def inline(self, node: Node, reference: str) -> bool:
        """Put a part of another file in a reference's place; false if it can stay a reference."""
        target = self.resolve(node, reference)
        file, at = target
        if file == self.files.root:
            node.value["$ref"] = local(at)
            return False
        if target in node.trail:
            message = f"`{reference}` leads back to itself"
            raise failure(Code.CIRCULAR_REFERENCE, message, self.origin(node))
        found = self.value(node, target, reference)
        if not isinstance(found, dict):
            message = f"`{reference}` leads to no object"
            raise failure(Code.WRONG_TYPE, message, self.origin(node))
        copied = self.tree.copy(found, self.origin(node))
        place_inlined(self.tree, node, copied, Origin(file, at))
        node.trail = (*node.trail, target)
        return True

    def schema_reference(self, node: Node, reference: str) -> None:
        """Note a schema that must move into the components, and who refers to it."""
        target = self.resolve(node, reference)
        file, at = target
        if file == self.files.root and kind_at(tokens(at)) == "Schema":
            node.value["$ref"] = local(at)
            return
        path = node.path
        is_component = not node.trail and path[:2] == ["components", "schemas"] and len(path) == 3
        if is_component and len(node.value) == 1:
            name = str(path[2])
            self.adopters[target] = min(name, self.adopters.get(target, name))
        self.want(node, target, reference)
        self.users.append((node.value, "$ref", target))

    def want(self, node: Node, target: Target, reference: str) -> None:
        """Have a target moved, once."""
        if target in self.targets:
            return
        found = self.value(node, target, reference)
        if not isinstance(found, (dict, bool)):
            message = f"`{reference}` leads to no schema"
            raise failure(Code.WRONG_TYPE, message, self.origin(node))
        self.targets[target] = self.tree.copy(found, self.origin(node))
        self.waiting.append(target)

    def mapping(self, node: Node) -> None:
        """Follow the references of a discriminator's `mapping`; bare names stay."""
        mapping = node.value.get("mapping")
        if not isinstance(mapping, dict):
            return
        for key, reference in mapping.items():
            if not isinstance(reference, str) or not _is_reference(reference):
                continue
            target = self.resolve(node, reference)
            file, at = target
            if file == self.files.root and kind_at(tokens(at)) == "Schema":
                mapping[key] = local(at)
                continue
            self.want(node, target, reference)
            self.users.append((mapping, key, target))

    def settle(self) -> None:
        """Name the schemas that move, put them in place and point their users there."""
        document = self.tree.document
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {}) if isinstance(components, dict) else None
        if not isinstance(schemas, dict):
            message = "schemas from other files have no place: `components` is not an object"
            raise failure(Code.WRONG_TYPE, message, self.tree.origin("/components"))
        names = choose(self.targets, self.adopters, set(schemas))
        for container, key, target in self.users:
            container[key] = _SCHEMAS + quote(names[target])
        for target in sorted(self.targets):
            at = pointer(["components", "schemas", names[target]])
            schemas[names[target]] = self.targets[target]
            self.tree.grafts.set(at, Origin(*target))


def anchored(data: Any, name: str) -> str | None:
    """The pointer of the schema that carries this `$anchor` (JSON Schema 2020-12 8.2.2)."""
    stack: list[tuple[str, Any]] = [("", data)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, dict) and name in (value.get("$anchor"), value.get("$dynamicAnchor")):
            return at
        items = value.items() if isinstance(value, dict) else enumerate(value)
        stack.extend(
            (at + pointer([key]), child) for key, child in items if isinstance(child, (dict, list))
        )
    return None


def local(at: str) -> str:
    """Write a pointer as the fragment that refers to it (RFC 6901 section 6)."""
    return "#" + quote(at, safe="/~!$&'()*+,;=:@-._")


def _is_reference(text: str) -> bool:
    return "#" in text or "/" in text or text.endswith((".json", ".yaml", ".yml"))


def place_inlined(tree: Tree, node: Node, found: dict[str, Any], source: Origin | str) -> None:
    """Put a target in a reference's place; what stands beside it wins where the version allows."""
    beside = {key: value for key, value in node.value.items() if key != "$ref"}
    if tree.is_30 and node.kind != "PathItem":
        beside = {}
    at = node.pointer
    old = tree.grafts.find(at)
    node.replace({**found, **beside})
    tree.grafts.set(at, source)
    for key in beside:
        tree.grafts.set(at + pointer([key]), old.child(key))


def broken(tree: Tree, reference: str, origin: Origin, data: Any) -> Exception:
    """The error for a reference to nothing, with what does exist as help."""
    known = data
    help = ""
    for step in fragment_tokens(reference.partition("#")[2]):
        if not isinstance(known, dict) or step not in known:
            if isinstance(known, dict) and known:
                help = _nearest(step, known)
            break
        known = known[step]
    message = f"`{reference}` points to nothing"
    return failure(Code.BROKEN_REFERENCE, message, origin, help)


def _nearest(step: str, known: dict[str, Any]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(step, list(known)[:2000], 1)
    return f"did you mean `{close[0]}`?" if close else ""
