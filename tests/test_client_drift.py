"""Replies that stray from the contract: kept, told as asked, and given back as they came."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from typing import Any

import pytest
from runwayml_client import OPERATIONS, Drift, DriftError, DriftWarning
from runwayml_client.models import TaskSucceeded

from clients import blocking
from fake_service import UUID, Fake, Values, contract

TASK = "GET /v1/tasks/{id}"


def succeeded() -> dict[str, Any]:
    schema = contract().operations[TASK].replies["200"].content["application/json"]
    value: dict[str, Any] = Values(contract(), frozenset({"SUCCEEDED"})).of(schema)
    return value


def without(name: str) -> dict[str, Any]:
    return {key: one for key, one in succeeded().items() if key != name}


#: What came, and the drifts it is told as: kind and pointer.
STRAYED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (without("createdAt"), [("required", "/createdAt")]),
    ({**succeeded(), "cost": 5}, [("additional-properties", "/cost")]),
    (
        {**without("output"), "cost": {"a": 1}},
        [("additional-properties", "/cost"), ("required", "/output")],
    ),
    ({**succeeded(), "createdAt": "2024-11-06T12:00:00+00:00"}, [("pattern", "/createdAt")]),
]


@pytest.mark.parametrize(("body", "drifts"), STRAYED)
def test_the_variant_is_the_one_its_discriminator_names(
    body: dict[str, Any], drifts: list[tuple[str, str]]
) -> None:
    task = blocking(Fake({TASK: [body]})).tasks.retrieve(UUID)
    assert isinstance(task, TaskSucceeded)
    assert json.loads(task.to_json()) == body


@pytest.mark.parametrize(("body", "drifts"), STRAYED)
def test_told_to_a_callable(body: dict[str, Any], drifts: list[tuple[str, str]]) -> None:
    told: list[tuple[Drift, Any]] = []
    client = blocking(
        Fake({TASK: [body]}), on_drift=lambda drift, route: told.append((drift, route))
    )
    client.tasks.retrieve(UUID)
    assert sorted((one.kind, one.pointer) for one, _ in told) == drifts
    assert {route.name for _, route in told} == {"tasks.retrieve"}


@pytest.mark.parametrize(("body", "drifts"), STRAYED)
def test_warned_of(body: dict[str, Any], drifts: list[tuple[str, str]]) -> None:
    with pytest.warns(DriftWarning, match="tasks.retrieve") as caught:
        blocking(Fake({TASK: [body]}), on_drift="warn").tasks.retrieve(UUID)
    assert len(caught) == len(drifts)


@pytest.mark.parametrize(("body", "drifts"), STRAYED)
def test_raised(body: dict[str, Any], drifts: list[tuple[str, str]]) -> None:
    with pytest.raises(DriftError) as caught:
        blocking(Fake({TASK: [body]}), on_drift="raise").tasks.retrieve(UUID)
    assert sorted((one.kind, one.pointer) for one in caught.value.drifts) == drifts
    assert json.loads(caught.value.value.to_json()) == body


def test_ignored_by_default() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blocking(Fake({TASK: [without("createdAt")]})).tasks.retrieve(UUID)


def test_unknown_variant_is_kept() -> None:
    body = {**succeeded(), "status": "PAUSED"}
    told: list[Drift] = []
    client = blocking(Fake({TASK: [body]}), on_drift=lambda drift, route: told.append(drift))
    task: Any = client.tasks.retrieve(UUID)
    assert task.status == "PAUSED"
    assert [one.pointer for one in told] == ["/status"]
    assert json.loads(task.to_json()) == body


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_an_untouched_reply_is_given_back_as_it_came(key: str) -> None:
    for status, reply in contract().operations[key].replies.items():
        if not (status.startswith("2") and reply.content):
            continue
        kind = OPERATIONS[key].replies[status]
        from runwayml_client._runtime.drift import adapter

        value = Values(contract()).of(reply.content["application/json"])
        read = adapter(kind).validate_json(json.dumps(value))
        again = adapter(kind).dump_json(read, by_alias=True, exclude_unset=True)
        assert json.loads(again) == value == deepcopy(value)
