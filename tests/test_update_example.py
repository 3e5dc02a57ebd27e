"""README's worked example and its workflow, run: the Runway document and a later one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from specbound.cli import main
from specbound.commands.arguments import COMMANDS
from test_cli import environment
from updates import snapshot

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases" / "update"
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """This very project, as far as an update touches it, with a program that uses the client."""
    for name in ("spec", "generated"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("app.py", "recordings"):
        part = CASES / name
        (shutil.copytree if part.is_dir() else shutil.copy)(part, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    later = ["--overlay", str(CASES / "later.yaml"), "--stage", "source", "-o", "later.json"]
    assert main(["inspect", "spec/runway/openapi.json", *later]) == 0
    return tmp_path


def blocks(kind: str, word: str) -> list[str]:
    """README's fenced blocks of a kind that mention something."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [text for text in found if word in text]


def test_the_example_is_what_the_command_prints(folder, capsys):
    (shown,) = blocks("console", "specbound update")
    first, *lines = [line for line in shown.splitlines() if line.strip()]
    command = shlex.split(first.removeprefix("$ specbound "))
    assert main(command) == 1
    said = capsys.readouterr()
    told = iter((said.out + said.err).splitlines())
    for line in lines:
        wanted = [part.strip() for part in re.sub(r"\d+\.\d s", "…", line).split("…")]
        # Left-out lines and the ends of long ones are dots; all else stands there, in this order.
        assert any(all(part in one for part in wanted) for one in told), line


def test_the_example_is_up_to_date_afterwards(folder, capsys):
    command = ["update", "later.json", "--recordings", "recordings", "--uses", "app.py"]
    assert main(command) == 1
    told = capsys.readouterr().out
    assert main(["generate", "--check"]) == 0
    assert "`model` does not take 'gen3a_turbo'" in told
    assert "`audio_uri` is `audio_url` now" in told
    assert "1 no longer fit, 1 fit now, 1 fit as before" in told
    after = snapshot(folder)
    assert main(["update", "later.json"]) == 0
    assert snapshot(folder) == after


def test_the_workflow_is_one(folder):
    (text,) = blocks("yaml", "specbound update")
    flow = yaml.load(text, Loader=yaml.BaseLoader)  # `on` is a word here, as GitHub reads it
    assert "schedule" in flow["on"]
    assert flow["permissions"] == {"contents": "write", "pull-requests": "write"}
    (job,) = flow["jobs"].values()
    script = "\n".join(step.get("run", "") for step in job["steps"])
    commands = re.findall(r"^\s*specbound (\w+)", script, re.MULTILINE)
    assert commands
    assert set(commands) <= set(COMMANDS)
    assert any("body-path" in step.get("with", {}) for step in job["steps"])
    # The very script, with a fetch that finds the later document.
    tools = folder / "tools"
    tools.mkdir()
    python = f'#!/bin/sh\nexec {sys.executable} -m specbound "$@"\n'
    fetch = '#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\ncp later.json "$2"\n'
    for name, content in (("specbound", python), ("curl", fetch), ("pip", "#!/bin/sh\n")):
        (tools / name).write_text(content)
        (tools / name).chmod(0o755)
    (folder / "src").mkdir()
    shutil.move(folder / "app.py", folder / "src")
    (folder / "tests").mkdir()
    shutil.move(folder / "recordings", folder / "tests")
    place = environment() | {"RUNNER_TEMP": str(folder), "DOCUMENT": "https://api.example.com"}
    place["PATH"] = f"{tools}{os.pathsep}{place['PATH']}"
    done = subprocess.run(["bash", "-e", "-c", script], env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (folder / "body.md").read_text().startswith("## RunwayML API: ")
    assert main(["generate", "--check"]) == 0
