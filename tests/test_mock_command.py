"""`specbound mock`: what it serves and says, and how it ends."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from specbound.commands.mock_arguments import MOCK, add_mock_options, fault
from specbound.mock.settings import Served
from specbound.report.findings import PLAIN
from specbound.report.served import served_text

PATIENCE = 30


@contextmanager
def running(root: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and all that it says before it takes requests."""
    command = [sys.executable, "-m", "specbound", "mock", "--listen", ":0", *arguments]
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        opening = ""
        while "Ctrl-C stops" not in opening:
            line = process.stdout.readline()
            assert line, process.communicate(timeout=PATIENCE)
            opening += line
        yield process, opening
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_it_serves_what_pyproject_names_until_it_is_stopped(root: Path) -> None:
    with running(root, "--any-id") as (process, opening):
        url = opening.split()[2]
        headers = {"authorization": "Bearer key_secret", "x-runway-version": "2024-11-06"}
        task = "/v1/tasks/17f20503-6c24-4c16-946b-35dbbce2af2f"
        assert httpx.get(url + task, headers=headers).json()["status"] == "PENDING"
        assert httpx.get(url + "/v1/organization").status_code == 401
        bad = httpx.post(url + "/v1/image_to_video", headers=headers, json={"model": "gen4_trubo"})
        assert bad.status_code == 400
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert not err
    assert "/v1/tasks/{id}: create (11), retrieve, delete; PENDING → RUNNING → SUCCEEDED" in opening
    assert f"GET {task} 200" in out
    assert "GET /v1/organization 401" in out
    assert 'did you mean "gen4_turbo"?' in out
    assert "key_secret" not in out
    assert out.endswith("3 requests: 2 refused\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "GET /v1/nothing=code=503"], "is no operation"),
        (["--fault", "*=nonsense"], "asks for nothing that the mock knows"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["--pace", "fast"], "is no number of seconds"),
        (["--now", "noon"], "is no time"),
        (["--listen", "here"], "is no HOST:PORT"),
    ],
)
def test_wrong_use_is_told_in_a_line(root: Path, arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", "specbound", "mock", *arguments]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_fault_is_an_operation_and_what_prefer_would_say() -> None:
    assert fault("POST /v1/things=code=503; rate=0.2") == ("POST /v1/things", "code=503; rate=0.2")
    for text in ("code", "=code=503", "POST /v1/things="):
        with pytest.raises(argparse.ArgumentTypeError):
            fault(text)


def test_the_help_explains_every_option() -> None:
    parser = argparse.ArgumentParser("mock", epilog=MOCK)
    add_mock_options(parser)
    assert parser.parse_args([]).listen.port == 4010
    assert all(len(line) <= 100 for line in MOCK.splitlines())


def test_secrets_in_a_path_are_not_shown() -> None:
    line = served_text(Served("GET", "/v1/x?api_key=sk_live_0123456789abcdef", 200, 0.001), PLAIN)
    assert line == "GET /v1/x 200 1 ms\n"


def test_what_passes_is_recorded(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "traffic.ndjson"
    with running(root, "--record", str(file)) as (process, opening):
        headers = {"authorization": "Bearer key_secret", "x-runway-version": "2024-11-06"}
        url = opening.split()[2]
        assert httpx.get(f"{url}/v1/organization", headers=headers).status_code == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    (line,) = file.read_text("utf-8").splitlines()
    assert json.loads(line)["request"]["url"] == f"{url}/v1/organization"
    assert "key_secret" not in line


def test_a_recording_that_cannot_be_written(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "specbound", "mock", "--listen", ":0"]
    done = subprocess.run(
        [*command, "--record", str(tmp_path)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr
