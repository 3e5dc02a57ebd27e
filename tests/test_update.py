"""`specbound update` as its users meet it: what is written, what is told, what is left alone."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from specbound.cli import main
from specbound.update import swap
from test_cli import environment
from updates import branches, changed, pets, project, snapshot, text, write

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases" / "update"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project with a generated client, and the working directory in it."""
    monkeypatch.chdir(tmp_path)
    return project(tmp_path)


def lose_a_branch(document):
    branches(document).pop()


def gain_a_member(document):
    branches(document)[0]["properties"]["weight"] = {"type": "number"}


LOST = changed(lose_a_branch)
MORE = changed(gain_a_member)


# --- what is written


def test_everything_is_brought_up_to_date(folder, capsys):
    new = write(folder, LOST)
    assert main(["update", new]) == 1
    out, err = capsys.readouterr()
    assert json.loads((folder / "api/openapi.json").read_text()) == LOST
    assert (folder / new).exists()
    assert '`pets.adopt(kind="dog")` is gone' in out
    assert err.startswith("updated: 2 operations")
    log = (folder / "api/openapi.changelog.md").read_text()
    assert re.search(r"## \d{4}-\d\d-\d\d – Pets 1\n\n1 change in 1 operation: 1 breaking", log)
    assert "dog" not in (folder / "generated/pets_client/resources/pets.py").read_text()
    assert main(["generate", "--check"]) == 0


def test_what_does_not_break_exits_0(folder, capsys):
    assert main(["update", write(folder, MORE)]) == 0
    assert '`pets.adopt(kind="cat")`: `weight` is new' in capsys.readouterr().out


def test_the_same_document_is_nothing_to_do(folder, capsys):
    before = snapshot(folder)
    assert main(["update", "api/openapi.json"]) == 0
    assert snapshot(folder) == before
    assert "nothing to do" in capsys.readouterr().err


def test_a_reformatted_document_makes_no_entry(folder):
    (folder / "new.yaml").write_text(yaml.safe_dump(pets(), sort_keys=False))
    client = snapshot(folder / "generated")
    assert main(["update", "new.yaml"]) == 0
    assert (folder / "api/openapi.json").read_text() == (folder / "new.yaml").read_text()
    assert not (folder / "api/openapi.changelog.md").exists()
    assert snapshot(folder / "generated") == client


def test_a_dry_run_says_the_same_and_writes_nothing(folder, capsys):
    new = write(folder, LOST)
    before = snapshot(folder)
    assert main(["update", new, "--dry-run"]) == 1
    said = capsys.readouterr()
    assert snapshot(folder) == before
    assert "nothing was written" in said.err
    assert main(["update", new]) == 1
    assert capsys.readouterr().out == said.out


def test_the_document_may_come_by_standard_input(folder, monkeypatch, capsys):
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(LOST).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert main(["update", "-", "--report", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {change["places"]["new"]["file"] for change in told["changes"]} == {"<stdin>"}
    assert json.loads((folder / "api/openapi.json").read_text()) == LOST


def test_a_document_of_several_files_moves_as_a_whole(folder):
    (folder / "next/parts").mkdir(parents=True)
    document = changed(gain_a_member)
    pet = document["components"]["schemas"]["Pet"]
    document["components"]["schemas"]["Pet"] = {"$ref": "parts/pet.json"}
    (folder / "next/parts/pet.json").write_text(json.dumps(pet))
    write(folder, document, "next/petstore.json")
    assert main(["update", "next/petstore.json"]) == 0
    assert json.loads((folder / "api/parts/pet.json").read_text()) == pet
    assert main(["generate", "--check"]) == 0


def test_the_changelog_can_be_any_file(folder):
    (folder / "CHANGES.md").write_bytes(b"# Ours\r\n\r\n## 1.0\r\n\r\n- first\r\n")
    assert main(["update", write(folder, LOST), "--changelog", "CHANGES.md"]) == 1
    text = (folder / "CHANGES.md").read_bytes().decode()
    assert text.startswith("# Ours\r\n\r\n## 20")
    assert text.endswith("## 1.0\r\n\r\n- first\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_without_a_client_one_is_made_with_the_old_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.json").write_text(json.dumps(pets()))
    new = write(tmp_path, MORE)
    assert main(["update", new, "--spec", "old.json", "-o", "out"]) == 0
    assert (tmp_path / "out/pets_client/client.py").exists()


# --- all or none


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "error[syntax]"),
        ('{"openapi": "2.0"}', "error[unsupported-version]"),
        ("[]", "error[not-openapi]"),
        ('{"openapi": "3.1.0", "info": {}, "paths": {"/a": 1}}', "error[wrong-type]"),
    ],
)
def test_an_unusable_document_changes_nothing(folder, capsys, content, said):
    (folder / "new.json").write_text(content)
    before = snapshot(folder)
    assert main(["update", "new.json"]) == 2
    assert said in capsys.readouterr().err
    assert snapshot(folder) == before


