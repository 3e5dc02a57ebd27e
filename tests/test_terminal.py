"""How diagnostics look to people."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.diagnostics import Code, Diagnostic, Severity
from specbound.origin import Origin
from specbound.report.terminal import block, clean, render, wants_color

PLACE = Origin("api.yaml", "/paths/~1x/get", 12, 5)
ERROR = Diagnostic(Code.BROKEN_REFERENCE, "`#/nowhere` points to nothing", PLACE, help="define it")
WARNING = Diagnostic(Code.INVALID_DOCUMENT, "`title` may not be here", PLACE, Severity.WARNING)
NOTE = Diagnostic(Code.UNKNOWN_KEYWORD, "nothing reads `foo`", PLACE, Severity.NOTE)

printable = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" \n"))


def test_an_error():
    assert render([ERROR]) == (
        "error[broken-reference]: `#/nowhere` points to nothing\n"
        "  --> api.yaml:12:5  /paths/~1x/get\n"
        "   = help: define it\n"
    )


def test_nothing():
    assert render([]) == ""


def test_warnings_are_summed_up_by_code():
    other = Diagnostic(Code.UNSUPPORTED, "x", PLACE, Severity.WARNING)
    assert render([WARNING, other, WARNING, NOTE]) == (
        "3 warnings: 2 invalid-document, 1 unsupported (run with -v to see them)\n"
        "1 note: 1 unknown-keyword (run with -v to see them)\n"
    )


def test_errors_come_before_the_sum():
    text = render([WARNING, ERROR])
    assert text.index("error[") < text.index("1 warning:")


def test_verbose_writes_everything_in_order():
    text = render([WARNING, ERROR, NOTE], verbose=True)
    assert re.findall(r"^(\w+)\[", text, re.M) == ["warning", "error", "note"]
    assert "run with -v" not in text


@given(printable, st.none() | st.builds(Origin, printable, printable), printable)
def test_colour_changes_nothing_but_colour(message, origin, help):
    item = Diagnostic(Code.SYNTAX, message, origin, help=help)
    plain = block(item)
    assert re.sub(r"\x1b\[[\d;]*m", "", block(item, color=True)) == plain
    assert plain == str(item), "the exception's text and the terminal's are laid out alike"


@given(st.text())
def test_a_document_cannot_steer_the_terminal(text):
    shown = clean(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    if text.isprintable():
        assert shown == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "stream", "expected"),
    [
        ({}, Terminal(), True),
        ({}, io.StringIO(), False),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"NO_COLOR": ""}, Terminal(), True),
        ({"TERM": "dumb"}, Terminal(), False),
    ],
)
def test_when_colour_is_wanted(monkeypatch, variables, stream, expected):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(stream) is expected
