"""Faults on demand and refusals: what Prefer asks for, and what the contract does not take."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fake_service import UUID, contract
from mocks import Asking, made, reply, takes
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.mock.preferences import read
from specbound.mock.settings import Served
from specbound.traffic.messages import exchange_of

ERROR = {
    "type": "object",
    "required": ["message", "kind"],
    "properties": {"message": {"type": "string"}, "kind": {"enum": ["bad", "worse"]}},
    "additionalProperties": False,
}
TOLD = {
    "type": "object",
    "required": ["name", "size"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 20},
        "size": {"type": "integer", "minimum": 1},
    },
}
BODY = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "maximum": 9}}}
SMALL = made(
    {
        "/it": {
            "get": {
                "responses": {
                    **reply(TOLD)["responses"],
                    "503": {"description": "", "content": {"application/json": {"schema": ERROR}}},
                }
            },
            "post": {**takes(BODY), **reply(TOLD)},
        }
    }
)
LOCKED = made(
    {"/it": {"get": {**reply(TOLD), "security": [{"key": []}, {"token": []}]}}},
    components={
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "k"},
            "token": {"type": "oauth2", "flows": {}},
        }
    },
)


def preferring(words: str, **more: Any) -> Any:
    return Asking(SMALL)("GET", "/it", headers={"prefer": words}, **more)


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (["code=503"], {"code": "503"}),
        (["code=503, delay=2"], {"code": "503", "delay": "2"}),
        (["code=503; delay=2"], {"code": "503", "delay": "2"}),
        (["Code = 503", "code=404"], {"code": "503"}),
        (['example="two words, and a comma"'], {"example": "two words, and a comma"}),
        (["drift"], {"drift": ""}),
        (["respond-async, wait=10"], {}),
        (["", ";;,,=", "=x"], {}),
    ],
)
def test_preferences_are_read_as_rfc_7240_has_them(texts: list[str], asked: dict[str, str]) -> None:
    assert read(texts).asked == asked


@pytest.mark.parametrize("words", ["code=abc", "code=99", "code=600", "delay=soon", "throttle=x"])
def test_a_preference_without_sense_is_as_if_it_were_not_there(words: str) -> None:
    answer = preferring(words)
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


def test_a_status_is_given_in_the_shape_that_the_document_gives_it() -> None:
    answer = preferring("code=503")
    assert (answer.status_code, answer.json()) == (
        503, {"message": "Service Unavailable", "kind": "bad"}
    )  # fmt: skip
    assert answer.headers["preference-applied"] == "code=503"
    other = preferring("code=418")
    assert other.status_code == 418
    assert other.json()["issues"] == []


def test_throttling_says_when_to_come_again() -> None:
    answer = preferring("throttle=7")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize("keyword", ["", "required", "type", "maxLength", "max-length", "minimum"])
def test_drift_breaks_one_rule_and_no_other(keyword: str) -> None:
    answer = preferring(f"drift={keyword}" if keyword else "drift")
    found = Checker(SMALL).check(exchange_of(answer)).findings
    assert [str(one.part) for one in found] == ["response.body"]
    assert found[0].code in answer.headers["preference-applied"]
    if keyword:
        assert found[0].code == keyword.replace("L", "-l")


def test_drift_that_cannot_be_had_is_not_claimed() -> None:
    answer = preferring("drift=multipleOf")
    assert "preference-applied" not in answer.headers
    assert Checker(SMALL).check(exchange_of(answer)).verdict is Verdict.VALID


def test_every_drift_of_a_task_is_one_finding() -> None:
    service = contract()
    asking = Asking(service, strict_ids=False)
    asking.headers = {"authorization": "Bearer x", "x-runway-version": "2024-11-06"}
    checker = Checker(service)
    for _ in range(12):
        answer = asking("GET", f"/v1/tasks/{UUID}", headers={"prefer": "drift"})
        assert len(checker.check(exchange_of(answer)).findings) == 1


def test_faults_of_the_server_are_for_requests_that_prefer_nothing() -> None:
    asking = Asking(SMALL, faults={"GET /it": "code=503", "*": "throttle"})
    assert asking("GET", "/it").status_code == 503
    assert asking("POST", "/it", json={"n": 1}).status_code == 429
    assert asking("GET", "/it", headers={"prefer": "dynamic"}).status_code == 200


def test_a_rate_is_for_so_many_requests_and_always_the_same_ones() -> None:
    def statuses() -> list[int]:
        asking = Asking(SMALL, faults={"*": "code=503; rate=0.3"})
        return [asking("GET", "/it").status_code for _ in range(60)]

    found = statuses()
    assert 5 < found.count(503) < 35
    assert found == statuses()


@pytest.mark.parametrize("words", ["stall", "reset"])
def test_half_an_answer_is_never_ended(words: str) -> None:
    whole = Asking(SMALL)("GET", "/it").content
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"} if sent else {"type": "http.request", "body": b""}

    scope = {
        "type": "http", "method": "GET", "path": "/it", "raw_path": b"/it", "query_string": b"",
        "headers": [(b"prefer", words.encode())],
    }  # fmt: skip
    asyncio.run(Asking(SMALL).app(scope, receive, send))
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(whole)).encode()
    assert sent[1]["body"] == whole[: len(whole) // 2]
    assert sent[1]["more_body"]
    assert len(sent) == 2


# --- refusals -------------------------------------------------------------------------------------


def test_a_refusal_lists_every_issue_in_the_services_shape() -> None:
    answer = Asking(SMALL)("POST", "/it", json={"n": 12})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation of body failed",
        "issues": [
            {"code": "maximum", "path": ["n"], "message": "`n` is 12, but must be at most 9"}
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/it", {}, 405),
        ("POST", "/it", {"content": b"<n/>", "headers": {"content-type": "text/xml"}}, 415),
        ("POST", "/it", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/it", {}, 400),
        ("HEAD", "/it", {}, 200),
        ("OPTIONS", "/it", {}, 204),
    ],
)
def test_what_is_not_documented_is_answered_properly(
    method: str, path: str, more: dict[str, Any], status: int
) -> None:
    assert Asking(SMALL)(method, path, **more).status_code == status


def test_credentials_have_to_be_there_and_may_be_any() -> None:
    asking = Asking(LOCKED)
    refused = asking("GET", "/it")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "ApiKey, Bearer")
    assert asking("GET", "/it?k=anything").status_code == 200
    assert asking("GET", "/it", headers={"authorization": "Bearer any"}).status_code == 200
    assert asking("GET", "/it", headers={"authorization": "Basic any"}).status_code == 401
    assert Asking(LOCKED, auth=False)("GET", "/it").status_code == 200
    picky = Asking(LOCKED, keys=["right"])
    assert picky("GET", "/it?k=right").status_code == 200
    assert picky("GET", "/it?k=wrong").status_code == 401


def test_each_request_is_told_with_the_findings_that_refused_it() -> None:
    heard: list[Served] = []
    asking = Asking(SMALL, told=heard.append)
    asking("POST", "/it", json={"n": 12})
    asking("GET", "/it")
    asking("GET", "/nowhere")
    assert [(one.method, one.path, one.status) for one in heard] == [
        ("POST", "/it", 400), ("GET", "/it", 200), ("GET", "/nowhere", 404),
    ]  # fmt: skip
    assert [len(one.findings) for one in heard] == [1, 0, 0]
