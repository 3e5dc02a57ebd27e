"""Every operation of the generated client, in both clients, against the contract."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID as Uuid

import httpx
import pytest
from runwayml_client import OPERATIONS, MissingCredentials, Options, RunwayML
from runwayml_client.models import AvatarReady, Created
from runwayml_client.resources.image_to_video import ImageToVideoCreate

from clients import KEY, awaiting, blocking, called
from fake_service import UUID, Fake, Values, contract

#: What the vendor's own client calls them.
NAMES = [
    "avatars.list",
    "avatars.create",
    "avatars.get_usage",
    "avatars.retrieve",
    "avatars.update",
    "avatars.delete",
    "avatar_conversations.list",
    "avatar_conversations.retrieve",
    "avatar_conversations.delete",
    "avatar_videos.create",
    "documents.create",
    "documents.list",
    "documents.retrieve",
    "documents.update",
    "documents.delete",
    "realtime_sessions.create",
    "realtime_sessions.retrieve",
    "realtime_sessions.delete",
    "tasks.retrieve",
    "tasks.delete",
    "image_to_video.create",
    "text_to_video.create",
    "video_to_video.create",
    "text_to_image.create",
    "character_performance.create",
    "sound_effect.create",
    "speech_to_speech.create",
    "text_to_speech.create",
    "voice_dubbing.create",
    "voice_isolation.create",
    "organization.retrieve",
    "organization.retrieve_usage",
    "uploads.create_ephemeral",
    "voices.list",
    "voices.create",
    "voices.retrieve",
    "voices.update",
    "voices.delete",
    "voices.preview",
    "workflows.run",
    "workflows.retrieve",
    "workflows.list",
    "workflow_invocations.retrieve",
]
VIDEO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/bunny.jpg",
    "ratio": "1280:720",
}


def arguments_of(key: str) -> dict[str, Any]:
    """The fewest arguments of an operation, valid by the contract."""
    operation, route = contract().operations[key], OPERATIONS[key].route
    values = Values(contract())
    given = {
        one.python: values.of(one.schema)
        for one in operation.parameters
        if one.required and one.location in ("path", "query") and "default" not in one.schema
    }
    if operation.body and route.body:
        wire = {wire: name for name, wire in route.body.members.items()}
        body = values.of(operation.body.content["application/json"])
        given |= {wire[member]: value for member, value in body.items()}
    return given


def test_names() -> None:
    assert sorted(one.name for one in OPERATIONS.values()) == sorted(NAMES)
    assert len(NAMES) == 43


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_call(key: str) -> None:
    fake, given = Fake(), arguments_of(key)
    with blocking(fake) as client:
        operation = called(client, OPERATIONS[key].name)
        operation(**given)
        built = operation.build(**given)
    assert (fake.wrong, fake.calls) == ([], [key])
    [sent] = fake.requests
    assert (sent.method, sent.url, sent.content) == (built.method, built.url, built.content)
    assert sent.headers == built.headers
    assert sent.headers["x-runway-version"] == "2024-11-06"
    assert sent.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_awaited_call(key: str) -> None:
    fake, given = Fake(), arguments_of(key)

    async def run() -> None:
        async with awaiting(fake) as client:
            await called(client, OPERATIONS[key].name)(**given)

    asyncio.run(run())
    assert (fake.wrong, fake.calls) == ([], [key])


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_builder_without_client(key: str) -> None:
    given = arguments_of(key)
    request = OPERATIONS[key].build(**given)
    with blocking(Fake()) as client:
        of_client = called(client, OPERATIONS[key].name).build(**given)
    assert (request.url, request.content) == (of_client.url, of_client.content)
    assert "authorization" not in request.headers


def test_required_with_default_need_not_be_given() -> None:
    fake = Fake()
    with blocking(fake) as client:
        client.avatars.list()
        client.documents.list()
    assert fake.wrong == []


def test_builder_of_a_class() -> None:
    request = ImageToVideoCreate.builder(base_url="https://example.com/base/")(**VIDEO)
    assert str(request.url) == "https://example.com/base/v1/image_to_video"


def test_raw_access() -> None:
    fake = Fake()
    with blocking(fake) as client:
        create = client.image_to_video.create
        response = client.send(create.build(**VIDEO))
        assert isinstance(response, httpx.Response)
        assert create.parse(response) == Created(id=Uuid(UUID))


def test_base_url_and_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWAYML_BASE_URL", "https://example.com/api")
    monkeypatch.setenv("RUNWAYML_API_SECRET", "from-outside")
    request = RunwayML().organization.retrieve.build()
    assert str(request.url) == "https://example.com/api/v1/organization"
    assert request.headers["authorization"] == "Bearer from-outside"


def test_without_a_key_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNWAYML_API_SECRET", raising=False)
    fake = Fake()
    with pytest.raises(MissingCredentials, match="RUNWAYML_API_SECRET"):
        RunwayML(transport=httpx.MockTransport(fake)).organization.retrieve()
    assert fake.requests == []


def test_with_options() -> None:
    fake = Fake()
    with blocking(fake) as client:
        client.with_options(headers={"X-Runway-On-Behalf-Of": "me"}).organization.retrieve()
        client.organization.retrieve(options=Options(timeout=7.0))
    assert fake.requests[0].headers["x-runway-on-behalf-of"] == "me"
    assert fake.requests[1].extensions["timeout"]["read"] == 7.0


def test_times_go_out_in_utc() -> None:
    when = datetime(2026, 5, 8, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    fake = Fake()
    with blocking(fake) as client:
        client.avatars.get_usage(start_date=when, end_date="2026-05-09T00:00:00Z")
    query = fake.requests[0].url.params
    assert fake.wrong == []
    assert query["startDate"].startswith("2026-05-08T12:30:00")
    assert query["startDate"].endswith("Z")


@pytest.mark.parametrize("spelling", ["preset_id", "presetId"])
def test_nested_members_go_by_either_name(spelling: str) -> None:
    fake = Fake()
    voice = {"type": "runway-live-preset", spelling: "adrian"}
    with blocking(fake) as client:
        client.avatars.create(
            name="A", reference_image="https://example.com/a.jpg", personality="kind", voice=voice
        )
    assert fake.wrong == []
    assert fake.bodies[0]["voice"] == {"type": "runway-live-preset", "presetId": "adrian"}


def test_a_typed_reply() -> None:
    with blocking(Fake()) as client:
        avatar = client.avatars.retrieve(UUID)
    assert isinstance(avatar, AvatarReady)
    assert isinstance(avatar.id, Uuid)
    assert isinstance(avatar.created_at, datetime)
    assert '"createdAt":"2024-11-06T12:00:00.335Z"' in avatar.to_json()


def test_log_tells_neither_secrets_nor_data_uris(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="runwayml_client")
    image = "data:image/png;base64," + "A" * 100_000
    with blocking(Fake()) as client:
        client.image_to_video.create(**{**VIDEO, "prompt_image": image})
    assert "POST https://api.dev.runwayml.com/v1/image_to_video" in caplog.text
    assert KEY not in caplog.text
    assert len(caplog.text) < 2000
