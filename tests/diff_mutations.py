"""Documents written in another way, and documents with one thing changed, for the laws of `diff`.

Knows OpenAPI's and JSON Schema's structure. It must not know how documents are compared.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from specbound.contract.rules import APPLICATORS

Json = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


# --- where schemas stand ------------------------------------------------------------------------


def _content(node: Json) -> Iterator[tuple[Json, str]]:
    for media in (node.get("content") or {}).values():
        if "schema" in media:
            yield media, "schema"


def _parameters(node: Json) -> Iterator[tuple[Json, str]]:
    for one in node.get("parameters", ()):
        if "schema" in one:
            yield one, "schema"
        yield from _content(one)


def roots(document: Json) -> Iterator[tuple[Json, str]]:
    """Every holder of a schema and the key under which it holds it, outside the components."""
    for section in ("paths", "webhooks"):
        for item in (document.get(section) or {}).values():
            yield from _item(item)


def _item(item: Json) -> Iterator[tuple[Json, str]]:
    yield from _parameters(item)
    for method in METHODS:
        if method in item:
            yield from _operation(item[method])


def _operation(node: Json) -> Iterator[tuple[Json, str]]:
    yield from _parameters(node)
    yield from _content(node.get("requestBody") or {})
    for reply in (node.get("responses") or {}).values():
        if isinstance(reply, dict):
            yield from _content(reply)
            for header in (reply.get("headers") or {}).values():
                if "schema" in header:
                    yield header, "schema"
    for callback in (node.get("callbacks") or {}).values():
        for item in callback.values():
            yield from _item(item)


def below(holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    """A schema and all that stand in it, as holder and key, the innermost first."""
    schema = holder[key]
    if isinstance(schema, dict):
        for keyword, hangs in APPLICATORS.items():
            value = schema.get(keyword)
            if hangs == "one" and isinstance(value, dict | bool):
                yield from below(schema, keyword)
            elif hangs == "list" and isinstance(value, list):
                for index in range(len(value)):
                    yield from below(value, index)
            elif hangs == "map" and isinstance(value, dict):
                for name in value:
                    yield from below(value, name)
    yield holder, key


def schemas(document: Json) -> list[tuple[Any, Any]]:
    """Every schema of a document as holder and key, the innermost first."""
    found = [one for root in roots(document) for one in below(*root)]
    named = (document.get("components") or {}).get("schemas") or {}
    return found + [one for name in named for one in below(named, name)]


# --- the same in other words --------------------------------------------------------------------


def hoisted(document: Json, dice: random.Random) -> Json:
    """Some inline schemas made components with names that say nothing."""
    out: Json = copy.deepcopy(document)
    named = out.setdefault("components", {}).setdefault("schemas", {})
    moved: Json = {}
    for holder, key in schemas(out):
        schema = holder[key]
        if holder is not named and isinstance(schema, dict) and dice.random() < 0.5:
            name = f"Hoisted{len(moved)}"
            moved[name] = schema
            holder[key] = {"$ref": f"#/components/schemas/{name}"}
    named.update(moved)
    return out


def wrapped(document: Json, dice: random.Random) -> Json:
    """Some schemas put into an `allOf` of one."""
    out: Json = copy.deepcopy(document)
    for holder, key in schemas(out):
        schema = holder[key]
        if isinstance(schema, dict) and dice.random() < 0.5:
            holder[key] = {"allOf": [schema]}
    return out


def inlined(document: Json) -> Json:
    """Every reference to a component that refers to none itself, written out."""
    out: Json = copy.deepcopy(document)
    named = (out.get("components") or {}).get("schemas") or {}
    plain = {
        name: one for name, one in named.items() if '"$ref"' not in repr(one).replace("'", '"')
    }
    for holder, key in schemas(out):
        ref = holder[key].get("$ref", "") if isinstance(holder[key], dict) else ""
        name = ref.rpartition("/")[2]
        if ref and len(holder[key]) == 1 and name in plain:
            holder[key] = copy.deepcopy(plain[name])
    return out


def reworded(document: Json) -> Json:
    """Every description, title and example another."""
    out: Json = copy.deepcopy(document)
    for holder, key in schemas(out):
        if isinstance(holder[key], dict):
            holder[key]["description"] = "said in other words"
            holder[key].pop("title", None)
    return out


# --- one thing changed --------------------------------------------------------------------------

#: A change of one schema: what it makes of it, or None where it does not apply.
Mutation = Callable[[Json, random.Random], Json | None]


def _limit(keyword: str, kind: str, limit: Any) -> Mutation:
    def mutate(schema: Json, dice: random.Random) -> Json | None:
        if schema.get("type") != kind or keyword in schema or "enum" in schema or "const" in schema:
            return None
        return {**schema, keyword: limit}

    return mutate


def _value_gone(schema: Json, dice: random.Random) -> Json | None:
    values = schema.get("enum")
    if not values or len(values) < 3:
        return None
    gone = dice.randrange(len(values))
    return {**schema, "enum": [one for index, one in enumerate(values) if index != gone]}


def _asked(schema: Json, dice: random.Random) -> Json | None:
    asked = schema.get("required", [])
    free = [
        name
        for name, one in (schema.get("properties") or {}).items()
        if name not in asked
        and isinstance(one, dict)
        and not {"default", "readOnly", "$ref"} & one.keys()
    ]
    return {**schema, "required": [*asked, dice.choice(free)]} if free else None


def _shut(schema: Json, dice: random.Random) -> Json | None:
    if schema.get("type") != "object" or "properties" not in schema:
        return None
    return None if "additionalProperties" in schema else {**schema, "additionalProperties": False}


#: Changes that narrow a schema, by the code that the change has.
NARROWING: dict[str, Mutation] = {
    "max-length-added": _limit("maxLength", "string", 7919),
    "pattern-added": _limit("pattern", "string", "^[a-z]{3}$"),
    "minimum-added": _limit("minimum", "integer", 7),
    "max-items-added": _limit("maxItems", "array", 3),
    "enum-narrowed": _value_gone,
    "member-required": _asked,
    "additional-properties-added": _shut,
}


def mutated(document: Json, code: str, dice: random.Random) -> Json | None:
    """The document with one schema of an operation narrowed; None where none can be."""
    out: Json = copy.deepcopy(document)
    places = [one for root in roots(out) for one in below(*root)]
    dice.shuffle(places)
    for holder, key in places:
        schema = holder[key]
        if isinstance(schema, dict) and (made := NARROWING[code](schema, dice)) is not None:
            holder[key] = made
            return out
    return None
