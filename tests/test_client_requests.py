"""Bad requests raise before a byte is sent, and say what is wrong, where, and what is allowed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from runwayml_client import InvalidRequest, RunwayMLError, UnknownArgument

from clients import awaiting, blocking, called
from fake_service import UUID, Fake

VIDEO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/bunny.jpg",
    "ratio": "1280:720",
}
MISSING = "missing"

#: Operation, arguments, code and path of the issue, and what the message has to say.
BAD: list[tuple[str, dict[str, Any], str, list[Any], list[str]]] = [
    ("image_to_video.create", {"prompt_text": "x" * 2000}, "too_big", ["promptText"], ["1000"]),
    (
        "image_to_video.create",
        {"ratio": "9:16"},
        "invalid_value",
        ["ratio"],
        ['"9:16"', "1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"],
    ),
    ("image_to_video.create", {"seed": -1}, "too_small", ["seed"], ["-1", "at least 0"]),
    ("image_to_video.create", {"duration": 99}, "too_big", ["duration"], ["99", "at most 10"]),
    ("image_to_video.create", {"duration": "5"}, "invalid_type", ["duration"], ['"5"', "integer"]),
    (
        "image_to_video.create",
        {"model": "gen9"},
        "invalid_union",
        ["model"],
        ['"gen9"', "gen4_turbo", "gen4.5", "veo3.1", "veo3.1_fast", "veo3", "gen3a_turbo"],
    ),
    ("image_to_video.create", {"ratio": MISSING}, "invalid_type", ["ratio"], ["required"]),
    (
        "image_to_video.create",
        {"prompt_image": "http://example.com/bunny.jpg"},
        "invalid_format",
        ["promptImage"],
        ["http://example.com/bunny.jpg", "https://"],
    ),
    ("image_to_video.create", {"colour": "red"}, "unrecognized_keys", [], ["colour"]),
    ("avatars.update", {"id": UUID}, "too_small", [], ["{}", "at least 1"]),
    ("avatars.list", {"limit": 0}, "too_small", ["limit"], ["0", "at least 1"]),
]


def arguments(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    every = {**VIDEO, **given} if operation.startswith("image_to_video") else given
    return {name: value for name, value in every.items() if value is not MISSING}


@pytest.mark.parametrize(("operation", "given", "code", "path", "says"), BAD)
def test_bad_request(
    operation: str, given: dict[str, Any], code: str, path: list[Any], says: list[str]
) -> None:
    fake, every = Fake(), arguments(operation, given)
    client = blocking(fake)
    with pytest.raises(InvalidRequest) as caught:
        called(client, operation)(**every)
    with pytest.raises(InvalidRequest):
        called(client, operation).build(**every)
    error = caught.value
    assert fake.requests == []
    assert isinstance(error, RunwayMLError)
    [issue] = error.issues
    assert (issue.code, issue.path) == (code, path)
    assert issue.message in str(error)
    assert operation in str(error)
    for text in [*says, *map(str, path)]:
        assert text in issue.message


@pytest.mark.parametrize(("operation", "given", "code", "path", "says"), BAD)
def test_bad_request_raises_before_it_is_awaited(
    operation: str, given: dict[str, Any], code: str, path: list[Any], says: list[str]
) -> None:
    async def run() -> None:
        async with awaiting(Fake()) as client:
            called(client, operation)(**arguments(operation, given))

    with pytest.raises(InvalidRequest):
        asyncio.run(run())


def test_unknown_argument_tells_the_nearest() -> None:
    with pytest.raises(UnknownArgument, match="prompt_image") as caught:
        blocking(Fake()).image_to_video.create(**{**VIDEO, "prompt_img": "x"})  # type: ignore[call-overload]
    assert isinstance(caught.value, TypeError)


def test_missing_and_unknown_arguments_are_told_where_python_would_refuse_them() -> None:
    fake = Fake()
    with pytest.raises(UnknownArgument, match="prompt_text") as caught:
        blocking(fake).sound_effect.create(model="eleven_text_to_sound_v2", promptText="rain")  # type: ignore[call-arg]
    assert [one.code for one in caught.value.issues] == ["unrecognized_keys", "invalid_type"]
    with pytest.raises(InvalidRequest, match="`id` is required"):
        blocking(fake).tasks.retrieve()  # type: ignore[call-arg]
    assert fake.requests == []


def test_several_faults_are_told_together() -> None:
    with pytest.raises(InvalidRequest) as caught:
        blocking(Fake()).image_to_video.create(**{**VIDEO, "ratio": "9:16", "seed": -1})
    assert {str(issue.path[0]) for issue in caught.value.issues} == {"ratio", "seed"}


@pytest.mark.parametrize(
    "id", ["../organization", "..", ".", "", "a/b", "%2e%2e", f"{UUID}/x", "a?b"]
)
def test_ids_cannot_leave_the_path(id: str) -> None:
    fake = Fake()
    with pytest.raises(InvalidRequest):
        blocking(fake).tasks.retrieve(id)
    assert fake.requests == []
