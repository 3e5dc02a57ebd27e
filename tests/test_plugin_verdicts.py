"""Which tests fail under ``--specbound``, when, and what they say."""

from __future__ import annotations

import pytest

from plugin_runs import SHELF, Run, run, warm

__all__ = ["run", "warm"]

pytest_plugins = ["pytester"]


def test_a_drifted_test_fails_with_the_explanation(run: Run):
    done = run("""
def test_good(): post()
def test_bad(): post(BAD, format="vinyl")
""")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(
        [
            '*error[[]enum[]]: `format` is "vinyl", which is none of its 2 values',
            "  --> test_it.py:14  POST /books  request body /format",
            "   = one of: paper, audio",
            "   = spec: shelf.yaml:*  /components/schemas/NewBook/properties/format/enum",
            '*error[[]type[]]: `id` is the string "one", but must be an integer',
            "  --> test_it.py:14  POST /books  response body /id",
            "   = spec: shelf.yaml:*  /components/schemas/Book/properties/id/type",
            "specbound on this test: 1 exchange: 1 invalid; 2 findings of 2 causes",
            "coverage: *% (* of * goals)",
            "  POST /books * 2 exchanges  201",
            "2 exchanges: 1 valid, 1 invalid; 2 findings of 2 causes",
            "FAILED test_it.py::test_bad - Failed: error[[]enum[]]: `format` is *",
        ]
    )


def test_a_failure_of_its_own_is_kept_and_ours_stands_below_it(run: Run):
    done = run("""
def test_own():
    post(BAD)
    assert 1 == 2
""")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E  *assert 1 == 2", "*-- specbound --*", "error[[]type[]]: `id`*"])
    done.stdout.fnmatch_lines(["FAILED test_it.py::test_own - assert 1 == 2"])


def test_a_test_case_of_unittest_fails_too_and_keeps_its_own_failure(run: Run):
    done = run("""
import unittest
class TestIt(unittest.TestCase):
    def test_drift(self): post(BAD)
    def test_own(self):
        post(BAD)
        self.assertEqual(1, 2)
""")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(
        ["*TestIt.test_own*", "E *AssertionError: 1 != 2", "*-- specbound --*", "error[[]type[]]*"]
    )


def test_expected_failures_and_skips_stay_what_they_are(run: Run):
    done = run("""
@pytest.mark.xfail
def test_any(): post(BAD)
@pytest.mark.xfail(strict=True)
def test_strict(): post(BAD)
@pytest.mark.xfail(raises=KeyError)
def test_another_reason(): post(BAD)
def test_skips():
    post(BAD)
    pytest.skip("enough")
@pytest.mark.xfail
def test_fits(): post()
""")
    done.assert_outcomes(xfailed=2, failed=1, skipped=1, xpassed=1)
    done.stdout.fnmatch_lines(["  --> test_it.py:* ×4  POST /books  response body /id"])


def test_warnings_fail_no_test_unless_they_are_errors(run: Run):
    code = 'def test_more(): post(colour="red")'
    run(code).assert_outcomes(passed=1)
    run(code, SHELF, "--specbound-strict").assert_outcomes(failed=1)


def test_without_failing_everything_is_reported_all_the_same(run: Run):
    done = run("def test_bad(): post(BAD)", SHELF, "--specbound-no-fail", "-rP")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["*-- specbound --*", "error[[]type[]]: `id`*", "*1 invalid*"])


def test_what_the_baseline_knows_fails_no_test(run: Run):
    code = """
def test_known(): post(BAD)
def test_new(): post(BAD, format="vinyl")
"""
    done = run(code, SHELF, "--specbound-baseline=baseline.json")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*The service still speaks in texts.", "*(1 known)"])
    assert done.stdout.str().count("error[type]") == 0


