"""How a run is asked for, and what stands at its end: options, processes, reports, the fixture."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plugin_runs import SHELF, Run, run, warm

__all__ = ["run", "warm"]

pytest_plugins = ["pytester"]

BOTH = """
def test_good(): post()
def test_bad(): post(BAD, format="vinyl")
"""
TABLE = '[tool.specbound]\nspec = "shelf.yaml"\n'


def summary(done: pytest.RunResult) -> str:
    """What stands below the plugin's own title, without the names of pytest's workers."""
    found = re.search(
        r"^=+ specbound: .*?(?=^=+ short test summary)", done.stdout.str(), re.M | re.S
    )
    assert found, done.stdout.str()
    return found[0]


# --- nothing unless it is asked for


def test_the_plugin_imports_nothing():
    """It is imported by every run of pytest where specbound is installed."""
    code = (
        "import sys, pytest; before = set(sys.modules); import specbound.testing.plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {
        "__future__",
        "specbound",
        "specbound.testing",
        "specbound.testing.plugin",
    }


def test_without_the_option_nothing_is_looked_at(run: Run, pytester: pytest.Pytester):
    pytester.makepyprojecttoml(TABLE)
    done = run(
        """
def test_bad(request):
    post(BAD)
    assert httpx.Client.send.__module__ == "httpx._client"
    assert not request.config.pluginmanager.has_plugin("specbound-session")
""",
        "--strict-markers",
    )
    done.assert_outcomes(passed=1)
    done.stdout.no_fnmatch_line("*specbound*coverage*")


# --- which document


def test_the_table_names_document_and_baseline(run: Run, pytester: pytest.Pytester):
    pytester.makepyprojecttoml(TABLE + 'baseline = "baseline.json"\n')
    folder = pytester.mkdir("tests")
    (folder / "conftest.py").write_text(
        "def pytest_addoption(parser): parser.addoption('--own', action='store_true')"
    )
    (folder / "test_more.py").write_text(
        "def test_more(pytestconfig): assert pytestconfig.option.own"
    )
    # What follows the option is a folder of tests and no document.
    done = run("def test_known(): post(BAD)", "--specbound", "tests", "test_it.py", "--own")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["specbound: Shelf 1 (shelf.yaml)", "*(1 known)"])


def test_the_ini_file_names_the_document(run: Run, pytester: pytest.Pytester):
    pytester.makepyprojecttoml('[tool.specbound]\nspec = "not-there.yaml"\n')
    overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n"
    overlay += "- {target: $.components.schemas.NewBook.properties.format.enum, update: vinyl}\n"
    pytester.path.joinpath("more.yaml").write_text(overlay)
    pytester.makeini("[pytest]\nspecbound_spec = shelf.yaml\nspecbound_overlays = more.yaml")
    done = run('def test_it(): post(format="vinyl")', "--specbound")
    done.assert_outcomes(passed=1)
    done = run('def test_it(): post(format="vinyl")', SHELF)
    done.assert_outcomes(failed=1)
    done = run('def test_it(): post(format="vinyl")', SHELF, "--specbound-overlay=more.yaml")
    done.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--specbound"], "*no document is named; name one*"),
        (["--specbound=absent.yaml"], "*absent.yaml*"),
        (["--specbound=test_it.py"], "*error[[]*"),
        ([SHELF, "--specbound-baseline=absent.json"], "*the baseline cannot be read*"),
        ([SHELF, "--specbound-report=pdf"], "*'pdf' is none of text, json*"),
        ([SHELF, "--specbound-report=json="], "*'json=' names no file"),
        ([SHELF, "--specbound-report=json=absent/a.json"], "*absent/a.json does not exist"),
        ([SHELF, "--specbound-report=json", "--specbound-report=sarif"], "*two reports go to*"),
    ],
)
def test_what_cannot_be_used_is_told_before_any_test(run: Run, options: list[str], words: str):
    done = run("def test_it(): assert 0", *options)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([words])
    assert "Traceback" not in done.stdout.str() + done.stderr.str()


def test_only_to_collect_nothing_is_read(run: Run):
    done = run("def test_it(): pass", "--specbound=absent.yaml", "--collect-only")
    assert done.ret == pytest.ExitCode.OK


# --- the fixture


@pytest.mark.parametrize("options", [[], ["--specbound"]])
def test_the_fixture_is_the_contract(run: Run, pytester: pytest.Pytester, options: list[str]):
    pytester.makepyprojecttoml(TABLE)
    done = run(
        """
import specbound
def test_contract(contract):
    assert isinstance(contract, specbound.Contract)
    with client(httpx.Response(201, json=BAD)) as sent:
        reply = sent.post("https://other.test/v1/books", json={"title": "a"})
    assert [each.code for each in contract.check(reply)] == ["type"]
