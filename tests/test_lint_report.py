"""What `specbound lint` prints, and how it exits."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from specbound.commands.inputs import Inputs
from specbound.commands.lint import lint as command
from specbound.commands.lint_text import text
from specbound.contract.load import Contract
from specbound.lint.lint import lint

GARAGE = Path(__file__).parent / "cases" / "lint" / "garage.yaml"
RIGHT = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}


def run(spec, report="text", verbose=False, quiet=False):
    arguments = Namespace(fix=None, report=report, verbose=verbose, quiet=quiet)
    return command(Inputs(spec, (), Path("generated"), None), arguments)


@pytest.fixture
def written(tmp_path):
    def write(document):
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(document), "utf-8")
        return file

    return write


def test_nothing_wrong_is_said_and_exits_0(written, capsys):
    assert run(written(RIGHT)) == 0
    assert capsys.readouterr().out == "nothing wrong\n"


def test_notes_alone_exit_0(written, capsys):
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    replies = {"200": {"description": "ok"}, "4XX": {"description": "no"}}
    node = {**RIGHT, "paths": {"/a": {"post": {"requestBody": body, "responses": replies}}}}
    assert run(written(node)) == 0
    assert "1 note (-v shows every place)" in capsys.readouterr().out


def test_warnings_exit_1_and_quiet_says_errors_alone(written, capsys):
    node = {**RIGHT, "components": {"schemas": {"A": {"type": "integer", "example": "x"}}}}
    assert run(written(node), quiet=True) == 1
    assert capsys.readouterr().out == ""
    assert run(GARAGE, quiet=True) == 1
    assert capsys.readouterr().out.startswith("error[invalid-pattern]")


def test_findings_of_one_kind_are_counted_with_their_first_places(runway, capsys):
    assert run(runway / "openapi.json") == 1
    out = capsys.readouterr().out
    assert "warning[invalid-example]: 44 schema examples that do not fit" in out
    assert "and 41 more (-v)" in out
    assert out.count("schema example ") == 3
    assert "--fix OVERLAY mends" in out


def test_verbose_gives_every_place_with_its_line(runway):
    contract = Contract.load(runway / "openapi.json")
    found = lint(contract)
    out = text(found, verbose=True)
    assert out.count("  --> ") == len(found)
    assert "more (-v)" not in out


def test_control_characters_of_a_document_are_spelled_out(written, capsys):
    operation = {"tags": ["\x1b[31mred"], "responses": {"4XX": {"description": "no"}}}
    run(written({**RIGHT, "tags": [{"name": "a"}], "paths": {"/a": {"get": operation}}}))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "red" in out


def test_secrets_of_an_example_are_not_printed(written, capsys):
    token = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    node = {"type": "string", "maxLength": 3, "example": token}
    run(written({**RIGHT, "components": {"schemas": {"A": node}}}), verbose=True)
    assert token not in capsys.readouterr().out


def test_the_json_report_has_places_and_fixes(capsys):
    run(GARAGE, "json")
    data = json.loads(capsys.readouterr().out)
    assert data["contract"] == {"title": "Garage", "version": "1.0.0", "operations": 2}
    summary = data["summary"]
    assert summary["errors"] + summary["warnings"] + summary["notes"] == len(data["findings"])
    assert summary["fixable"] == sum(bool(one["fix"]) for one in data["findings"])
    for one in data["findings"]:
        assert one["spec"]["line"] > 0
        assert one["spec"]["pointer"].startswith("/")


def test_sarif_names_every_rule_that_it_uses(capsys):
    run(GARAGE, "sarif")
    log = json.loads(capsys.readouterr().out)
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    for result in log["runs"][0]["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] > 0
