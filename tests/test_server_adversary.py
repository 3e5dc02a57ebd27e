"""schemathesis, which nobody here wrote, against the generated stubs: all its checks find nothing.

The stubs are in development: a reply that is not what the document says would be a server error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runwayml_client import OPERATIONS
from runwayml_client.server import Problem, create_app

from adversary import SECRET, attack
from fake_service import contract
from servers import served
from specbound.prove.design import ROOM
from specbound.prove.pick import Least
from specbound.prove.planner import planner
from specbound.prove.replies import succeeded


class Least200:
    """Handlers of every operation: each gives the least value that its reply may have."""

    def __init__(self, **broken: Any) -> None:
        whole = contract()
        for key, described in OPERATIONS.items():
            name = described.name.replace(".", "_")
            form = succeeded(whole.operations[key]).form
            value = None
            if form.at:
                value = planner(whole, "response").root(form.schema, form.at).make(Least(), ROOM)
            setattr(self, name, self._giving(broken.get(name, value)))

    @staticmethod
    def _giving(value: Any) -> Any:
        async def handler(**_: Any) -> Any:
            return value

        return handler


def app(**broken: Any) -> Any:
    def authenticate(_: str, secret: str) -> None:
        if secret != SECRET:
            raise Problem(401, "the key is wrong")

    handlers = Least200(**broken)
    return create_app(
        handlers, development=True, authenticate=authenticate, document="/openapi.json"
    )


def test_few_examples_of_every_operation(tmp_path: Path) -> None:
    with served(app()) as url:
        found = attack(url, tmp_path, "--max-examples", "2")
    assert found.operations == 43
    assert not found.failures, found.output


def test_a_reply_that_strays_is_found(tmp_path: Path) -> None:
    with served(app(tasks_retrieve={"id": "no uuid"})) as url:
        only = ("--include-path", "/v1/tasks/{id}", "--include-method", "GET")
        found = attack(url, tmp_path, "--max-examples", "10", *only)
    assert found.failures
    assert all("/v1/tasks/{id}" in one for one in found.failures)


@pytest.mark.long
def test_a_hundred_examples_of_every_operation(tmp_path: Path) -> None:
    with served(app()) as url:
        found = attack(url, tmp_path, "--max-examples", "100")
    assert found.operations == 43
    assert not found.failures, found.output


@pytest.mark.long
def test_every_edge(tmp_path: Path) -> None:
    """Examples of the document, and each boundary of each constraint."""
    with served(app()) as url:
        found = attack(url, tmp_path, "--max-examples", "10", phases="examples,coverage")
    assert found.operations == 43
    assert not found.failures, found.output
