"""Which endpoints a path belongs to: literal segments before templates, values left as they came.

It knows paths, base paths and percent-encoding (OpenAPI 3.1 section 4.8.8, RFC 3986); it must not
know methods' meanings, nor what the values have to look like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from .messages import Endpoint

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|//[^/?#]*")


@dataclass(slots=True)
class _Node:
    """One segment of the documented paths; `ends` has the endpoints of the path that ends here."""

    literal: dict[str, "_Node"] = field(default_factory=dict)
    templates: list[tuple[str, re.Pattern[str], "_Node"]] = field(default_factory=list)
    ends: dict[str, tuple[Endpoint, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The endpoints of one path by method, each with the raw text of its path's parameters."""

    endpoints: Mapping[str, tuple[Endpoint, Mapping[str, str]]]

    @property
    def allow(self) -> str:
        """The value of the Allow field (RFC 9110 section 10.2.1)."""
        return allowed(self.endpoints)


def allowed(methods: Mapping[str, object]) -> str:
    """An Allow field for documented methods: HEAD comes with GET, OPTIONS is always answered."""
    more = {"HEAD"} if "GET" in methods else set()
    return ", ".join(sorted({*methods, *more, "OPTIONS"}))


class Paths:
    """All paths of a server; a path is found with one of the bases before it, or without any."""

    def __init__(self, endpoints: Sequence[Endpoint], bases: Sequence[str]) -> None:
        found = {base for each in bases if (base := base_path(each))}
        longest_first = sorted(found, key=lambda each: (-len(each), each))
        self._bases = [re.compile(f"{_expression(each)}(?=/|\\Z)") for each in longest_first]
        self._root = _Node()
        for endpoint in endpoints:
            self._add(endpoint)

    def _add(self, endpoint: Endpoint) -> None:
        node = self._root
        for segment in endpoint.path.split("/")[1:]:
            if _EXPRESSION.search(segment):
                node = _below(node, segment)
            else:
                node = node.literal.setdefault(unquote(segment), _Node())
        names = tuple(_EXPRESSION.findall(endpoint.path))
        node.ends.setdefault(endpoint.method.upper(), (endpoint, names))

    def find(self, path: str) -> Found | None:
        """What answers at a raw path; where several paths fit, the most literal has precedence.

        A slash at the end belongs to the path. None if nothing is documented there.
        """
        found: dict[str, tuple[Endpoint, Mapping[str, str]]] = {}
        for each in self._without_base(path):
            for ends, values in _walk(self._root, each.split("/")[1:], 0, []):
                for method, (endpoint, names) in ends.items():
                    found.setdefault(method, (endpoint, dict(zip(names, values, strict=True))))
            if found:
                return Found(found)
        return None

    def _without_base(self, path: str) -> Iterator[str]:
        for base in self._bases:
            if match := base.match(path):
                yield path[match.end() :] or "/"
        yield path


def base_path(server: str) -> str:
    """The path of a server's URL (section 4.8.5) without a slash at its end; empty for none."""
    path = _AUTHORITY.sub("", server, count=1).partition("?")[0].strip("/")
    return f"/{path}" if path else ""


def _below(node: _Node, segment: str) -> _Node:
    """The node of a template; the more literal text one has, the earlier it is tried."""
    expression = re.compile(_expression(segment), re.DOTALL)
    for _, known, below in node.templates:
        if known == expression:
            return below
    fresh = _Node()
    node.templates.append((segment, expression, fresh))
    node.templates.sort(key=lambda each: (-len(_EXPRESSION.sub("", each[0])), each[0]))
    return fresh


def _expression(text: str) -> str:
    """A regular expression that takes time linear in a segment: no expression gives back a text.

    The first place where a literal part stands is as good as any later one.
    """
    first, *between = (re.escape(part) for part in _EXPRESSION.split(text)[::2])
    if not between:
        return first
    steps = "".join(f"(?>([^/]+?){part})" for part in between[:-1])
    return f"{first}{steps}([^/]+?){between[-1]}"


def _walk(
    node: _Node, segments: Sequence[str], at: int, values: list[str]
) -> Iterator[tuple[Mapping[str, tuple[Endpoint, tuple[str, ...]]], list[str]]]:
    """The ends that the segments from `at` on lead to.

    Where a literal segment leads to any, templates are not asked, whatever the method (section
    4.8.8.2); of templates beside each other every one may be meant.
    """
    if at == len(segments):
        if node.ends:
            yield node.ends, values
        return
    below = node.literal.get(unquote(segments[at]))
    if below is not None:
        literal = list(_walk(below, segments, at + 1, values))
        if literal:
            yield from literal
            return
    for _, expression, under in node.templates:
        if match := expression.fullmatch(segments[at]):
            yield from _walk(under, segments, at + 1, [*values, *match.groups()])
