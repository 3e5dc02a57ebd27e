"""Nine wrong bodies of the Runway API, each explained in one sentence, and held word for word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from check_contracts import body, runway_contract
from specbound.check.explain.explain import explain, source
from specbound.check.explain.members import strays
from specbound.check.finding import Fault

CASES = Path(__file__).parent / "cases" / "check"
IMAGE = "https://example.com/a.jpg"
UUID = "123e4567-e89b-42d3-a456-426614174000"
CREATE = ("POST /v1/image_to_video", "")
AVATAR = ("POST /v1/avatars", "")
TASK = ("GET /v1/tasks/{id}", "200")
VIDEO = {
    "model": "gen4_turbo",
    "promptImage": IMAGE,
    "promptText": "A boat.",
    "ratio": "1280:720",
    "seed": 1,
}
RUNNING = {"id": UUID, "createdAt": "2026-01-01T00:00:00Z", "status": "RUNNING", "progress": 0.5}
PERSON = {
    "name": "Ada",
    "referenceImage": IMAGE,
    "personality": "Kind.",
    "voice": {"type": "runway-live-preset", "presetId": "clara"},
}


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != name}


#: The case's name, the body's place, and the body.
NINE: dict[str, tuple[tuple[str, str], Any]] = {
    "ratio-of-another-model": (CREATE, VIDEO | {"ratio": "1280:768"}),
    "model-missing": (CREATE, without(VIDEO, "model")),
    "model-mistyped": (CREATE, VIDEO | {"model": "gen4_trubo"}),
    "prompt-too-long": (CREATE, VIDEO | {"promptText": "\U0001f30a" * 501}),
    "member-undeclared": (TASK, RUNNING | {"eta": 12}),
    "member-renamed": (AVATAR, PERSON | {"openingMessage": "Hello!"}),
    "seed-float": (CREATE, VIDEO | {"seed": 1.5}),
    "image-as-object": (CREATE, VIDEO | {"promptImage": {"uri": IMAGE, "position": "first"}}),
    "progress-missing": (TASK, without(RUNNING, "progress")),
}
#: More of what the seed documents got wrong.
MORE: dict[str, tuple[tuple[str, str], Any]] = {
    "http-address": (CREATE, VIDEO | {"promptImage": "http://example.com/a.jpg"}),
    "runway-address-too-short": (CREATE, VIDEO | {"promptImage": "runway://"}),
    "uuid-of-another-version": (TASK, RUNNING | {"id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890"}),
    "uuid-with-prefix": (TASK, RUNNING | {"id": f"task_{UUID}"}),
    "time-with-offset": (TASK, RUNNING | {"createdAt": "2026-01-01T00:00:00+00:00"}),
    "model-unheard-of": (CREATE, VIDEO | {"model": "seedance2"}),
    "position-of-another-model": (
        CREATE,
        VIDEO | {"promptImage": [{"uri": IMAGE, "position": "last"}]},
    ),
    "speech-with-old-names": (
        ("POST /v1/text_to_speech", ""),
        {
            "model": "eleven_multilingual_v2",
            "text": "Hello.",
            "voice": {"type": "runway-preset", "presetId": "vincent"},
        },
    ),
    "dubbing-renamed": (
        ("POST /v1/voice_dubbing", ""),
        {"model": "eleven_voice_dubbing", "audioUri": IMAGE, "targetLanguage": "es"},
    ),
    "session-flattened": (("POST /v1/realtime_sessions", ""), {"avatarId": UUID}),
    "session-with-extras": (
        ("POST /v1/realtime_sessions", "200"),
        {"id": UUID, "status": "READY", "serverUrl": "wss://x", "token": "t", "roomName": "r"},
    ),
}


def told(case: tuple[tuple[str, str], Any]) -> list[Fault]:
    (operation, status), value = case
    schema, at = body(operation, status)
    direction: Any = "response" if status else "request"
    contract = runway_contract()
    return [
        *explain(contract, schema, at, value, direction),
        *strays(contract, schema, at, value, direction),
    ]


def written(case: tuple[tuple[str, str], Any]) -> str:
    """Faults as a golden case holds them: all fields, and where the rule stands in the source."""
    _, at = body(*case[0])
    out = []
    for fault in told(case):
        place = runway_contract().locate(source(runway_contract(), at, fault))
        assert place.line
        line = Path(place.file).read_text("utf-8").splitlines()[place.line - 1].strip()
        rule = {"source": place.pointer, "file": Path(place.file).name, "text": line}
        out.append(asdict(fault) | rule)
    return json.dumps(out, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", [*NINE, *MORE])
def test_explanations_stay_as_they_are(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(CASES / f"{name}.json", written((NINE | MORE)[name]))


@pytest.mark.parametrize("name", NINE)
def test_each_of_the_nine_is_one_sentence_about_one_cause(name: str) -> None:
    (fault,) = told(NINE[name])
    assert ". " not in fault.message
    assert fault.allowed or fault.code == "required"
    assert fault.help or fault.code in ("required", "additional-properties")


def test_the_branch_is_the_one_that_the_tag_names() -> None:
    assert told(NINE["ratio-of-another-model"])[0].variant == "gen4_turbo"
    assert told(NINE["progress-missing"])[0].variant == "RUNNING"


def test_the_rule_is_found_where_this_branch_writes_it_down() -> None:
    (fault,) = told(NINE["ratio-of-another-model"])
    _, at = body(*CREATE)
    assert source(runway_contract(), at, fault) == f"{at}/oneOf/1/properties/ratio/enum"


def planted() -> Iterator[tuple[str, tuple[str, str], Any, str, str]]:
    """Valid bodies with one fault each: a name, the place, the body, and the code and pointer."""
    for place, valid in ((CREATE, VIDEO), (TASK, RUNNING), (AVATAR, PERSON)):
        tag = {CREATE: "model", TASK: "status"}.get(place)
        for name, value in valid.items():
            if name != tag:
                wrong = "text" if isinstance(value, int | float) else 12345
                yield f"{name} of another type", place, valid | {name: wrong}, "type", f"/{name}"
            if name not in ("promptText", "seed"):
                code = "discriminator" if name == tag else "required"
                yield f"{name} missing", place, without(valid, name), code, ""
        yield "nothing", place, [], "type", ""
    for name in ("id", "createdAt"):
        yield f"{name} misspelt", TASK, RUNNING | {name: "2026"}, "format", f"/{name}"
    for name, value, code in (
        ("seed", -1, "minimum"),
        ("seed", 2**32, "maximum"),
        ("promptText", "", "min-length"),
        ("promptText", "x" * 1001, "max-length"),
        ("promptImage", [], "min-items"),
        ("promptImage", [{"uri": IMAGE, "position": "first"}] * 2, "max-items"),
        ("ratio", "1:1", "enum"),
        ("contentModeration", {"publicFigureThreshold": "no"}, "enum"),
    ):
        at = "/contentModeration/publicFigureThreshold" if isinstance(value, dict) else f"/{name}"
        yield f"{name} {code}", CREATE, VIDEO | {name: value}, code, at


PLANTED = {f"{case[1][0]}: {case[0]}": case[1:] for case in planted()}


@pytest.mark.parametrize("name", PLANTED)
def test_one_planted_fault_is_the_only_one_told(name: str) -> None:
    place, value, code, pointer = PLANTED[name]
    schema, at = body(*place)
    direction: Any = "response" if place[1] else "request"
    (fault,) = explain(runway_contract(), schema, at, value, direction)
    assert (fault.code, fault.pointer) == (code, pointer)
