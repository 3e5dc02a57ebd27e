"""What type checkers and linters make of the generated package, and of a module that uses it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "generated" / "runwayml_client"
CASES = ROOT / "tests" / "cases" / "typing"
ENVIRONMENT = {
    **os.environ,
    "MYPYPATH": str(ROOT / "generated"),
    "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
}


@dataclass
class Said:
    """What a checker said of the case by line, errors and revealed types, and of the package."""

    errors: dict[int, str] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    def note(self, path: str, line: int, is_error: bool, text: str) -> None:
        """Note one message."""
        here = Path(path).name == "user.py"
        if is_error and here:
            self.errors[line] = text
        elif is_error:
            self.elsewhere.append(f"{path}:{line}: {text}")
        elif found := re.search(r'is "(.*)"', text):
            self.types[line] = re.sub(r"\b(?:\w+\.)+(?=\w)", "", found[1])


def expected(mark: str) -> dict[int, str]:
    """Lines of the case that carry a mark, with the words after it."""
    lines = (CASES / "user.py").read_text("utf-8").splitlines()
    found = ((number, line.partition(f"  # {mark}")) for number, line in enumerate(lines, 1))
    return {number: rest.strip() for number, (_, sign, rest) in found if sign}


def output(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@cache
def mypy() -> Said:
    said = Said()
    strict = ["--config-file=", "--strict", "--no-error-summary"]
    for line in output("mypy", *strict, str(PACKAGE), str(CASES / "user.py")).splitlines():
        if found := re.fullmatch(r"(.+):(\d+): (\w+): (.*)", line):
            said.note(found[1], int(found[2]), found[3] == "error", found[4])
    return said


@cache
def pyright() -> Said:
    said = Said()
    told = output("pyright", "--outputjson", "-p", str(CASES), "--pythonpath", sys.executable)
    for one in json.loads(told)["generalDiagnostics"]:
        is_error = one["severity"] != "information"
        said.note(one["file"], one["range"]["start"]["line"] + 1, is_error, one["message"])
    return said


CHECKERS = pytest.mark.parametrize("checker", [mypy, pyright])


@CHECKERS
def test_what_is_refused(checker: Callable[[], Said]) -> None:
    errors = checker().errors
    assert errors.keys() == expected("refused").keys(), errors


@CHECKERS
def test_types(checker: Callable[[], Said]) -> None:
    assert checker().types == expected("is:")


def test_package_is_clean() -> None:
    """For mypy; pyright takes a quarter of a minute and is a step of its own in `.ci/run`."""
    assert mypy().elsewhere == []


# BLE001: a script is told of every error, whatever a caller's callback may raise.
@pytest.mark.parametrize(
    "rules", ["--isolated --line-length 100 --ignore BLE001", "--config pyproject.toml"]
)
def test_package_is_clean_for_ruff(rules: str) -> None:
    command = ["ruff", "check", "--no-cache", "-q", "--output-format", "concise"]
    assert output(*command, *rules.split(), str(PACKAGE)) == ""


def test_package_is_formatted() -> None:
    command = [sys.executable, "-m", "black", "--check", "-q", str(PACKAGE)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
