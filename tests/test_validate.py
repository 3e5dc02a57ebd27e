"""`specbound validate` as its users meet it: exit statuses, reports, baseline, processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import house
from specbound.traffic import slices
from specbound.traffic.read import records
from test_cli import environment

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://pets.example/api"}],
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "getPet",
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "minimum": 1},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "A pet",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["name", "kind"],
                                    "properties": {
                                        "name": {"type": "string", "maxLength": 20},
                                        "kind": {"enum": ["cat", "dog"]},
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}


def line(kind: str = "cat", status: int = 200, path: str = "/pets/1") -> str:
    request = {"method": "GET", "url": f"https://pets.example/api{path}"}
    reply = {"status": status, "body": {"name": "Tom", "kind": kind}}
    return json.dumps({"request": request, "response": reply}) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a document and a recording of four exchanges, two of which are wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pets.json").write_text(json.dumps(SPEC))
    text = line() + line("cow") + line(status=418) + line("cow", path="/pets/2")
    (tmp_path / "traffic.ndjson").write_text(text)
    return tmp_path


def validate(*arguments: str, **more) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specbound", "validate", "--spec", "pets.json", *arguments]
    settings = {"capture_output": True, "text": True, "env": environment(), **more}
    return subprocess.run(command, encoding="utf-8", **settings)


# --- verdicts and exit statuses


def test_findings_exit_1_and_are_grouped(folder):
    done = validate("traffic.ndjson")
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("error[enum]") == 1
    assert "traffic.ndjson:2" in done.stdout
    assert "4 exchanges: 1 valid, 2 invalid, 1 undocumented" in done.stdout


def test_all_tells_every_finding(folder):
    found = json.loads(validate("traffic.ndjson", "--all", "--report", "json").stdout)["findings"]
    assert [one["source"]["line"] for one in found if one["code"] == "enum"] == [2, 4]


def test_a_clean_recording_exits_0(folder):
    (folder / "good.ndjson").write_text(line() + line("dog"))
    done = validate("good.ndjson")
    assert (done.returncode, done.stderr) == (0, "")


def test_broken_records_are_findings(folder):
    (folder / "torn.ndjson").write_text(line() + '{"request": {"meth\n' + line("dog"))
    done = validate("torn.ndjson", "--report", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["summary"]["valid"] == 2
    assert [one["code"] for one in report["findings"]] == ["broken-record"]
    assert report["findings"][0]["source"]["line"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.ndjson"], "absent.ndjson"),
        (["empty"], "no file"),
        (["traffic.ndjson", "--baseline", "absent.json"], "absent.json"),
        (["traffic.ndjson", "--update-baseline"], "no baseline"),
        (["traffic.ndjson", "--report", "json", "--report", "sarif"], "standard output"),
        (["traffic.ndjson", "--report", "html=nowhere/x.html"], "nowhere"),
        (["blank.ndjson", "--format", "ndjson"], "no exchange"),
    ],
)
def test_what_cannot_be_done_exits_2_with_a_reason(folder, arguments, words):
    (folder / "empty").mkdir()
    (folder / "blank.ndjson").write_text("\n\n")
    done = validate(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_standard_input(folder):
    text = (folder / "traffic.ndjson").read_text()
    done = validate("-", "--report", "json", input=text)
    assert json.loads(done.stdout)["summary"]["exchanges"] == 4


def test_folders_and_globs(folder):
    (folder / "more" / "deep").mkdir(parents=True)
    (folder / "more" / "deep" / "one.ndjson").write_text(line() + line())
    (folder / "more" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    report = json.loads(validate("more", "--report", "json").stdout)
    assert report["summary"]["exchanges"] == 2
    assert sum(report["skipped"].values()) == 1
    report = json.loads(validate("more/**/*.ndjson", "--report", "json").stdout)
    assert report["summary"]["exchanges"] == 2


# --- reports


def test_several_reports_at_once(folder):
    kinds = ["json", "junit", "sarif", "github", "html", "text"]
    done = validate("traffic.ndjson", *(f"--report={kind}=out.{kind}" for kind in kinds))
    assert done.returncode == 1, done.stderr
    assert "error[enum]" in done.stdout, "text goes to the terminal when no report does"
    for kind in kinds:
        assert "enum" in (folder / f"out.{kind}").read_text("utf-8"), kind
    assert not list(folder.glob("*.new"))


def test_github_writes_the_summary_of_the_step(folder):
    summary = folder / "summary.md"
    env = {**environment(), "GITHUB_STEP_SUMMARY": str(summary)}
    done = validate("traffic.ndjson", "--report", "github", env=env)
    assert "::error file=traffic.ndjson,line=2" in done.stdout
    assert "enum" in summary.read_text("utf-8")


def test_coverage_and_its_threshold(folder):
    done = validate("traffic.ndjson", "--coverage")
    assert "operations" in done.stdout
    (folder / "good.ndjson").write_text(line())
    assert validate("good.ndjson", "--fail-under", "1").returncode == 0
    done = validate("good.ndjson", "--fail-under", "100")
    assert done.returncode == 1
    assert "less than 100 %" in done.stderr


# --- baseline


def test_a_baseline_accepts_what_is_known_and_fails_on_what_is_new(folder):
    done = validate("traffic.ndjson", "--baseline", "known.json", "--update-baseline")
    assert done.returncode == 0, done.stdout + done.stderr
    known = json.loads((folder / "known.json").read_text())
    assert {entry["code"] for entry in known["known"]} == {"enum", "undocumented-status"}
    assert validate("traffic.ndjson", "--baseline", "known.json").returncode == 0
    with (folder / "traffic.ndjson").open("a") as file:
        file.write(line(path="/pets/0"))
    done = validate("traffic.ndjson", "--baseline", "known.json")
    assert done.returncode == 1
    assert "error[minimum]" in done.stdout
    assert "error[enum]" not in done.stdout


def test_the_baseline_of_pyproject_counts(folder):
    validate("traffic.ndjson", "--baseline", "known.json", "--update-baseline")
    table = '[tool.specbound]\nspec = "pets.json"\nbaseline = "known.json"\n'
    (folder / "pyproject.toml").write_text(table)
    command = [sys.executable, "-m", "specbound", "validate", "traffic.ndjson"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr


# --- processes


def test_workers_give_the_same_bytes(folder, monkeypatch):
    lines = [
        line("cow" if number % 7 == 0 else "cat", path=f"/pets/{number}") for number in range(900)
    ]
    lines[400] = "{torn\n"
    (folder / "large.ndjson").write_text("\n".join(lines))
    small = "from specbound.traffic import slices; slices.SMALLEST = 2_000; "
    code = f"{small}from specbound.cli import main; raise SystemExit(main())"
    command = [sys.executable, "-c", code, "validate", "--spec", "pets.json", "--coverage"]
    command += ["--report", "json", "--all", "large.ndjson", "traffic.ndjson"]
    outputs = [
        subprocess.run([*command, "--workers", number], capture_output=True, env=environment())
        for number in ("1", "2")
    ]
    assert outputs[0].stdout == outputs[1].stdout
    assert outputs[0].returncode == outputs[1].returncode == 1
    assert json.loads(outputs[0].stdout)["summary"]["exchanges"] == 903


def entry(kind: str = "cat", path: str = "/pets/1", **more: object) -> dict:
    text = json.dumps({"name": "Tom", "kind": kind})
    url = "https://pets.example/api" + path
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200, "content": {"mimeType": "application/json", "text": text}},
        **more,
    }


def har(number: int, **log: object) -> dict:
    entries = [entry("cow" if n % 7 == 0 else "cat", f"/pets/{n}") for n in range(number)]
    entries[number // 3]["comment"] = 'über "entries": [{"startedDateTime": 🐈'
    return {"log": {"version": "1.2", "entries": entries, **log}}


HARS = {
    "in one line": json.dumps(har(300)),
    "in many lines": json.dumps(har(200), indent=2, ensure_ascii=False),
    "with a mark": "\ufeff" + json.dumps(har(300)),
    "pages at the end that begin alike": json.dumps(
        har(200, pages=[{"startedDateTime": "", "id": str(n)} for n in range(300)])
    ),
    "entries inside of entries": json.dumps(
        {"log": {"entries": [entry(_log=[entry("cow")] * 60) for _ in range(6)]}}
    ),
    "torn in the middle": json.dumps(har(300))
    .replace('"/pets/150"', '"/pets/150')
    .replace("/pets/151", "\x01"),
    "torn at the end": json.dumps(har(300))[:-200],
    "a list of two kinds": json.dumps(har(150))[:-3]
    + ", 5, "
    + json.dumps(har(150)["log"]["entries"])[1:]
    + "}}",
    "two lists": json.dumps(har(100))[:-2] + ", " + json.dumps(har(150)["log"])[1:] + "}",
}


#: Prints which of the files, named as they are, come to other sums in three processes than in one.
COMPARED = """
import sys
from specbound.check.run import Wanted
from specbound.commands.sharing import Job, account_of
from specbound.contract.load import Contract
from specbound.traffic import place, slices
slices.SMALLEST, contract, wanted = 5_000, Contract.load("pets.json"), Wanted(False, True, True)
for most in 10_000, 32_000_000:
    place.MAX_BYTES = most
    for path in sys.argv[1:] if most < 20_000 else ["in many lines.har"]:
        place._file.cache_clear()
        jobs = [Job(contract, (path, "traffic.ndjson"), "auto", wanted, each) for each in (1, 3)]
        one, three = map(account_of, jobs)
        assert one.findings and one.exchanges > 3, path
        print(path * (one != three), end="")
