"""Names of operations and arguments: operationIds in every style, samples, paths, collisions."""

from __future__ import annotations

from typing import Any

import pytest

from specbound.contract.calls import argument_names, call_names, fixed, member_names, title_of
from specbound.contract.load import load
from specbound.contract.speech import standing
from specbound.contract.words import RESERVED_ARGUMENTS

Op = tuple[str, str, dict[str, Any], str]

#: What the vendor's own SDK calls the operations of the Runway document.
RUNWAY = {
    "GET /v1/avatars": "avatars.list",
    "POST /v1/avatars": "avatars.create",
    "GET /v1/avatar_conversations": "avatar_conversations.list",
    "GET /v1/avatar_usage": "avatars.get_usage",
    "GET /v1/avatar_conversations/{id}": "avatar_conversations.retrieve",
    "DELETE /v1/avatar_conversations/{id}": "avatar_conversations.delete",
    "GET /v1/avatars/{id}": "avatars.retrieve",
    "PATCH /v1/avatars/{id}": "avatars.update",
    "DELETE /v1/avatars/{id}": "avatars.delete",
    "POST /v1/avatar_videos": "avatar_videos.create",
    "POST /v1/documents": "documents.create",
    "GET /v1/documents": "documents.list",
    "GET /v1/documents/{id}": "documents.retrieve",
    "PATCH /v1/documents/{id}": "documents.update",
    "DELETE /v1/documents/{id}": "documents.delete",
    "POST /v1/realtime_sessions": "realtime_sessions.create",
    "GET /v1/realtime_sessions/{id}": "realtime_sessions.retrieve",
    "DELETE /v1/realtime_sessions/{id}": "realtime_sessions.delete",
    "GET /v1/tasks/{id}": "tasks.retrieve",
    "DELETE /v1/tasks/{id}": "tasks.delete",
    "POST /v1/image_to_video": "image_to_video.create",
    "POST /v1/text_to_video": "text_to_video.create",
    "POST /v1/video_to_video": "video_to_video.create",
    "POST /v1/text_to_image": "text_to_image.create",
    "POST /v1/character_performance": "character_performance.create",
    "POST /v1/sound_effect": "sound_effect.create",
    "POST /v1/speech_to_speech": "speech_to_speech.create",
    "POST /v1/text_to_speech": "text_to_speech.create",
    "POST /v1/voice_dubbing": "voice_dubbing.create",
    "POST /v1/voice_isolation": "voice_isolation.create",
    "GET /v1/organization": "organization.retrieve",
    "POST /v1/organization/usage": "organization.retrieve_usage",
    "POST /v1/uploads": "uploads.create_ephemeral",
    "GET /v1/voices": "voices.list",
    "POST /v1/voices": "voices.create",
    "GET /v1/voices/{id}": "voices.retrieve",
    "PATCH /v1/voices/{id}": "voices.update",
    "DELETE /v1/voices/{id}": "voices.delete",
    "POST /v1/voices/preview": "voices.preview",
    "POST /v1/workflows/{id}": "workflows.run",
    "GET /v1/workflows/{id}": "workflows.retrieve",
    "GET /v1/workflows": "workflows.list",
    "GET /v1/workflow_invocations/{id}": "workflow_invocations.retrieve",
}


def named(*operations: Op) -> dict[str, str]:
    said = {f"{m} {p}": standing(fixed(p), node) for m, p, node, _ in operations}
    return {key: ".".join((*r, c)) for key, (r, c) in call_names(operations, said).items()}


def one(method: str, path: str, asked: str = "", **node: Any) -> str:
    return next(iter(named((method, path, node, asked)).values()))


def test_runway_is_called_as_its_own_sdk_calls_it(runway: Any) -> None:
    contract = load(runway / "openapi.json", [runway / "overlay.yaml"])
    assert {key: op.name for key, op in contract.operations.items()} == RUNWAY


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ({"operationId": "avatars.list"}, "avatars.list"),
        ({"operationId": "repos/list-tags"}, "repos.list_tags"),
        ({"operationId": "listPets", "tags": ["Pet Store"]}, "pet_store.list_pets"),
        ({"operationId": "listPets"}, "things.list_pets"),
        ({"operationId": "a.b.c"}, "a.b.c"),
        ({"operationId": "import.from"}, "import_.from_"),
        ({"operationId": "close.send"}, "close_.send"),
        ({"operationId": "…"}, "things.list"),
        ({}, "things.list"),
        ({"operationId": 7}, "things.list"),
        ({"x-codeSamples": [{"lang": "Python", "source": "client.odd.things(x=1)"}]}, "odd.things"),
        ({"x-codeSamples": [{"lang": "Ruby", "source": "client.odd.things(x=1)"}]}, "things.list"),
    ],
)
def test_names_of_one_operation(node: dict[str, Any], name: str) -> None:
    assert one("GET", "/v1/things", **node) == name


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/things/{id}", "things.retrieve"),
        ("GET", "/organization", "organization.retrieve"),
        ("PUT", "/things/{id}", "things.replace"),
        ("PATCH", "/api/v2beta1/things/{id}", "things.update"),
        ("DELETE", "/a/{x}/b-c", "a.b_c.delete"),
        ("POST", "/{id}", "root.create"),
        ("GET", "/", "root.retrieve"),
    ],
)
def test_names_from_path_and_verb(method: str, path: str, name: str) -> None:
    assert one(method, path) == name


def test_an_overlay_wins_over_all() -> None:
    assert one("GET", "/things", "x.y", operationId="a.b") == "x.y"


def test_the_operation_whose_path_has_the_name_keeps_it() -> None:
    node = {"summary": "List things", "operationId": "things.list"}
    before = ("GET", "/things", node, "")
    for path in ("/a", "/list", "/zzz/{id}", "/more_things"):
        names = named(("GET", path, node, ""), before)
        assert names["GET /things"] == "things.list"
        assert len(set(names.values())) == 2


def test_collisions_take_the_least_that_tells_apart() -> None:
    names = named(
        ("GET", "/things/{id}", {}, ""),
        ("GET", "/things/{id}/{version}", {}, ""),
        ("GET", "/v2/things/{id}", {}, ""),
    )
    assert names == {
        "GET /things/{id}": "things.retrieve",
        "GET /things/{id}/{version}": "things.retrieve_by_version",
        "GET /v2/things/{id}": "things.retrieve_by_id",
    }


def test_a_method_steps_aside_for_a_resource() -> None:
    names = named(
        ("GET", "/a", {"operationId": "a.b"}, ""), ("GET", "/a/b", {"operationId": "a.b.c"}, "")
    )
    assert names == {"GET /a": "a.b_", "GET /a/b": "a.b.c"}


def test_arguments_never_collide() -> None:
    wires = [("query", "id"), ("path", "id"), ("header", "id"), ("body", "from"), ("query", "body")]
    names = argument_names(wires, RESERVED_ARGUMENTS)
    assert names == {0: "id_query", 1: "id", 2: "id_header", 3: "from_", 4: "body_"}
    assert argument_names(wires, RESERVED_ARGUMENTS, {0: "id"}) | {1: ""} == names | {
        0: "id",
        1: "",
    }


def test_members_keep_an_exact_spelling() -> None:
    assert member_names(["fooBar", "foo_bar", "json"], frozenset({"json"})) == {
        "foo_bar": "foo_bar",
        "fooBar": "foo_bar_",
        "json": "json_",
    }


def test_titles_are_singular() -> None:
    assert title_of(("avatar_videos",)) == "AvatarVideo"
