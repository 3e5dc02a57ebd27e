"""The report at the terminal: what a person reads, compact, verbose, quiet, in colour."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import accounts
from specbound.check import baseline
from specbound.check.account import Account
from specbound.check.groups import Tally
from specbound.report.findings import Look, text
from specbound.traffic.exchange import Source

CASES = Path(__file__).parent / "cases" / "report"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def with_baseline() -> Account:
    """The rich account, its first two causes known, one entry expired and one stale."""
    account = accounts.rich_account()
    enum, operation, broken, *_ = account.groups
    gone = accounts.finding("type", pointer="/gone")
    tally = Tally()
    accounts.judged(tally, gone)
    (stale,) = tally.account(accounts.contract(), 1).groups
    entries = (
        baseline.Entry(enum.cause, 3, "the vendor was told", "2030-01-01"),
        baseline.Entry(operation.cause, 1, "the vendor was told", "2030-01-01"),
        baseline.Entry(broken.cause, 1, "mended soon", "2026-01-01"),
        baseline.Entry(stale.cause, 1),
    )
    return baseline.apply(account, baseline.Baseline(entries), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("name", "look"),
    [("compact", Look()), ("verbose", Look(verbose=True)), ("narrow", Look(width=60))],
)
@pytest.mark.parametrize("kind", ["new", "known"])
def test_golden(golden, name, look, kind):
    account = accounts.rich_account() if kind == "new" else with_baseline()
    golden(CASES / f"{kind}-{name}.txt", text(account, look))


def test_verbose_is_the_shape_of_the_design():
    tally = Tally()
    accounts.judged(tally, accounts.finding())
    told = text(tally.account(accounts.contract(), 1), Look(verbose=True)).splitlines()
    assert told[:5] == [
        'error[enum]: `ratio` is "1280:768", which gen4_turbo does not take',
        "  --> traffic.ndjson:41  POST /v1/image_to_video  request body /ratio",
        "   = one of: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672",
        f"   = spec: openapi.json:812:17  {accounts.RATIO}",
        '   = help: gen3a_turbo takes 1280:768; did you mean model "gen3a_turbo"?',
    ]


def test_the_closing_line():
    told = text(accounts.rich_account()).splitlines()[-1]
    assert told == (
        "6 exchanges: 2 valid, 3 invalid, 1 undocumented; 7 findings of 5 causes in 0.4 s"
    )


def test_nothing_found():
    tally = Tally()
    accounts.judged(tally, verdict=accounts.Verdict.VALID)
    account = tally.account(accounts.contract(), 1)
    assert text(account) == "1 exchange: 1 valid; no findings\n"
    assert text(account, Look(quiet=True)) == ""


def test_quiet_tells_errors_alone():
    told = text(accounts.rich_account(), Look(quiet=True))
    assert re.findall(r"^(\w+)\[", told, re.M) == ["error"] * 3
    assert "exchanges:" not in told


@pytest.mark.parametrize("look", [Look(), Look(verbose=True), Look(width=60)])
def test_colour_changes_nothing_but_colour(look):
    plain = text(with_baseline(), look)
    coloured = text(with_baseline(), Look(True, look.width, look.verbose, look.quiet))
    assert ESCAPES.sub("", coloured) == plain
    assert coloured != plain


def test_all_lists_every_finding():
    told = text(accounts.rich_account(keep_all=True), Look(verbose=True))
    assert told.count("error[enum]") == 3
    assert "traffic.ndjson:90" in told


def test_no_line_is_wider_than_the_terminal():
    told = text(accounts.rich_account(), Look(width=60))
    wide = [line.strip() for line in told.splitlines() if len(line) > 60]
    assert all(" " not in line.removeprefix("--> ") for line in wide)


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b\n\r\u202e\ud800")))
def test_no_text_draws_on_the_screen_or_breaks_its_line(words):
    tally, words = Tally(), "w" + words
    each = accounts.finding(message=words, help=words, allowed=words, pointer="/" + words,
                            operation=words, source=Source("file" + words, 1))  # fmt: skip
    accounts.judged(tally, each)
    told = text(tally.account(accounts.contract(), 1), Look(verbose=True))
    assert len(told.splitlines()) >= 5
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)
    assert told.count("\n") == 7
    io.TextIOWrapper(io.BytesIO(), "utf-8").write(told)


def test_places_are_told_once(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    tally = Tally()
    for line in (1, 1, 2, 3, 4, 5, 6):
        accounts.judged(tally, accounts.finding(source=Source(str(tmp_path / "a.har"), line)))
    told = text(tally.account(accounts.contract(), 1), Look(verbose=True))
    assert "  --> a.har:1  " in told
    assert "   = seen: 7 times, also :2, :3, :4 and 2 more" in told
