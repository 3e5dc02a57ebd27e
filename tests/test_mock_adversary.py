"""schemathesis, which nobody here wrote, against the mock: all its checks find nothing.

It reads the document that the mock itself serves, sends what fits and what does not, without
credentials and with wrong ones, and holds every reply against the document.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from adversary import SECRET, attack
from fake_service import contract
from servers import served
from specbound.mock.app import mock_app


def test_few_examples_of_every_operation(tmp_path: Path) -> None:
    with served(mock_app(contract(), keys=[SECRET])) as url:
        found = attack(url, tmp_path, "--max-examples", "3")
    assert found.operations == 43
    assert not found.failures, found.output


@pytest.mark.long
def test_a_hundred_examples_of_every_operation(tmp_path: Path) -> None:
    with served(mock_app(contract(), keys=[SECRET])) as url:
        found = attack(url, tmp_path, "--max-examples", "100")
    assert found.operations == 43
    assert not found.failures, found.output


@pytest.mark.long
def test_every_edge_and_sequences(tmp_path: Path) -> None:
    """Examples of the document, each boundary of each constraint, and calls that depend."""
    with served(mock_app(contract(), keys=[SECRET])) as url:
        found = attack(url, tmp_path, "--max-examples", "10", phases="examples,coverage,stateful")
    assert found.operations == 43
    assert not found.failures, found.output
