"""Text of a URL, a header or a cookie back into its pieces: every parameter style of OpenAPI.

It knows the style table (OAS 3.1 section 4.8.12.2) and percent-encoding, and is the inverse of
`encode`; it must not know schemas: whether text is a number is not its business.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import unquote

#: What a parameter may be: the style says how each looks.
Shape = Literal["scalar", "array", "object"]

#: A value whose scalars are still text.
Loose = Any

#: Name and value of each part of a query or a form, the names decoded, the values as recorded.
Pairs = list[tuple[str, str]]

_SEPARATORS = {
    "form": re.compile(","),
    "simple": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7C|\|", re.IGNORECASE),
}
_DEEP = re.compile(r"\[([^\[\]]*)\]")
#: Brackets of a deepObject's member: more is an attack, and Python's stack has an end.
_DEEPEST = 100


def pairs(text: str, separator: str = "&") -> Pairs:
    """Take a query, a form or a Cookie field apart."""
    parts = [part.strip() if separator == ";" else part for part in text.split(separator)]
    split = [part.partition("=") for part in parts if part]
    return [(form_text(name), value) for name, _, value in split]


def form_text(raw: str) -> str:
    """Undo the percent-encoding of a query or a form, in which a plus is a space."""
    return unquote(raw.replace("+", " ")) if "+" in raw or "%" in raw else raw


def from_path(name: str, raw: str, how: tuple[str, bool], shape: Shape) -> Loose:
    """The pieces of a path parameter in style simple, label or matrix; None if it is in no such."""
    style, explode = how
    if style == "label":
        if not raw.startswith("."):
            return None
        return _split(raw[1:], re.compile(r"\." if explode else ","), explode, (shape, unquote))
    if style == "matrix":
        return _matrix(name, raw, explode, shape)
    return _split(raw, _SEPARATORS["simple"], explode, (shape, unquote))


def _matrix(name: str, raw: str, explode: bool, shape: Shape) -> Loose:
    if not raw.startswith(";"):
        return None
    found = [(unquote(key), value) for key, value in pairs(raw[1:], ";")]
    if explode and shape == "object":
        return {key: unquote(value) for key, value in found}
    values = [value for key, value in found if key == name]
    if not values:
        return None
    if explode and shape == "array":
        return [unquote(value) for value in values]
    return _split(values[0], _SEPARATORS["simple"], False, (shape, unquote))


def from_header(raw: str, explode: bool, shape: Shape) -> Loose:
    """The pieces of a header field (style simple), which has no percent-encoding."""
    return _split(raw, re.compile(r"\s*,\s*"), explode, (shape, str))


def from_pairs(name: str, found: Pairs, how: tuple[str, bool], shape: Shape) -> Loose:
    """The pieces of a query parameter, a cookie or a form's member; None if it is not there.

    An exploded object has no name of its own: `members_of` takes it.
    """
    style, explode = how
    if style == "deepObject":
        return _deep(name, found)
    values = [value for key, value in found if key == name]
    if not values:
        return None
    if explode and shape == "array":
        return [form_text(value) for value in values]
    if explode or shape == "scalar":
        return form_text(values[-1])
    return _split(
        values[-1], _SEPARATORS.get(style, _SEPARATORS["form"]), False, (shape, form_text)
    )


def members_of(found: Pairs, names: Iterable[str] | None) -> Loose:
    """An exploded object: the pairs of those names, all if None; None if there are none."""
    wanted = None if names is None else set(names)
    object_ = {key: form_text(value) for key, value in found if wanted is None or key in wanted}
    return object_ or None


def deep_names(found: Pairs, name: str) -> list[str]:
    """The recorded names that belong to a deepObject parameter."""
    return [key for key, _ in found if key == name or key.startswith(name + "[")]


def _split(
    raw: str,
    separator: re.Pattern[str],
    explode: bool,
    how: tuple[Shape, Callable[[str], str]],
) -> Loose:
    shape, decode = how
    if shape == "scalar":
        return decode(raw)
    parts = separator.split(raw)
    if shape == "array":
        return [decode(part) for part in parts]
    if explode:
        split = [part.partition("=") for part in parts]
        return {decode(name): decode(value) for name, _, value in split}
    if len(parts) % 2:
        return None
    texts = [decode(part) for part in parts]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def _deep(name: str, found: Pairs) -> Loose:
    """`a[b][c]=1`: objects by their members' names, arrays by index or by empty brackets.

    None if it is not there, or nests too deeply to be read.
    """
    root: dict[str, Any] = {}
    for key, value in found:
        if key == name:
            return form_text(value)
        if key.startswith(name + "["):
            steps = _DEEP.findall(key[len(name) :])
            if len(steps) > _DEEPEST:
                return None
            _put(root, steps, form_text(value))
    return _listed(root) if root else None


def _put(node: dict[str, Any], steps: list[str], text: str) -> None:
    for step in steps[:-1]:
        below = node.setdefault(step or str(len(node)), {})
        if not isinstance(below, dict):
            return
        node = below
    if steps:
        node[steps[-1] or str(len(node))] = text


def _listed(node: Any) -> Loose:
    """Objects whose members are called 0, 1, 2 … are arrays."""
    if not isinstance(node, dict):
        return node
    if list(node) == [str(index) for index in range(len(node))]:
        return [_listed(item) for item in node.values()]
    return {name: _listed(item) for name, item in node.items()}
