"""Real pairs with a verdict, and the states of a real document: what a person says, the diff says.

The corpora stand beside the repository; where they do not, these tests are skipped.
"""

from __future__ import annotations

import json
import random
import time
from functools import cache
from pathlib import Path

import pytest

import diff_mutations as mutations
from contracts import contract_of
from specbound.contract.load import Contract
from specbound.diff.changes import Change
from specbound.diff.diff import diff
from specbound.diff.severity import Severity

#: How many verdicts have to be met, and how often what breaks nothing may be called breaking.
MET, FALSE_ALARMS = 53, 1

#: Seconds of processor time for two documents of 1 MB, loading included.
SECONDS = 2.0


def verdict(changes: list[Change]) -> str:
    severities = {change.severity for change in changes}
    if Severity.BREAKING in severities:
        return "breaking"
    return "potentially-breaking" if Severity.WARNING in severities else "non-breaking"


def meets(wanted: str, got: str) -> bool:
    if wanted == "potentially-breaking":
        return got != "non-breaking"
    return (wanted == "breaking") == (got == "breaking")


def test_verdicts_of_pairs(shared, capsys):
    folder = shared / "corpus" / "pairs"
    rows = []
    for pair in json.loads((folder / "index.json").read_text("utf-8")):
        old, new = (Contract.load(folder / pair[side]) for side in ("base", "revision"))
        rows.append((pair["verdict"], verdict(diff(old, new)), pair["base"], pair["what"]))
    missed = [row for row in rows if not meets(*row[:2])]
    alarms = [row for row in rows if row[0] == "non-breaking" and row[1] == "breaking"]
    with capsys.disabled():
        met = len(rows) - len(missed)
        print(f"\npairs: {met} of {len(rows)} verdicts, {len(alarms)} false alarms")
        for wanted, got, base, what in missed:
            print(f"  wanted {wanted}, got {got}: {base}: {what}")
    assert met >= MET
    assert len(alarms) <= FALSE_ALARMS


# --- states of one document ---------------------------------------------------------------------


@cache
def state(folder: Path, day: str) -> Contract:
    (path,) = folder.glob(f"2026-{day}*.json")
    return Contract.load(path)


#: (from, to): what has to be told, as code, severity, operation and a word of the sentence.
TOLD = {
    ("03-04", "05-08-6"): [
        ("member-optional", "info", "POST /v1/video_to_video", "`ratio`"),
        ("deprecated", "info", "POST /v1/video_to_video", "`ratio`"),
        ("minimum-widened", "breaking", "POST /v1/organization/usage", "amount"),
    ],
    ("05-08-6", "05-08-a"): [
        ("branch-added", "info", "POST /v1/text_to_image", "gpt_image_2"),
        ("member-removed", "breaking", "POST /v1/speech_to_speech", "`runwayVoiceId`"),
        ("additional-properties-added", "breaking", "POST /v1/text_to_image", "gemini_image3_pro"),
        ("member-optional", "info", "POST /v1/text_to_image", "subject"),
        ("default-added", "info", "POST /v1/text_to_image", "subject"),
    ],
    ("05-08-a", "06-05"): [
        ("operation-added", "info", "POST /v1/image_upscale", "is new"),
        ("branch-added", "info", "POST /v1/video_to_video", "aleph2"),
        ("branch-added", "info", "POST /v1/text_to_image", "gemini_image3.1_flash"),
        ("branch-added", "info", "POST /v1/text_to_video", "seedance2 "),
        ("branch-added", "info", "POST /v1/text_to_video", "happyhorse_1_0"),
        ("branch-added", "info", "POST /v1/text_to_video", "seedance2_fast"),
        ("max-length-widened", "info", "POST /v1/voices", "1,024"),
        ("max-length-widened", "info", "POST /v1/avatar_videos", "5,000"),
        ("media-type-added", "info", "POST /v1/uploads", "429"),
        ("additional-properties-added", "breaking", "POST /v1/image_to_video", "contentModeration"),
    ],
    ("06-05", "06-10"): [
        ("branch-removed", "breaking", "POST /v1/image_to_video", "gen3a_turbo"),
        ("branch-removed", "breaking", "POST /v1/video_to_video", "gen4_aleph"),
        ("member-removed", "breaking", "POST /v1/video_to_video", "`promptImage` of aleph2"),
    ],
    ("07-06-3", "07-06-8"): [
        ("branch-removed", "breaking", "POST /v1/sound_effect", "seed_audio"),
        ("branch-removed", "breaking", "POST /v1/text_to_speech", "seed_audio"),
    ],
    ("07-06-8", "07-06-3"): [
        ("branch-added", "info", "POST /v1/sound_effect", "seed_audio"),
    ],
    ("07-06-8", "08-08"): [
        ("member-added", "info", "POST /v1/text_to_video", "`negativePrompt` of veo3.1"),
        ("branch-added", "info", "POST /v1/text_to_image", "seedream5_pro"),
        ("operation-added", "info", "POST /v1/routers", "is new"),
        ("operation-added", "info", "POST /v1/generate/video", "is new"),
        ("member-added", "breaking", "POST /v1/image_to_video", "`estimatedCost`"),
        ("member-added", "breaking", "GET /v1/tasks/{id}", "`cost` of SUCCEEDED"),
        ("branch-removed", "breaking", "POST /v1/text_to_video", "veo3 "),
        ("member-added", "breaking", "POST /v1/organization/usage", "`resultsByApiKey`"),
    ],
}


@pytest.mark.parametrize("days", TOLD, ids=" to ".join)
def test_what_happened_to_a_real_document_is_told(days, shared):
    folder = shared / "corpus" / "runway-history"
    found = diff(*(state(folder, day) for day in days))
    for code, severity, operation, words in TOLD[days]:
        hits = [one for one in found if (one.code, one.operation) == (code, operation)]
        hits = [one for one in hits if words in one.message + one.part + " "]
        assert [one.severity for one in hits[:1]] == [severity], (code, operation, words)


def test_counts_of_a_real_document(shared):
    folder = shared / "corpus" / "runway-history"
    first = diff(state(folder, "03-04"), state(folder, "05-08-6"))
    assert sum(one.code == "operation-added" for one in first) == 28
    last = diff(state(folder, "07-06-8"), state(folder, "08-08"))
    costly = [one for one in last if one.at in ("/cost", "/estimatedCost")]
    assert len({one.operation for one in costly}) == 19
    assert sum(one.part == "response 400" for one in last) >= 18


def test_the_cost_of_two_large_states(shared):
    folder = shared / "corpus" / "runway-history"
    started = time.process_time()
    old, new = (
        Contract.load(next(folder.glob(f"2026-{day}*.json"))) for day in ("07-06-8", "08-08")
    )
    diff(old, new)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("name", ["museum.yaml", "up.com.au.json", "wikimedia.org.json"])
def test_public_documents_in_other_words_are_no_change(name, shared):
    old = Contract.load(shared / "corpus" / "specs" / name)
    plain = json.loads(json.dumps(old.bundled, default=str))
    dice = random.Random(11)
    other = mutations.reworded(mutations.wrapped(mutations.hoisted(plain, dice), dice))
    assert diff(old, contract_of(other)) == []