@pytest.mark.parametrize("step", range(6))
def test_a_failure_half_way_changes_nothing(folder, monkeypatch, capsys, step):
    new = write(folder, LOST)
    before = snapshot(folder)
    real, calls = swap._move, iter(range(100))

    def move(draft, target):
        if next(calls) == step:
            raise PermissionError(13, "Permission denied", str(target))
        real(draft, target)

    monkeypatch.setattr(swap, "_move", move)
    assert main(["update", new]) == 2
    assert "Permission denied" in capsys.readouterr().err
    assert snapshot(folder) == before


def test_an_output_that_is_no_folder_changes_nothing(folder, capsys):
    target = folder / "generated/pets_client/resources/pets.py"
    target.unlink()
    target.mkdir()
    before = snapshot(folder)
    assert main(["update", write(folder, LOST)]) == 2
    assert "output-conflict" in capsys.readouterr().err
    (folder / "new.json").unlink()
    assert snapshot(folder) == before


def test_somebody_elses_file_is_not_written_over(folder, capsys):
    target = folder / "generated/pets_client/client.py"
    target.write_text("mine = 1\n")
    assert main(["update", write(folder, LOST)]) == 2
    assert "output-conflict" in capsys.readouterr().err
    assert target.read_text() == "mine = 1\n"
    assert json.loads((folder / "api/openapi.json").read_text()) == pets()


