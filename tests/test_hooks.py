"""The hooks that pre-commit finds at the root of the repository."""

from __future__ import annotations

import re

import pytest
import yaml

NAMES = ("specbound-validate", "specbound-generate-check", "specbound-lint")


@pytest.fixture(scope="module")
def hooks(root):
    listed = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {hook["id"]: hook for hook in listed}


def test_the_hooks_and_their_commands(hooks):
    assert tuple(hooks) == NAMES
    for hook in hooks.values():
        assert hook["language"] == "python"
        assert hook["entry"].startswith("specbound ")
        # Two runs at once would write one cache, and each would load the document.
        assert hook["require_serial"] is True


def test_pre_commit_takes_the_file(root):
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    assert [hook["id"] for hook in clientlib.load_manifest(root / ".pre-commit-hooks.yaml")] == [
        *NAMES
    ]


@pytest.mark.parametrize(
    ("path", "is_recording"),
    [
        ("recordings/a.har", True),
        ("tests/cassettes/test_x/test_y.yaml", True),
        ("spec/runway/recordings/000.md", True),
        ("tests/cassettes.py", False),
        ("openapi.json", False),
        ("recordings/image.png", False),
    ],
)
def test_which_files_are_recordings(hooks, path, is_recording):
    assert bool(re.search(hooks["specbound-validate"]["files"], path)) is is_recording