def test_a_mark_switches_off_or_allows(run: Run):
    done = run(
        """
@pytest.mark.specbound(off=True)
def test_off(): post(BAD)

@pytest.mark.specbound(allow=["type"])
def test_code(): post(BAD)

@pytest.mark.specbound(allow="type POST /books /id")
def test_place(): post(BAD)

@pytest.mark.specbound(allow=["type POST /books /title", "type GET /books"])
def test_another_place(): post(BAD)

@pytest.mark.specbound(allow="undocumented-operation POST /v1/loans")
def test_operation(): post(url="https://api.shelf.test/v1/loans?x=1")

@pytest.mark.specbound(off=True)
class TestAll:
    def test_inherits(self): post(BAD)
    @pytest.mark.specbound(off=False)
    def test_wants_it_after_all(self): post(BAD)
""",
        SHELF,
        "--strict-markers",
    )
    done.assert_outcomes(passed=5, failed=2)
    done.stdout.fnmatch_lines(
        [
            "skipped: 5",
            "  3 × finding allowed by @pytest.mark.specbound(allow=…)",
            "  2 × left out by @pytest.mark.specbound(off=True)",
            "5 exchanges: 3 valid, 2 invalid; 2 findings of 1 cause",
        ]
    )


def test_a_mark_that_means_nothing_is_refused(run: Run):
    marks = {
        'allow=["enums"]': "'enums' does not begin with the code of a finding",
        'allow=["enum POST"]': "'enum POST' names no operation",
        "allow=7": "allow is a list of texts, not 7",
        "of=True": "takes off= and allow=, not of",
        '"type"': "takes off= and allow=, not 'type'",
    }
    code = "@pytest.mark.specbound({})\ndef test_{}(): post()\n"
    done = run("".join(code.format(mark, number) for number, mark in enumerate(marks)))
    done.assert_outcomes(errors=len(marks))
    done.stdout.fnmatch_lines([f"*marker specbound*{words}*" for words in marks.values()])


def test_an_exchange_belongs_to_the_test_whose_fixture_made_it(run: Run):
    done = run("""
@pytest.fixture(scope="module")
def book(): return post(BAD)
def test_first(book): pass
def test_second(book): pass

@pytest.fixture
def leaves():
    yield
    post(BAD)
def test_left(leaves): pass

@pytest.fixture
def breaks():
    post(BAD)
    raise KeyError("no book")
def test_broken(breaks): pass
""")
    done.assert_outcomes(passed=2, failed=1, errors=2)
    done.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_left*",
            "error[[]type[]]*",
            "*ERROR at setup of test_broken*",
            "E *KeyError*",
            "*-- specbound --*",
            "error[[]type[]]*",
            "*_ test_first _*",
            "error[[]type[]]*",
            "  --> test_it.py:14 *",
        ]
    )


def test_other_threads_work_for_the_test_that_runs(run: Run):
    done = run("""
import threading
def test_threads():
    every = [threading.Thread(target=post, args=(BAD,)) for _ in range(8)]
    [each.start() for each in every]
    [each.join() for each in every]
def test_nothing(): pass
""")
    done.assert_outcomes(failed=1, passed=1)
    done.stdout.fnmatch_lines(["8 exchanges: 8 invalid; 8 findings of 1 cause"])


def test_what_no_test_made_fails_the_run(run: Run):
    done = run("post(BAD)\ndef test_nothing(): pass")
    done.assert_outcomes(passed=1)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["*outside the tests*POST /books  response body /id"])


def test_another_service_is_none_of_ours(run: Run):
    done = run("""
@pytest.mark.parametrize("host", ["api.shelf.test",
    "us.shelf.example:8443", "localhost:8000", "127.0.0.1", "[::1]:9", "testserver"])
def test_ours(host): post(BAD, f"http://{host}/v1/books")

@pytest.mark.parametrize("host", ["api.shelf.test.evil", "shelf.example", "other.test", "10.0.0.1"])
def test_another(host): post(BAD, f"http://{host}/v1/books")
""")
    done.assert_outcomes(failed=6, passed=4)
    done.stdout.fnmatch_lines(
        ["  1 × sent to other.test, which is no server of the document (see `specbound_hosts`)"]
    )


def test_the_ini_file_adds_hosts_and_takes_some_away(run: Run, pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nspecbound_hosts = *.other.test !localhost:9")
    done = run("""
@pytest.mark.parametrize("host", ["a.other.test", "localhost"])
def test_ours(host): post(BAD, f"http://{host}/v1/books")
@pytest.mark.parametrize("host", ["other.test", "localhost:9"])
def test_another(host): post(BAD, f"http://{host}/v1/books")
""")
    done.assert_outcomes(failed=2, passed=2)
