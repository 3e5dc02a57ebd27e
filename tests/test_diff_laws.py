"""Laws: what says the same is no change, a comparison mirrors, one change is told and no other."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import diff_mutations as mutations
from contracts import contract_of, shuffled
from specbound.contract.load import Contract
from specbound.diff.diff import diff
from specbound.diff.severity import Severity

CASES = Path(__file__).parent / "cases" / "diff"

#: Members that are easy to get wrong: unions of all sorts, null, references that go round.
SHAPES = {
    "Node": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "kind": {"enum": ["leaf", "branch", "root"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "where": {
                "anyOf": [
                    {"type": "string", "pattern": "^https"},
                    {"type": "string", "pattern": "^data", "maxLength": 9},
                    {"type": "array", "items": {"type": "integer"}},
                ]
            },
        },
    },
    "Shape": {
        "oneOf": [
            {
                "type": "object",
                "required": ["is", "radius"],
                "properties": {"is": {"const": "circle"}, "radius": {"type": "integer"}},
            },
            {
                "type": "object",
                "required": ["is"],
                "properties": {
                    "is": {"const": "square"},
                    "side": {"type": "integer", "minimum": 0},
                    "label": {"type": "string"},
                    "colour": {"enum": ["red", "green", "blue"]},
                },
            },
            {"type": "object", "properties": {"x": {}, "y": {"type": "array"}}},
        ]
    },
    "Page": {
        "allOf": [
            {"type": "object", "properties": {"next": {"type": ["string", "null"]}}},
            {
                "required": ["data"],
                "properties": {
                    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
                },
            },
        ]
    },
}


def everything():
    """A document in which each of the shapes is sent and given."""
    paths = {}
    for name in SHAPES:
        media = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        paths[f"/{name.lower()}"] = {
            "post": {
                "requestBody": {"content": copy.deepcopy(media)},
                "responses": {"200": {"description": "-", "content": copy.deepcopy(media)}},
            }
        }
    info = {"title": "T", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": SHAPES}}


def written_out(document):
    """The document with its references written out, so that each place can be changed alone."""
    return mutations.inlined(document)


SEEDS = st.integers(min_value=0, max_value=2**32)

REWRITES = {
    "reordered": shuffled,
    "hoisted": mutations.hoisted,
    "wrapped": mutations.wrapped,
    "inlined": lambda document, dice: mutations.inlined(document),
    "reworded": lambda document, dice: mutations.reworded(document),
    "all at once": lambda document, dice: mutations.reworded(
        mutations.wrapped(mutations.hoisted(shuffled(document, dice), dice), dice)
    ),
}


@pytest.mark.parametrize("rewrite", REWRITES)
@given(seed=SEEDS)
@settings(max_examples=8)
def test_the_same_in_other_words_is_no_change(rewrite, seed):
    document = everything()
    other = REWRITES[rewrite](document, random.Random(seed))
    assert diff(contract_of(document), contract_of(other)) == []


@pytest.mark.parametrize("rewrite", ["reordered", "all at once"])
def test_the_seed_document_in_other_words_is_no_change(rewrite, runway):
    document = json.loads((runway / "openapi.json").read_text("utf-8"))
    old = contract_of(document)
    other = REWRITES[rewrite](json.loads(json.dumps(old.bundled)), random.Random(7))
    assert diff(old, contract_of(other)) == []


def test_layout_and_language_of_a_file_are_no_change(tmp_path, runway):
    document = json.loads((runway / "openapi.json").read_text("utf-8"))
    (tmp_path / "one.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(document, sort_keys=True), "utf-8")
    one, two = (Contract.load(tmp_path / name) for name in ("one.json", "two.yaml"))
    assert diff(one, two) == []


def test_files_are_no_change(tmp_path):
    document = everything()
    named = document["components"]["schemas"]
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(document), "utf-8")
    shapes = json.loads(json.dumps(named).replace("#/components/schemas/", "#/"))
    (tmp_path / "shapes.yaml").write_text(yaml.safe_dump(shapes), "utf-8")
    paths = json.loads(
        json.dumps(document["paths"]).replace("#/components/schemas/", "shapes.yaml#/")
    )
    split = {**document, "paths": paths, "components": {}}
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(split), "utf-8")
    one, two = (Contract.load(tmp_path / name) for name in ("one.yaml", "two.yaml"))
    assert diff(one, two) == []


# --- one change ---------------------------------------------------------------------------------


@given(code=st.sampled_from(sorted(mutations.NARROWING)), seed=SEEDS)
@settings(max_examples=40)
def test_one_change_is_told_and_nothing_else(code, seed):
    document = written_out(everything())
    dice = random.Random(seed)
    other = mutations.mutated(document, code, dice)
    assert other is not None
    found = diff(contract_of(document), contract_of(shuffled(other, dice)))
    assert [change.code for change in found] == [code]
    (change,) = found
    request = change.direction == "request"
    assert change.severity is (Severity.BREAKING if request else Severity.INFO)


@given(code=st.sampled_from(sorted(mutations.NARROWING)), seed=SEEDS)
@settings(max_examples=30)
def test_a_change_stands_where_it_was_made(code, seed):
    document = written_out(everything())
    other = mutations.mutated(document, code, random.Random(seed))
    (change,) = diff(contract_of(document), contract_of(other))
    differing = _first_difference(document, other)
    # The pointer leads to the keyword, or to the schema that has it.
    assert differing.startswith(change.pointer) or change.pointer.startswith(differing)
    assert change.new_origin.pointer == change.pointer
    assert change.new_origin.line


def _first_difference(one, other, at=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                step = str(key).replace("~", "~0").replace("/", "~1")
                return _first_difference(one.get(key), other.get(key), f"{at}/{step}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return _first_difference(left, right, f"{at}/{index}")
    return at


# --- the mirror ---------------------------------------------------------------------------------

TURNED = {
    **{"added": "removed", "removed": "added", "narrowed": "widened", "widened": "narrowed"},
    **{"required": "optional", "optional": "required"},
    **{"deprecated": "reinstated", "reinstated": "deprecated"},
}


def _seen(change):
    at = "" if "renamed" in change.code else change.at
    return change.code, str(change.direction), at, repr(change.old), repr(change.new)


def _mirrored(change):
    kind, _, word = change.code.rpartition("-")
    code = "-".join(filter(None, (kind, TURNED.get(word, word))))
    at = "" if "renamed" in change.code else change.at
    return code, str(change.direction), at, repr(change.new), repr(change.old)


def mirrors(one: Contract, other: Contract) -> None:
    there, back = diff(one, other), diff(other, one)
    assert Counter(map(_seen, there)) == Counter(map(_mirrored, back))


@given(codes=st.lists(st.sampled_from(sorted(mutations.NARROWING)), max_size=4), seed=SEEDS)
@settings(max_examples=25)
def test_a_comparison_mirrors(codes, seed):
    dice = random.Random(seed)
    one, other = everything(), everything()
    for code in codes:
        if dice.random() < 0.5:
            one = mutations.mutated(written_out(one), code, dice) or one
        else:
            other = mutations.mutated(written_out(other), code, dice) or other
    mirrors(contract_of(one), contract_of(other))


def test_the_cases_mirror():
    mirrors(*(Contract.load(CASES / name) for name in ("old.yaml", "new.yaml")))


@given(seed=SEEDS)
@settings(max_examples=10)
def test_the_order_of_documents_changes_no_report(seed):
    dice = random.Random(seed)
    old, new = (
        yaml.safe_load((CASES / name).read_text("utf-8")) for name in ("old.yaml", "new.yaml")
    )
    plain = diff(contract_of(old), contract_of(new))
    other = diff(contract_of(shuffled(old, dice)), contract_of(shuffled(new, dice)))
    told = [[(one.code, one.operation, one.message) for one in some] for some in (plain, other)]
    assert told[0] == told[1]
