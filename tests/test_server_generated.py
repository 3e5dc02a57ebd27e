"""`generate --server`: opt-in, kept up to date, for any document, and liked by type checkers."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from runwayml_client import AsyncRunwayML, NotFound
from runwayml_client.server import Finding, Handlers, create_app, published_document

import served
from specbound.cli import main
from specbound.config import read
from specbound.contract.load import Contract
from specbound.diagnostics import SpecError
from specbound.emit import files, stamp
from specbound.emit.assemble import assemble
from specbound.emit.generate import run

ROOT = Path(__file__).resolve().parent.parent
SPEC = served.CASES / "styles.yaml"
SPECS = ROOT.parent / "shared" / "corpus" / "specs"


# --- opt-in


def generated(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


def test_without_being_asked_for_there_is_no_server(tmp_path: Path) -> None:
    run(stamp.Asked(SPEC, (), tmp_path, "toy"))
    assert not [name for name in generated(tmp_path) if "server" in name]


def test_a_server_comes_and_goes_as_it_is_asked_for(tmp_path: Path) -> None:
    without = stamp.Asked(SPEC, (), tmp_path, "toy")
    with_it = stamp.Asked(SPEC, (), tmp_path, "toy", server=True)
    run(without)
    before = generated(tmp_path)
    assert run(with_it, check=True).differences
    assert run(with_it).written
    names = generated(tmp_path)
    assert {"toy/server/app.py", "toy/server/resources/query.py"} <= names
    assert "toy/_runtime/server/app.py" in names
    assert (tmp_path / "toy" / "server" / "openapi.json").is_file()
    assert run(with_it).unchanged
    assert not run(with_it, check=True).differences
    assert run(without, check=True).differences
    assert not run(without).unchanged
    assert generated(tmp_path) == before
    assert not (tmp_path / "toy" / "server").exists()


def test_the_command_and_the_table_ask_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    there = Path("out", "toy", "server", "app.py")
    given = ["generate", str(SPEC), "-o", "out", "--package", "toy", "-q"]
    assert main([*given, "--server"]) == 0
    assert there.is_file()
    assert main([*given, "--server", "--check"]) == 0
    assert main([*given, "--check"]) == 1
    assert main(given) == 0
    assert not there.exists()
    table = f'[tool.specbound]\nspec = "{SPEC.as_posix()}"\noutput = "out"\npackage = "toy"\n'
    Path("pyproject.toml").write_text(table + "server = true\n", "utf-8")
    assert main(["generate", "-q"]) == 0
    assert there.is_file()
    assert main(["generate", "-q", "--no-server"]) == 0
    assert not there.exists()


def test_the_table_says_true_or_false(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.specbound]\nserver = "yes"\n', "utf-8")
    with pytest.raises(SpecError, match="neither true nor false"):
        read(file)
    file.write_text("[tool.specbound]\nserver = true\n", "utf-8")
    configuration = read(file)
    assert configuration is not None
    assert configuration.server


def test_an_update_keeps_the_stubs_that_are_there(tmp_path: Path) -> None:
    spec, out = tmp_path / "api.json", tmp_path / "out"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Toy", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"204": {"description": "no"}}}}},
    }
    spec.write_text(json.dumps(document), "utf-8")
    run(stamp.Asked(spec, (), out, "toy", server=True))
    document["paths"]["/b"] = document["paths"]["/a"]  # type: ignore[index]
    new = tmp_path / "new.json"
    new.write_text(json.dumps(document), "utf-8")
    update = ["update", str(new), "--spec", str(spec), "-o", str(out), "--package", "toy", "-q"]
    assert main(update) in (0, 1)
    assert (out / "toy" / "server" / "resources" / "b.py").is_file()
    assert run(stamp.Asked(spec, (), out, "toy", server=True)).unchanged


# --- names that could get in each other's way


CLASHES = {
    "openapi": "3.1.0",
    "info": {"title": "Clash", "version": "1"},
    "paths": {
        "/files": {
            "post": {
                "operationId": "send",
                "parameters": [
                    {"name": "body", "in": "query", "schema": {"type": "string"}},
                    {"name": "files", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "one": {"type": "string", "contentMediaType": "image/png"},
                                    "kind": {"$ref": "#/components/schemas/Files"},
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Returned"}
                            }
                        },
                    }
                },
            }
        },
        "/protocol": {
            "get": {
                "parameters": [
                    {"name": "at", "in": "query", "schema": {"$ref": "#/components/schemas/Taken"}}
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "oneOf": [
                                        {"$ref": "#/components/schemas/Protocol"},
                                        {"$ref": "#/components/schemas/Unimplemented"},
                                        {"$ref": "#/components/schemas/Facts"},
                                    ]
                                }
                            }
                        },
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            name: {"type": "object", "required": [name], "properties": {name: {"type": "integer"}}}
            for name in (
                "Files",
                "Returned",
                "Protocol",
                "Unimplemented",
                "Facts",
                "Taken",
                "Reads",
            )
        }
    },
}


def test_models_may_have_the_names_of_the_runtime(tmp_path: Path) -> None:
    spec = tmp_path / "clash.json"
    spec.write_text(json.dumps(CLASHES), "utf-8")
    module = served.generate(Contract.load(spec), tmp_path, "clash_client")
    every = served.Every({"Returned": 1})
    app = module.create_app(every, development=True)
    response = served.ask(
        app,
        "POST",
        "/files?body=b&files=f",
        files=[("one", ("a.png", b"x")), ("kind", (None, '{"Files": 1}', "application/json"))],
    )
    assert response.status_code == 200, response.text
    ((_, given),) = every.calls
    assert (given["body_"], given["files"]) == ("b", "f")
    assert given["body"].kind.files == 1
    assert given["files_"]["one"][0].content == b"x"
    assert served.ask(app, "GET", "/protocol?Taken=1").status_code == 500
    every.reply = {"Protocol": 1}
    assert served.ask(app, "GET", "/protocol?Taken=1").status_code == 200
    done = checked("mypy", "--config-file=", "--strict", "clash_client", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_calls_whose_names_meet_in_one_method_are_told_apart(tmp_path: Path) -> None:
    paths = {"/a/b/c": "a.b_c", "/a_b/c": "a_b.c"}
    reply = {"responses": {"204": {"description": "no"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Meet", "version": "1"},
        "paths": {
            path: {"get": {**reply, "x-specbound": {"name": name}}} for path, name in paths.items()
        },
    }
    spec = tmp_path / "meet.json"
    spec.write_text(json.dumps(document), "utf-8")
    try:
        contract = Contract.load(spec)
    except SpecError as refused:
        pytest.skip(f"names cannot be given so: {refused}")
    module = served.generate(contract, tmp_path, "meet_client")
    every = served.Every(None)
    app = module.create_app(every)
    assert [served.ask(app, "GET", path).status_code for path in paths] == [204, 204]
    assert len({name for name, _ in every.calls}) == 2


# --- the Runway server


def checked(tool: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "MYPYPATH": str(ROOT / "generated"),
        "PYTHONPATH": str(ROOT / "generated"),
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    command = [sys.executable, "-m", tool, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


WRONG = """
from uuid import UUID
from runwayml_client.server import Handlers, Reply, create_app

