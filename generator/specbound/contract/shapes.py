"""Which schemas are the same shape, which are worth a name, and every place where each one stands.

Knows the structure of JSON Schema. It must not know names: `contract.names` gives them to shapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from specbound.contract.extension import KEY
from specbound.contract.rules import ANNOTATIONS, APPLICATORS
from specbound.contract.words import words
from specbound.origin import pointer
from specbound.source.tree import fragment_tokens

#: Annotations that a member's reader depends on: two shapes that differ in these are two shapes.
MEMBER_FACTS = ("default", "readOnly", "writeOnly")

COMPONENTS = "#/components/schemas/"

#: Keywords whose subschemas only test a value: nobody ever holds one, so none of them is named.
TESTS = frozenset({"not", "contains", "if", "then", "else", "dependentSchemas", "unevaluatedItems"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step down a schema: how it hangs (``property``, ``items``, ``branch`` …) and its word.

    ``only`` is a union's branch beside which there is none but null.
    """

    kind: str
    word: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """Where a walk begins: a component, or a part of an operation, with the words that name it.

    `weight` and `volume` say how far the document speaks of it (`contract.speech`).
    """

    kind: str
    pointer: str
    identity: str
    words: tuple[str, ...]
    weight: float = 1.0
    volume: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a shape: the schema as written, its pointer and the way to it."""

    node: Any
    pointer: str
    root: Root
    trail: tuple[Step, ...]

    @property
    def identity(self) -> str:
        """The place in words without any index, so that it outlives reordering."""
        return "/".join((self.root.identity, *(step.word or step.kind for step in self.trail)))


@dataclass(slots=True)
class Shape:
    """A distinct schema, and the places where it stands, smallest pointer first."""

    key: str
    places: list[Place] = field(default_factory=list)


class Shapes:
    """Finds shapes in an OpenAPI 3.1 tree whose references are all local."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.shapes: dict[str, Shape] = {}
        self._digests: dict[int, str] = {}
        self._open: set[int] = set()
        self._walked: set[str] = set()
        self._targets: list[tuple[str, Root]] = []
        self.extended: dict[str, Any] = {}
        components = document.get("components", {}).get("schemas", {})
        self._components: dict[str, str] = {}
        for name in sorted(components, reverse=True):
            if worth_a_name(components[name]):
                self._components[self._structure(components[name])] = f"={name}"

    def key(self, node: Any) -> str:
        """The identity of a schema: equal for schemas that differ in annotations only."""
        if isinstance(node, dict) and "$ref" in node and not _constrains(node):
            return self._referred(node["$ref"])
        digest = self._structure(node)
        return self._components.get(digest, digest) if worth_a_name(node) else digest

    def _referred(self, ref: str) -> str:
        if is_component(ref):
            return "=" + fragment_tokens(ref[1:])[-1]
        target = self.resolve(ref)
        if id(target) in self._open:
            return f"@{ref}"
        return self.key(target)

    def resolve(self, ref: str) -> Any:
        """Follow one local reference; KeyError or IndexError where it leads nowhere."""
        node: Any = self.document
        for token in fragment_tokens(ref[1:]):
            node = node[int(token)] if isinstance(node, list) else node[token]
        return node

    def _structure(self, node: Any) -> str:
        known = self._digests.get(id(node))
        if known is None:
            self._open.add(id(node))
            text = json.dumps(self._canonical(node), sort_keys=True, ensure_ascii=False)
            self._open.discard(id(node))
            known = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
            self._digests[id(node)] = known
        return known

    def _canonical(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        out: dict[str, Any] = {}
        for keyword, value in node.items():
            if keyword in ANNOTATIONS or keyword == "$schema" or keyword.startswith("x-"):
                continue
            if keyword == "const":
                out["enum"] = [json.dumps(value, sort_keys=True)]
            elif keyword == "enum":
                out["enum"] = sorted(json.dumps(item, sort_keys=True) for item in value)
            elif keyword in ("required", "type") and isinstance(value, list):
                out[keyword] = sorted(value)
            elif keyword == "$ref":
                out[keyword] = self._referred(value)
            else:
                out[keyword] = self._children(keyword, value)
        if unit := asked(node).get("length-unit"):
            out["length-unit"] = str(unit)
        return out

    def _children(self, keyword: str, value: Any) -> Any:
        hangs = APPLICATORS.get(keyword)
        if hangs == "map" and isinstance(value, dict):
            return {name: self._member(child) for name, child in value.items()}
        if hangs == "list" and isinstance(value, list):
            keys = [self._member(child) for child in value]
            return keys if keyword == "prefixItems" else sorted(keys, key=str)
        return self._member(value) if hangs == "one" else value

    def _member(self, node: Any) -> Any:
        facts = [node.get(fact) for fact in MEMBER_FACTS] if isinstance(node, dict) else []
        return (
            [self.key(node), *facts] if any(fact is not None for fact in facts) else self.key(node)
        )

    # --- collecting -------------------------------------------------------------------------

    def collect(self, node: Any, root: Root, under: tuple[Step, ...] = ()) -> None:
        """Walk a schema from one root, noting every place of every shape worth a name."""
        self._walk(Place(node, root.pointer, root, under))
        while self._targets:
            target, origin = self._targets.pop()
            if target not in self._walked:
                self._walked.add(target)
                self._walk(Place(self.resolve("#" + target), target, origin, ()), forced=True)

    def _walk(self, place: Place, forced: bool = False, tested: bool = False) -> None:
        node = place.node
        top = place.root.kind == "component" and not place.trail
        if not isinstance(node, dict):
            if top and not forced:
                key = "=" + place.root.words[0]
                self.shapes.setdefault(key, Shape(key)).places.append(place)
            return
        if KEY in node:
            self.extended[place.pointer] = node
        ref = node.get("$ref")
        if isinstance(ref, str) and not is_component(ref):
            self._targets.append((pointer(fragment_tokens(ref[1:])), place.root))
        if forced or top or (worth_a_name(node) and not tested):
            component = top and not forced
            key = "=" + place.root.words[0] if component else self.key(node)
            self.shapes.setdefault(key, Shape(key)).places.append(place)
        for step, path, child in below(node):
            here = Place(child, place.pointer + pointer(path), place.root, (*place.trail, step))
            self._walk(here, tested=tested or path[0] in TESTS)

    def finish(self) -> dict[str, Shape]:
        """The shapes found, each with its places in an order that no rearrangement changes."""
        for shape in self.shapes.values():
            shape.places.sort(key=lambda place: (place.identity, place.pointer))
        return {key: self.shapes[key] for key in sorted(self.shapes)}


def below(node: Mapping[str, Any]) -> Iterator[tuple[Step, tuple[str | int, ...], Any]]:
    """Every subschema one step down, with the step in words and as pointer tokens."""
    for keyword, value in node.items():
        hangs = APPLICATORS.get(keyword)
        if hangs == "map" and isinstance(value, dict):
            for name, child in value.items():
                kind = "property" if keyword == "properties" else keyword
                yield Step(kind, name, _title(child)), (keyword, name), child
        elif hangs == "list" and isinstance(value, list):
            tag = (node.get("discriminator") or {}).get("propertyName")
            kind = "branch" if sum(not is_null(child) for child in value) > 1 else "only"
            for index, child in enumerate(value):
                word = label(child, tag) if kind == "branch" or tag else ""
                here = Step("branch" if word else kind, word, _title(child))
                yield here, (keyword, index), child
        elif hangs == "one" and isinstance(value, dict | bool):
            yield Step(keyword, "", _title(value)), (keyword,), value


def _title(node: Any) -> str:
    title = node.get("title") if isinstance(node, dict) else None
    return title if isinstance(title, str) and 0 < len(words(title)) < 6 else ""


def label(branch: Any, tag: str | None) -> str:
    """What tells a union's branch from its siblings: its tag, else its title, else nothing."""
    if not isinstance(branch, dict):
        return ""
    member = branch.get("properties", {}).get(tag) if tag else None
    for name in [tag] if isinstance(member, dict) else sorted(branch.get("required", [])):
        values = branch.get("properties", {}).get(name)
        if isinstance(values, dict) and isinstance(value := constant(values), str):
            return value
    title = branch.get("title")
    return title if isinstance(title, str) else ""


def constant(node: Mapping[str, Any]) -> Any:
    """The one value that a schema allows, or None."""
    if "const" in node:
        return node["const"]
    values = node.get("enum")
    return values[0] if isinstance(values, list) and len(values) == 1 else None


def worth_a_name(node: Any) -> bool:
    """Whether an inline schema is more than a plain type: members, branches, values, a pattern."""
    if not isinstance(node, dict) or "$ref" in node:
        return False
    if node.get("properties") or "pattern" in node:
        return True
    values = [value for value in node.get("enum", ()) if value is not None]
    if len(values) > 1 and not all(isinstance(value, bool) for value in values):
        return True
    branches = [*node.get("oneOf", ()), *node.get("anyOf", ())]
    if sum(not is_null(branch) for branch in branches) > 1:
        return True
    return bool(node.get("allOf")) and any(_has_members(part) for part in node["allOf"])


def is_component(ref: str) -> bool:
    """Whether a reference names a whole component, not a part of one."""
    return ref.startswith(COMPONENTS) and "/" not in ref[len(COMPONENTS) :]


def asked(node: Any) -> dict[str, Any]:
    """What a schema's `x-specbound` says; empty where there is none, or something else than one."""
    found = node.get(KEY) if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}


def is_null(node: Any) -> bool:
    """Whether a schema allows null and nothing else."""
    return isinstance(node, dict) and (node.get("type") == "null" or node.get("enum") == [None])


def _has_members(node: Any) -> bool:
    return isinstance(node, dict) and ("$ref" in node or bool(node.get("properties")))


def _constrains(node: Mapping[str, Any]) -> bool:
    return any(
        keyword != "$ref" and keyword not in ANNOTATIONS and not keyword.startswith("x-")
        for keyword in node
    )
