"""Words: text to identifiers, singular forms, and what Python and pydantic keep for themselves.

Knows spelling only. It must not know where a name is used; `contract.names` decides that.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile
from unicodedata import normalize

_SPLIT = re.compile(r"[^\W_]+", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\Z")
_MARKUP = re.compile(r"[`'’\"]")

#: Words that say nothing about what a thing is; a name needs at least one more word.
GENERIC = frozenset(
    [
        "data",
        "datum",
        "item",
        "items",
        "value",
        "values",
        "result",
        "results",
        "object",
        "list",
        "array",
        "type",
        "id",
        "content",
        "body",
        "payload",
        "response",
        "request",
        "entry",
        "entries",
        "property",
        "properties",
        "attributes",
        "param",
        "params",
        "parameter",
        "parameters",
        "obj",
        "element",
        "elements",
        "schema",
        "model",
    ]
)

#: Plural forms that no suffix rule gets right, and words that only look plural.
_SINGULAR = {
    "people": "person",
    "children": "child",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "series": "series",
    "species": "species",
    "news": "news",
    "status": "status",
    "statuses": "status",
    "aliases": "alias",
    "movies": "movie",
    "cookies": "cookie",
    "media": "media",
    "data": "data",
    "metadata": "metadata",
    "kudos": "kudos",
    "dns": "dns",
    "address": "address",
    "sms": "sms",
    "https": "https",
}

#: Names that generated modules import or define; a schema of that name steps aside.
IMPORTED = frozenset(
    [
        "Annotated",
        "Any",
        "AsyncCall",
        "AsyncPages",
        "Body",
        "Callable",
        "CamelModel",
        "Check",
        "ClassVar",
        "Field",
        "Generic",
        "Integer",
        "Json",
        "Literal",
        "Mapping",
        "Model",
        "None",
        "Number",
        "OMIT",
        "Omit",
        "Omittable",
        "Operation",
        "Options",
        "Pages",
        "Parameter",
        "Route",
        "Sequence",
        "TypeAlias",
        "TypeVar",
        "UUID",
        "Upload",
        "Wait",
        "datetime",
        "date",
        "deprecated",
        "httpx",
        "overload",
        "scalars",
        "texts",
        "ObjectsOnly",
        "Boolean",
        "R",
        "T",
        "True",
        "False",
    ]
)

#: Arguments that every generated call takes for itself.
RESERVED_ARGUMENTS = frozenset({"options", "body", "self", "arguments"})

#: Attributes of the generated models' base; a member of that name gets an underscore.
RESERVED_MEMBERS = frozenset(
    [
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "to_dict",
        "to_json",
        "schema_check",
        "mro",
        "register",
    ]
)

_BUILTINS = frozenset(dir(builtins))


def _plain(name: str) -> str:
    """Only what may follow the first letter of a name; numerals of old scripts, say, may not."""
    return "".join(char for char in name if f"n{char}".isidentifier())


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Split any text into its words: ``promptText`` and ``prompt-text`` give (prompt, Text)."""
    plain = normalize("NFKC", _MARKUP.sub("", text))  # as Python reads names
    return tuple(part for run in _SPLIT.findall(plain) for part in _CAMEL.split(run) if part)


@lru_cache(maxsize=8192)
def pascal(text: str) -> str:
    """Write text as a class name's part; PascalCase stays as it is, shouting is lowered."""
    if _PASCAL.match(text):
        return text
    return "".join(_capital(word) for word in words(text))


def _capital(word: str) -> str:
    lowered = word.lower() if word.isupper() and len(word) > 3 else word
    return lowered[:1].upper() + lowered[1:]


@lru_cache(maxsize=8192)
def snake(text: str) -> str:
    """Write text in snake case; empty where it holds no letter and no digit."""
    return "_".join(word.lower() for word in words(text))


def singular(text: str) -> str:
    """Name one of many: the last word of the text in the singular."""
    parts = words(text)
    if not parts:
        return text
    last = parts[-1]
    return text[: text.rindex(last)] + _one(last)


def _one(word: str) -> str:
    low = word.lower()
    if low in _SINGULAR:
        one = _SINGULAR[low]
        return one.capitalize() if word[:1].isupper() else one
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if low.endswith("s") and not low.endswith(("ss", "us", "is")) and len(low) > 3:
        return word[:-1]
    return word


def joined(left: str, right: str) -> str:
    """Put one name before another; words that end the first and begin the second stand once."""
    first, second = words(left), words(right)
    for size in range(min(len(first), len(second)), 0, -1):
        if first[-size:] == second[:size]:
            return left + "".join(second[size:])
    return left + right


def shared_words(names: Iterable[str]) -> str:
    """The words that all names begin with, else those that all end with; a version is no word."""
    split = [words(name) for name in names]
    for parts in (split, [one[::-1] for one in split]):
        common = list(takewhile(lambda column: len(set(column)) == 1, zip(*parts, strict=False)))
        if common:
            found = [column[0] for column in common]
            return "".join(found if parts is split else reversed(found))
    stems = {re.sub(r"\d.*", "", one[0]) if one else "" for one in split}
    return stems.pop() if len(stems) == 1 else ""


def identifier(text: str, reserved: frozenset[str] = frozenset()) -> str:
    """Write text as a Python name in snake case, clear of keywords and of what is reserved."""
    name = snake(text) or "".join(f"u{ord(char):x}" for char in text) or "empty"
    if not name.isidentifier():
        name = f"n{_plain(name)}"
    if keyword.iskeyword(name) or name in ("self", "cls") or name in reserved:
        name += "_"
    return name


def class_name(text: str) -> str:
    """Write text as a Python class name that no import of a generated module shadows."""
    name = pascal(text) or "Unnamed"
    if not name.isidentifier():
        name = f"N{_plain(name)}"
    if name in IMPORTED or keyword.iskeyword(name) or name in _BUILTINS:
        name += "Schema"
    return name


def camel(name: str) -> str:
    """A Python name in camelCase, as the runtime's `CamelModel` writes it on the wire."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
