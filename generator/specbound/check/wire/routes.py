"""Which operation a request is meant for: literal paths before templates, with or without base.

Knows paths, servers and percent-encoding (OAS 3.1 section 4.8.8, RFC 3986). It must not know what
the values in a path have to look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import unquote

from specbound.contract.load import Contract
from specbound.contract.model import Operation

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDER = re.compile(r"\{.*\}|%7[Bb].*%7[Dd]|:[A-Za-z_]\w*|<[A-Za-z_][\w -]*>", re.DOTALL)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|//[^/?#]*")
_ID = re.compile(r"[0-9]+|(?=.*[0-9])[\w.~%+=-]{16,}|.{40,}|\{.*\}|:\w+", re.DOTALL)
_NEW: Any = object()
_KEPT_MATCHES = 8192
_LONGEST = 200


#: What ends at a documented path: for each method, the operation and its parameters' names.
Ends = Mapping[str, tuple[Operation, tuple[str, ...]]]


class Match(NamedTuple):
    """An operation and the raw text of its path's parameters, still percent-encoded."""

    operation: Operation
    values: Mapping[str, str]


class Target(NamedTuple):
    """A URL as it was recorded: its path and its query, both still percent-encoded."""

    path: str
    query: str


@dataclass(slots=True)
class _Node:
    """One segment of the documented paths; `ends` are the operations of the path that ends here.

    `any` is what follows a segment that is one parameter and nothing else, if no other template
    stands beside it.
    """

    literal: dict[str, _Node] = field(default_factory=dict)
    templates: list[tuple[_Template, _Node]] = field(default_factory=list)
    ends: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)
    any: _Node | None = None


class _Template(NamedTuple):
    """A segment with parameters in it; no expression where it is one parameter and nothing else."""

    text: str
    expression: re.Pattern[str] | None


class Folder(NamedTuple):
    """An operation whose path ends with its only parameter, and what may stand there instead."""

    operation: Operation
    name: str
    literal: Mapping[str, _Node]


class Routes:
    """The paths of one contract, ready to look requests up in."""

    def __init__(self, contract: Contract) -> None:
        self._root = _Node()
        self._bases = list(_bases(contract))
        self._known: dict[tuple[str, str], Match | None] = {}
        self._folders: dict[tuple[str, str], Folder] = {}
        self._operations = tuple(contract.operations.values())
        for operation in self._operations:
            self._add(operation)
        for node in _nodes(self._root):
            node.templates.sort(key=lambda one: (one[0].expression is None, one[0].text))
            if len(node.templates) == 1 and node.templates[0][0].expression is None:
                node.any = node.templates[0][1]

    def _add(self, operation: Operation) -> None:
        node = self._root
        names: list[str] = []
        for segment in operation.path.split("/")[1:]:
            found = _EXPRESSION.findall(segment)
            names += found
            if not found:
                node = node.literal.setdefault(unquote(segment), _Node())
                continue
            template = _template(segment)
            for each, below in node.templates:
                if each.expression == template.expression:
                    node = below
                    break
            else:
                node.templates.append((template, fresh := _Node()))
                node = fresh
        node.ends[operation.method] = operation, tuple(names)

    def find(self, method: str, path: str) -> Match | None:
        """The operation of a request, None if the contract has none; `path` as in `Target`."""
        key = method, path
        known: Match | None = self._known.get(key, _NEW)
        if known is not _NEW:
            return known
        folder, _, last = path.rpartition("/")
        template = self._folders.get((method, folder))
        if template is not None and last and "%" not in last and last not in template.literal:
            return Match(template.operation, {template.name: last})
        match = self._at_once(method, path) or self._find(method, path)
        if match is None and method == "HEAD":
            # RFC 9110 section 9.3.2: HEAD is GET without the content.
            match = self._find("GET", path)
        if match is None or not match.values:
            if len(self._known) >= _KEPT_MATCHES:
                self._known.clear()
            self._known[key] = match
        return match

    def folder(self, method: str, path: str) -> Folder | None:
        """What is known of all paths that differ from this one in their last segment only."""
        return self._folders.get((method, path.rpartition("/")[0]))

    def _at_once(self, method: str, path: str) -> Match | None:
        """What almost every request needs: the path as it is, segment by segment."""
        whole = path
        if self._bases:
            found = self._bases[0].match(path)
            if found is None or len(self._bases) > 1:
                return None
            path = path[found.end() :]
        node = above = self._root
        values: list[str] = []
        for segment in path.split("/")[1:]:
            below = node.literal.get(segment)
            if below is None:
                below = node.any
                if below is None or not segment or "%" in segment:
                    return None
                values.append(segment)
            above, node = node, below
        end = node.ends.get(method)
        if end is None:
            return None
        if len(values) == 1 and node is above.any and len(self._folders) < _KEPT_MATCHES:
            folder = whole.rpartition("/")[0]
            self._folders[method, folder] = Folder(end[0], end[1][0], above.literal)
        return Match(end[0], dict(zip(end[1], values, strict=True)))

    def methods(self, path: str) -> list[str]:
        """The methods that are documented for a path."""
        found = next((ends for ends, _ in self._ends(path)), {})
        return sorted(found)

    def nearest(self, method: str, path: str) -> str:
        """The documented path that is most like one that is not; empty if none is."""
        shapes: dict[str, str] = {}
        for operation in sorted(self._operations, key=lambda one: one.method == method):
            shapes[_EXPRESSION.sub("{}", operation.path)] = operation.path
        found = get_close_matches(shape(path), shapes, n=1, cutoff=0.6)
        return shapes[found[0]] if found else ""

    def _find(self, method: str, path: str) -> Match | None:
        for ends, raw in self._ends(path):
            if method in ends:
                operation, names = ends[method]
                return Match(operation, dict(zip(names, raw, strict=False)))
        return None

    def _ends(self, path: str) -> Iterator[tuple[Ends, list[str]]]:
        """The documented paths that a recorded one may be, the likeliest first."""
        for each in self._without_base(path):
            raw = each.split("/")[1:]
            plain = raw if "%" not in each else [unquote(one) for one in raw]
            yield from _walk(self._root, (raw, plain), 0, [])
            if len(raw) > 1 and not raw[-1]:
                yield from _walk(self._root, (raw[:-1], plain[:-1]), 0, [])
            elif raw != [""]:
                yield from _walk(self._root, ([*raw, ""], [*plain, ""]), 0, [])

    def _without_base(self, path: str) -> Iterator[str]:
        for base in self._bases:
            if found := base.match(path):
                yield path[found.end() :] or "/"
        yield path


