"""Documents that make a careless linter loop, grow or fall over, and those of real services."""

from __future__ import annotations

import gzip
import random
import time
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from specbound.check.explain.explain import explain
from specbound.contract.load import Contract, deep_recursion
from specbound.contract.shown import shown
from specbound.diagnostics import SpecError
from specbound.lint.fit import Fits
from specbound.lint.lint import lint
from specbound.lint.wording import Wording

GARAGE = Path(__file__).parent / "cases" / "lint" / "garage.yaml"
WEIRD = [None, 5, -1, "x", "", [], {}, True, [None], {"a": None}, ["x", 5], float("inf")]


def load(tmp_path, node):
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(node, sort_keys=False), "utf-8")
    return Contract.load(file)


def schemas(**nodes):
    base = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    return {**base, "components": {"schemas": nodes}}


def places(node, above=()):
    steps = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for step in steps:
        yield (*above, step)
        yield from places(node[step], (*above, step))


def test_anything_anywhere_is_survived(tmp_path):
    document = yaml.safe_load(GARAGE.read_text("utf-8"))
    chosen = random.Random(3)
    everywhere = list(places(document))
    for _ in range(60):
        broken = deepcopy(document)
        path, node = chosen.choice(everywhere), broken
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = chosen.choice(WEIRD)
        try:
            contract = load(tmp_path, broken)
        except SpecError:
            continue
        lint(contract)


def test_schemas_that_lead_back_to_themselves_end(tmp_path):
    ref = {"$ref": "#/components/schemas/A"}
    names = [f"m{number}" for number in range(12)]
    tree = {
        "type": "object",
        "required": names[:8],
        "properties": dict.fromkeys(names, ref),
        "anyOf": [ref, {"type": "object", "allOf": [ref, ref, ref]}],
        "example": {"m0": {}},
    }
    started = time.process_time()
    lint(load(tmp_path, schemas(A=tree)))
    assert time.process_time() - started < 5


def test_an_expression_that_is_none_stops_nothing(tmp_path):
    node = {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}
    found = lint(load(tmp_path, schemas(A=node)))
    assert [one.code for one in found] == ["invalid-pattern"]


@pytest.mark.parametrize("name", ["slack.com.json", "figma.yaml"])
def test_verdict_and_explanation_agree_on_a_services_examples(shared, tmp_path, name):
    packed = shared / "corpus" / "specs" / f"{name}.gz"
    if not packed.exists():
        pytest.skip(f"{packed.name} is not here")
    file = tmp_path / name
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    contract = Contract.load(file)
    with deep_recursion():
        fits = Fits(contract.bundled)
        wording = Wording(contract, fits)
        for one in shown(contract.bundled):
            place = wording.place(one.at)
            if one.direction and place is not None:
                told = explain(contract, place.schema, place.at, one.value, one.direction)
                assert fits.accepts(one.schema, one.value, one.direction) is not bool(told), one.at
