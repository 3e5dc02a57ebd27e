"""Requests: what a builder makes of arguments, and what it refuses before anything is sent."""

from __future__ import annotations

import datetime
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from specbound.runtime.absent import OMIT
from specbound.runtime.errors import ClientError, InvalidRequest, UnknownArgument
from specbound.runtime.operation import Operation
from specbound.runtime.options import Options
from specbound.runtime.route import Body, Encoding, Parameter, Route
from specbound.runtime.uploads import UploadedUri

CREATE = toy.VideosCreate.builder(base_url="https://api.example.com")
WITHOUT = object()

# what is changed in a good call, the code, the path, words of the message
BAD: dict[str, tuple[dict[str, Any], str, list[Any], list[str]]] = {
    "ratio of another model": (
        {"ratio": "1280:768"},
        "invalid_value",
        ["ratio"],
        ['"1280:768"', '"1280:720"', '"720:1280"', "did you mean"],
    ),
    "model missing": ({"model": WITHOUT}, "invalid_union", ["model"], ["required", "gen3a_turbo"]),
    "model misspelt": (
        {"model": "gen4_trubo"},
        "invalid_union",
        ["model"],
        ['did you mean "gen4_turbo"', "gen3a_turbo"],
    ),
    "long text": ({"prompt_text": "x" * 2000}, "too_big", ["promptText"], ["2000", "1000"]),
    "float seed": ({"seed": 1.5}, "invalid_type", ["seed"], ["1.5", "an integer"]),
    "negative seed": ({"seed": -1}, "too_small", ["seed"], ["-1", "at least 0"]),
    "null": ({"seed": None}, "invalid_type", ["seed"], ["null", "an integer"]),
    "object for array": (
        {"prompt_image": {"uri": "x"}},
        "invalid_type",
        ["promptImage"],
        ["an object", "a string or an array"],
    ),
    "array for string": ({"prompt_text": ["x"]}, "invalid_type", ["promptText"], ["a string"]),
    "http image": (
        {"prompt_image": "http://example.com/a.png"},
        "invalid_format",
        ["promptImage"],
        ["^https://", "^runway://", "^data:image/"],
    ),
    "http image inside": (
        {"prompt_image": [{"uri": "http://example.com/a.png", "position": "first"}]},
        "invalid_format",
        ["promptImage", 0, "uri"],
        ["promptImage[0].uri", "^https://"],
    ),
    "data URI": (
        {"prompt_image": "data:image/png;base64," + "A" * 6_000_000},
        "too_big",
        ["promptImage"],
        ["6000000 characters", "at most 5242880"],
    ),
    "missing ratio": ({"ratio": WITHOUT}, "invalid_type", ["ratio"], ["required", '"720:1280"']),
    "duration 99": ({"duration": 99}, "too_big", ["duration"], ["99", "at most 10"]),
    'duration "5"': ({"duration": "5"}, "invalid_type", ["duration"], ['"5"', "an integer"]),
    "true for an integer": ({"duration": True}, "invalid_type", ["duration"], ["true"]),
    "extra member of a closed object": (
        {"content_moderation": {"publicFigureTreshold": "low"}},
        "unrecognized_keys",
        ["contentModeration"],
        ["publicFigureTreshold", 'did you mean "publicFigureThreshold"'],
    ),
    "nested value under its Python name": (
        {"content_moderation": {"public_figure_threshold": "lo"}},
        "invalid_value",
        ["contentModeration", "publicFigureThreshold"],
        ['"auto"', 'did you mean "low"'],
    ),
    "constant inside": (
        {"prompt_image": [{"uri": "https://example.com/a.png", "position": "frist"}]},
        "invalid_value",
        ["promptImage", 0, "position"],
        ['did you mean "first"'],
    ),
    "empty array": ({"prompt_image": []}, "too_small", ["promptImage"], ["at least 1 item"]),
}