def _walk(
    node: _Node, segments: tuple[list[str], list[str]], at: int, values: list[str]
) -> Iterator[tuple[Ends, list[str]]]:
    """The ends below a node that the segments from `at` on lead to, literal ones first."""
    raw, plain = segments
    if at == len(raw):
        if node.ends:
            yield node.ends, values
        return
    below = node.literal.get(plain[at])
    if below is not None:
        yield from _walk(below, segments, at + 1, values)
    for template, under in node.templates:
        if found := _held(template, raw[at]):
            yield from _walk(under, segments, at + 1, values + found)


def _held(template: _Template, segment: str) -> list[str]:
    """What a recorded segment has for the parameters of a documented one; nothing: no match."""
    if template.expression is None:
        return [segment] if segment else []
    if segment == template.text:
        return [f"{{{name}}}" for name in _EXPRESSION.findall(segment)]
    found = template.expression.fullmatch(segment)
    return list(found.groups()) if found else []


def _template(segment: str) -> _Template:
    parts = _EXPRESSION.split(segment)
    if parts[0] == parts[-1] == "" and len(parts) == 3:
        return _Template(segment, None)
    first, *between = (re.escape(part) for part in parts[::2])
    # What an expression took is never given back, for time linear in a segment: the first place
    # where a literal part stands is as good as any later one.
    steps = "".join(f"(?>(.+?){part})" for part in between[:-1])
    last = f"(.+?){between[-1]}" if between else ""
    return _Template(segment, re.compile(f"{first}{steps}{last}", re.DOTALL))


def _nodes(root: _Node) -> Iterator[_Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.literal.values()
        waiting += [below for _, below in node.templates]


def _bases(contract: Contract) -> Iterator[re.Pattern[str]]:
    """The base paths of all servers, the longest first; what has no path needs no base."""
    found = {base for server in _servers(contract.tree) if (base := _base(server))}
    for base in sorted(found, key=lambda each: (-len(each), each)):
        yield re.compile(base + r"(?=/|\Z)")


def _servers(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Servers of the document, of its paths and of its operations (section 4.8.9)."""
    items = [item for item in tree.get("paths", {}).values() if isinstance(item, dict)]
    operations = [one for item in items for one in item.values() if isinstance(one, dict)]
    for holder in (tree, *items, *operations):
        servers = holder.get("servers", ())
        yield from (one for one in servers if isinstance(one, dict) and "url" in one)


def _base(server: Mapping[str, Any]) -> str:
    """A server's path as a regular expression; a variable there takes its values, or a segment."""
    variables = server.get("variables") or {}
    path = _AUTHORITY.sub("", str(server["url"]), count=1)
    path = "/" + path.split("?")[0].strip("/")
    out = []
    for index, part in enumerate(_EXPRESSION.split(path)):
        out.append(_variable(variables.get(part) or {}) if index % 2 else re.escape(part))
    return "" if path == "/" else "".join(out)


def _variable(variable: Mapping[str, Any]) -> str:
    values = [str(one) for one in (variable.get("default", ""), *variable.get("enum", ())) if one]
    known = [re.escape(value.strip("/")) for value in sorted(values, key=len, reverse=True)]
    return f"(?:{'|'.join(known if variable.get('enum') else [*known, '[^/]+'])})"


def target(url: str) -> Target:
    """Take a recorded URL apart; without a scheme it begins with its path, or with a host."""
    if "?" in url or "#" in url:
        path, _, query = url.partition("#")[0].partition("?")
    else:
        path, query = url, ""
    if path[:1] == "/" and path[:2] != "//":
        return Target(path, query)
    if found := _AUTHORITY.match(path):
        return Target(path[found.end() :] or "/", query)
    slash = path.find("/")
    return Target(path[slash:] if slash >= 0 else path, query)


def is_placeholder(raw: str) -> bool:
    """Whether a path's value is its parameter's name, written as a template and never filled in."""
    return _PLACEHOLDER.fullmatch(raw) is not None


def shape(path: str) -> str:
    """A path that no one documented with its ids left out, so that one cause has one name."""
    return "/".join("{}" if _ID.fullmatch(each) else each for each in path[:_LONGEST].split("/"))
