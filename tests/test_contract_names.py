"""Names of Runway's schemas: short, human, and the same after every edit that is not about them."""

from __future__ import annotations

import copy
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts import (
    Json,
    at,
    calls_of,
    contract_of,
    names_of,
    ordered,
    places,
    shuffled,
    tagged_branches,
    with_branch,
    with_path,
)
from specbound.contract.load import Contract, load
from specbound.origin import pointer

RUNWAY = Path(__file__).parents[1] / "spec" / "runway"
BASE: Json = json.loads((RUNWAY / "openapi.json").read_text("utf-8"))
BEFORE: Contract = contract_of(BASE)
LAYERS = [(), ("overlay.yaml",), ("overlay.yaml", "rules.yaml")]

SMALL: Json = {
    "post": {
        "summary": "Make a probe",
        "requestBody": {
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "model": {"type": "string", "enum": ["a", "b"]},
                            "quality": {"type": "string", "enum": ["low", "x"]},
                            "voice": {"type": "object", "properties": {"id": {"type": "string"}}},
                            "when": {"type": "string", "format": "date-time", "pattern": "^2"},
                        },
                    }
                }
            }
        },
        "responses": {
            "200": {
                "description": "ok",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {"status": {"type": "string", "enum": ["p", "q"]}},
                        }
                    }
                },
            }
        },
    }
}


def renamed(after: Contract) -> list[str]:
    """Names of before that vanished or mean something else."""
    now = names_of(after)
    return [name for name, shape in names_of(BEFORE).items() if now.get(name) != shape]


@pytest.mark.parametrize("layers", LAYERS, ids=["bare", "overlay", "rules"])
def test_names_are_short_and_never_numbered(layers: tuple[str, ...]) -> None:
    names = list(load(RUNWAY / "openapi.json", [RUNWAY / layer for layer in layers]).schemas)
    stems: dict[str, list[str]] = {}
    for name in names:
        stems.setdefault(re.sub(r"\d+\Z", "", name), []).append(name)
    assert [name for name in names if len(name) > 40] == []
    assert [group for group in stems.values() if len(group) > 1] == []
    assert [
        name for name in names if re.search(r"(Branch|Option|Variant|Any|One)Of?\d", name)
    ] == []
    assert [name for name in names if re.search(r"X[a-z]{3}\Z", name)] == []
    assert [name for name in names if not name.isidentifier() or not name[0].isupper()] == []
    assert len({name.lower() for name in names}) == len(names)
    repeated = re.compile(r"([A-Z][a-z]{3,})\1(?![a-z])")
    assert [name for name in names if repeated.search(name)] == []


@pytest.mark.parametrize(
    ("at_place", "name"),
    [
        ("POST /v1/image_to_video body", "ImageToVideoCreateRequest"),
        ("POST /v1/image_to_video body/gen4_turbo", "Gen4TurboImageToVideo"),
        ("POST /v1/image_to_video body/veo3.1/ratio", "VeoRatio"),
        ("POST /v1/avatar_videos 200", "CreateResponse"),
        ("POST /v1/uploads body", "UploadCreateEphemeralRequest"),
        ("GET /v1/avatars 200", "AvatarListResponse"),
        ("GET /v1/avatars/{id} 200", "Avatar"),
        ("GET /v1/avatars/{id} 200/FAILED", "AvatarFailed"),
        ("GET /v1/documents query sort/sort", "DocumentSort"),
        ("GET /v1/organization 200", "Organization"),
        ("PATCH /v1/avatars/{id} body/referenceImage", "ImageUri"),
        ("POST /v1/text_to_image body/gpt_image_2/quality", "GptImage2Quality"),
    ],
)
def test_names_say_what_a_thing_is(at_place: str, name: str) -> None:
    assert [one.name for one in BEFORE.schemas.values() if at_place in one.at] == [name]


def test_reversed_paths_rename_nothing() -> None:
    assert renamed(contract_of({**BASE, "paths": dict(reversed(BASE["paths"].items()))})) == []


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_no_name_depends_on_order(seed: int) -> None:
    after = contract_of(shuffled(BASE, random.Random(seed)))
    assert names_of(after) == names_of(BEFORE)
    assert calls_of(after) == calls_of(BEFORE)
    assert ordered(_no_examples(after.document())) == ordered(_no_examples(BEFORE.document()))


def _no_examples(node: Any) -> Any:
    """Which examples and descriptions are kept, and in which order, is no matter of names."""
    if isinstance(node, dict):
        return {k: _no_examples(v) for k, v in node.items() if k not in ("examples", "description")}
    return [_no_examples(one) for one in node] if isinstance(node, list) else node


@pytest.mark.parametrize("path", ["/v1/aaa", "/v1/generate/{id}", "/v1/zzz_things", "/v0/probe"])
def test_a_small_endpoint_renames_nothing(path: str) -> None:
    after = contract_of(with_path(BASE, path, SMALL))
    assert renamed(after) == []
    assert calls_of(BEFORE).items() <= calls_of(after).items()


@settings(max_examples=12)
@given(
    st.sampled_from(sorted(BASE["paths"])),
    st.sampled_from(["/v1/aaa", "/v1/generate", "/v2/x/{id}", "/v1/zzz_probes", "/a/b/c"]),
)
def test_a_copied_endpoint_renames_nothing(path: str, other: str) -> None:
    after = contract_of(with_path(BASE, other, BASE["paths"][path]))
    assert renamed(after) == []
    assert calls_of(BEFORE).items() <= calls_of(after).items()


@settings(max_examples=12)
@given(
    st.sampled_from([one for one in tagged_branches(BASE) if len(one[0]) < 10]),
    st.sampled_from(["aaa_new", "zz", "probe-2"]),
)
def test_a_new_branch_renames_nothing(branch: tuple[tuple[Any, ...], str], tag: str) -> None:
    after = names_of(contract_of(with_branch(BASE, *branch, tag)))
    before = names_of(BEFORE)
    assert before.keys() <= after.keys()
    # what holds the union has changed with it, and nothing else: the branches are as they were
    changed = {name for name in before if after[name] != before[name]}
    assert all(
        "oneOf" in json.dumps(BEFORE.schemas[name].schema) or _refers(name, changed)
        for name in changed
    )


def _refers(name: str, changed: set[str]) -> bool:
    text = json.dumps(BEFORE.schemas[name].schema)
    return any(f'/{other}"' in text for other in changed)


OBJECTS = [
    p
    for p, n in places(BASE["paths"], ("paths",))
    if isinstance(n, dict) and n.get("type") == "object" and n.get("properties")
]


@settings(max_examples=12)
@given(st.sampled_from(OBJECTS))
def test_a_new_property_renames_nothing(path: tuple[Any, ...]) -> None:
    """Where a shape of several places changes in one of them, only the lock keeps all names."""
    place = pointer(path)
    touched = next((one for one in BEFORE.schemas.values() if place in one.places), None)
    assume(touched is not None and len(touched.places) == 1)
    edited = copy.deepcopy(BASE)
    at(edited, path)["properties"]["brandNewMember"] = {"type": "string"}
    before, now = names_of(BEFORE), names_of(contract_of(edited))
    around = {
        one.name
        for one in BEFORE.schemas.values()
        if any(place == outer or place.startswith(outer + "/") for outer in one.places)
    }
    assert before.keys() == now.keys()
    assert {name for name in before if now[name] != before[name]} <= around
