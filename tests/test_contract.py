"""The contract as a document: valid, as strict as its source, every place with an origin."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts import Json, at, contract_of, document, places, small
from specbound.contract.load import Contract, load
from specbound.origin import pointer
from specbound.source.load import Source, read

CASES = Path(__file__).parent / "cases" / "contract"
RUNWAY = Path(__file__).parents[1] / "spec" / "runway"
DOCUMENTS = [*sorted(CASES.glob("*.yaml")), RUNWAY / "openapi.json"]
NAMES = [path.stem for path in DOCUMENTS]


@pytest.fixture(scope="module", params=DOCUMENTS, ids=NAMES)
def loaded(request: pytest.FixtureRequest) -> tuple[Source, Contract]:
    return read(request.param), load(request.param)


# --- the document ---------------------------------------------------------------------------------


def test_it_is_valid_openapi(loaded: tuple[Source, Contract]) -> None:
    whole = loaded[1].document()
    # what openapi-spec-validator's other half finds in examples, the source warns of
    assert [error.message for error in OpenAPIV31SpecValidator(whole).iter_errors()] == []


def test_every_reference_leads_to_a_name(loaded: tuple[Source, Contract]) -> None:
    contract = loaded[1]
    refs = [n["$ref"] for _, n in places(contract.document()) if _is_reference(n)]
    assert all(contract.schema(ref) is not None for ref in refs)


def test_each_distinct_shape_stands_once(loaded: tuple[Source, Contract]) -> None:
    digests = [named.digest for named in loaded[1].schemas.values()]
    assert len(set(digests)) == len(digests)


def _is_reference(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


# --- the same verdict -----------------------------------------------------------------------------


def test_it_validates_what_the_source_validates(loaded: tuple[Source, Contract]) -> None:
    source, contract = loaded
    dice = random.Random(1)
    told = {True: 0, False: 0}
    for path in _bodies(contract.document()):
        ours, theirs = _validator(contract.document(), path), _validator(source.document, path)
        for _ in range(25):
            value = _mutated(_value(at(source.document, path), source.document, dice), dice)
            verdict = theirs.is_valid(value)
            assert ours.is_valid(value) is verdict, (path, value)
            told[verdict] += 1
    assert min(told.values()) > 0


def _bodies(whole: Json) -> Iterator[tuple[Any, ...]]:
    for path, _node in places(whole.get("paths", {}), ("paths",)):
        if len(path) > 3 and path[-3] == "content" and path[-1] == "schema":
            yield path


def _validator(whole: Json, path: tuple[Any, ...]) -> Any:
    ref = "#" + pointer(path).replace("{", "%7B").replace("}", "%7D")
    return jsonschema_rs.Draft202012Validator({**whole, "$ref": ref})


def _value(schema: Any, whole: Json, dice: random.Random, depth: int = 0) -> Any:
    """A value that is likely to be near what the schema allows."""
    if not isinstance(schema, dict) or depth > 12:
        return dice.choice([None, 1, "x", {}])
    if "$ref" in schema:
        steps = [step.replace("~1", "/") for step in schema["$ref"][2:].split("/")]
        found = whole
        for step in steps:
            found = found[int(step)] if isinstance(found, list) else found[step]
        return _value(found, whole, dice, depth + 1)
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            return _value(dice.choice(schema[keyword]), whole, dice, depth + 1)
    if schema.get("enum") or "const" in schema:
        return dice.choice(schema.get("enum") or [schema["const"]])
    if "allOf" in schema or "properties" in schema:
        out: Json = {}
        for part in schema.get("allOf", ()):
            found = _value(part, whole, dice, depth + 1)
            out |= found if isinstance(found, dict) else {}
        for name, child in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or dice.random() < 0.5:
                out[name] = _value(child, whole, dice, depth + 1)
        return out
    if "example" in schema or schema.get("examples"):
        return schema.get("example", (schema.get("examples") or [None])[0])
    kinds = schema.get("type", "string")
    return _plain(dice.choice(kinds if isinstance(kinds, list) else [kinds]), schema, whole, dice)


def _plain(kind: str, schema: Json, whole: Json, dice: random.Random) -> Any:
    texts = ["https://x.org/a.png", "2024-06-27T19:49:32.335Z", "x" * schema.get("minLength", 1)]
    plain = {
        "string": dice.choice([*texts, "550e8400-e29b-41d4-a716-446655440000"]),
        "integer": schema.get("minimum", 1),
        "number": schema.get("minimum", 1.5),
        "boolean": True,
        "null": None,
        "object": {},
    }
    if kind == "array":
        count = max(schema.get("minItems", 0), 1)
        return [_value(schema.get("items", {}), whole, dice, 5) for _ in range(count)]
    return plain.get(kind)


def _mutated(value: Any, dice: random.Random) -> Any:
    """The value, or one that differs from it in one place."""
    out = copy.deepcopy(value)
    inner = [path for path, _ in places(out) if path]
    if not inner or dice.random() < 0.4:
        return out
    path = dice.choice(inner)
    holder = at(out, path[:-1])
    if isinstance(holder, dict) and dice.random() < 0.3:
        del holder[path[-1]]
    elif isinstance(holder, dict) and dice.random() < 0.3:
        holder["unknownMember"] = 1
    else:
        holder[path[-1]] = dice.choice([None, 0, -1, 1.5, "", "other", [], {}, True])
    return out


# --- origins --------------------------------------------------------------------------------------


def test_every_place_leads_to_line_and_column(loaded: tuple[Source, Contract]) -> None:
    contract = loaded[1]
    every = [pointer(path) for path, _ in places(contract.document())]
    for place in random.Random(2).sample(every, min(300, len(every))):
        origin = contract.origin(place)
        assert None not in (origin.line, origin.column), place


def test_a_place_in_a_schema_leads_to_that_very_place() -> None:
    contract = load(RUNWAY / "openapi.json")
    published = json.loads((RUNWAY / "openapi.json").read_text("utf-8"))
    for name, named in contract.schemas.items():
        for member in named.schema.get("properties", {}) if isinstance(named.schema, dict) else ():
            origin = contract.origin(pointer(("components", "schemas", name, "properties", member)))
            assert origin.pointer.endswith(pointer(("properties", member)))
            steps = [step.replace("~1", "/") for step in origin.pointer.split("/")[1:]]
            found = published
            for step in steps:
                found = found[int(step)] if isinstance(found, list) else found[step]


def test_what_an_overlay_added_leads_to_the_overlay() -> None:
    contract = load(RUNWAY / "openapi.json", [RUNWAY / "overlay.yaml"])
    at_name = "/paths/~1v1~1avatar_usage/get/x-specbound/name"
    assert contract.origin(at_name).file.endswith("overlay.yaml")
    assert contract.origin(at_name).line is not None


def test_places_of_other_files_keep_their_file(shared: Path) -> None:
    contract = load(shared / "corpus" / "specs" / "multi-file-relative" / "main.yaml")
    every = [pointer(path) for path, _ in places(contract.document())]
    files = {contract.origin(place).file for place in every}
    assert len(files) > 1
    assert all(contract.origin(place).line for place in every)


# --- discriminators -------------------------------------------------------------------------------


def test_a_mapping_is_written_out() -> None:
    def branch(tag: str) -> Json:
        return {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": tag}, tag: {"type": "string"}},
        }

    union = {"oneOf": [branch("cat"), branch("dog")], "discriminator": {"propertyName": "kind"}}
    contract = contract_of(small(union))
    written = contract.schemas["ThingCreateRequest"].schema
    assert isinstance(written, dict)
    assert written["discriminator"]["mapping"] == {
        "cat": "#/components/schemas/CatThing",
        "dog": "#/components/schemas/DogThing",
    }


def test_a_mapping_of_components_follows_their_names() -> None:
    schemas = {
        "cat-": {"type": "object", "properties": {"k": {"type": "string"}, "a": {}}},
        "Dog": {"type": "object", "properties": {"k": {"type": "string"}, "b": {}}},
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/cat-"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "k", "mapping": {"c": "cat-", "d": "Dog"}},
        },
    }
    whole = small({"$ref": "#/components/schemas/Pet"}, components={"schemas": schemas})
    written = contract_of(whole).schemas["Pet"].schema
    assert isinstance(written, dict)
    assert written["discriminator"]["mapping"] == {
        "c": "#/components/schemas/Cat",
        "d": "#/components/schemas/Dog",
    }


# --- links ----------------------------------------------------------------------------------------


def test_links_lead_to_operations_by_their_new_names() -> None:
    """An operation is called as its call is; a link that kept the old name would lead nowhere."""
    done = {"description": "done"}
    shared = {"operationId": "getThing", "parameters": {"id": "$response.body#/id"}}
    links = {
        "get": {"$ref": "#/components/links/Get"},
        "other": {"operationRef": "#/paths/~1things/get"},
        "foreign": {"operationId": "elsewhere"},
    }
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    get = {"operationId": "getThing", "parameters": [id_], "responses": {"200": done}}
    paths = {
        "/things": {
            "post": {"operationId": "make", "responses": {"201": {**done, "links": links}}}
        },
        "/things/{id}": {"get": get},
    }
    whole = document(paths, components={"links": {"Get": shared}})
    built = contract_of(whole).document()["paths"]
    found = built["/things"]["post"]["responses"]["201"]["links"]
    assert found["get"]["operationId"] == built["/things/{id}"]["get"]["operationId"] != "getThing"
    assert found["get"]["parameters"] == shared["parameters"]
    assert {name: found[name] for name in ("other", "foreign")} == {
        name: links[name] for name in ("other", "foreign")
    }