class Wrong(Handlers):
    def tasks_retrieve(self, *, id: UUID) -> str:
        return ""

    def tasks_delete(self, *, id: int) -> None:
        return None

    def avatars_list(self, *, cursor: str | None) -> Reply:
        return Reply()

create_app(Wrong(), base=5)
"""


def test_type_checkers_read_handlers(tmp_path: Path) -> None:
    """A right module has no error, a wrong one has one at each fault and nowhere else."""
    pytest.importorskip("mypy")
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, "utf-8")
    right = served.CASES / "handlers.py"
    strict = ("--config-file=", "--strict", "--no-error-summary")
    done = checked("mypy", *strict, str(right), cwd=tmp_path)
    assert done.stdout == ""
    done = checked("mypy", *strict, "wrong.py", cwd=tmp_path)
    found = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [int(line.split(":")[1]) for line in found] == [6, 9, 12, 15]
    pytest.importorskip("pyright")
    pyright = ("--pythonpath", sys.executable, "--outputjson")
    told = json.loads(checked("pyright", *pyright, str(right)).stdout)
    assert told["generalDiagnostics"] == []
    told = json.loads(checked("pyright", *pyright, "wrong.py", cwd=tmp_path).stdout)
    assert len([one for one in told["generalDiagnostics"] if one["severity"] == "error"]) == 4


def studio() -> Any:
    """The module that a user would write."""
    spec = importlib.util.spec_from_file_location("studio", served.CASES / "handlers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_client_works_against_a_half_written_server() -> None:
    app = studio().app

    async def run() -> None:
        transport = httpx.ASGITransport(app=app)
        async with AsyncRunwayML(api_key="k", transport=transport, max_retries=0) as client:
            task = await client.image_to_video.create(
                model="gen4_turbo", prompt_image="https://example.com/a.png", ratio="1280:720"
            )
            done = await client.tasks.retrieve(task.id)
            assert done.output == ["https://example.com/gen4_turbo.mp4"]
            await client.tasks.delete(task.id)
            with pytest.raises(NotFound, match="there is no such task"):
                await client.tasks.retrieve(task.id)
            assert [one async for one in client.avatars.list()] == []
            with pytest.raises(Exception, match="no credits for Ada"):
                await client.avatars.create(
                    name="Ada",
                    reference_image="https://example.com/a.png",
                    personality="kind",
                    voice={"type": "custom", "id": str(task.id)},
                )
            with pytest.raises(Exception, match="organization_retrieve is not implemented"):
                await client.organization.retrieve()

    asyncio.run(run())


def test_runway_refuses_in_the_services_own_shape() -> None:
    class Nothing(Handlers):
        """No operation at all."""

    app = create_app(Nothing())
    headers = {"authorization": "Bearer k", "x-runway-version": "2024-11-06"}
    body = {"model": "gen4_turbo", "promptImage": "https://a.b/c.png", "ratio": "1280:768"}
    response = served.ask(app, "POST", "/v1/image_to_video", json=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"] == "Validation of body failed"
    (issue,) = response.json()["issues"]
    assert issue["path"] == ["ratio"]
    assert issue["message"].startswith('`ratio` is "1280:768", but must be one of')
    del headers["x-runway-version"]
    response = served.ask(app, "GET", "/v1/organization", headers=headers)
    assert response.json()["issues"][0]["message"] == "`X-Runway-Version` is required"
    assert served.ask(app, "GET", "/v1/organization").status_code == 401
    headers["x-runway-version"] = "2024-11-06"
    assert served.ask(app, "GET", "/v1/organization", headers=headers).status_code == 501


def test_every_generated_handler_has_the_documents_words() -> None:
    document = published_document()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                words = operation["summary"].split()[0]
                docs = [getattr(Handlers, name).__doc__ for name in dir(Handlers) if "_" in name]
                mine = [doc for doc in docs if doc and f"`{method.upper()} {path}`" in doc]
                assert len(mine) == 1
                assert words in mine[0]


def test_a_finding_says_all_in_one_line() -> None:
    assert str(Finding("GET /x", 200, "no")) == "GET /x: 200: no"


# --- any document

PROBE = """
import asyncio, importlib, pkgutil
import httpx
top = importlib.import_module("client_made")
for info in pkgutil.walk_packages(top.__path__, "client_made."):
    importlib.import_module(info.name)
