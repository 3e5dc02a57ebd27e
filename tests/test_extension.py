"""The `x-specbound` object, and the two overlays of Runway that are written with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonpath
import pytest
import yaml
from jsonschema import Draft202012Validator

from specbound.contract import extension
from specbound.contract.extension import (
    KEY,
    SCHEMA_FILE,
    ClientFacts,
    OperationFacts,
    Pages,
    ParameterFacts,
    SchemaFacts,
    Upload,
    WaitFor,
)
from specbound.contract.rules import length
from specbound.diagnostics import Code, Diagnostics
from specbound.origin import Origin

Json = dict[str, Any]
ORIGIN = Origin("api.yaml", "/here")
METHODS = ("get", "post", "put", "patch", "delete")
RULES = Path(__file__).parents[1] / "spec" / "runway" / "rules.yaml"
ACTIONS: list[Json] = yaml.safe_load(RULES.read_text("utf-8"))["actions"]


def merge(target: Json, update: Json) -> None:
    """Merge as the Overlay Specification 1.0 section 4.4 says."""
    for name, value in update.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        elif isinstance(value, list) and isinstance(target.get(name), list):
            target[name].extend(copy.deepcopy(value))
        else:
            target[name] = copy.deepcopy(value)


def apply(document: Json, action: Json) -> list[Any]:
    """Apply one action; the nodes that its target matched."""
    found = [match.obj for match in jsonpath.finditer(action["target"], document)]
    for node in found:
        merge(node, action["update"])
    return found


@pytest.fixture
def document(runway: Path) -> Json:
    loaded: Json = json.loads((runway / "openapi.json").read_text("utf-8"))
    return loaded


@pytest.fixture
def overlaid(document: Json, runway: Path) -> Json:
    for action in yaml.safe_load((runway / "overlay.yaml").read_text("utf-8"))["actions"]:
        assert apply(document, action), action["target"]
        assert action["description"]
    return document


# --- reading --------------------------------------------------------------------------------------


def test_nothing_is_empty() -> None:
    said = Diagnostics()
    assert extension.read_client({}, ORIGIN, said) == ClientFacts()
    assert extension.read_operation({}, ORIGIN, said) == OperationFacts()
    assert extension.read_parameter({}, ORIGIN, said) == ParameterFacts()
    assert extension.read_schema(True, ORIGIN, said) == SchemaFacts()
    assert not said.items


def test_an_operation_is_read() -> None:
    node = {
        "name": "files.add",
        "wait": {"for": "file", "id": "/id"},
        "pages": {"cursor": "after", "next": "/next", "items": "/data"},
        "upload": {"name": "filename", "url": "/url", "result": "/uri", "constants": {"a": [1]}},
        "retry": "never",
    }
    said = Diagnostics()
    assert extension.read_operation({KEY: node}, ORIGIN, said) == OperationFacts(
        name="files.add",
        wait=WaitFor("file", "/id"),
        pages=Pages("after", "/next", "/data"),
        upload=Upload("filename", "/url", "/uri", constants={"a": [1]}),
        retry="never",
    )
    assert not said.items


@pytest.mark.parametrize(
    ("read", "node", "place"),
    [
        (extension.read_client, 3, ""),
        (extension.read_client, {"clients": "X"}, ""),
        (extension.read_client, {"client": "a b"}, "/client"),
        (extension.read_client, {"client": "Name\n"}, "/client"),
        (extension.read_client, {"retries": {"jitter": 2}}, "/retries/jitter"),
        (extension.read_client, {"waits": {"w": {"state": "/s"}}}, "/waits/w"),
        (extension.read_client, {"environment": {"key": "a-b"}}, "/environment/key"),
        (extension.read_operation, {"name": "alone"}, "/name"),
        (extension.read_operation, {"wait": {"for": "x", "id": "id"}}, "/wait/id"),
        (extension.read_operation, {"retry": True}, "/retry"),
        (extension.read_parameter, {"name": "class"}, "/name"),
        (extension.read_parameter, {"name": None}, "/name"),
        (extension.read_schema, {"name": "lower"}, "/name"),
        (extension.read_schema, {"length-unit": "bytes"}, "/length-unit"),
        (extension.read_schema, [], ""),
    ],
)
def test_what_breaks_the_schema_is_an_error_with_its_place(
    read: Callable[..., object], node: object, place: str
) -> None:
    said = Diagnostics()
    facts = read({KEY: node}, ORIGIN, said)
    assert facts == read({}, ORIGIN, Diagnostics())
    assert {one.code for one in said} == {Code.INVALID_EXTENSION}
    assert f"/here/{KEY}{place}" in [one.origin.pointer for one in said if one.origin]
    assert all(len(one.message) < 220 for one in said)


def test_waits_that_lead_nowhere_are_told(overlaid: Json) -> None:
    client = extension.read_client(overlaid, ORIGIN, Diagnostics())
    said = Diagnostics()
    asks = [(OperationFacts(wait=WaitFor("nothing", "/id")), ORIGIN)]
    extension.check_waits(client, asks, {"GET /v1/tasks/{id}"}, Origin("api.yaml"), said)
    places = [one.origin.pointer for one in said if one.origin]
    assert f"/{KEY}/waits/voice/operation" in places
    assert f"/here/{KEY}/wait/for" in places
    assert not any("/waits/task/" in place for place in places)


def test_the_schema_is_one_and_explains_itself() -> None:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    parts = {"client": ClientFacts, "operation": OperationFacts, "parameter": ParameterFacts}
    for part, facts in (parts | {"schema": SchemaFacts}).items():
        members = schema["$defs"][part]["properties"]
        assert {name.replace("-", "_") for name in members} == {one.name for one in fields(facts)}
        for name, member in members.items():
            described = member if "$ref" not in member else schema["$defs"][member["$ref"][8:]]
            assert member.get("description") or described.get("description"), name


# --- the overlay of Runway ------------------------------------------------------------------------


def test_the_overlay_is_valid_and_complete(overlaid: Json) -> None:
    said = Diagnostics()
    client = extension.read_client(overlaid, ORIGIN, said)
    facts = {
        f"{method.upper()} {path}": extension.read_operation(node, ORIGIN, said)
        for path, item in overlaid["paths"].items()
        for method, node in item.items()
        if method in METHODS
    }
    extension.check_waits(client, [(one, ORIGIN) for one in facts.values()], facts, ORIGIN, said)
    for match in jsonpath.finditer("$.paths..[?@.type || @.oneOf || @.anyOf]", overlaid):
        extension.read_schema(match.obj, ORIGIN, said)
    assert not said.items, said.items
    assert (client.client, client.environment.key) == ("RunwayML", "RUNWAYML_API_SECRET")
    assert sum(one.wait is not None for one in facts.values()) == 22
    assert sum(one.pages is not None for one in facts.values()) == 4
    assert [key for key, one in facts.items() if one.upload] == ["POST /v1/uploads"]


def test_waits_know_every_state_of_their_replies(overlaid: Json) -> None:
    client = extension.read_client(overlaid, ORIGIN, Diagnostics())
    assert len(client.waits) == 5
    for wait in client.waits.values():
        method, path = wait.operation.split(" ")
        reply = _reply(overlaid["paths"][path][method.lower()])
        states = {one["properties"][wait.state[1:]]["const"] for one in reply["oneOf"]}
        known = [*wait.success, *wait.failure, *wait.pending]
        assert sorted(known) == sorted(states)
        failed = [one for one in reply["oneOf"] if one["properties"]["status"]["const"] == "FAILED"]
        assert all(wait.reason[1:] in one["properties"] for one in failed)


def test_pages_point_to_members_that_are_there(overlaid: Json) -> None:
    for item in overlaid["paths"].values():
        facts = extension.read_operation(item.get("get", {}), ORIGIN, Diagnostics())
        if facts.pages is not None:
            members = _reply(item["get"])["properties"]
            assert {facts.pages.next[1:], facts.pages.more[1:], facts.pages.items[1:]} == set(
                members
            )
            assert facts.pages.cursor in [one.get("name") for one in item["get"]["parameters"]]


def test_later_and_earlier_states_are_overlaid(shared: Path, runway: Path) -> None:
    overlay = yaml.safe_load((runway / "overlay.yaml").read_text("utf-8"))["actions"]
    for file in sorted((shared / "corpus" / "runway-history").glob("2026-0[5-8]*.json")):
        state = json.loads(file.read_text("utf-8"))
        without = [one["target"] for one in overlay if not apply(state, one)]
        assert without == [], file.name


def _reply(operation: Json) -> Json:
    schema: Json = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


# --- the rules of Runway --------------------------------------------------------------------------

IMAGE = "https://a.example/i.png"


def images(*positions: str) -> list[Json]:
    return [{"uri": IMAGE, "position": position} for position in positions]


def references(subject: str | None, count: int) -> list[Json]:
    return [{"uri": IMAGE} | ({"subject": subject} if subject else {}) for _ in range(count)]


#: For each action: values that its targets take, and values that only the rule refuses.
CASES: list[tuple[str, list[Any], list[Any]]] = [
    ("UTF-16", ["x" * 1000], []),
    ("At least one", [{"name": "x"}], [{}]),
    ("No two", [images("first", "last")], [images("first", "first"), images("last", "last")]),
    ("only a last frame", [images("first"), images("last", "first")], [images("last")]),
    ("one reference", [[{"type": "image", "uri": IMAGE}]], [[{"type": "image", "uri": IMAGE}] * 2]),
    (
        "Up to five",
        [references("human", 5) + references(None, 9)],
        [references("human", 6), references("object", 10), references(None, 10)],
    ),
    (
        "https:",
        [
            IMAGE,
            "https://1.2.3.4.example.com/",
            "https://example.com/1.2.3.4",
            "https://example.com:8443",
            "https://user:1@example.com/?a=[1]",
            "https://x1/aaaaaaa",
        ],
        [
            "https://127.0.0.1",
            "https://127.0.0.1:80/i.png",
            "https://u:p@127.0.0.1/i.png",
            "https://2130706433/i.png",
            "https://0x7f.1/i.png",
            "https://[::1]/i.png",
            "https://10.0.0.1?x=1",
        ],
    ),
    (
        "10 ?MB",
        ["data:audio/mp3;base64," + "A" * 13_981_016],
        ["data:audio/mp3;" + "A" * 13_990_000],
    ),
    ("extension", ["cat.png", "a.b.MP4"], ["cat", "cat.", ".../cat"]),
]


def schema_of(node: Json) -> Json:
    """The schema that an action changes: its target, or that of the request body it targets."""
    schema: Json = node["content"]["application/json"]["schema"] if "content" in node else node
    return schema


def test_an_update_needs_a_body(document: Json) -> None:
    assert all(body["required"] for body in apply(document, ACTIONS[1]))


def test_every_action_has_its_cases() -> None:
    assert len(CASES) == len(ACTIONS)
    for (words, _, _), action in zip(CASES, ACTIONS, strict=True):
        assert words in action["target"]
        assert action["description"]


@pytest.mark.parametrize(("index", "case"), list(enumerate(CASES)), ids=[one[0] for one in CASES])
def test_each_rule_refuses_and_accepts(document: Json, index: int, case: Any) -> None:
    before = copy.deepcopy(document)
    found = apply(document, ACTIONS[index])
    assert found
    strict = [Draft202012Validator(schema_of(node)) for node in found]
    loose = [
        Draft202012Validator(schema_of(match.obj))
        for match in jsonpath.finditer(ACTIONS[index]["target"], before)
    ]
    for good in case[1]:
        assert all(one.is_valid(good) for one in strict), good
    for bad in case[2]:
        assert all(one.is_valid(bad) for one in loose), bad
        assert not any(one.is_valid(bad) for one in strict), bad


def test_lengths_in_utf_16_units(document: Json) -> None:
    found = apply(document, ACTIONS[0])
    assert len(found) == 16
    for node in found:
        facts = extension.read_schema(node, ORIGIN, Diagnostics())
        prompt = "\U0001f600" * node["maxLength"]
        assert length(prompt) <= node["maxLength"] < length(prompt, facts.length_unit)


def test_rules_count_as_their_head_says(document: Json) -> None:
    head = RULES.read_text("utf-8").partition("overlay:")[0]
    said = int(head.partition("Said: ")[2].partition(" ")[0])
    unsaid = int(head.partition("Not said: ")[2].partition(",")[0])
    counted = [line for line in head.splitlines() if line.startswith("#") and ". (" in line]
    assert f"in {len(ACTIONS)} actions" in head
    # Two actions say two rules each: both updates, and both kinds of references.
    assert said == len(ACTIONS) + 2
    assert unsaid == sum(int(line.partition(". (")[2][0]) for line in counted)


def test_rules_leave_replies_alone(document: Json) -> None:
    before = [
        copy.deepcopy(one.obj) for one in jsonpath.finditer("$.paths[*][*].responses", document)
    ]
    for action in ACTIONS:
        apply(document, action)
    assert before == [one.obj for one in jsonpath.finditer("$.paths[*][*].responses", document)]
