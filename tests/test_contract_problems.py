"""Where people read about a service's errors: told as `docUrl` by stubs and by the mock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import served
from fake_service import contract as runway
from mocks import Asking, item, made, reply
from specbound.contract.load import Contract
from specbound.contract.problems import doc_url
from specbound.diagnostics import SpecError

DOCS = "https://docs.test/errors"
OTHER = {"externalDocs": {"url": "https://a.test"}}
PATHS = {"/things/{id}": {**item(), "get": reply({"type": "object"})}}


def declaring(**more: Any) -> Contract:
    return made(PATHS, **more)


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({}, ""),
        ({"externalDocs": {"url": DOCS}}, DOCS),
        ({"x-specbound": {"problems": {"doc-url": DOCS}}}, DOCS),
        (OTHER | {"x-specbound": {"problems": {"doc-url": DOCS}}}, DOCS),
        ({"x-specbound": {"problems": {}}}, ""),
    ],
)
def test_what_is_declared_comes_first(more: dict[str, Any], url: str) -> None:
    contract = declaring(**more)
    assert doc_url(contract) == url
    assert Asking(contract)("GET", "/nowhere").json().get("docUrl", "") == url


@pytest.mark.parametrize("wrong", ["docs", "ftp://a.test", "https://a b", 7, "https://a.test\n"])
def test_what_is_no_address_is_refused(wrong: Any) -> None:
    with pytest.raises(SpecError, match=r"does not match|is not of type"):
        declaring(**{"x-specbound": {"problems": {"doc-url": wrong}}})


def test_stubs_tell_it_too(tmp_path: Path) -> None:
    contract = declaring(externalDocs={"url": DOCS})
    module = served.generate(contract, tmp_path, "documented_stubs")
    handlers = type("Mine", (module.Handlers,), {})()
    app = module.create_app(handlers)
    for path, status in (("/nowhere", 404), ("/things/1", 501)):
        answer = served.ask(app, "GET", path)
        assert (answer.status_code, answer.json()["docUrl"]) == (status, DOCS)


def test_runway_has_one() -> None:
    answer = Asking(runway())("GET", "/v1/organization", headers={"authorization": "Bearer k"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "issues", "docUrl"}
