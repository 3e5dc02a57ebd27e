"""What a description says of a member: values, default, bounds, whether it must be there.

Knows the phrases of API references, and reads only what can be meant in one way. It must not know
where the description stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = r"(?:`[^`\n]+`|\"[^\"\n]*\"|'[^'\n]*'|[\w][\w.:+/-]*)"
_LIST = rf"{_TOKEN}(?:\s*(?:,\s*(?:or|and)?|\||\bor\b|\band\b|/)\s*(?:{_TOKEN}|\.{{3}}|…))*"
_CLOSED = re.compile(
    r"\b(?:one of|(?:accepted|allowed|possible|valid|supported|available|enum)"
    rf" ?(?:values?|options?)?(?: are| is)?|enum)\s*:?\s*(?P<list>{_LIST})",
    re.I,
)
_EXACT = re.compile(
    rf"\b(?:exact(?:ly)?(?: the)? value|must be exactly)\s+(?P<list>{_TOKEN})", re.I
)
_OPEN = re.compile(rf"(?:\be\.g\.,?|\bsuch as|\bfor example,?)\s*:?\s*(?P<list>{_LIST})", re.I)
_PIPES = re.compile(rf"(?P<list>{_TOKEN}(?:\s*\|\s*(?:{_TOKEN}|\.{{3}}|…))+)")
#: Words of a type, which are no values: ``string | null``.
TYPES = frozenset(
    {"string", "str", "number", "integer", "int", "float", "boolean", "bool", "object", "array"}
    | {"null", "none", "any", "list", "dict", "map", "undefined", "file", "url", "uri", "uuid"}
)
_AFTER = re.compile(r"\s*(?:$|[,.;)(—–\n]|\.{3}|…)")
_SEQUENCED = re.compile(r"(?=[^\d_:]*[\d_:])[\w.:+-]+")
_SEPARATOR = re.compile(r"\s*(?:,\s*(?:or|and)\s+|,|\||\s+or\s+|\s+and\s+)\s*")
_CODED = re.compile(r".*[\d_:A-Z].*")

_REQUIRED = re.compile(
    r"(?<!not )\brequired\b(?! (?:for|when|if|unless|with|only|by|in|to)\b)", re.I
)
_OPTIONAL = re.compile(
    r"\b(?:optional|not required)\b(?! (?:for|when|if|unless|with|only|in)\b)", re.I
)
_EITHER = re.compile(r"\b(?:required|optional)\b", re.I)
_NUMBER = r"-?\d+(?:[.,]\d+)*"
_DEFAULT = re.compile(
    rf"\bdefault(?:s to|s|ed to| is| value| value is)?\s*[:=]?\s*"
    rf"(?P<value>`[^`\n]+`|\"[^\"\n]*\"|'[^'\n]*'|(?:{_NUMBER}|true|false|null)(?![\w.]*\w))",
    re.I,
)
_LABELLED_DEFAULT = re.compile(r"\bdefault\s*[:=]\s*(?P<value>[\w.:+/-]+)\s*(?:$|[,;)])", re.I)
_RANGES = (
    re.compile(rf"\[\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*\]"),
    re.compile(rf"\bbetween (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})(?! ?(?:char|item))", re.I),
    re.compile(
        r"\b(?:integer|number|int|float)\b(?: (?:of )?\w+)?[,:(]*\s*"
        rf"(?P<low>{_NUMBER})\s*(?:-|–|to|\.\.)\s*(?P<high>{_NUMBER})\b",
        re.I,
    ),
)
_LENGTH = re.compile(
    rf"(?:<=|≤|\bup to|\bmax(?:imum)?(?: of)?:?|\bat most)\s*(?P<high>{_NUMBER})\s*char", re.I
)
_OBJECT = re.compile(
    r"[{,]\s*[\"']?(?P<name>\w+)[\"']?\s*:\s*"
    r"(?P<list>(?:\"[^\"]*\"|'[^']*')(?:\s*\|\s*(?:\"[^\"]*\"|'[^']*'|\.{3}|…))*)"
)


class Listed(NamedTuple):
    """Values that a text lists, and whether by its words there are no others."""

    values: tuple[str, ...]
    closed: bool


def values(text: str) -> Listed | None:
    """The values that a description lists for its member; None if it lists none for certain."""
    for pattern, closed in ((_EXACT, True), (_CLOSED, True), (_OPEN, False), (_PIPES, True)):
        match = pattern.search(text)
        if match and (found := _split(match["list"], text[match.end() :])):
            quoted = match["list"][:1] in "`\"'" or "|" in match["list"] or pattern is _EXACT
            if TYPES & {value.lower() for value in found}:
                continue
            if quoted or all(_CODED.match(value) for value in found):
                return Listed(
                    found, closed and not _is_cut(match["list"] + text[match.end() :][:5])
                )
    return None


def nested(text: str) -> Iterator[tuple[str, Listed]]:
    """The members of objects that a description shows, with the texts it gives them."""
    for match in _OBJECT.finditer(text):
        found = _split(match["list"], "")
        if found:
            yield match["name"], Listed(found, len(found) > 1 and not _is_cut(match["list"]))


def _split(text: str, after: str) -> tuple[str, ...]:
    """The values of a list; nothing where its last one goes on as a sentence."""
    if not _AFTER.match(after):
        return ()
    parts = [bare(part) for part in _SEPARATOR.split(text)]
    return tuple(dict.fromkeys(part for part in parts if part and part not in ("...", "…", "etc.")))


def _is_cut(text: str) -> bool:
    return re.search(r"\.{3}|…|\betc\b", text) is not None


def bare(text: str) -> str:
    """A value without its quotes and the dot that ends a sentence."""
    text = text.strip()
    if len(text) > 1 and text[0] in "`\"'" and text[-1] == text[0]:
        return text[1:-1].strip("\"'")
    return text.rstrip(".:")


def required(text: str) -> str:
    """``required`` or ``optional``; empty where a text says neither, both, or only sometimes."""
    must, may = _REQUIRED.search(text), _OPTIONAL.search(text)
    every = len(_EITHER.findall(text))
    if every != 1:
        return ""
    return "required" if must and not may else "optional" if may else ""


def default(text: str) -> str | None:
    """The default that a text states as a literal; None if it states none."""
    match = _DEFAULT.search(text) or _LABELLED_DEFAULT.search(text)
    return bare(match["value"]) if match else None


def bounds(text: str) -> tuple[str, str] | None:
    """The lowest and the highest number, as the text gives them in one range."""
    for pattern in _RANGES:
        if match := pattern.search(text):
            return match["low"].replace(",", ""), match["high"].replace(",", "")
    return None


def longest(text: str) -> str | None:
    """How many characters a text may have at most."""
    match = _LENGTH.search(text)
    return match["high"].replace(",", "") if match else None


def sequence(text: str) -> tuple[str, ...]:
    """The longest row of coded values with commas between them: ``1280:720, 720:1280, …``."""
    best: list[str] = []
    run: list[str] = []
    for piece in text.split(","):
        words = piece.split()
        value = words[-1].rstrip(".") if words else ""
        if not _SEQUENCED.fullmatch(value):
            run = []
            continue
        # After other words a row begins anew.
        run = [*run, value] if len(words) == 1 else [value]
        best = max(best, run, key=len)
    return tuple(dict.fromkeys(best))
