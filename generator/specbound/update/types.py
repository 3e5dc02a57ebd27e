"""Types as the generated client writes them: which values, written down in code, fit one.

Knows type expressions of Python and the names that a contract gave. It says no only where it is
sure: what cannot be read off the code fits. It must not know operations.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from specbound.emit.package import Models

#: Runtime types around a type that say nothing of which values are meant.
_WRAPPERS = frozenset({"Annotated", "Omittable", "Optional", "Required"})
_LISTS = frozenset({"Sequence", "list", "List"})
_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
}
#: How deep aliases are followed; no contract needs more.
_DEEPEST = 12


class Field(NamedTuple):
    """A member of a class as one may write it in a dict: its own name, its type, its need."""

    name: str
    type: str
    required: bool


class Types:
    """The types of one side's client."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._trees: dict[str, ast.expr | None] = {}

    def values(self, text: str) -> frozenset[Any] | None:
        """The values that a type lists; None where it also takes others."""
        found: set[Any] = set()
        for one in self._alternatives(self._tree(text)):
            listed = _literals(one)
            if listed is None:
                return None
            found |= listed
        return frozenset(found)

    def named(self, text: str) -> list[str]:
        """The classes between which a type chooses, in its order."""
        branches = self._alternatives(self._tree(text))
        return [one.id for one in branches if isinstance(one, ast.Name) and self._is_class(one)]

    def takes(self, text: str, node: ast.expr) -> bool:
        """Whether a value that stands in code may be of a type; True where nobody can tell."""
        return self._takes(self._tree(text), node)

    def members(self, name: str) -> dict[str, Field]:
        """A class's members in every spelling that a dict may have."""
        view = self._models.classes.get(name)
        wires = {new: old for old, new in self._models.annotations.members.get(name, {}).items()}
        found: dict[str, Field] = {}
        for one in view.members.values() if view else ():
            said = Field(one.name, one.annotation, not one.default)
            found[wires.get(one.name, one.name)] = found[one.name] = said
        return found

    def refused(self, text: str, node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
        """The parts of a value written in code that a type does not take, with the reason."""
        for key, value, members in self._objects(text, node):
            if key not in members:
                yield value, f"`{key}` is no member of it"
            elif not self.takes(members[key].type, value):
                yield value, f"`{key}` does not take {ast.unparse(value)}"

    def _objects(
        self, text: str, node: ast.expr
    ) -> Iterator[tuple[str, ast.expr, dict[str, Field]]]:
        items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
        classes = [name for name in self._classes(self._tree(text)) if self.members(name)]
        for item in items:
            if isinstance(item, ast.Dict) and len(classes) == 1:
                for key, value in _pairs(item):
                    yield key, value, self.members(classes[0])

    def _classes(self, tree: ast.expr | None) -> list[str]:
        """The classes that a type names, those of a list's items included."""
        found: list[str] = []
        for one in self._alternatives(tree):
            if isinstance(one, ast.Name) and one.id in self._models.classes:
                found.append(one.id)
            elif isinstance(one, ast.Subscript) and _name(one.value) in _LISTS:
                found += self._classes(one.slice)
        return found

    def _tree(self, text: str) -> ast.expr | None:
        if text not in self._trees:
            try:
                self._trees[text] = ast.parse(text, mode="eval").body
            except (SyntaxError, RecursionError):
                self._trees[text] = None
        return self._trees[text]

    def _alternatives(self, tree: ast.expr | None, depth: int = 0) -> Iterator[ast.expr | None]:
        """A union's branches, aliases written out and wrappers taken off."""
        if depth > _DEEPEST or tree is None:
            yield None
        elif isinstance(tree, ast.BinOp):
            yield from self._alternatives(tree.left, depth)
            yield from self._alternatives(tree.right, depth)
        elif isinstance(tree, ast.Name) and tree.id in self._models.aliases:
            text = self._models.aliases[tree.id].expression
            yield from self._alternatives(self._tree(text), depth + 1)
        elif isinstance(tree, ast.Subscript) and _name(tree.value) in _WRAPPERS:
            inner = tree.slice
            first = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
            yield from self._alternatives(first, depth)
        elif isinstance(tree, ast.Subscript) and _name(tree.value) == "Union":
            branches = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
            for branch in branches:
                yield from self._alternatives(branch, depth)
        else:
            yield tree

    def _takes(self, tree: ast.expr | None, node: ast.expr) -> bool:
        node = _positive(node)
        if not isinstance(node, ast.Constant | ast.Dict | ast.List | ast.Tuple):
            return True
        branches = list(self._alternatives(tree))
        named = [self._is_class(one) for one in branches]
        for one, is_class in zip(branches, named, strict=True):
            # Beside a class, a mapping is that class's own dict, and is held against its members.
            beside = any(named) and _head(one) == "Mapping"
            if not beside and self._fits(one, is_class, node):
                return True
        return not branches

    def _fits(self, branch: ast.expr | None, is_class: bool, node: ast.expr) -> bool:
        if branch is None:
            return True
        if isinstance(node, ast.Dict):
            return self._object(branch, node) if is_class else _head(branch) not in _PLAIN
        if isinstance(node, ast.List | ast.Tuple):
            if _head(branch) in _LISTS and isinstance(branch, ast.Subscript):
                return all(self._takes(branch.slice, item) for item in node.elts)
            return not (is_class or _head(branch) in _PLAIN or _literals(branch) is not None)
        assert isinstance(node, ast.Constant)
        if is_class or _head(branch) in {*_LISTS, "Mapping"}:
            return False
        listed = _literals(branch)
        if listed is not None:
            return any(type(one) is type(node.value) and one == node.value for one in listed)
        test = _PLAIN.get(_head(branch))
        return test is None or test(node.value)

    def _is_class(self, branch: ast.expr | None) -> bool:
        return isinstance(branch, ast.Name) and branch.id in self._models.classes

    def _object(self, branch: ast.expr, node: ast.Dict) -> bool:
        assert isinstance(branch, ast.Name)
        members = self.members(branch.id)
        pairs = dict(_pairs(node))
        given = {members[key].name for key in pairs if key in members}
        whole = all(isinstance(key, ast.Constant) for key in node.keys)
        needed = {one.name for one in members.values() if one.required}
        if any(key not in members for key in pairs) or (whole and not needed <= given):
            return False
        return all(self.takes(members[key].type, value) for key, value in pairs.items())


def _pairs(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def _literals(tree: ast.expr | None) -> set[Any] | None:
    """The values of a `Literal[…]` or of None itself; None for any other type."""
    if isinstance(tree, ast.Constant) and tree.value is None:
        return {None}
    if isinstance(tree, ast.Subscript) and _name(tree.value) == "Literal":
        inner = tree.slice
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        values = [_positive(item) for item in items]
        if all(isinstance(value, ast.Constant) for value in values):
            return {value.value for value in values if isinstance(value, ast.Constant)}
    return None


def _positive(node: ast.expr) -> ast.expr:
    """``-1`` as the constant that it means; everything else as it is."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        if isinstance(inner, ast.Constant) and isinstance(inner.value, int | float):
            return ast.copy_location(ast.Constant(-inner.value), node)
    return node


def _head(tree: ast.expr | None) -> str:
    return _name(tree.value) if isinstance(tree, ast.Subscript) else _name(tree)


def _name(tree: ast.expr | None) -> str:
    if isinstance(tree, ast.Name):
        return tree.id
    return tree.attr if isinstance(tree, ast.Attribute) else ""