def refused(operation: Any, *positional: Any, **arguments: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        operation(*positional, **arguments)
    return caught.value


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_are_refused_with_one_issue(case):
    change, code, path, words = BAD[case]
    arguments = {n: v for n, v in {**toy.GOOD, **change}.items() if v is not WITHOUT}
    error = refused(CREATE, **arguments)
    assert [(issue.code, issue.path) for issue in error.issues] == [(code, path)], error
    for word in words:
        assert word in str(error)
    assert len(str(error)) < 500
    assert isinstance(error, ValueError)
    assert isinstance(error, ClientError)


def test_all_issues_come_at_once():
    error = refused(CREATE, **{**toy.GOOD, "seed": -1, "duration": 99, "ratio": "x"})
    assert {issue.path[0] for issue in error.issues} == {"seed", "duration", "ratio"}


def test_body_rules_and_parameters_are_reported_together():
    update = toy.ThingsUpdate.builder()
    error = refused(update)
    assert {issue.code for issue in error.issues} == {"invalid_type", "too_small"}
    assert "at least 1" in str(error)
    assert refused(toy.ThingsList.builder(), limit=0).issues[0].path == ["limit"]


def test_unknown_arguments_are_type_errors_with_a_hint():
    error = refused(CREATE, **toy.GOOD, promptText="x")
    assert isinstance(error, UnknownArgument)
    assert isinstance(error, TypeError)
    assert 'did you mean "prompt_text"' in str(error)
    assert error.issues[0].code == "unrecognized_keys"


def test_nothing_is_sent_when_arguments_are_bad():
    server = toy.Server({"id": toy.ID})
    with pytest.raises(InvalidRequest):
        toy.VideosCreate(toy.client(server))(model="gen4_turbo")
    with pytest.raises(InvalidRequest):
        toy.VideosCreate(toy.async_client(server))(model="gen4_turbo")
    assert server.count() == 0


def test_the_request_is_exact():
    request = CREATE(**toy.GOOD, seed=OMIT, prompt_text="ü")
    assert request.method == "POST"
    assert str(request.url) == "https://api.example.com/v1/videos"
    assert request.headers["x-version"] == "2024-11-06"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "model": "gen4_turbo",
        "promptImage": "https://example.com/a.png",
        "ratio": "1280:720",
        "promptText": "ü",
    }
    assert b" " not in request.content
    assert "authorization" not in request.headers


def test_a_clients_builder_has_its_key_and_server():
    client = toy.client(toy.Server({}), base_url="http://localhost:1/api/")
    create = toy.VideosCreate(client)
    request = toy.VideosCreate(create._builder)(**toy.GOOD)
    assert str(request.url) == "http://localhost:1/api/v1/videos"
    assert request.headers["authorization"] == f"Bearer {toy.KEY}"
    assert toy.KEY not in repr(request.headers)


def test_models_both_spellings_tuples_and_uploads_are_taken():
    image = toy.Image(uri="https://example.com/a.png", position="first")
    plain = {"uri": UploadedUri("runway://uploads/1"), "position": "last"}
    request = CREATE(**{**toy.GOOD, "prompt_image": (image, plain)})
    assert json.loads(request.content)["promptImage"] == [
        {"uri": "https://example.com/a.png", "position": "first"},
        {"uri": "runway://uploads/1", "position": "last"},
    ]
    request = CREATE(**toy.GOOD, content_moderation={"public_figure_threshold": "low"})
    assert json.loads(request.content)["contentModeration"] == {"publicFigureThreshold": "low"}

    class Result:
        uri = "runway://uploads/22"

    request = CREATE(**{**toy.GOOD, "prompt_image": Result()})
    assert json.loads(request.content)["promptImage"] == "runway://uploads/22"


def test_required_defaults_are_sent_and_others_not():
    assert str(toy.ThingsList.builder(base_url="http://x.example")().url).endswith("?limit=50")


def test_options_of_one_call():
    options = Options(
        headers={"X-Version": "other", "x-more": "1"},
        query={"debug": True},
        body={"news": [1]},
        timeout=7.0,
    )
    request = CREATE(**toy.GOOD, options=options)
    assert request.headers["x-version"] == "other"
    assert request.headers["x-more"] == "1"
    assert request.url.query == b"debug=true"
    assert json.loads(request.content)["news"] == [1]
    assert request.extensions["timeout"] == {"connect": 5.0, "read": 7.0, "write": 7.0, "pool": 7.0}


def test_a_builder_needs_an_address():
    with pytest.raises(ClientError, match="base_url"):
        toy.VideosCreate.builder()(**toy.GOOD)


def operation(*parameters: Parameter, **facts: Any) -> Any:
    class Made(Operation[None, Any]):
        route = Route(
            name="made", **{"method": "POST", "path": "/x", **facts}, parameters=parameters
        )

        def __call__(self, **arguments: Any) -> Any:
            return self._call(arguments)

    return Made.builder(base_url="https://api.example.com/root")


IN_PATH = operation(
    Parameter(name="id", location="path", python="id", required=True), path="/v1/files/{id}/content"
)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_dots_and_nothing_are_refused_in_a_path(value):
    assert refused(IN_PATH, id=value).issues[0].path == ["id"]


@pytest.mark.parametrize("value", ["../x", "a/b", "%2e", "%2e%2e", "a?b", "a#b", "a\\b", "ü", " "])
def test_no_value_leaves_its_segment(value):
    url = IN_PATH(id=value).url
    assert url.raw_path.count(b"/") == 5
    assert url.raw_path.startswith(b"/root/v1/files/")
    assert url.raw_path.endswith(b"/content")


