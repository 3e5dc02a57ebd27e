"""The reports for machines: JSON, JUnit XML, SARIF and GitHub's annotations."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import accounts
from specbound.check import baseline
from specbound.check.groups import Tally
from specbound.contract.rules import CONSTRAINTS
from specbound.diagnostics import Severity
from specbound.report import codes
from specbound.report.coverage_table import coverage_table
from specbound.report.github import MOST, github, github_summary
from specbound.report.json_report import json_report
from specbound.report.junit import junit
from specbound.report.sarif import sarif
from specbound.traffic.exchange import Source
from test_report_text import with_baseline

CASES = Path(__file__).parent / "cases" / "report"
REPORTS = (json_report, junit, sarif, github, github_summary)
NOTHING = Tally().account(accounts.contract(), 0)


@pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.__name__)
def test_golden(golden, report):
    suffix = {"junit": "xml", "github": "txt", "github_summary": "md"}.get(report.__name__, "json")
    golden(CASES / f"known.{report.__name__}.{suffix}", report(with_baseline()))


@pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.__name__)
def test_the_same_account_gives_the_same_bytes(report):
    assert report(accounts.rich_account()) == report(accounts.rich_account())
    assert report(accounts.rich_account()).endswith("\n")


# --- JSON -----------------------------------------------------------------------------------------


def test_json_has_the_members_that_the_interface_promises():
    told = json.loads(json_report(accounts.rich_account()))
    assert told["contract"] == {"title": "Toy", "version": "1.0", "operations": 1}
    promised = {"exchanges": 6, "valid": 2, "invalid": 3, "undocumented": 1, "findings": 7}
    assert promised.items() <= told["summary"].items()
    first = told["findings"][0]
    assert first["source"] == {"file": "traffic.ndjson", "line": 41, "index": 40}
    assert first["spec"] == {
        "file": "openapi.json", "pointer": accounts.RATIO, "line": 812, "column": 17,
    }  # fmt: skip
    names = ("code", "severity", "operation", "part", "pointer", "value", "variant", "count")
    assert [first[name] for name in names] == [
        "enum", "error", accounts.VIDEO, "request.body", "/ratio", "1280:768", "gen4_turbo", 3,
    ]  # fmt: skip
    assert [place["source"]["line"] for place in first["places"]] == [41, 57, 90]
    assert sum(each["count"] for each in told["findings"]) == told["summary"]["findings"]
    assert "coverage" not in told


def test_json_of_all_has_every_finding():
    told = json.loads(json_report(accounts.rich_account(keep_all=True)))
    assert len(told["findings"]) == told["summary"]["findings"] == 7
    assert not any("count" in each for each in told["findings"])


def test_json_has_no_number_that_json_has_not():
    tally = Tally()
    accounts.judged(tally, accounts.finding(value=[float("inf"), {"a": float("nan")}, 10**400]))

    def refuse(word):
        raise AssertionError(word)

    told = json.loads(json_report(tally.account(accounts.contract(), 1)), parse_constant=refuse)
    assert told["findings"][0]["value"] == ["inf", {"a": "nan"}, 10**400]


def test_json_of_known_ones():
    told = json.loads(json_report(with_baseline()))
    assert [each["reason"] for each in told["known"]] == ["the vendor was told"] * 2
    assert [each["code"] for each in told["stale"]] == ["type"]
    assert [each["expires"] for each in told["expired"]] == ["2026-01-01"]
    assert told["summary"]["known"] == 4


def test_json_tells_coverage_where_it_was_asked_for():
    account = Tally().account(accounts.contract(), 0, 0.0, {"operations": {"seen": 1, "of": 2}})
    assert json.loads(json_report(account))["coverage"] == {"operations": {"seen": 1, "of": 2}}


# --- JUnit ----------------------------------------------------------------------------------------

ORDER = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}}
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "skipped": {"message"},
    "system-out": set(),
}


@pytest.mark.parametrize(
    "account",
    [accounts.rich_account(), accounts.rich_account(keep_all=True), with_baseline(), NOTHING],
)
def test_junit_is_what_ci_systems_read(account):
    """The elements, attributes and counts of the XSD of Jenkins' xUnit plugin."""
    root = ElementTree.fromstring(junit(account))
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        inside = ORDER.get(element.tag, {"failure", "skipped", "system-out"})
        assert {child.tag for child in element} <= inside
        assert all(re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value)
                   for name, value in element.items() if name == "time")  # fmt: skip
    cases = root.findall("testsuite/testcase")
    assert cases, "a CI system calls a report without a case a mistake"
    assert int(root.get("tests")) == len(cases)
    assert int(root.get("failures")) == len(root.findall(".//failure"))
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)


