"""Where a request shows its secrets: one reading of security schemes for client, stubs and mock."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from specbound.contract.credentials import Place, asked, places
from specbound.contract.load import Contract
from specbound.runtime.route import Route, Scheme, Service
from specbound.runtime.server.credentials import Guard
from specbound.runtime.server.messages import Call, Problem

SCHEMES = {
    "token": ({"type": "http", "scheme": "Bearer"}, Place("bearer", "Authorization")),
    "sign-in": ({"type": "oauth2", "flows": {}}, Place("bearer", "Authorization")),
    "connect": ({"type": "openIdConnect", "openIdConnectUrl": "https://a.test"}, Place("bearer")),
    "user": ({"type": "http", "scheme": "BASIC"}, Place("basic", "Authorization")),
    "digest": ({"type": "http", "scheme": "digest"}, Place("header", "Authorization")),
    "field": ({"type": "apiKey", "in": "header", "name": "X-Key"}, Place("header", "X-Key")),
    "query": ({"type": "apiKey", "in": "query", "name": "key"}, Place("query", "key")),
    "cookie": ({"type": "apiKey", "in": "cookie", "name": "sid"}, Place("cookie", "sid")),
    "alias": ({"$ref": "#/components/securitySchemes/query"}, Place("query", "key")),
    "certificate": ({"type": "mutualTLS"}, None),
    "elsewhere": ({"type": "apiKey", "in": "path", "name": "key"}, None),
}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "paths": {"/things": {"get": {"responses": {"204": {"description": "Done."}}}}},
        "components": {"securitySchemes": {name: one for name, (one, _) in SCHEMES.items()}},
    }
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    return Contract.load(path)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_has_its_place(contract: Contract, name: str) -> None:
    assert places(contract).get(name) == SCHEMES[name][1]


def test_what_no_request_shows_is_not_asked_for(contract: Contract) -> None:
    wanted = [{"certificate": [], "query": []}, {"certificate": []}, {"unheard-of": []}, {}]
    assert asked(contract, wanted) == (("query",), (), ("unheard-of",), ())


def test_a_scheme_that_nobody_defined_lets_nobody_in() -> None:
    service = Service(package="keys", schemes={"query": Scheme(kind="query", name="key")})
    call = Call("GET", "/things", "key=k", (), b"", {})
    closed = Guard(
        service,
        Route(name="things.list", method="GET", path="/things", security=(("gone",),)),
        None,
    )
    assert closed.asks
    with pytest.raises(Problem, match="No credentials") as refused:
        asyncio.run(closed.admit(call))
    assert refused.value.status == 401
    either = (("gone",), ("query",))
    guard = Guard(
        service, Route(name="things.list", method="GET", path="/things", security=either), None
    )
    assert asyncio.run(guard.admit(call)) == {"query": None}
    open_ = Guard(
        service, Route(name="things.list", method="GET", path="/things", security=()), None
    )
    assert (open_.asks, asyncio.run(open_.admit(call))) == (False, {})
