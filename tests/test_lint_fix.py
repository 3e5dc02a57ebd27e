"""`--fix`: overlay actions that mend exactly what they name, and nothing else."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from specbound.commands.inputs import Inputs
from specbound.commands.lint import lint as command
from specbound.contract.load import Contract
from specbound.diagnostics import SpecError
from specbound.lint.document import Document
from specbound.lint.lint import lint
from specbound.lint.overlay import written
from specbound.lint.problem import Action, selector
from specbound.source.load import read

CASES = Path(__file__).parent / "cases" / "lint"
GARAGE = CASES / "garage.yaml"


def run(spec, fix=None, overlays=(), report="text", verbose=False, quiet=False):
    arguments = Namespace(
        fix=str(fix) if fix else None, report=report, verbose=verbose, quiet=quiet
    )
    return command(Inputs(spec, tuple(overlays), Path("generated"), None), arguments)


def mendable(contract):
    return {(one.code, one.diagnostic.message) for one in lint(contract) if one.mend}


@pytest.mark.parametrize("which", ["garage", "runway"])
def test_the_mended_document_is_clean_of_what_was_mended(which, runway, tmp_path, capsys):
    spec = GARAGE if which == "garage" else runway / "openapi.json"
    fix = tmp_path / "mended.yaml"
    before = mendable(Contract.load(spec))
    assert run(spec, fix) == 1  # operations without an error response are left
    assert before
    after = Contract.load(spec, [fix])
    assert not mendable(after)
    assert not {item.code for item in after.diagnostics} & {"overlay-without-match"}
    assert "wrote" in capsys.readouterr().err


def test_the_mended_document_is_valid(runway, tmp_path):
    fix = tmp_path / "mended.yaml"
    run(runway / "openapi.json", fix, quiet=True)
    validate(read(runway / "openapi.json", [fix]).document)


def test_a_second_run_writes_nothing(tmp_path, capsys):
    fix = tmp_path / "mended.yaml"
    run(GARAGE, fix)
    once = fix.read_bytes()
    run(GARAGE, fix)
    assert fix.read_bytes() == once
    assert "nothing new to mend" in capsys.readouterr().err


def test_actions_are_added_behind_those_that_are_there(tmp_path):
    fix = tmp_path / "ours.yaml"
    ours = (
        "# ours\noverlay: 1.0.0\nactions:\n# first\n- target: $.info\n  update: {x-a: 1}\n\n"
        "# the title comes last\ninfo:\n  title: Ours\n  version: '1'\n"
    )
    fix.write_text(ours, "utf-8")
    run(GARAGE, fix, overlays=[fix])
    text = fix.read_text("utf-8")
    head, tail = ours.split("\n\n")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert not mendable(Contract.load(GARAGE, [fix]))


def test_an_overlay_in_json_stays_json(tmp_path):
    fix = tmp_path / "ours.json"
    actions = [{"target": "$.info", "update": {"x-a": 1}}]
    data = {"overlay": "1.0.0", "info": {"title": "O", "version": "1"}, "actions": actions}
    fix.write_text(json.dumps(data), "utf-8")
    run(GARAGE, fix)
    assert json.loads(fix.read_text("utf-8"))["actions"][0] == actions[0]
    assert not mendable(Contract.load(GARAGE, [fix]))


def test_a_file_that_is_no_overlay_is_not_touched(tmp_path):
    fix = tmp_path / "other.yaml"
    fix.write_text("a: 1\n", "utf-8")
    with pytest.raises(SpecError):
        run(GARAGE, fix)
    assert fix.read_text("utf-8") == "a: 1\n"


def test_a_layout_that_cannot_be_added_to_is_refused(tmp_path):
    fix = tmp_path / "flow.yaml"
    text = (
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions: [{target: $.info, update: {}}]\n"
    )
    fix.write_text(text, "utf-8")
    with pytest.raises(SpecError, match="laid out"):
        run(GARAGE, fix)
    assert fix.read_text("utf-8") == text


@pytest.mark.parametrize("name", ["a b", "it's", 'a"b', "a\\b", "a\nb", "é", "200", "~1/x", "[0]"])
def test_a_target_selects_exactly_its_place(tmp_path, name):
    spec = tmp_path / "openapi.json"
    node = {"type": "integer", "example": "x"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {"A": {"type": "object", "properties": {name: node, "other": node}}}
        },
    }
    spec.write_text(json.dumps(document), "utf-8")
    fix = tmp_path / "mended.yaml"
    assert run(spec, fix) == 0
    mended = read(spec, [fix]).document["components"]["schemas"]["A"]["properties"]
    assert mended == {name: {"type": "integer"}, "other": {"type": "integer"}}


def test_items_go_from_the_last_to_the_first(tmp_path):
    spec = tmp_path / "openapi.json"
    node = {"type": "integer", "examples": ["a", 1, "b", 2, "c"] + ["d"] * 8}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": {"A": node}},
    }
    spec.write_text(json.dumps(document), "utf-8")
    fix = tmp_path / "mended.yaml"
    assert run(spec, fix) == 0
    assert read(spec, [fix]).document["components"]["schemas"]["A"]["examples"] == [1, 2]


def test_a_named_item_is_selected_by_its_name():
    items = [{"name": "a", "in": "query"}, {"name": "a", "in": "path"}, {"lang": "Go"}, 5]
    assert selector("0", items) == "[?@.name == 'a' && @.in == 'query']"
    assert selector("2", items) == "[?@.lang == 'Go']"
    assert selector("3", items) == "[3]"
    assert selector("0", [{"lang": "Go"}, {"lang": "Go"}]) == "[0]"


def test_text_of_several_lines_comes_back_as_it_was(tmp_path):
    for text in ("a\nb", "a\nb\n", "a\n\n  b: c\n", " a\nb", "a\n\n", "a\x85b\n", "#\n- x: |\n"):
        overlay = written([(Action("$.info", {"x": text}), "why")])
        file = tmp_path / "overlay.yaml"
        file.write_text(overlay, "utf-8", newline="")
        spec = tmp_path / "openapi.json"
        base = {"openapi": "3.1.0", "info": {"title": "T", "version": "1", "x-t": ""}, "paths": {}}
        spec.write_text(json.dumps(base), "utf-8")
        overlay = written([(Action("$.info", {"x-t": text}), "why")])
        file.write_text(overlay, "utf-8", newline="")
        assert read(spec, [file]).document["info"]["x-t"] == text


def test_what_stands_in_another_file_is_left_alone(tmp_path):
    (tmp_path / "a.yaml").write_text("type: integer\nexample: x\n", "utf-8")
    spec = tmp_path / "openapi.yaml"
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        "components: {schemas: {A: {$ref: a.yaml}}}\n",
        "utf-8",
    )
    contract = Contract.load(spec)
    found = lint(contract)
    assert [one.code for one in found] == ["invalid-example"]
    assert not found[0].mend
    assert Document(contract).target(found[0].diagnostic.origin) == ""


@pytest.mark.parametrize("report", ["json", "sarif", "github"])
def test_reports_for_programs(report, capsys):
    assert run(GARAGE, report=report) == 1
    text = capsys.readouterr().out
    if report == "github":
        assert "::error file=" in text
        return
    data = json.loads(text)
    findings = data["findings"] if report == "json" else data["runs"][0]["results"]
    assert len(findings) == len(lint(Contract.load(GARAGE)))
