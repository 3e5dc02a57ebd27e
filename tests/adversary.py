"""schemathesis as an adversary: a served app, every check, every operation; what it has to say.

Knows how schemathesis is run and what it reports. It must not know the app, nor what is right.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

#: A secret that the served apps take; schemathesis tries others, and none.
SECRET = "key_of_a_test"


@dataclass(frozen=True)
class Said:
    """What became of a run: the operations that were tried, requests made, and each failure."""

    operations: int
    cases: int
    failures: tuple[str, ...]
    output: str


def attack(url: str, folder: Path, *more: str, phases: str = "fuzzing") -> Said:
    """Run schemathesis against an app that serves its document at ``/openapi.json``."""
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    report = folder / "report.json"
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{url}/openapi.json",
        *("--phases", phases, "--checks", "all", "--mode", "all", "--continue-on-failure"),
        *("--no-shrink", "--no-color", "--warnings", "off", "--seed", "7"),
        *("--header", f"Authorization: Bearer {SECRET}"),
        *("--report", "json", "--report-json-path", str(report)),
        *more,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    print(done.stdout[-3000:])
    assert report.exists(), done.stdout + done.stderr
    return said(json.loads(report.read_text("utf-8")), done.stdout)


def said(report: dict, output: str) -> Said:
    """A report of schemathesis in short."""
    failures = tuple(
        json.dumps(one, ensure_ascii=False)[:1500] for one in report.get("failures", ())
    )
    tried, cases = report["operations"]["tested"], report["test_cases"]["generated"]
    assert report["complete"], output
    assert not report["operations"]["errored"], output
    return Said(tried, cases, failures, output)