from client_made.server import Handlers, create_app
app = create_app(type("Mine", (Handlers,), {})(), document="/the/document.json")
async def main():
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t")
    document = (await client.get("/the/document.json")).json()
    for key in top.OPERATIONS:
        method, path = key.split(" ", 1)
        response = await client.request(method, path.replace("{", "").replace("}", ""))
        assert response.status_code in (400, 401, 501), (key, response.status_code)
        assert str(response.status_code) in document["paths"][path][method.lower()]["responses"]
        assert method == "HEAD" or response.json()["error"]
asyncio.run(main())
print(len(top.OPERATIONS))
"""


def answering(name: str, folder: Path) -> tuple[int, int]:
    """How many operations a document of the corpus has, and how many of its server answer."""
    source = SPECS / name
    document = folder / source.stem if source.suffix == ".gz" else source
    if source.suffix == ".gz":
        document.write_bytes(gzip.decompress(source.read_bytes()))
    contract = Contract.load(document)
    for path, text in assemble(contract, "client_made", server=True).texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    command = [sys.executable, "-W", "error::SyntaxWarning", "-c", PROBE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return len(contract.operations), int(done.stdout)


needs_corpus = pytest.mark.skipif(not SPECS.is_dir(), reason="../shared/corpus is not here")


@needs_corpus
@pytest.mark.parametrize("name", ["museum.yaml", "up.com.au.json"])
def test_a_small_document_has_a_server(name: str, tmp_path: Path) -> None:
    there, answered = answering(name, tmp_path)
    assert answered == there


@needs_corpus
@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "wikimedia.org.json",
        "multi-file-relative/main.yaml",
        "figma.yaml.gz",
        "discord.json.gz",
        "slack.com.json.gz",
        "openai.yaml.gz",
        "stripe-2022-02.json.gz",
        "github.json.gz",
    ],
)
def test_every_document_of_the_corpus_has_a_server(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left unformatted, since formatting is most of the time and changes no meaning."""
    monkeypatch.setattr(files, "formatted", lambda source: source)
    there, answered = answering(name, tmp_path)
    assert answered == there
