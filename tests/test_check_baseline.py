"""The baseline accepts what is known by cause, keeps what people wrote, tells what has ended."""

from __future__ import annotations

import json
from datetime import date

import pytest

import accounts
from specbound.check import baseline
from specbound.check.baseline import Baseline
from specbound.check.groups import Tally
from specbound.diagnostics import SpecError
from specbound.traffic.exchange import Source

TODAY = date(2026, 5, 1)


@pytest.fixture
def account():
    return accounts.rich_account()


def written(tmp_path, text, edit=lambda data: None):
    data = json.loads(text)
    edit(data)
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(data, indent=2), "utf-8")
    return baseline.read(path)


def test_what_was_written_accepts_all_of_it(account, tmp_path):
    known = written(tmp_path, baseline.updated(account, Baseline()))
    after = baseline.apply(account, known, TODAY)
    assert after.groups == ()
    assert [group for group, _ in after.known] == list(account.groups)
    assert (after.stale, after.expired) == ((), ())
    assert after.findings == account.findings


def test_only_what_is_new_is_left(account, tmp_path):
    text = baseline.updated(account, Baseline())
    known = written(tmp_path, text, lambda data: data["known"].pop(0))
    after = baseline.apply(account, known, TODAY)
    assert len(after.groups) == 1
    assert len(after.known) == len(account.groups) - 1


def test_lines_values_and_counts_may_change(account, tmp_path):
    known = written(tmp_path, baseline.updated(account, Baseline()))
    tally = Tally()
    for line in range(500, 600):
        accounts.judged(tally, accounts.finding(source=Source("moved", line), message="other"))
    after = baseline.apply(tally.account(accounts.contract(), 1), known, TODAY)
    assert after.groups == ()
    assert len(after.stale) == len(account.groups) - 1


@pytest.mark.parametrize(
    ("expires", "is_known"), [("2026-05-01", True), ("2026-04-30", False), ("", True)]
)
def test_an_entry_ends_after_its_day(account, tmp_path, expires, is_known):
    def edit(data):
        for entry in data["known"]:
            if entry["code"] == "enum":
                entry["expires"] = expires

    known = written(tmp_path, baseline.updated(account, Baseline()), edit)
    after = baseline.apply(account, known, TODAY)
    assert (after.groups == ()) is is_known
    assert [entry.cause.code for entry in after.expired] == ([] if is_known else ["enum"])


def test_an_expired_entry_that_matches_nothing_is_stale(tmp_path):
    def edit(data):
        data["known"][0]["expires"] = "2020-01-01"

    known = written(tmp_path, baseline.updated(accounts.rich_account(), Baseline()), edit)
    after = baseline.apply(Tally().account(accounts.contract(), 0), known, TODAY)
    assert len(after.stale) == 5
    assert after.expired == ()


def test_an_update_keeps_reasons_and_days_and_drops_what_is_gone(account, tmp_path):
    def edit(data):
        for entry in data["known"]:
            entry["reason"], entry["expires"] = f"because {entry['code']}", "2020-01-01"
        data["known"].append({"part": "status", "code": "undocumented-status"})
        data["known"] = [entry for entry in data["known"] if entry["code"] != "deprecated"]

    known = written(tmp_path, baseline.updated(account, Baseline()), edit)
    applied = baseline.apply(account, known, TODAY)
    again = json.loads(baseline.updated(applied, known))["known"]
    told = {entry["code"]: (entry["reason"], entry["expires"]) for entry in again}
    assert told["enum"] == ("because enum", "2020-01-01")
    assert told["deprecated"] == ("", "")
    assert "undocumented-status" not in told
    assert len(again) == len(account.groups)


def test_an_update_changes_nothing_twice(account, tmp_path):
    text = baseline.updated(account, Baseline())
    known = written(tmp_path, text)
    assert baseline.updated(baseline.apply(account, known, TODAY), known) == text


def test_the_file_does_not_depend_on_the_order_of_the_recording():
    one, other = Tally(), Tally()
    pair = [accounts.finding(pointer="/a"), accounts.finding(pointer="/b")]
    for each in pair:
        accounts.judged(one, each)
    for each in reversed(pair):
        accounts.judged(other, each)
    texts = [baseline.updated(t.account(accounts.contract(), 1), Baseline()) for t in (one, other)]
    assert texts[0] == texts[1]


def test_a_text_that_utf8_cannot_write(tmp_path):
    tally = Tally()
    accounts.judged(tally, accounts.finding(message="a lone \ud800 surrogate", names=("\udfff",)))
    account = tally.account(accounts.contract(), 1)
    known = written(tmp_path, baseline.updated(account, Baseline()))
    assert baseline.apply(account, known, TODAY).groups == ()


def test_all_keeps_only_what_is_new(tmp_path):
    account = accounts.rich_account(keep_all=True)
    known = written(tmp_path, baseline.updated(account, Baseline()),
                    lambda data: data["known"].pop(0))  # fmt: skip
    after = baseline.apply(account, known, TODAY)
    assert [finding.code for finding in after.all] == [group.finding.code for group in after.groups]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("{\n  oops", 2, "not JSON"),
        ("[]", 1, "known"),
        ('{"version": 7, "known": []}', 1, "version"),
        ('{"version": 1,\n "known": [\n  {"part": "status", "code": "x"},\n  {"part": "status"}]}',
         4, "`code`"),
        ('{"version": 1, "known": [\n\n 3]}', 3, "not an object"),
        ('{"version": 1, "known": [\n{"part": "body", "code": "x"}]}', 2, "request.body"),
        ('{"version": 1, "known": [\n{"part": "status", "code": 1}]}', 2, "`code`"),
        ('{"version": 1, "known": [\n{"part": [], "code": "x"}]}', 2, "`part`"),
        ('{"version": 1, "known": [\n{"part": "status", "code": "x", "names": "y"}]}', 2, "names"),
        ('{"version": 1, "known": [\n{"part": "status", "code": "x", "count": true}]}', 2, "count"),
        ('{"version": 1, "known": [\n{"part": "status", "code": "x", "raeson": ""}]}', 2, "raeson"),
        ('{"version": 1, "known": [\n{"part": "status", "code": "x", "expires": "May"}]}',
         2, "May"),
        ('{"version": 1, "known": [\n{"part": "status", "code": "x", "expires": "20260101"}]}',
         2, "20260101"),
        ("[" * 100_000, None, "deep"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_clear_message(tmp_path, text, line, word):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        baseline.read(path)
    (item,) = caught.value.diagnostics
    assert word in item.message
    assert item.origin.line == line
    assert item.origin.file == str(path)


def test_a_missing_file_says_what_writes_it(tmp_path):
    with pytest.raises(SpecError) as caught:
        baseline.read(tmp_path / "none.json")
    (item,) = caught.value.diagnostics
    assert "--update-baseline" in item.help


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="UTF-8"):
        baseline.read(path)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text('{"version": 1, "known": []}', "utf-8-sig")
    assert baseline.read(path) == Baseline()
