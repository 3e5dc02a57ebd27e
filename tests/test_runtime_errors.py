"""Errors: one root, the class of each status, what they carry, and what never stands in them."""

from __future__ import annotations

import pickle
import warnings

import httpx
import pytest

import toy
from specbound.runtime import errors
from specbound.runtime.errors import ClientError, StatusError, WaitFailed
from specbound.runtime.issue import Issue
from specbound.runtime.options import Options

STATUSES = [
    (400, errors.BadRequest),
    (401, errors.Authentication),
    (402, errors.PaymentRequired),
    (403, errors.PermissionDenied),
    (404, errors.NotFound),
    (409, errors.Conflict),
    (418, errors.StatusError),
    (422, errors.UnprocessableEntity),
    (429, errors.RateLimited),
    (500, errors.ServerError),
    (503, errors.ServerError),
]


def call(*replies, **settings):
    client = toy.client(toy.Server(*replies), **{"max_retries": 0, **settings})
    return toy.VideosCreate(client)(**toy.GOOD)


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_has_its_class(status, kind):
    with pytest.raises(kind) as caught:
        call((status, {"error": "No such thing"}))
    error = caught.value
    assert type(error) is kind
    assert error.status == status
    assert error.body == {"error": "No such thing"}
    assert error.request.method == "POST"
    assert "No such thing" in str(error)
    assert "videos.create" in str(error)
    assert isinstance(error, ClientError)


def test_every_error_has_one_root():
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, ClientError | Warning), value


def test_issues_of_the_service_are_typed():
    body = {
        "error": "Validation of body failed",
        "issues": [
            {"code": "too_small", "path": ["references", 0, "uri"], "message": "Too short"},
            "odd",
        ],
        "docUrl": "https://docs.example",
    }
    with pytest.raises(errors.BadRequest) as caught:
        call((400, body))
    assert caught.value.issues[0] == Issue("too_small", ["references", 0, "uri"], "Too short")
    assert caught.value.issues[1].message == "odd"
    assert "references.0.uri: Too short" in str(caught.value)


def test_the_documented_error_model_is_there_when_it_fits():
    with pytest.raises(errors.RateLimited) as caught:
        call((429, {"error": "slow down"}))
    assert isinstance(caught.value.model, toy.ErrorReply)
    with pytest.raises(errors.RateLimited) as caught:
        call((429, {"other": 1}))
    assert caught.value.model is None
    assert caught.value.body == {"other": 1}


@pytest.mark.parametrize(
    "content", [b"", b"<html>Bad gateway</html>", b"\xff\xfe", b"[1]", b"null"]
)
def test_any_error_body_is_an_error(content):
    with pytest.raises(errors.ServerError):
        call(httpx.Response(500, content=content))


@pytest.mark.parametrize("content", [b"", b"<html>", b"{", b"NaN"])
def test_a_success_that_is_no_json_is_an_error(content):
    with pytest.raises(errors.UnparsableReply) as caught:
        call(httpx.Response(200, content=content))
    assert caught.value.response.status_code == 200


def test_the_key_never_stands_in_a_message():
    with pytest.raises(errors.Authentication) as caught:
        call((401, {"error": f"the key {toy.KEY} is not valid"}))
    assert toy.KEY not in str(caught.value)
    with pytest.raises(errors.ConnectionFailed) as caught:
        call(httpx.ConnectError(f"cannot send Bearer {toy.KEY}"))
    assert toy.KEY not in str(caught.value)


def test_errors_survive_pickling():
    with pytest.raises(errors.RateLimited) as caught:
        call(httpx.Response(429, json={"error": "slow"}, headers={"retry-after": "120"}))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is errors.RateLimited
    assert (copy.status, copy.retry_after, copy.body) == (429, 120.0, {"error": "slow"})
    failed = WaitFailed("x")
    failed.task_id = toy.ID
    assert pickle.loads(pickle.dumps(failed)).task_id == toy.ID
    with pytest.raises(errors.InvalidRequest) as invalid:
        toy.VideosCreate.builder(base_url="http://x.example")(model="x")
    assert pickle.loads(pickle.dumps(invalid.value)).issues == invalid.value.issues


def test_the_task_of_an_error_is_named():
    client = toy.client(toy.Server((404, {"error": "no"})))
    with pytest.raises(errors.NotFound) as caught:
        toy.TasksRetrieve(client)(toy.ID)
    assert caught.value.task_id == toy.ID


DRIFTED = {"id": toy.ID, "status": "RUNNING", "extra": [1]}
MISSING = {"id": toy.ID, "status": "SUCCEEDED"}


def retrieve(reply, **settings):
    return toy.TasksRetrieve(toy.client(toy.Server(reply), **settings))(toy.ID)


def test_drift_is_ignored_warned_raised_or_told():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(retrieve(MISSING), toy.Succeeded)
    with pytest.warns(errors.DriftWarning, match="tasks.retrieve"):
        retrieve(MISSING, on_drift="warn")
    with pytest.raises(errors.DriftError) as caught:
        retrieve(MISSING, on_drift="raise")
    assert caught.value.body == MISSING
    assert isinstance(caught.value.value, toy.Succeeded)
    told = []
    retrieve(MISSING, on_drift=lambda drift, route: told.append((drift, route.name)))
    ((drift, name),) = told
    assert drift.pointer in ("/output", "")
    assert name == "tasks.retrieve"


def test_drift_can_be_set_for_one_call():
    client = toy.client(toy.Server(MISSING))
    with pytest.raises(errors.DriftError):
        toy.TasksRetrieve(client)(toy.ID, options=Options(on_drift="raise"))


def test_an_undocumented_success_is_drift_and_not_an_error():
    told = []
    reply = retrieve((201, DRIFTED), on_drift=lambda drift, route: told.append(drift.kind))
    assert isinstance(reply, toy.Pending)
    assert told == ["undocumented-status"]
    assert retrieve(httpx.Response(202)) is None


def test_parse_reads_any_response():
    operation = toy.TasksRetrieve(toy.client(toy.Server({})))
    response = httpx.Response(200, json=DRIFTED)
    assert operation.parse(response).status == "RUNNING"
    assert toy.TasksRetrieve.builder().parse(response).status == "RUNNING"
    with pytest.raises(StatusError):
        operation.parse(httpx.Response(500))