"""


def test_a_har_is_cut_and_comes_to_the_same_sums(folder):
    for name, text in HARS.items():
        (folder / f"{name}.har").write_bytes(text.encode())
    files = [f"{name}.har" for name in HARS]
    command = [sys.executable, "-c", COMPARED, *files]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_har_is_read_in_pieces_that_begin_with_an_entry(folder, monkeypatch):
    monkeypatch.setattr(slices, "SMALLEST", 5_000)
    file = folder / "large.har"
    file.write_text(HARS["in one line"])
    whole = [record.source for record in records([str(file)])]
    found = slices.pieces([str(file)], "auto", 4)
    assert len(found) > 3
    assert sum(piece.size for piece in found) == file.stat().st_size
    assert sum(len(list(slices.Read(piece))) for piece in found) == len(whole) == 300
    last = list(slices.Read(found[2].onward()))
    assert len(last) == sum(len(list(slices.Read(piece))) for piece in found[2:])
    wrong = found[1]._replace(stop=found[1].stop - 2)
    with pytest.raises(slices.Torn):
        list(slices.Read(wrong))


def test_the_shipped_recordings_are_known(root):
    command = [sys.executable, "-m", "specbound", "validate", "spec/runway/recordings"]
    done = subprocess.run(
        command, cwd=house.ROOT, capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "known" in done.stdout
