"""The generated client lets nothing through and refuses nothing; the official SDK is measured.

Every request is caught before it is sent. What the SDK lets through is counted, not listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import ROOT
from specbound.contract.load import Contract
from specbound.prove.builder import Builder
from specbound.prove.identify import calls_of
from specbound.prove.proof import Proof, Status
from specbound.prove.runner import Effort, Runner

KEY = "key_" + "0" * 12
#: Places that no call can reach, and why.
REASONS = {
    "the builder fills in what can be one value only",
    "every value of a parameter is a text on the wire",
    "every value that breaks it fits another way, or breaks something else",
    "the contract takes the request without it",
}


@pytest.fixture(scope="module")
def api() -> Contract:
    folder = ROOT / "spec" / "runway"
    return Contract.load(folder / "openapi.json", [folder / "overlay.yaml", folder / "rules.yaml"])


def proofs(api: Contract, client: Any, effort: Effort, build: bool) -> Iterator[Proof]:
    for operation, function in calls_of(api, client):
        called = function if build else client
        if not build:
            for step in operation.name.split("."):
                called = getattr(called, step)
        yield Runner(Builder(called, api, operation), effort).run()


@pytest.mark.parametrize("kind", ["RunwayML", "AsyncRunwayML"])
def test_the_generated_client_holds_at_every_place(api: Contract, kind: str) -> None:
    import runwayml_client

    client = getattr(runwayml_client, kind)(api_key=KEY)
    effort = Effort(examples=5, seed=1)
    found = list(proofs(api, client, effort, build=kind == "RunwayML"))
    assert len(found) == len(api.operations)
    for proof in found:
        assert proof.holds, (proof.name, proof.counterexamples, proof.through[:3])
        assert not proof.notes
    unreached = Counter(
        place.reason
        for proof in found
        for place in proof.places
        if place.status is Status.NOT_REACHED
    )
    assert set(unreached) <= REASONS
    counts: Counter[Status] = sum((proof.counts for proof in found), Counter())
    assert counts[Status.HELD] > 1_200
    assert counts[Status.MENDED] < 12


def test_what_the_official_sdk_lets_through_is_found(api: Contract) -> None:
    runwayml = pytest.importorskip("runwayml")
    client = runwayml.RunwayML(api_key=KEY)
    keywords: Counter[str] = Counter()
    for name in ("image_to_video.create", "sound_effect.create", "voices.list"):
        operation = next(one for one in api.operations.values() if one.name == name)
        function: Any = client
        for step in name.split("."):
            function = getattr(function, step)
        proof = Runner(Builder(function, api, operation), Effort(examples=10, seed=1)).run()
        keywords.update(place.keyword for place in proof.through)
        assert all(place.rule.line and place.request for place in proof.through)
    # Lengths, listed values, bounds, patterns, and models that nobody has heard of.
    assert min(keywords[one] for one in ("minLength", "maxLength", "enum", "pattern")) >= 5
    assert keywords["minimum"]
    assert keywords["maximum"]
    assert keywords["discriminator"] >= 2
    assert keywords.total() > 200
