"""The document's own Python samples run as published, but for the import line.

A sample may fail by its own mistake only: arguments that the contract refuses, or a member read by
its wire name. No list says which: they are found by running them, and shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import runwayml_client
from runwayml_client import InvalidRequest

from clients import Time, blocking
from fake_service import Fake, contract

SAMPLES = {
    key: sample["source"]
    for key, one in contract().operations.items()
    for sample in one.samples
    if sample.get("lang", "").lower() == "python"
}


@dataclass(frozen=True)
class Result:
    """How a sample ended: which operations it called, and its mistake, if any."""

    calls: list[str]
    wrong: list[str]
    mistake: str


def wire_names() -> set[str]:
    """Every member name of the document that is not spelled as Python spells names."""
    found: set[str] = set()
    pending: list[Any] = [one.schema for one in contract().schemas.values()]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            found |= set(node.get("properties", {}))
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return {name for name in found if name != name.lower()}


def run(source: str) -> Result:
    """Run one sample; whatever it raises that is not its own mistake goes through."""
    fake = Fake()
    mistake = ""
    for name in re.findall(r"Path\('\./(.+?)'\)", source):
        Path(name).write_bytes(b"\0\0\0\x18ftypmp42")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runwayml_client, "RunwayML", lambda: blocking(fake, Time()))
        try:
            exec(source.replace("from runwayml import", "from runwayml_client import"), {})
        except InvalidRequest as error:
            mistake = str(error)
        except AttributeError as error:
            if error.name not in wire_names():
                raise
            mistake = f"{error} (a wire name)"
    return Result(fake.calls, fake.wrong, mistake)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("samples"))
        return {key: run(source) for key, source in SAMPLES.items()}


def test_there_are_42() -> None:
    assert len(SAMPLES) == 42


@pytest.mark.parametrize("key", sorted(SAMPLES))
def test_sample(key: str, results: dict[str, Result]) -> None:
    result = results[key]
    assert result.wrong == []
    assert result.mistake or key in result.calls


def test_most_samples_run(results: dict[str, Result]) -> None:
    mistaken = {key: one.mistake for key, one in results.items() if one.mistake}
    print(*(f"{key}: {mistake}" for key, mistake in sorted(mistaken.items())), sep="\n")
    assert len(mistaken) == 6