def test_a_killed_update_is_undone_before_the_next(folder, capsys):
    new = write(folder, LOST)
    before = snapshot(folder)
    script = (
        "import os, sys\nfrom specbound.update import swap\nfrom specbound.cli import main\n"
        "real, done = swap._move, []\n"
        "def move(a, b):\n    done.append(1)\n    len(done) == 3 and os._exit(9)\n    real(a, b)\n"
        "swap._move = move\nmain(['update', 'new.json'])\n"
    )
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, cwd=folder, env=environment()).returncode == 9
    assert snapshot(folder) != before
    assert main(["update", new, "--dry-run"]) == 1
    assert "an update that was killed is undone" in capsys.readouterr().err
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json"], "cannot be read"),
        (["new.json", "--uses", "none"], "there is no `none`"),
        (["new.json", "--recordings", "none.har"], "none.har"),
        (["new.json", "--changelog", "no/such/folder.md"], "changelog"),
        (["-", "--recordings", "-"], "one file only"),
        (["new.json", "--package", "a-b"], "cannot import"),
    ],
)
def test_wrong_use(folder, capsys, arguments, said):
    write(folder, LOST)
    before = snapshot(folder)
    assert main(["update", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert snapshot(folder) == before


# --- what is told


def test_names_are_kept_and_what_goes_is_told(folder, capsys):
    def rename(document):
        document["components"]["schemas"]["Animal"] = document["components"]["schemas"].pop("Pet")
        document.update(json.loads(json.dumps(document).replace("schemas/Pet", "schemas/Animal")))
        branches(document)[0]["title"] = "Kitten"
        branches(document)[0]["properties"]["weight"] = {"type": "number"}

    assert main(["update", write(folder, changed(rename))]) == 1
    models = "".join(path.read_text() for path in (folder / "generated").rglob("models/*.py"))
    assert "class CatPet(" in models
    assert "`Pet` is gone; `Animal` is in its place" in capsys.readouterr().out


def test_a_stray_action_is_told_with_the_nearest_target(folder, capsys):
    def rename(document):
        document["components"]["schemas"]["Animal"] = document["components"]["schemas"].pop("Pet")
        document["paths"]["/animals"] = document["paths"].pop("/pets")
        text = json.dumps(document).replace("schemas/Pet", "schemas/Animal")
        document.update(json.loads(text))

    assert main(["update", write(folder, changed(rename)), "--report", "json"]) == 1
    strays = json.loads(capsys.readouterr().out)["overlays"]
    assert [(one["target"], one["nearest"]) for one in strays] == [
        ("$.paths['/pets'].post", "$.paths['/animals'].post"),
        ("$.components.schemas.Pet.properties.name", "$.components.schemas.Animal.properties.name"),
    ]
    assert [one["place"]["line"] for one in strays] == [4, 6]


def test_a_filter_that_lets_nothing_through_is_told(folder, capsys):
    ours = folder / "api/ours.yaml"
    path = "$.components.schemas.Pet.properties[?@.enum && @.enum[0] == 'glad']"
    target = f'  - target: "{path}"\n    update: {{description: How it feels.}}\n'
    ours.write_text(ours.read_text() + target)

    def reorder(document):
        document["components"]["schemas"]["Pet"]["properties"]["mood"]["enum"] = ["happy", "sad"]

    main(["update", write(folder, changed(reorder))])
    told = capsys.readouterr().out
    assert "nearest: `$.components.schemas.Pet.properties.mood`; the place is there" in told


def test_recordings_are_checked_against_both(folder, capsys):
    def line(kind, **more):
        request = {
            "method": "POST",
            "url": "https://pets.example/pets",
            "body": {"kind": kind, **more},
        }
        reply = {"status": 200, "body": {"id": "1", "name": "Tom"}}
        return json.dumps({"request": request, "response": reply}) + "\n"

    fits = line("cat"), line("dog", name="Rex"), line("cat", weight=3), line("cow")
    (folder / "week.ndjson").write_text("".join(fits) + "{broken\n")
    both = changed(gain_a_member, LOST)
    assert main(["update", write(folder, both), "--recordings", "week.ndjson"]) == 1
    told = capsys.readouterr().out
    assert "4 exchanges: 1 no longer fit, 1 fit now, 1 fit as before, 1 fit neither" in told
    assert "at week.ndjson:2" in told
    assert "at week.ndjson:3" in told


def test_a_recording_that_fits_no_longer_fails_the_run(folder):
    """A reply that promises less breaks nobody, and still the recording is out of date."""

    def require(document):
        document["components"]["schemas"]["Pet"]["required"].append("mood")

    request = {"method": "GET", "url": "https://pets.example/pets/1"}
    exchange = {"request": request, "response": {"status": 200, "body": {"id": "1", "name": "T"}}}
    (folder / "one.json").write_text(json.dumps(exchange))
    new = write(folder, changed(require))
    assert main(["update", new, "--dry-run"]) == 0
    assert main(["update", new, "--recordings", "one.json"]) == 1


def test_each_change_has_its_impact(folder, capsys):
    (folder / "app").mkdir()
    code = "from pets_client import Pets\nPets().pets.adopt(kind='dog', name='Rex')\n"
    (folder / "app/main.py").write_text(code)
    (folder / "app/bad.py").write_text("def (:\n")
    assert main(["update", write(folder, LOST), "--uses", "app", "--report", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (change,) = told["changes"]
    assert change["impact"]["method"] == "pets.adopt"
    assert [form["label"] for form in change["impact"]["forms"]] == ['kind="dog"']
    (use,) = change["impact"]["uses"]
    assert (use["file"], use["line"]) == ("app/main.py", 2)
    assert "does not take 'dog'" in use["reason"]
    assert told["uses"]["unread"] == [{"file": "app/bad.py", "reason": "line 1: invalid syntax"}]


def test_lint_tells_what_is_new(folder, capsys):
    def spoil(document):
        branches(document)[0]["properties"]["colour"]["default"] = "blue"

    main(["update", write(folder, changed(spoil)), "--report", "json"])
    news = json.loads(capsys.readouterr().out)["lint"]
    assert [one["code"] for one in news["new"]] == ["invalid-default"]


def test_a_title_that_changes_is_told(folder, capsys):
    new = changed(lambda document: document["info"].update(title="Animals"))
    main(["update", write(folder, new)])
    told = capsys.readouterr().out
    assert "the package `pets_client` is `animals_client` now" in told
    assert "the class `Pets` is `Animals` now" in told
    assert main(["generate", "--check"]) == 0


def test_markdown_is_the_body_of_a_pull_request(folder, capsys):
    assert main(["update", write(folder, LOST), "--report", "markdown"]) == 1
    body = capsys.readouterr().out
    heads = re.findall(r"^#+ .*", body, re.MULTILINE)
    assert heads[0] == "## Pets: 1 breaking change"
    assert heads[1:4] == ["### What breaks", "### What to do", "### Client"]
    assert heads.index("### Names") < heads.index("### Changelog entry")
    assert all(len(re.match("#+", head)[0]) > 1 for head in heads)


def test_a_long_report_fits_into_a_pull_request(folder, capsys):
    def grow(document):
        item = document["paths"]["/pets/{id}"]
        document["paths"] |= {f"/{'long' * 20}-{number}/{{id}}": item for number in range(400)}

    main(["update", write(folder, changed(grow)), "--report", "markdown"])
    assert len(capsys.readouterr().out) < 65_536


def test_a_document_cannot_write_markup_or_steer_the_terminal(folder, capsys):
    def hostile(document):
        name = "x\x1b[31m</details><script>*`"
        branches(document)[0]["properties"][name] = text()
        branches(document)[0]["required"].append(name)

    new = write(folder, changed(hostile))
    for report in ("text", "markdown"):
        main(["update", new, "--dry-run", "--report", report])
        told = capsys.readouterr().out
        assert "\x1b" not in told
        if report == "markdown":
            bare = re.sub(r"`[^`\n]*`", "", told)
            assert "<script" not in bare.replace("\\<", "")


def test_quiet_tells_what_breaks_and_nothing_else(folder, capsys):
    assert main(["update", write(folder, MORE), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["update", write(folder, changed(lose_a_branch, MORE)), "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert 'kind="dog"' in out
    assert err == ""
