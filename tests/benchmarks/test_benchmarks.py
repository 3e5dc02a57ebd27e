"""The benchmarks still run: each once, tiny. No time is asserted anywhere; `run.py` measures."""

from __future__ import annotations

import sys

import pytest
from client_calls import client_calls
from measure import Row, alone, calls, compare, shown, table, usage
from processes import generation, starts
from recordings import MAKE, recordings


def counted(*times: float):
    """A run that takes what it is told."""
    remaining = iter(times)
    return lambda: next(remaining)


def test_ratios_are_of_neighbours_and_the_median_is_taken():
    row = compare("a / b", (counted(1, 9, 4), counted(2, 9, 2)), rounds=3, target=0.9)
    assert (row.ours, row.theirs, row.ratio, row.verdict) == (4, 2, 1, "MISSED")


def test_a_time_without_ratio_is_held_against_its_target():
    assert alone("help", counted(0.2), 1, target=0.3).verdict == "ok"
    assert Row("memory", 3000, target=2048, unit="MB").verdict == "MISSED"


def test_calls_are_counted_by_cpu_time():
    assert calls(lambda: sum(range(100)), 50)() < 0.01


def test_a_failing_process_is_not_a_measurement(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        usage([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path)


@pytest.mark.parametrize(("value", "text"), [(1.5, "1.50 s"), (0.12, "120 ms"), (2e-4, "200 µs")])
def test_units(value, text):
    assert shown(value) == text


def test_generation(tmp_path):
    print("\n" + table(generation(tmp_path, 1)))


def test_starts(tmp_path):
    pytest.importorskip("runwayml")
    print("\n" + table(starts(tmp_path, 1)))


def test_client_calls():
    pytest.importorskip("runwayml")
    print("\n" + table(client_calls(1, 3)))


def test_recordings(tmp_path):
    if not MAKE.exists():
        pytest.skip("the shared bench is not beside this repository")
    pytest.importorskip("rfc3986_validator", reason="make_corpus wants jsonschema's formats")
    print("\n" + table(recordings(tmp_path, 1, 100)))