@given(st.text())
def test_no_text_at_all_leaves_its_segment(value):
    try:
        url = IN_PATH(id=value).url
    except InvalidRequest:
        return
    segments = url.raw_path.split(b"/")
    assert segments[:4] == [b"", b"root", b"v1", b"files"]
    assert segments[5:] == [b"content"]
    assert segments[4] not in (b".", b"..", b"")
    assert not url.query
    assert not url.fragment


def test_a_placeholder_in_a_value_stays_a_value():
    two = operation(
        Parameter(name="a", location="path", python="a", required=True),
        Parameter(name="b", location="path", python="b", required=True),
        path="/{a}/{b}",
    )
    assert two(a="{b}", b="x").url.raw_path == b"/root/%7Bb%7D/x"


def test_datetimes_go_out_with_z_and_naive_ones_do_not():
    when = operation(Parameter(name="from", location="query", python="from_", type=Any))
    zone = datetime.timezone(datetime.timedelta(hours=2))
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=zone)
    assert when(from_=moment).url.query == b"from=2026-01-02T01%3A04%3A05Z"
    assert "time zone" in str(refused(when, from_=datetime.datetime(2026, 1, 2)))
    assert when(from_=datetime.date(2026, 1, 2)).url.query == b"from=2026-01-02"
    assert when(from_=UUID(toy.ID)).url.query == b"from=" + toy.ID.encode()


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\nb", "\u0142", "a\x00"])
def test_header_values_cannot_break_out(value):
    header = operation(Parameter(name="X-A", location="header", python="a"))
    assert refused(header, a=value).issues[0].path == ["X-A"]
    with pytest.raises(ValueError, match="must"):
        header(options=Options(headers={"x-b": value}))


def test_cookies_and_json_in_a_query():
    made = operation(
        Parameter(name="session", location="cookie", python="session"),
        Parameter(
            name="filter", location="query", python="filter", type=Any, content="application/json"
        ),
    )
    request = made(session="a;b", filter={"a": [1]})
    assert request.headers["cookie"] == "session=a%3Bb"
    assert request.url.query == b"filter=%7B%22a%22%3A%5B1%5D%7D"


def test_one_body_argument():
    listed = operation(body=Body(type=list[int]))
    assert listed(body=[1, 2]).content == b"[1,2]"
    assert refused(listed, body=["x"]).issues[0].path == [0]
    assert "`body` is required" in str(refused(listed))
    assert operation(body=Body(type=list[int], required=False))().content == b""


def test_url_encoded_forms():
    form = operation(
        body=Body(
            media_type="application/x-www-form-urlencoded",
            members={"name": "name", "tags": "tags", "meta": "meta"},
            encoding={"meta": Encoding(style="deepObject")},
        )
    )
    request = form(name="a b&c", tags=[1, 2], meta={"k": True})
    assert request.content == b"name=a%20b%26c&tags=1&tags=2&meta%5Bk%5D=true"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_multipart_forms(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(b"\x89PNG")
    form = operation(
        body=Body(
            media_type="multipart/form-data",
            members={"file": "file", "meta": "meta", "n": "n"},
            files=frozenset({"file"}),
        )
    )
    request = form(file=path, meta={"a": 1}, n=5)
    content = request.read()
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="cat.png"' in content
    assert b"\x89PNG" in content
    assert b'{"a":1}' in content
    assert b"application/json" in content
    assert b"\r\n\r\n5\r\n" in content
    assert b"abc" in form(file=("a.txt", b"abc")).read()


def test_binary_and_text_bodies(tmp_path):
    raw = operation(body=Body(media_type="application/octet-stream"))
    path = tmp_path / "x.bin"
    path.write_bytes(b"123")
    assert raw(body=b"abc").content == b"abc"
    assert raw(body=path).content == b"123"
    with path.open("rb") as file:
        assert raw(body=file).content == b"123"
    assert refused(raw, body=5).issues[0].code == "invalid_type"
    text = operation(body=Body(media_type="text/plain"))
    assert text(body="ü").content == "ü".encode()


def test_what_json_cannot_say_is_refused():
    anything = operation(body=Body())
    for value in (float("nan"), b"x", object(), "\ud800"):
        assert refused(anything, body={"a": value}).issues


@pytest.mark.parametrize(
    "body", [{"prompt_image": [[1]]}, {"prompt_image": [{}]}, {"model": 5}, {"model": None}]
)
def test_odd_values_never_crash_the_report(body):
    assert refused(CREATE, **{**toy.GOOD, **body}).issues


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(toy.ARGUMENTS), JSON))
def test_any_arguments_give_a_request_or_issues(arguments):
    issues = []
    try:
        request = CREATE(**{**toy.GOOD, **arguments})
    except InvalidRequest as error:
        issues = error.issues
    if issues:
        assert all(issue.message and issue.code for issue in issues)
    else:
        assert json.loads(request.content)["model"] in ("gen4_turbo", "gen3a_turbo")