def test_junit_names_stay_while_lines_change():
    def names(line):
        tally = Tally()
        accounts.judged(tally, accounts.finding(source=Source("t", line), pointer=f"/a/{line}"))
        root = ElementTree.fromstring(junit(tally.account(accounts.contract(), 1)))
        return [case.get("name") for case in root.iter("testcase")]

    assert names(1) == names(77)


# --- SARIF ----------------------------------------------------------------------------------------

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
PLACE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": -1},
        "message": TEXT,
        "logicalLocations": {"type": "array", "items": {"required": ["fullyQualifiedName"]}},
        "physicalLocation": {
            "required": ["artifactLocation"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "format": "uri-reference"}},
                },
                "region": {
                    "required": ["startLine"],
                    "additionalProperties": {"type": "integer", "minimum": 1},
                },
            },
        },
    },
}
#: What the OASIS schema says of the objects that we write, in our own words.
SARIF = {
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"minItems": 1, "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "run": {
            "required": ["tool", "results"],
            "properties": {
                "tool": {
                    "properties": {
                        "driver": {
                            "required": ["name"],
                            "properties": {
                                "rules": {
                                    "uniqueItems": True,
                                    "items": {
                                        "required": ["id"],
                                        "properties": {"shortDescription": TEXT, "help": TEXT},
                                    },
                                }
                            },
                        }
                    },
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "results": {"items": {"$ref": "#/$defs/result"}},
            },
        },
        "result": {
            "required": ["message", "ruleId"],
            "properties": {
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": TEXT,
                "occurrenceCount": {"type": "integer", "minimum": 1},
                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                "locations": {"items": PLACE},
                "relatedLocations": {"items": PLACE, "uniqueItems": True},
                "suppressions": {
                    "items": {
                        "required": ["kind"],
                        "properties": {
                            "kind": {"enum": ["inSource", "external"]},
                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                            "justification": {"type": "string"},
                        },
                    }
                },
            },
        },
    },
}


@pytest.mark.parametrize(
    "account",
    [accounts.rich_account(), accounts.rich_account(keep_all=True), with_baseline(), NOTHING],
)
def test_sarif_keeps_to_its_schema(account):
    log = json.loads(sarif(account, "1.2.3"))
    checker = jsonschema.Draft202012Validator(SARIF, format_checker=jsonschema.FormatChecker())
    checker.validate(log)
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["occurrenceCount"] >= 1


def test_sarif_places_are_the_recording_and_the_rule():
    (run,) = json.loads(sarif(accounts.rich_account()))["runs"]
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "traffic.ndjson"}, "region": {"startLine": 41}}
    rule, *others = (each["physicalLocation"] for each in result["relatedLocations"])
    assert rule["artifactLocation"]["uri"] == "openapi.json"
    assert rule["region"] == {"startLine": 812, "startColumn": 17}
    assert [each["region"]["startLine"] for each in others] == [57, 90]
    uris = re.findall(r'"uri": "(.*?)"', sarif(accounts.rich_account()))
    assert "docs/api%20reference.md" in uris


def test_sarif_suppresses_what_is_known():
    (run,) = json.loads(sarif(with_baseline()))["runs"]
    suppressed = [each for each in run["results"] if "suppressions" in each]
    assert [each["suppressions"][0]["justification"] for each in suppressed] == [
        "the vendor was told"
    ] * 2


def test_a_fingerprint_stays_while_lines_and_values_change():
    def digest(**changes):
        tally = Tally()
        accounts.judged(tally, accounts.finding(**changes))
        (run,) = json.loads(sarif(tally.account(accounts.contract(), 1)))["runs"]
        return run["results"][0]["partialFingerprints"]

    assert digest() == digest(source=Source("other", 7), value="x", message="other words")
    assert digest() != digest(pointer="/other")


# --- GitHub ---------------------------------------------------------------------------------------


def test_annotations_escape_what_ends_a_command():
    tally = Tally()
    accounts.judged(tally, accounts.finding(message="100%\r\nof, it: all", operation="A:B,C",
                                            source=Source("a,b:c.json", 3)))  # fmt: skip
    line = github(tally.account(accounts.contract(), 1)).splitlines()[0]
    start = "::error file=a%2Cb%3Ac.json,line=3,title=enum%3A A%3AB%2CC::100%25%0D%0Aof, it: all"
    assert line.startswith(start)


@pytest.mark.parametrize("number", [1, MOST, MOST + 1, 40])
def test_annotations_are_as_many_as_github_shows(number):
    tally = Tally()
    for at in range(number):
        for severity in Severity:
            code = f"{severity}-{'abcdefghij'[at // 10]}{'abcdefghij'[at % 10]}"
            accounts.judged(tally, accounts.finding(code, severity=severity))
    lines = github(tally.account(accounts.contract(), 1)).splitlines()
    for command in ("error", "warning", "notice"):
        own = [line for line in lines if line.startswith(f"::{command} ")]
        assert len(own) == min(number, MOST)
        if number > MOST:
            assert f"::{number - MOST + 1} more causes" in own[-1]
        else:
            assert "more cause" not in own[-1]


