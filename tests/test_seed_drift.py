"""The acceptance test of documentation drift: every row of the research's list, found or explained.

A row is found by a body (`Checker`), or by a claim (`judged`), at a pointer of the row or above or
below it; or it is prose, and the table says why no machine can find it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.check.pages.claims import judged
from specbound.contract.load import Contract
from specbound.traffic.exchange import Claim, Exchange, Skipped
from specbound.traffic.readers import markdown

PAGES = ("000", "002", "003", "004")


class Told(NamedTuple):
    """How a row shows: the page, the code, and words of the message."""

    by: str
    page: str
    code: str
    words: tuple[str, ...] = ()


def body(page: str, code: str, *words: str) -> Told:
    return Told("body", page, code, words)


def claim(page: str, code: str, *words: str) -> Told:
    return Told("claim", page, code, words)


#: How each row is found. A row may need several findings.
FOUND: dict[int, list[Told]] = {
    1: [body("000", "enum", "aria-professional-v1")],
    2: [body("000", "undeclared-member", "openingMessage")],
    3: [body("000", "discriminator", "status")],
    4: [body("000", "discriminator", "status")],
    5: [body("000", "pattern", "avatarId")],
    6: [body("000", "undeclared-member", "maxSessionDurationSeconds")],
    7: [body("000", "additional-properties", "serverUrl", "token", "roomName")],
    8: [body("000", "format", "sess-123e4567")],
    9: [body("000", "additional-properties", "status")],
    10: [body("000", "additional-properties", "serverUrl")],
    11: [claim("002", "enum", "seedance2", "POST /v1/text_to_video")],
    12: [claim("002", "enum", "seedance2", "POST /v1/image_to_video")],
    13: [claim("002", "const", "seedance2", "POST /v1/video_to_video")],
    16: [
        claim("002", "enum", "1112:834", "834:1112", "1470:630", "992:432", "864:496"),
        claim("002", "enum", "752:560", "640:640", "560:752"),
    ],
    18: [claim("002", "unlisted-value", "gen3a_turbo")],
    19: [claim("002", "unlisted-value", "gpt_image_2", "gemini_image3_pro")],
    21: [claim("002", "undocumented-operation", "/v1/realtime_sessions/{id}/consume")],
    22: [
        claim("002", "unlisted-operation", "GET /v1/avatars"),
        claim("002", "unlisted-operation", "GET /v1/avatar_conversations"),
        claim("002", "unlisted-operation", "GET /v1/avatar_conversations/{id}"),
        claim("002", "unlisted-operation", "DELETE /v1/avatar_conversations/{id}"),
        claim("002", "unlisted-operation", "GET /v1/avatar_usage"),
        claim("002", "unlisted-operation", "POST /v1/avatar_videos"),
        claim("002", "unlisted-operation", "DELETE /v1/realtime_sessions/{id}"),
    ],
    23: [
        claim("002", "unlisted-operation", "GET /v1/documents"),
        claim("002", "unlisted-operation", "PATCH /v1/documents/{id}"),
    ],
    24: [
        claim("002", "unlisted-operation", "POST /v1/voices/preview"),
        claim("002", "unlisted-operation", "GET /v1/workflow_invocations/{id}"),
    ],
    26: [
        claim("002", "unlisted-member", "PATCH /v1/avatars/{id}", "referenceImage"),
        claim("002", "unlisted-member", "PATCH /v1/avatars/{id}", "startScript"),
        claim("002", "unlisted-member", "PATCH /v1/avatars/{id}", "imageProcessing"),
    ],
    27: [
        claim("002", "unlisted-member", "POST /v1/avatars", "startScript"),
        claim("002", "unlisted-member", "POST /v1/avatars", "imageProcessing"),
    ],
    31: [claim("002", "unlisted-value", "1280:720", "720:1280", "720:720", "960:720", "1680:720")],
    32: [claim("002", "enum", "gemini_2.5_flash", 'only "1024:1024"')],
    33: [claim("002", "required", "referenceImages", "gen4_image_turbo")],
    34: [claim("002", "pattern", "MyTag")],
    36: [claim("002", "undeclared-member", "seed", "gemini_2.5_flash")],
    37: [claim("002", "required", "duration", "veo3.1, veo3.1_fast")],
    38: [claim("002", "enum", "1104:832", "832:1104", "960:960")],
    41: [body("002", "deprecated", "ratio")],
    42: [body("002", "required", "promptText")],
    43: [
        body("002", "enum", "clara"),
        claim("002", "enum", "clara", "victoria", "vincent"),
    ],
    44: [claim("002", "undeclared-member", "languageCode")],
    46: [body("002", "required", "targetLang")],
    47: [body("002", "required", "media")],
    48: [body("002", "enum", "victoria")],
    49: [body("002", "undeclared-member", "avatarId")],
    50: [body("002", "required", "model"), body("002", "required", "avatar")],
    53: [claim("002", "unlisted-value", "CANCELLED")],
    55: [
        claim("002", "undocumented-status", status)
        for status in ("400", "401", "502", "503", "504")
    ],
    56: [claim("002", "unlisted-status", "404"), claim("002", "unlisted-status", "409")],
    64: [claim("003", "unlisted-value", "gen4.5", "veo3")],
    65: [claim("003", "required", "ratio", "gen3a_turbo")],
    66: [claim("003", "required", "promptText", "gen3a_turbo")],
    67: [claim("003", "default", "duration", "gen4_turbo")],
    71: [claim("003", "format", "uri")],
    72: [claim("003", "default", "publicFigureThreshold")],
    74: [body("003", "any-of", "promptImage")],
    75: [body("003", "enum", "1280:720", "gen3a_turbo")],
    76: [claim("003", "unlisted-value", "gen4_image_turbo", "gpt_image_2")],
    78: [body("003", "any-of", "uri")],
    80: [
        body("003", "undocumented-operation", "/v1/video_upscale"),
        claim("003", "undocumented-operation", "/v1/video_upscale"),
    ],
    81: [claim("003", "required", "ratio", "it is optional")],
    82: [claim("003", "default", "bodyControl", "no default")],
    83: [body("003", "any-of", "/character/uri"), body("003", "any-of", "/reference/uri")],
    85: [claim("003", "undocumented-status", "404", "DELETE /v1/tasks/{id}")],
    86: [claim("003", "undocumented-status", "429", "POST /v1/organization/usage")],
    87: [body("003", "required", "date", "usedCredits")],
    88: [body("003", "enum", "upscale_v1")],
    89: [claim("003", "unlisted-operation", "7 of the document's 43")],
}

#: Rows that are told nowhere, and why.
PROSE: dict[int, str] = {
    14: "no claim of a page: it says where the name stands in the document",
    15: "a sentence about no operation (`Video duration: 2-15 seconds`)",
    17: "a sentence; that an operation takes the array is said in passing",
    20: "the table names a session, not a member, and a length of time, not a number",
    25: "what a model is not used for is said in no table",
    28: "a sentence about the forms of a text",
    29: "an example object; no word says that there is no other variant",
    30: "the document has no such limit to compare with",
    35: "`up to ~1000`: not exact, and true of the three models that the page names",
    39: "`optional for most models, required for … when …` holds on conditions",
    40: "the list of positions is that of several models, and right as that",
    45: "a sentence about another variant",
    51: "a sentence about the meaning of a reply",
    52: "an example in a sentence, under a path that is left open (`/v1/<endpoint>`)",
    54: "a sentence about the type of a member of a reply",
    57: "which operations have the limit is said in a sentence",
    58: "the document takes any text there",
    59: "limits of files in megabytes, which no schema says",
    60: "a sentence about the forms of a text",
    61: "prices and limits of the service, which the document does not have",
    62: "what a save has destroyed; its bodies are judged below",
    68: "a sentence",
    69: "follows from row 64: the list is right for the two models that the page names",
    70: "a sentence about the forms of a text",
    73: "follows from row 64: true of the two models that the page names",
    77: "a sentence about the characters of a text",
    84: "the document says `uuid` too, and more; the page is not wrong",
}

#: Negative controls: nothing may be said of these.
AGREES = {63: "about 24-48 h, HTTPS and 2048 characters", 79: "the 16 ratios of gen4_image"}


@pytest.fixture(scope="module")
def contract(shared: Path) -> Contract:
    return Contract.load(next((shared / "seeds").glob("001_*")))


@pytest.fixture(scope="module")
def records(shared: Path) -> dict[str, list]:
    found = {}
    for page in PAGES:
        path = next((shared / "seeds").glob(f"{page}_*"))
        with path.open("rb") as stream:
            found[page] = list(markdown.read(stream, path.name))
    return found


@pytest.fixture(scope="module")
def by_body(contract: Contract, records: dict[str, list]) -> dict[str, list[Finding]]:
    checker = Checker(contract)
    return {
        page: [
            finding
            for one in each
            if isinstance(one, Exchange)
            for finding in checker.check(one).findings
        ]
        for page, each in records.items()
    }


@pytest.fixture(scope="module")
def by_claim(contract: Contract, records: dict[str, list]) -> dict[str, list[Finding]]:
    return {
        page: judged(contract, [one for one in each if isinstance(one, Claim)])
        for page, each in records.items()
    }


def text_of(finding: Finding) -> str:
    names = " ".join(finding.names)
    return f"{finding.operation} {finding.pointer} {finding.message} {finding.help} {names}"


def rows(shared: Path) -> list[dict]:
    return json.loads((shared / "research" / "seed-drift.json").read_text("utf-8"))


def test_every_row_is_accounted_for(shared):
    numbers = {row["n"] for row in rows(shared)}
    assert numbers == {*FOUND, *PROSE, *AGREES}
    assert not set(FOUND) & set(PROSE)
    assert {row["n"] for row in rows(shared) if row["cls"] == "AGREES"} == set(AGREES)


@pytest.mark.parametrize("number", FOUND)
def test_a_row_is_found(number, by_body, by_claim):
    for told in FOUND[number]:
        findings = (by_body if told.by == "body" else by_claim)[told.page]
        texts = [text_of(one) for one in findings if one.code == told.code]
        assert any(all(word in text for word in told.words) for text in texts), told


def test_what_agrees_is_not_reported(by_claim):
    ratios = [one for one in by_claim["003"] if one.operation == "POST /v1/text_to_image"]
    assert not [one for one in ratios if one.pointer == "/ratio"]
    assert not [one for one in by_claim["003"] if "expressionIntensity" in text_of(one)]
    for finding in [one for page in ("002", "004") for one in by_claim[page]]:
        assert "2,048" not in finding.message
        assert "24-48" not in finding.message


def test_every_finding_has_its_places(by_claim, records):
    for page, findings in by_claim.items():
        for one in findings:
            assert one.line is not None
            assert one.line == one.source.line
            assert one.spec is not None
            assert one.documented
            assert one.message.count("\n") == 0, page


# --- section 5: every body -----------------------------------------------------------------------

#: Page, operation, side, and the codes with the pointers that the checker has to tell.
BODIES = [
    ("000", "POST /v1/avatars", 200, {"enum /voice/presetId", "discriminator "}),
    (
        "000",
        "POST /v1/realtime_sessions",
        200,
        {"pattern /avatar/avatarId", "format /id", "additional-properties "},
    ),
    *[
        (page, operation, None, codes)
        for page in ("002", "004")
        for operation, codes in (
            ("POST /v1/text_to_image", set()),
            ("POST /v1/text_to_video", set()),
            ("POST /v1/image_to_video", set()),
            ("POST /v1/video_to_video", {"deprecated /ratio"}),
            ("POST /v1/text_to_speech", {"required ", "enum /voice/presetId"}),
            ("POST /v1/sound_effect", set()),
            ("POST /v1/voice_isolation", set()),
            ("POST /v1/voice_dubbing", {"required "}),
            ("POST /v1/speech_to_speech", {"required ", "enum /voice/presetId"}),
            ("POST /v1/avatars", set()),
            ("POST /v1/documents", {"undeclared-member /avatarId"}),
            ("POST /v1/realtime_sessions", {"required "}),
        )
    ],
    ("003", "POST /v1/image_to_video", None, {"any-of /promptImage", "enum /ratio"}),
    ("003", "POST /v1/text_to_image", None, {"any-of /referenceImages/0/uri"}),
    ("003", "POST /v1/video_upscale", None, {"undocumented-operation "}),
    (
        "003",
        "POST /v1/character_performance",
        None,
        {"any-of /character/uri", "any-of /reference/uri"},
    ),
    ("003", "POST /v1/organization/usage", None, set()),
    ("003", "POST /v1/image_to_video", 200, set()),
    ("003", "GET /v1/tasks/{id}", 200, set()),
    ("003", "GET /v1/organization", 200, set()),
    ("003", "POST /v1/organization/usage", 200, {"required /results/0", "enum /models/0"}),
]

#: Members that a plain validator ignores, which may be told by themselves or with what they mean.
IGNORED = {"undeclared-member"}


@pytest.mark.parametrize(("page", "operation", "status", "codes"), BODIES)
def test_a_body_is_judged(page, operation, status, codes, contract, records):
    method, path = operation.split(" ")
    checker = Checker(contract)
    exchanges = [
        one
        for one in records[page]
        if isinstance(one, Exchange)
        and (one.request.method, one.request.url.endswith(path)) == (method, True)
        and (one.response.status if one.response else None) == status
    ]
    assert len(exchanges) == 1
    found = {f"{one.code} {one.pointer}" for one in checker.check(exchanges[0]).findings}
    assert codes <= found
    assert {each for each in found - codes if each.split()[0] not in IGNORED} == set()


def test_what_is_no_exchange_is_counted(records):
    reasons = [one.reason for one in records["004"] if isinstance(one, Skipped)]
    assert reasons.count("a body that is shown above already") == 12
    assert all(not isinstance(one, Skipped) for one in records["003"])


def test_lines_are_those_of_the_page(records, shared):
    for page in PAGES:
        path = next((shared / "seeds").glob(f"{page}_*"))
        lines = path.read_text("utf-8").split("\n")
        for one in records[page]:
            if isinstance(one, Exchange):
                for half in (one.request, one.response):
                    if half is not None and half.body_line is not None:
                        assert half.content.decode().split("\n")[0] in lines[half.body_line - 1]
