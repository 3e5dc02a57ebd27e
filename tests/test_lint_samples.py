"""Code samples against the document: what each language is held to, and what is not judged."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from specbound.contract.load import Contract
from specbound.lint.lint import lint

RUNWAY = Path(__file__).parents[1] / "spec" / "runway"

#: What a machine finds in the published samples: operation, language, words of the message.
PUBLISHED = [
    *(("POST /v1/image_to_video", lang, "`ratio` is missing") for lang in ("Python", "TypeScript")),
    ("POST /v1/voice_isolation", "Python", "has no argument `audio_url`"),
    ("POST /v1/voice_isolation", "TypeScript", "`audioUrl` is sent, which the document does not"),
    ("POST /v1/sound_effect", "Python", "has no argument `promptText`"),
    ("POST /v1/uploads", "Python", "`upload_uri`, the result of"),
    ("POST /v1/uploads", "TypeScript", "`uploadUri`, the result of"),
    ("POST /v1/uploads", "TypeScript", "'filename' is assigned and never declared"),
    *(
        (f"POST /v1/{operation}", lang, "`ratio` is sent, which is deprecated")
        for operation in ("uploads", "video_to_video")
        for lang in ("Python", "TypeScript")
    ),
    *(
        (f"GET /v1/{operation}", lang, "`limit` is missing")
        for operation in ("avatars", "avatar_conversations", "documents", "voices")
        for lang in ("Python", "TypeScript")
    ),
    *(
        ("GET /v1/documents", lang, f"`{name}` is missing")
        for name in ("sort", "order")
        for lang in ("Python", "TypeScript")
    ),
    ("GET /v1/tasks/{id}", "TypeScript", "'task' is declared twice"),
    ("GET /v1/workflow_invocations/{id}", "TypeScript", "'invocation' is declared twice"),
    *(
        ("POST /v1/workflows/{id}", lang, words)
        for lang in ("Python", "TypeScript")
        for words in ("'YOUR_WORKFLOW_ID' is a placeholder", "'node-uuid' is a placeholder")
    ),
    *(("GET /v1/workflows/{id}", lang, "not version 4") for lang in ("Python", "TypeScript")),
    *(
        (f"POST /v1/{operation}", "Python", "names `preset_id`; both work")
        for operation in ("text_to_speech", "speech_to_speech")
    ),
    ("GET /v1/organization", "Python", "`details.creditBalance` is read"),
    # Without the overlay's words on uploads the document knows no `file`.
    ("POST /v1/uploads", "Python", "has no argument `file`"),
    ("POST /v1/uploads", "Python", "`filename` is missing"),
    ("POST /v1/uploads", "Python", "`type` is missing"),
]


def messages(contract):
    return [one.diagnostic.message for one in lint(contract) if one.code == "invalid-sample"]


def test_the_published_samples_have_these_faults_and_no_others():
    found = messages(Contract.load(RUNWAY / "openapi.json"))
    left = list(found)
    for operation, lang, words in PUBLISHED:
        fitting = [m for m in left if m.startswith(f"{operation}, {lang} ") and words in m]
        assert fitting, (operation, lang, words)
        left.remove(fitting[0])
    # The second call of one sample says its word once more.
    assert [m for m in left if "names `preset_id`" not in m] == []


def test_the_overlays_words_on_uploads_are_heard():
    overlays = [RUNWAY / "overlay.yaml"]
    found = messages(Contract.load(RUNWAY / "openapi.json", overlays))
    assert not [m for m in found if "`file`" in m or "upload_uri" in m]


THING = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "sizeInches": {"type": "integer"},
        "old": {"type": "string", "deprecated": True},
        "shape": {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "edgeCount"],
                    "properties": {"kind": {"const": "box"}, "edgeCount": {"type": "integer"}},
                },
                {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"const": "ball"}},
                },
            ],
            "discriminator": {"propertyName": "kind"},
        },
    },
}


def document(tmp_path, lang, source, operation_id="things.create"):
    text = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    node = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example"}],
        "paths": {
            "/boxes/{box}/things": {
                "post": {
                    "operationId": operation_id,
                    "parameters": [
                        {
                            "name": "box",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "integer"},
                        },
                        {"name": "dryRun", "in": "query", "schema": {"type": "boolean"}},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": THING}},
                    },
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {"application/json": {"schema": text}},
                        },
                        "4XX": {"description": "no"},
                    },
                    "x-codeSamples": [{"lang": lang, "source": source}],
                }
            }
        },
    }
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(node, sort_keys=False), "utf-8")
    return Contract.load(file)


CLIENT = "client = Things()\n"

FAULTY = [
    ("Python", CLIENT + "client.things.create(1)", "`name` is missing"),
    ("Python", CLIENT + "client.things.create(name='a')", "`box` is missing"),
    ("Python", CLIENT + "client.things.create('x', name='a')", "must be an integer"),
    ("Python", CLIENT + "client.things.create(box='x', name='a')", "must be an integer"),
    ("Python", CLIENT + "client.things.create(1, name='abcdef')", "`name`"),
    ("Python", CLIENT + "client.things.create(1, name='a', sizeInches=3)", "no argument"),
    ("Python", CLIENT + "client.things.create(1, name='a', old='x')", "deprecated"),
    (
        "Python",
        CLIENT + "client.things.create(1, name='a', shape={'kind': 'box'})",
        "which box requires",
    ),
    (
        "Python",
        CLIENT + "client.things.create(1, name='a', shape={'kind': 'box', 'edgeCount': 3})",
        "names `edge_count`; both work",
    ),
    ("Python", "client.things.create(", "not valid Python"),
    ("JavaScript", "client.things.create(1, {})", "`name` is missing"),
    ("TypeScript", "client.things.create(1, {name: 'a', nam: 1})", "`nam`"),
    ("node", "client.things.create('x', {name: 'a'})", "must be an integer"),
    ("JavaScript", "client.things.create(1, {", "JavaScript"),
    (
        "Shell",
        "curl https://api.example/boxes/1/things -H 'content-type: application/json' -d '{}'",
        "`name` is missing",
    ),
    ("curl", "curl -X POST https://api.example/nowhere -d '{}'", "nowhere"),
]

RIGHT = [
    ("Python", CLIENT + "client.things.create(1, name='a', size_inches=3, dry_run=True)"),
    ("Python", CLIENT + "client.things.create(box=b, name=name)"),
    ("Python", CLIENT + "client.things.create(1, **more)"),
    (
        "Python",
        CLIENT + "client.things.create(1, name='a', shape={'kind': k, 'edge_count': n})",
    ),
    ("Python", CLIENT + "t = client.things.create(1, name='a')\nprint(t.id)"),
    ("JavaScript", "const t = await client.things.create(1, {name: 'a', sizeInches: 3});"),
    ("JavaScript", "client.things.create(1, options);"),
    ("JavaScript", "client.things.create(1, {...options});"),
    ("Go", "client.Things.Create(1"),
    (
        "Shell",
        "curl https://api.example/boxes/$BOX/things -H 'content-type: application/json' "
        """-d '{"name": "a"}'""",
    ),
]


@pytest.mark.parametrize(("lang", "source", "words"), FAULTY)
def test_a_fault_is_told(tmp_path, lang, source, words):
    found = messages(document(tmp_path, lang, source))
    assert len(found) == 1, found
    assert words in found[0]
    assert found[0].startswith(f"POST /boxes/{{box}}/things, {lang} sample, line ")


@pytest.mark.parametrize(("lang", "source"), RIGHT)
def test_what_fits_or_is_not_known_is_not_judged(tmp_path, lang, source):
    assert messages(document(tmp_path, lang, source)) == []


def test_a_client_with_other_names_is_judged_by_what_it_passes(tmp_path):
    source = CLIENT + "client.boxes.things.new(1, name='abcdef')"
    found = messages(document(tmp_path, "Python", source, "makeThing"))
    assert len(found) == 1
    assert "`name`" in found[0]
    source = CLIENT + "client.boxes.things.new(1, name='a', extra_headers={})"
    assert messages(document(tmp_path, "Python", source, "makeThing")) == []


@pytest.mark.parametrize(
    ("lang", "source", "mended"),
    [
        (
            "Python",
            CLIENT + "client.things.create(1, name='sizeInches', sizeInches=3)",
            CLIENT + "client.things.create(1, name='sizeInches', size_inches=3)",
        ),
        (
            "Python",
            CLIENT + "client.things.create(1, name='a', shape={'kind': 'box', \"edgeCount\": 3})",
            CLIENT + "client.things.create(1, name='a', shape={'kind': 'box', \"edge_count\": 3})",
        ),
        (
            "TypeScript",
            "client.things.create(1, { nam: 'a' });",
            None,
        ),
    ],
)
def test_a_word_is_mended_where_it_is_sure(tmp_path, lang, source, mended):
    found = [one for one in lint(document(tmp_path, lang, source)) if one.mend]
    assert [one.mend[0].update for one in found] == ([{"source": mended}] if mended else [])


@pytest.mark.parametrize("samples", [True, 5, "x", {"lang": "Python"}, [None, 5, {"lang": 5}]])
def test_samples_that_are_none_break_nothing(tmp_path, samples):
    file = tmp_path / "openapi.yaml"
    document(tmp_path, "Python", "")
    node = yaml.safe_load(file.read_text("utf-8"))
    node["paths"]["/boxes/{box}/things"]["post"]["x-codeSamples"] = samples
    file.write_text(yaml.safe_dump(node), "utf-8")
    assert messages(Contract.load(file)) == []


def test_a_sample_is_told_at_its_own_place(tmp_path):
    file = tmp_path / "openapi.yaml"
    document(tmp_path, "Python", "client.things.create(")
    node = yaml.safe_load(file.read_text("utf-8"))
    node["paths"]["/boxes/{box}/things"]["post"]["x-codeSamples"].insert(0, None)
    file.write_text(yaml.safe_dump(node), "utf-8")
    found = lint(Contract.load(file))
    places = [one.place for one in found if one.code == "invalid-sample"]
    assert [place.rpartition("post")[2] for place in places] == ["/x-codeSamples/1/source"]