""",
        *(options or ["-p", "no:randomly"]),
    )
    done.assert_outcomes(passed=1)


def test_the_fixture_without_a_document_says_so(run: Run):
    done = run("def test_contract(contract): pass", "--tb=short")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*no document is named; name one*"])


# --- the end


def test_how_loud_the_end_is(run: Run):
    loud = {flag: run(BOTH, SHELF, *flag.split()).stdout.str() for flag in ("", "-q", "-qq", "-vv")}
    closing = "2 exchanges: 1 valid, 1 invalid; 2 findings of 2 causes"
    assert f"\n{closing}\n" in loud[""]
    assert f"\nspecbound: {closing}; coverage 20.8%\n" in loud["-q"]
    assert "operations   " not in loud["-q"]
    assert closing not in loud["-qq"]
    assert "POST /books has not shown:" in loud["-vv"]
    assert "POST /books has not shown:" not in loud[""]


def test_where_nothing_was_seen_the_end_says_why(run: Run):
    done = run("def test_nothing(): pass")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["no exchange with the service was seen: *"])
    done = run("def test_other(): post(url='https://other.test/')")
    done.stdout.fnmatch_lines(["skipped: 1 × sent to other.test*", "no exchange *was seen: *"])


def test_reports_are_written_to_files(run: Run, pytester: pytest.Pytester):
    kinds = ("text", "json", "junit", "sarif", "github", "html")
    done = run(BOTH, SHELF, *(f"--specbound-report={kind}=told.{kind}" for kind in kinds))
    done.assert_outcomes(passed=1, failed=1)
    told = {kind: pytester.path.joinpath(f"told.{kind}").read_text("utf-8") for kind in kinds}
    assert told["text"].strip() in summary(done).replace("\x1b", "")
    page = json.loads(told["json"])
    assert page["summary"] | {"exchanges": 2, "invalid": 1, "causes": 2} == page["summary"]
    assert page["coverage"]["percent"] == 20.8
    assert {each["source"]["file"] for each in page["findings"]} == {"test_it.py"}
    assert {each["source"]["line"] for each in page["findings"]} == {14}
    place = json.loads(told["sarif"])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "test_it.py"
    assert "::error file=test_it.py,line=14" in told["github"]
    assert "vinyl" in told["html"]


def test_a_test_may_go_elsewhere(run: Run, pytester: pytest.Pytester):
    code = """
def test_bad(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    post(BAD)
def test_stays(tmp_path):
    import os
    os.chdir(tmp_path)
    post(BAD)
"""
    done = run(code, SHELF, "--specbound-report=json=told.json")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["  --> test_it.py:15 *", "   = spec: shelf.yaml:63:14 *"])
    assert '"file": "test_it.py"' in pytester.path.joinpath("told.json").read_text("utf-8")


def test_a_report_that_cannot_be_written_is_told(run: Run, pytester: pytest.Pytester):
    done = run(
        "import os\ndef test_it(): os.mkdir('a.json')", SHELF, "--specbound-report=json=a.json"
    )
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["specbound: *a.json could not be written: Is a directory"])


def test_a_report_without_a_file_goes_to_the_terminal(run: Run):
    done = run(BOTH, SHELF, "--specbound-report=github")
    done.stdout.fnmatch_lines(["::error file=test_it.py,line=14,*"])
    done.stdout.no_fnmatch_line("coverage: *")


def test_exchanges_are_recorded(run: Run, pytester: pytest.Pytester):
    pytest.importorskip("specbound.live.record")
    code = """
def test_good():
    with client(httpx.Response(201, json=GOOD)) as sent:
        key = {"authorization": "Bearer key_0123456789abcdef"}
        sent.post(URL, json={"title": "a"}, headers=key)
def test_bad(): post(BAD)
def test_other(): post(BAD, "https://other.test/")
"""
    run(code, SHELF, "--specbound-record=seen.ndjson").assert_outcomes(passed=2, failed=1)
    text = pytester.path.joinpath("seen.ndjson").read_text("utf-8")
    assert len(text.splitlines()) == 2
    assert "0123456789abcdef" not in text
    command = [sys.executable, "-m", "specbound", "validate", "seen.ndjson", "--spec", "shelf.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=pytester.path)
    assert done.returncode == 1, done.stderr
    assert "2 exchanges: 1 valid, 1 invalid; 1 finding of 1 cause" in done.stdout


# --- several processes


MANY = """
@pytest.fixture(scope="module")
def warm(): return client(httpx.Response(200, json=[])).get("https://other.test/")
@pytest.mark.parametrize("number", range(12))
def test_books(number):
    post(BAD if number % 3 == 1 else GOOD, format=["vinyl", "paper", "audio"][number % 3])
def test_list(): client(httpx.Response(200, json=[GOOD])).get(URL, params={"limit": 100})
def test_one(): client(httpx.Response(200, json=GOOD)).get(URL + "/1")
"""


def test_workers_come_together_as_one(run: Run, pytester: pytest.Pytester):
    """They read the same settings, write into one recording, and leave the same reports."""
    pytest.importorskip("xdist")
    pytester.makepyprojecttoml(TABLE + '[tool.pytest.ini_options]\naddopts = "--specbound"\n')
    alone = run(MANY, "--specbound-report=json=alone.json")
    options = ("--specbound-report=json=many.json", "--specbound-record=seen.ndjson")
    many = run(MANY, *options, "-n", "2", "--dist=load", plugins=["xdist"])
    for done in (alone, many):
        done.assert_outcomes(passed=6, failed=8)
    assert summary(alone) == summary(many)
    assert "14 exchanges: 6 valid, 8 invalid; 8 findings of 2 causes" in summary(many)
    pages = [
        pytester.path.joinpath(f"{name}.json").read_text("utf-8") for name in ("alone", "many")
    ]
    assert pages[0] == pages[1]
    assert len(pytester.path.joinpath("seen.ndjson").read_text("utf-8").splitlines()) == 14
    many.stdout.fnmatch_lines(['*error[[]enum[]]: `format` is "vinyl"*', "FAILED test_it.py::*"])


@pytest.mark.slow
def test_a_worker_that_crashed_is_told(run: Run):
    pytest.importorskip("xdist")
    code = "import os\ndef test_crash(): os._exit(3)\n"
    done = run(code, SHELF, "-n", "1", "--max-worker-restart=0", plugins=["xdist"])
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["specbound: what gw0 has seen is lost: it crashed"])


def test_the_package_declares_the_plugin(root: Path):
    text = root.joinpath("pyproject.toml").read_text("utf-8")
    assert '[project.entry-points.pytest11]\nspecbound = "specbound.testing.plugin"' in text
