"""What `specbound diff` prints: golden text, Markdown and JSON, exit statuses, refusals."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from specbound.commands import diff as command
from specbound.commands.diff_arguments import DIFF, add_diff
from specbound.contract.load import Contract
from specbound.diagnostics import SpecError
from specbound.diff.changes import Change, Direction
from specbound.diff.diff import diff
from specbound.diff.severity import Severity
from specbound.report.diff_json import diff_json
from specbound.report.diff_markdown import markdown
from specbound.report.diff_text import text
from specbound.report.findings import Look

CASES = Path(__file__).parent / "cases" / "diff"


@pytest.fixture
def changes(monkeypatch):
    # Places are named from the working directory.
    monkeypatch.chdir(CASES)
    return diff(Contract.load("old.yaml"), Contract.load("new.yaml"))


def test_text(changes, golden):
    golden(CASES / "changes.txt", text(changes))


def test_verbose_text(changes, golden):
    golden(CASES / "changes-verbose.txt", text(changes, Look(verbose=True)))


def test_markdown(changes, golden):
    golden(CASES / "changes.md", markdown(changes, "Studio 1.0 → 1.1"))


def test_json(changes, golden):
    golden(CASES / "changes.json", diff_json(changes))


def test_quiet_text_has_what_breaks_and_nothing_else(changes):
    written = text(changes, Look(quiet=True))
    assert written.startswith("breaking: ")
    assert not {"warning", "info"} & {line.partition(":")[0] for line in written.splitlines()}
    assert "changes in" not in written
    assert text([one for one in changes if one.severity is Severity.INFO], Look(quiet=True)) == ""


def test_nothing_to_tell():
    assert text([]) == "no changes\n"
    assert json.loads(diff_json([]))["changes"] == []
    assert markdown([], "T") == "## T\n\nNo changes.\n"


def _change(**more) -> Change:
    given = {
        "code": "enum-narrowed",
        "severity": Severity.BREAKING,
        "direction": Direction.REQUEST,
        "operation": "POST /things",
        "pointer": "/paths",
        "old": ["a", "b"],
        "new": ["a"],
        "message": "`x` no longer allows 'b'",
        "part": "request body",
        "at": "/x",
    }
    return Change(**{**given, **more})


def test_the_same_change_in_many_operations_is_told_once():
    some = [_change(operation=f"POST /things{index}") for index in range(5)]
    written = text(some)
    assert written.count("no longer allows") == 1
    assert "5 operations: POST /things0, POST /things1, POST /things2 and 2 more" in written


def test_the_same_change_in_many_variants_is_told_once():
    some = [
        _change(variant=name, message=f"`x` of {name} no longer allows 'b'")
        for name in ("one", "two")
    ]
    assert "`x` of one, two no longer allows 'b'" in text(some)


def test_a_document_cannot_write_on_the_terminal_nor_forge_markup():
    evil = _change(message="`x` no longer allows '\x1b[2J\n# <b>owned</b> [a](b)'")
    plain, written = text([evil]), markdown([evil], "T")
    for forged in ("\x1b", "\n# "):
        assert forged not in plain
    for forged in ("\x1b", "\n# ", "<b>", "[a](b)"):
        assert forged not in written


# --- the command --------------------------------------------------------------------------------


def run(*arguments) -> int:
    parser = argparse.ArgumentParser()
    add_diff(parser)
    return command.diff(parser.parse_args([str(one) for one in arguments]))


OLD, NEW = CASES / "old.yaml", CASES / "new.yaml"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((OLD, NEW), 1),
        ((OLD, NEW, "--fail-on", "any"), 1),
        ((OLD, NEW, "--fail-on", "none"), 0),
        ((OLD, OLD), 0),
        ((OLD, OLD, "--fail-on", "any"), 0),
    ],
)
def test_exit_status(arguments, status, capsys):
    assert run(*arguments) == status
    assert capsys.readouterr().out


def test_json_is_what_interfaces_says(capsys):
    run(OLD, NEW, "--report", "json")
    told = json.loads(capsys.readouterr().out)
    assert told["breaking"] is True
    keys = {"code", "severity", "direction", "operation", "pointer", "old", "new", "message"}
    for change in told["changes"]:
        assert keys <= change.keys()
        assert change["severity"] in ("breaking", "warning", "info")
        assert change["direction"] in ("request", "response", "operation")


def test_an_overlay_is_applied_to_both(tmp_path, capsys):
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: o, version: '1'}\n"
        "actions: [{target: $.paths, remove: true}]\n",
        "utf-8",
    )
    assert run(OLD, NEW, "--overlay", overlay) == 0


def test_standard_input_is_one_of_the_two(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(OLD.read_bytes())))
    assert run("-", NEW, "-v") == 1
    written = capsys.readouterr().out
    assert "old: <stdin>:" in written
    assert "specbound-" not in written
    with pytest.raises(SpecError, match="one file only"):
        run("-", "-")


def test_what_cannot_be_read_is_refused_with_its_place(tmp_path, monkeypatch):
    broken = tmp_path / "broken.json"
    broken.write_text('{"openapi": "3.1.0",', "utf-8")
    with pytest.raises(SpecError, match=r"broken\.json:1"):
        run(OLD, broken)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    with pytest.raises(SpecError, match="<stdin>:1"):
        run("-", NEW)


def test_the_examples_of_help_parse():
    parser = argparse.ArgumentParser()
    add_diff(parser)
    for line in DIFF.splitlines():
        if line.startswith("  ") and "specbound diff " in line:
            words = line.split("specbound diff ")[1].split("  ")[0].split(" | ")[0].split(" >> ")[0]
            parser.parse_args(words.split())
