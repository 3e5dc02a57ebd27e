"""From each official state of the Runway document to the next: the client and its user follow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from specbound.cli import main
from specbound.contract import lock
from specbound.contract.load import Contract
from specbound.update.surface import Surface, surface

ROOT = Path(__file__).resolve().parent.parent
STATES = sorted((ROOT.parent / "shared" / "corpus" / "runway-history").glob("*.json"))
STEPS = list(pairwise(STATES))
OVERLAYS = [Path("spec/overlay.yaml"), Path("spec/rules.yaml")]

TABLE = """\
[tool.specbound]
spec = "spec/openapi.json"
overlays = ["spec/overlay.yaml", "spec/rules.yaml"]
output = "generated"
"""

HEAD = """\
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from runwayml_client import OMIT, Omit, RunwayML
from runwayml_client import models as m
"""

if not STEPS:
    pytest.skip("../shared/corpus/runway-history is not here", allow_module_level=True)


def day(path: Path) -> str:
    return path.stem


@pytest.fixture
def folder(tmp_path, monkeypatch, runway):
    """An empty project with this repository's overlays."""
    (tmp_path / "spec").mkdir()
    for name in ("overlay.yaml", "rules.yaml"):
        shutil.copy(runway / name, tmp_path / "spec")
    (tmp_path / "pyproject.toml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(folder: Path, state: Path) -> Surface:
    """Generate the client of a state; what its user can write."""
    shutil.copyfile(state, folder / "spec/openapi.json")
    assert main(["generate", "--quiet"]) == 0
    return known(folder)


def known(folder: Path) -> Surface:
    names = lock.read(folder / "generated/runwayml_client.lock.json")
    return surface(Contract.load("spec/openapi.json", OVERLAYS, names), "runwayml_client")


def update(state: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict:
    capsys.readouterr()
    assert main(["update", str(state), "--report", "json", *more]) in (0, 1)
    told: dict = json.loads(capsys.readouterr().out)
    return told


def imported(folder: Path) -> None:
    """Import every module of the client, in a process of its own."""
    script = (
        "import importlib, pkgutil, runwayml_client as p\n"
        "for one in pkgutil.walk_packages(p.__path__, 'runwayml_client.'):\n"
        "    importlib.import_module(one.name)\n"
        "for one in p.OPERATIONS.values():\n    one.request, one.replies, one.build\n"
    )
    place = {**os.environ, "PYTHONPATH": str(folder / "generated")}
    done = subprocess.run([sys.executable, "-c", script], env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- names and code, without a type checker


def check_step(folder: Path, old: Surface, told: dict) -> Surface:
    """What holds for every step: names kept or told, methods too, and the client up to date."""
    new = known(folder)
    gone = {one["old"] for one in [*told["names"]["gone"], *told["names"]["renamed"]]}
    for name, schema in old.contract.schemas.items():
        now = new.contract.schemas.get(name)
        if now is None:
            assert name in gone
        elif now.digest != schema.digest:
            # A changed shape keeps its name in its place only; no other shape ever takes it.
            other = {one.digest: one.name for one in new.contract.schemas.values()}
            assert schema.digest not in other, (name, other.get(schema.digest))
            assert set(now.at) & set(schema.at), name
    methods = {one["operation"]: one for one in told["client"]}
    for key, method in old.methods.items():
        if key not in new.methods:
            assert methods[key]["new"] != method.name
        elif new.methods[key].name != method.name:
            assert methods[key]["breaks"]
    assert main(["generate", "--check", "--quiet"]) == 0
    return new


@pytest.mark.parametrize(("before", "after"), STEPS[1:4], ids=day)
def test_the_client_follows(folder, capsys, before, after):
    old = start(folder, before)
    told = update(after, capsys)
    check_step(folder, old, told)
    imported(folder)


@pytest.mark.slow
def test_an_update_costs_little(folder, capsys):
    """The longest step there is; seconds of CPU."""
    start(folder, STATES[-2])
    started = time.process_time()
    update(STATES[-1], capsys)
    assert time.process_time() - started < 6


@pytest.mark.slow
def test_one_project_follows_all_states(folder, capsys):
    """All in a row, under one lock: names that went long ago do not come back as something else."""
    old = start(folder, STATES[0])
    meant = {name: set(one.at) for name, one in old.contract.schemas.items()}
    for state in STATES[1:]:
        old = check_step(folder, old, update(state, capsys))
        for name, one in old.contract.schemas.items():
            places = meant.setdefault(name, set())
            assert not places or places & set(one.at), f"{name} means something else"
            places |= set(one.at)
        imported(folder)
    log = (folder / "spec/openapi.changelog.md").read_text()
    assert log.count("\n## ") == len(STATES) - 1


# --- a user's module, as a type checker sees it


def module(old: Surface) -> tuple[str, dict[int, str]]:
    """A module that calls every form and reads every member, and what each line is about."""
    lines, places = HEAD.splitlines(), dict[int, str]()
    for subject, text in (*_calls(old), *_reads(old)):
        lines += ["", ""]
        for line in text.splitlines():
            lines.append(line)
            places[len(lines)] = subject
    return "\n".join(lines) + "\n", places


def _calls(old: Surface) -> Iterator[tuple[str, str]]:
    for method in old.methods.values():
        for number, form in enumerate(method.forms):
            taken = [*form.positional, *form.keywords]
            known = "|".join(sorted({n for one in taken for n in one.names}, key=len, reverse=True))
            arguments = [one.code for one in taken]
            if known:
                arguments = [_qualified(one, known) for one in arguments]
            listed = ", ".join(["client: RunwayML", *(["*"] if arguments else []), *arguments])
            passed = ", ".join(
                [one.name for one in form.positional]
                + [f"{one.name}={one.name}" for one in form.keywords]
            )
            name = f"call_{method.name.replace('.', '_')}_{number}"
            body = f"    client.{method.name}({passed})"
            yield method.key, f"def {name}({listed}) -> None:\n{body}"


def _qualified(code: str, known: str) -> str:
    return re.sub(rf"(?<![\w.\"'])({known})(?![\w\"'])", r"m.\1", code)


def _reads(old: Surface) -> Iterator[tuple[str, str]]:
    for name in old.models.classes:
        read = "\n".join(f"    one.{member}" for member in old.members(name))
        yield f"model {name}", f"def read_{name}(one: m.{name}) -> None:\n{read or '    ...'}"


def errors(folder: Path, checker: list[str]) -> dict[int, str]:
    """Line to message, as mypy finds them in the user's module."""
    place = {**os.environ, "MYPYPATH": str(folder / "generated")}
    flags = ["--strict", "--no-error-summary", "--hide-error-context", "--no-pretty"]
    command = [sys.executable, "-m", "mypy", *flags, *checker, "user.py"]
    done = subprocess.run(command, cwd=folder, env=place, capture_output=True, text=True)
    found = re.findall(r"^(\S+?):(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    assert {file for file, _, _ in found} <= {"user.py"}, done.stdout + done.stderr
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {int(line): message for _, line, message in found}


@cache
def cached() -> list[str]:
    return ["--cache-dir", ".mypy_cache"]


def check_types(
    folder: Path, before: Path, after: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = start(folder, before)
    text, places = module(old)
    (folder / "user.py").write_text(text)
    assert errors(folder, cached()) == {}
    told = update(after, capsys, "--uses", "user.py")
    breaking = {one["operation"] for one in told["changes"] if one["severity"] == "breaking"}
    names = told["names"]
    lost = {one["old"] for kind in ("gone", "renamed", "changed") for one in names[kind]}
    for line, message in errors(folder, cached()).items():
        subject = places[line]
        if subject.startswith("model "):
            assert subject.removeprefix("model ") in lost, message
        else:
            assert subject in breaking or _of_lost(message, lost), (subject, message)


def _of_lost(message: str, lost: set[str]) -> bool:
    """Whether an error is about a name that the update has told."""
    return any(re.search(rf"\b{name}\b", message) for name in lost)


def test_a_users_module_still_type_checks(folder, capsys):
    before, after = next(step for step in STEPS if step[1].stem.startswith("2026-06-10"))
    check_types(folder, before, after, capsys)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), STEPS, ids=day)
def test_every_users_module_still_type_checks(folder, capsys, before, after):
    check_types(folder, before, after, capsys)
