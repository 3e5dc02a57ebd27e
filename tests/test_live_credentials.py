"""Requests without credentials that were answered all the same: a warning where they pass live."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from specbound import Contract
from specbound.check.finding import Finding
from specbound.diagnostics import Severity
from specbound.live import ContractTransport

SCHEMES: dict[str, Any] = {
    "token": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "query", "name": "key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    "mine": {"type": "apiKey", "in": "header", "name": "X-Mine"},
}
ANSWER = {"responses": {"200": {"description": "Fine."}, "401": {"description": "Who is it?"}}}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Doors", "version": "1"},
        "security": [{"token": []}],
        "components": {"securitySchemes": SCHEMES},
        "paths": {
            "/token": {"get": ANSWER},
            "/either": {"get": {**ANSWER, "security": [{"key": []}, {"session": [], "mine": []}]}},
            "/anyone": {"get": {**ANSWER, "security": [{"token": []}, {}]}},
            "/open": {"get": {**ANSWER, "security": []}},
        },
    }
    (tmp_path / "doors.json").write_text(json.dumps(document), "utf-8")
    return Contract.load(tmp_path / "doors.json")


def found(contract: Contract, url: str, status: int = 200, **headers: str) -> list[Finding]:
    told: list[Finding] = []
    inner = httpx.MockTransport(lambda request: httpx.Response(status))
    with httpx.Client(
        transport=ContractTransport(contract, inner, on_finding=told.append)
    ) as client:
        client.get(f"https://doors.example{url}", headers=headers)
    return told


@pytest.mark.parametrize("url", ["/token", "/either", "/either?key=", "/either?keys=a"])
def test_an_answer_without_credentials(contract: Contract, url: str) -> None:
    (finding,) = [one for one in found(contract, url) if one.code == "missing-credentials"]
    assert finding.severity is Severity.WARNING
    assert finding.spec is not None
    assert finding.spec.pointer.endswith("/security")


def test_half_of_what_belongs_together_is_none(contract: Contract) -> None:
    codes = [one.code for one in found(contract, "/either", cookie="session=1")]
    assert "missing-credentials" in codes


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/token", {"authorization": "Bearer one"}),
        ("/either?key=one", {}),
        ("/either", {"cookie": "a=b; session=1", "x-mine": "one"}),
        ("/anyone", {}),
        ("/open", {}),
    ],
)
def test_nothing_is_said(contract: Contract, url: str, headers: dict[str, str]) -> None:
    assert "missing-credentials" not in [one.code for one in found(contract, url, **headers)]


def test_a_refusal_is_as_it_should_be(contract: Contract) -> None:
    assert found(contract, "/token", status=401) == []
