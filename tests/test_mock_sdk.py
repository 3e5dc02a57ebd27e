"""What the official SDK sends although the contract refuses it, met by the mock on loopback.

The SDK checks no constraint; each wrong request goes out, and is found on arrival by the rule that
it breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fake_service import contract
from servers import served
from specbound.check.finding import Finding
from specbound.live import ContractMiddleware
from specbound.mock.app import mock_app

runwayml = pytest.importorskip("runwayml", reason="the official SDK is not installed")

IMAGE = "https://example.com/bunny.jpg"
GOOD: dict[str, Any] = {"model": "gen4_turbo", "prompt_image": IMAGE, "ratio": "1280:720"}

Call = Callable[[Any], Any]


def video(**changes: Any) -> Call:
    """A call of `image_to_video.create` with some arguments changed; None leaves one out."""
    arguments = {name: one for name, one in (GOOD | changes).items() if one is not None}
    return lambda client: client.image_to_video.create(**arguments)


#: The call, the keyword that it breaks, and where.
WRONG: dict[str, tuple[Call, str, str]] = {
    "a prompt of 2,000 characters": (video(prompt_text="a" * 2000), "max-length", "/promptText"),
    "a ratio of another generation": (video(ratio="9:16"), "enum", "/ratio"),
    "a negative seed": (video(seed=-1), "minimum", "/seed"),
    "a duration of 99": (video(duration=99), "maximum", "/duration"),
    "a duration that is text": (video(duration="5"), "type", "/duration"),
    "an unknown model": (video(model="gen4_trubo"), "discriminator", "/model"),
    "no ratio": (video(ratio=None), "required", ""),
    "an image without encryption": (
        video(prompt_image="http://example.com/bunny.jpg"),
        "any-of",
        "/promptImage",
    ),
    "an object where text belongs": (video(prompt_image={"uri": IMAGE}), "type", "/promptImage"),
    "a page of nothing": (lambda client: client.avatars.list(limit=0), "minimum", "/limit"),
    "an id that is none": (lambda client: client.tasks.retrieve("7"), "format", "/id"),
}


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[Any, list[Finding]]]:
    found: list[Finding] = []
    app = ContractMiddleware(mock_app(contract()), contract(), on_finding=found.append)
    with served(app) as url:
        client = runwayml.RunwayML(base_url=url, api_key="key_of_a_test", max_retries=0)
        yield client, found


@pytest.mark.parametrize("name", WRONG)
def test_it_is_sent_and_found(name: str, service: tuple[Any, list[Finding]]) -> None:
    client, found = service
    call, code, pointer = WRONG[name]
    found.clear()
    with pytest.raises(runwayml.BadRequestError) as refused:
        call(client)
    issues = refused.value.body["issues"]
    assert code in {one["code"].replace("_", "-") for one in issues}
    client.organization.retrieve()  # by its answer, the one before has been looked at
    requests = [one for one in found if one.part != "status"]
    assert (code, pointer) in {(one.code, one.pointer) for one in requests}
