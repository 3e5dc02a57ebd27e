"""A generated model accepts a JSON value if and only if its schema does: random ones of both.

jsonschema decides. Documents go the whole way: contract, package on disk, import.
"""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from specbound.contract.load import Contract
from specbound.emit import files
from specbound.emit.assemble import assemble

NAMES = ["alpha", "betaGamma", "class", "x-y"]
COMPONENTS = ["Leaf", "Tree", "Either"]
TEXTS = ["", "a", "ab", "abc", "2024-06-27", "nope", "0", "😀"]
NUMBERS = [0, 1, 1.0, -1, 2, 2.5, 10, 10**20]
SCALARS = st.sampled_from([None, True, False, *NUMBERS, *TEXTS])

VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)


def optional(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the keywords."""
    return st.fixed_dictionaries({}, optional=keywords)


STRINGS = optional(
    minLength=st.integers(0, 2),
    maxLength=st.integers(1, 3),
    pattern=st.sampled_from(["^a", "b$", r"^\d+$", "^[a-c]*$"]),
    format=st.sampled_from(["date", "unheard-of"]),
).map(lambda rest: {"type": "string", **rest})
NUMERIC = st.builds(
    lambda kind, rest: {"type": kind, **rest},
    st.sampled_from(["integer", "number"]),
    optional(
        minimum=st.sampled_from([0, 1, 1.5]),
        exclusiveMaximum=st.sampled_from([2, 10.5]),
        multipleOf=st.sampled_from([1, 2, 0.5]),
    ),
)
FIXED = st.one_of(
    st.sampled_from(["boolean", "null", ["string", "null"], ["integer", "string"]]).map(
        lambda t: {"type": t}
    ),
    st.lists(SCALARS, min_size=1, max_size=3).map(lambda values: {"enum": values}),
    VALUES.map(lambda value: {"const": value}),
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True).map(
        lambda values: {"type": "string", "enum": values}
    ),
    st.sampled_from([True, {}, False]),
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Object schemas, some of them untyped."""
    return st.builds(
        lambda head, rest: {**head, **rest},
        st.sampled_from([{"type": "object"}, {"type": ["object", "null"]}, {}]),
        optional(
            properties=st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
            required=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            additionalProperties=inner | st.booleans(),
            patternProperties=st.dictionaries(st.sampled_from(["^a", "y$"]), inner, max_size=1),
            propertyNames=st.sampled_from([{"maxLength": 5}, {"enum": NAMES[:2]}]),
            minProperties=st.integers(0, 2),
            maxProperties=st.integers(1, 3),
            dependentRequired=st.just({"alpha": ["class"]}),
            unevaluatedProperties=st.just(False),
        ),
    )


def arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Array schemas."""
    return optional(
        items=inner,
        prefixItems=st.lists(inner, min_size=1, max_size=2),
        minItems=st.integers(0, 2),
        maxItems=st.integers(1, 3),
        uniqueItems=st.booleans(),
        contains=inner,
    ).map(lambda rest: {"type": "array", **rest})


def unions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas that join others, now and then beside a keyword of their own."""
    beside = optional(type=st.sampled_from(["object", "string"]), description=st.just("Words."))
    parts = st.lists(inner, min_size=1, max_size=3)
    joined = st.builds(
        lambda keyword, branches, rest: {keyword: branches, **rest},
        st.sampled_from(["oneOf", "anyOf", "allOf"]),
        parts,
        beside,
    )
    tested = inner.map(lambda one: {"not": one})
    chosen = st.builds(lambda a, b, c: {"if": a, "then": b, "else": c}, inner, inner, inner)
    return st.one_of(joined, joined, joined, tested, chosen)


def layer(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One level of nesting more; members and items may refer to any component."""
    below = inner | st.sampled_from(COMPONENTS).map(
        lambda name: {"$ref": f"#/components/schemas/{name}"}
    )
    return st.one_of(objects(below), objects(below), arrays(below), unions(inner))


SCHEMAS = st.recursive(st.one_of(STRINGS, NUMERIC, FIXED), layer, max_leaves=6)
TAGGED = {
    "oneOf": [
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": tag}, **more}}
        for tag, more in (
            ("one", {"size": {"type": "integer"}}),
            ("two", {"tree": {"$ref": "#/components/schemas/Tree"}}),
        )
    ]
}


def near(schema: Any, components: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that have a chance with a schema: its own values, its members, its items."""
    if not isinstance(schema, dict) or depth > 3:
        return VALUES
    if "$ref" in schema:
        return near(components[schema["$ref"].rpartition("/")[2]], components, depth + 1)
    choices = [VALUES]
    if "const" in schema or "enum" in schema:
        choices += [st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])] * 3
    for keyword in ("oneOf", "anyOf", "allOf"):
        choices += [near(branch, components, depth + 1) for branch in schema.get(keyword, ())]
    if table := schema.get("properties"):
        members = {name: near(node, components, depth + 1) for name, node in table.items()}
        choices += [st.fixed_dictionaries({}, optional=members), st.fixed_dictionaries(members)]
    if "items" in schema:
        choices.append(st.lists(near(schema["items"], components, depth + 1), max_size=3))
    plain = {"string": TEXTS, "integer": NUMBERS, "number": NUMBERS}
    if isinstance(kind := schema.get("type"), str) and kind in plain:
        choices += [st.sampled_from(plain[kind])] * 3
    return st.one_of(choices)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[Any]]]:
    """A document of several request bodies, and values to try on each."""
    components = {name: draw(SCHEMAS) for name in COMPONENTS}
    bodies = [*(draw(SCHEMAS) for _ in range(6)), TAGGED, {"$ref": "#/components/schemas/Tree"}]
    values = [draw(st.lists(near(body, components), min_size=6, max_size=10)) for body in bodies]
    paths = {
        f"/things{index}": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": {"204": {"description": "Done."}},
            }
        }
        for index, body in enumerate(bodies)
    }
    info = {"title": "Agreement", "version": "1"}
    document = {
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {"schemas": components},
    }
    return document, values


COUNT = itertools.count()


def generated(document: dict[str, Any], folder: Path) -> Any:
    """The operations of a package made from a document, imported from a folder."""
    package = f"agreement_{next(COUNT)}"
    path = folder / f"{package}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    for name, text in assemble(Contract.load(path), package).texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()
    return importlib.import_module(package).OPERATIONS


def accepts(adapter: TypeAdapter[Any], value: Any) -> bool:
    """Whether a model takes a value as JSON."""
    try:
        adapter.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are made, on Python's path; formatting is left out, it changes no meaning."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(files, "formatted", lambda source: source)
    return tmp_path


def check(document: dict[str, Any], values: list[list[Any]], folder: Path) -> None:
    """Every model of a document agrees with jsonschema on every value."""
    operations = generated(document, folder)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for index, tried in enumerate(values):
        path = f"/things{index}"
        schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"][
            "schema"
        ]
        whole = {"allOf": [schema], "components": document["components"]}
        oracle = jsonschema.Draft202012Validator(whole, format_checker=checker)
        adapter = TypeAdapter(operations[f"POST {path}"].request)
        for value in tried:
            wanted = oracle.is_valid(value)
            assert accepts(adapter, value) == wanted, f"{value!r}: {schema!r} says {wanted}"


@settings(
    max_examples=60,
    suppress_health_check=[*HealthCheck],
)
@given(cases())
def test_models_agree_with_the_schema(
    folder: Path, case: tuple[dict[str, Any], list[list[Any]]]
) -> None:
    check(*case, folder)
    for name in [name for name in sys.modules if name.startswith("agreement_")]:
        del sys.modules[name]