def test_standard_input_has_no_file_to_annotate():
    assert "::warning title=" in github(accounts.rich_account())


def test_a_summary_shows_words_as_they_are():
    tally = Tally()
    accounts.judged(tally, accounts.finding(message="a | b <script> `c` *d* @e [f](g)\nh"))
    page = github_summary(tally.account(accounts.contract(), 1))
    assert "a \\| b &lt;script&gt; \\`c\\` \\*d\\* \\@e \\[f\\](g)\\\\nh" in page
    assert len(page) < 2_000


def test_a_summary_stays_small():
    tally = Tally()
    for at in range(3000):
        code = "c" + "".join("abcdefghij"[int(digit)] for digit in str(at))
        accounts.judged(tally, accounts.finding(code, message="<" * 5000))
    page = github_summary(tally.account(accounts.contract(), 1))
    assert len(page.encode()) < 1_000_000
    assert "2,900 more causes" in page


# --- all of them ----------------------------------------------------------------------------------


@given(st.text(st.characters() | st.sampled_from("\x00\x1b\ufffe\ud800]]>&\"'")))
def test_any_text_leaves_every_report_readable(words):
    tally = Tally()
    each = accounts.finding(message=words, help=words, value=words, variant=words,
                            pointer="/" + words, operation=words,
                            source=Source("f" + words, 1))  # fmt: skip
    accounts.judged(tally, each)
    account = tally.account(accounts.contract(), 1)
    for report in REPORTS:
        report(account).encode()
    assert json.loads(json_report(account))["findings"][0]["message"] == words
    json.loads(sarif(account))
    ElementTree.fromstring(junit(account).encode())
    assert all(line.startswith("::error ") for line in github(account).split("\n")[:-2])
    json.loads(baseline.updated(account, baseline.Baseline()))


def test_every_keyword_has_a_sentence():
    for keyword in CONSTRAINTS:
        assert codes.slug(keyword) in codes.DOCS
    assert codes.slug("maxLength") == "max-length"
    assert codes.slug("additionalProperties") == "additional-properties"
    assert all(text.endswith(".") for text in codes.DOCS.values())
    assert codes.describe("never-heard-of") == "Never heard of."


def test_the_coverage_table(golden):
    tally = {"seen": 1, "of": 3}
    status = {"seen": True, "exchanges": 2}
    missing = {"kind": "statuses", "part": "", "place": "status 404", "words": "", "pointer": ""}
    part = {"part": "200", "media_type": "application/json", **tally,
            "branches": [{"name": "DONE", "seen": True},
                         {"name": "FAILED", "seen": False}]}  # fmt: skip
    called = {"name": "a.b", **tally, "percent": 33.3, "exchanges": 2, "kinds": {},
              "statuses": {"200": status, "404": {"seen": False, "exchanges": 0}},
              "parts": [part], "missing": [missing]}  # fmt: skip
    never = {**called, "exchanges": 0, "missing": []}
    coverage = {
        "percent": 0.1, "goals": {"seen": 3, "of": 2005}, "operations": {"seen": 1, "of": 2},
        "media_types": {"seen": 1, "of": 2000}, "bounds": {"seen": 0, "of": 0},
        "values": {"seen": 3, "of": 3}, "by_operation": {"GET /a/{id}": called, "GET /b": never},
    }  # fmt: skip
    golden(CASES / "coverage.txt", coverage_table(coverage))
    golden(CASES / "coverage-verbose.txt", coverage_table(coverage, verbose=True))
    assert max(map(len, coverage_table(coverage, width=40).splitlines())) <= 40


def test_the_day_of_the_report_is_not_in_it():
    """Two runs on different days differ in nothing, so that reports can be compared."""
    for report in REPORTS:
        assert str(date.today().year) not in report(NOTHING)


def test_every_code_of_the_checker_has_a_sentence():
    """The codes stand in the checker's sources as literals, beside the parts that they speak of."""
    folder = Path(codes.__file__).parent.parent / "check"
    call = re.compile(
        r'\b(?:said|warned|noted|Fault|Finding)\(\s*(?:[\w.]+,\s*)?(?:code=)?"([a-z-]+)"'
    )
    found = {
        code for path in folder.rglob("*.py") for code in call.findall(path.read_text("utf-8"))
    }
    assert {"undocumented-operation", "media-type", "broken-record"} <= found
    assert found <= set(codes.DOCS)
