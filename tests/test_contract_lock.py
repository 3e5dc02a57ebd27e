"""The lock: names outlive every edit, and a name that is free means nothing else ever again."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import (
    Json,
    at,
    calls_of,
    contract_of,
    document,
    names_of,
    places,
    with_path,
)
from specbound.contract import lock as locks
from specbound.contract.load import Contract
from specbound.contract.lock import Entry, Lock
from specbound.diagnostics import SpecError

RUNWAY = Path(__file__).parents[1] / "spec" / "runway"
BASE: Json = json.loads((RUNWAY / "openapi.json").read_text("utf-8"))
BEFORE = contract_of(BASE)


def locked(contract: Contract) -> Lock:
    entries = {n: Entry(s.digest, frozenset(s.at)) for n, s in contract.schemas.items()}
    return Lock(entries, calls_of(contract))


def thing(*members: str) -> Json:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in members},
    }


def reply(schema: Any) -> Json:
    content = {"application/json": {"schema": schema}}
    return {"get": {"responses": {"200": {"description": "", "content": content}}}}


def edited(seed: int) -> Json:
    """The document after a few random edits of members, branches, values and endpoints."""
    dice = random.Random(seed)
    out: Json = copy.deepcopy(BASE)
    for _ in range(3):
        schemas = [
            path for path, node in places(out["paths"], ("paths",)) if _is_object(path, node)
        ]
        node = at(out, dice.choice(schemas))
        match dice.randrange(4):
            case 0:
                node["properties"]["added" + str(dice.random())[2:6]] = {"enum": ["p", "q"]}
            case 1 if len(node["properties"]) > 2:
                del node["properties"][dice.choice(sorted(node["properties"]))]
            case 2:
                node["title"] = "Retitled"
            case _:
                path = dice.choice(sorted(out["paths"]))
                out = with_path(out, f"/v1/a{seed % 97}", out["paths"][path])
    return out


def _is_object(path: tuple[Any, ...], node: Any) -> bool:
    if not isinstance(node, dict) or path[-1] == "properties":
        return False
    return node.get("type") == "object" and isinstance(node.get("properties"), dict)


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_names_survive_edits(seed: int) -> None:
    after = contract_of(edited(seed), locked(BEFORE))
    before, now = names_of(BEFORE), names_of(after)
    meanings = {shape: name for name, shape in now.items()}
    for name, shape in before.items():
        if shape in meanings:
            assert meanings[shape] == name
        elif name in now:  # a changed shape in its old place
            assert set(BEFORE.schemas[name].at) & set(after.schemas[name].at)


def test_a_changed_shape_in_its_place_keeps_its_name() -> None:
    before = contract_of(document({"/a": reply({**thing("x"), "title": "Odd"})}))
    after = contract_of(document({"/a": reply(thing("x", "y"))}), locked(before))
    assert list(before.schemas) == ["Odd"]
    assert list(after.schemas) == ["Odd"]


def test_a_retired_name_is_never_used_again() -> None:
    before = contract_of(document({"/a": reply({**thing("x"), "title": "Odd"})}))
    after = contract_of(document({"/b": reply({**thing("z"), "title": "Odd"})}), locked(before))
    assert "Odd" not in after.schemas
    assert len(after.schemas) == 1


def test_the_shape_wins_over_the_place() -> None:
    before = contract_of(document({"/a": reply(thing("x")), "/b": reply(thing("y"))}))
    after = contract_of(
        document({"/a": reply(thing("y")), "/b": reply(thing("x"))}), locked(before)
    )
    assert names_of(after) == names_of(before)


def test_an_overlay_wins_over_the_lock() -> None:
    before = contract_of(document({"/a": reply(thing("x"))}))
    wish = {**thing("x"), "x-specbound": {"name": "Wish"}}
    assert list(contract_of(document({"/a": reply(wish)}), locked(before)).schemas) == ["Wish"]


def test_a_wish_does_not_take_a_name_from_a_shape_that_is_still_there() -> None:
    wish = {"x-specbound": {"name": "Wish"}}
    before = contract_of(document({"/a": reply({**thing("x"), **wish})}))
    paths = {"/a": reply({**thing("x", "y"), **wish}), "/b": reply(thing("x"))}
    after = contract_of(document(paths), locked(before))
    assert names_of(after)["Wish"] == names_of(before)["Wish"]


def test_of_two_that_wish_a_name_its_shape_keeps_it() -> None:
    wish = {"x-specbound": {"name": "Wish"}}
    for member in "abcdefgh":
        before = contract_of(document({"/a": reply({**thing("x"), **wish})}))
        paths = {
            "/a": reply({**thing("x"), **wish}),
            "/b": reply({**thing("x", member), **wish}),
        }
        after = contract_of(document(paths), locked(before))
        assert names_of(after)["Wish"] == names_of(before)["Wish"]


def test_methods_keep_their_names_when_operation_ids_come() -> None:
    after: Json = copy.deepcopy(BASE)
    for path, item in after["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                operation["operationId"] = f"{method}{path.replace('/', '-')}"
    assert calls_of(contract_of(after, locked(BEFORE))) == calls_of(BEFORE)


def test_no_operation_takes_over_anothers_name() -> None:
    after: Json = copy.deepcopy(BASE)
    for path in list(BASE["paths"]):
        after["paths"][path.removeprefix("/v1")] = copy.deepcopy(BASE["paths"][path])
    now = calls_of(contract_of(after, locked(BEFORE)))
    assert {key: now[key] for key in calls_of(BEFORE)} == calls_of(BEFORE)


def test_a_lock_of_older_days_has_no_operations(tmp_path: Path) -> None:
    (tmp_path / "lock.json").write_text('{"names": {}}', "utf-8")
    assert locks.read(tmp_path / "lock.json") == Lock()


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    shapes = {named.digest: name for name, named in BEFORE.schemas.items()}
    places = {named.digest: named.at for named in BEFORE.schemas.values()}
    text = locks.write(shapes, places, calls=calls_of(BEFORE))
    (tmp_path / "lock.json").write_text(text, "utf-8")
    assert locks.read(tmp_path / "lock.json") == locked(BEFORE)
    assert locks.read(tmp_path / "none.json") == Lock()


def test_a_retired_name_stays_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "lock.json").write_text(locks.write({"k": "A"}, {"k": ["here"]}, ["Odd"]), "utf-8")
    kept = locks.read(tmp_path / "lock.json")
    after = contract_of(document({"/b": reply({**thing("z"), "title": "Odd"})}), kept)
    assert "Odd" not in after.schemas


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"names": {"A": 1}}', '{"names": []}'])
def test_a_broken_file_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock.json").write_text(text, "utf-8")
    with pytest.raises(SpecError):
        locks.read(tmp_path / "lock.json")
