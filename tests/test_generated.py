"""The committed package is what the generator makes of the document today, and is light and clean.

Generating twice gives the same bytes, a run with nothing new does nothing, and files that are
somebody else's are left alone.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from specbound.cli import main
from specbound.emit.generate import run
from specbound.emit.stamp import Asked

ALLOWED = {"httpx", "pydantic", "pydantic_core", "typing_extensions", "annotated_types"}


#: As small as a document with a call, a reply and a wait for nothing can be.
SMALL = """
openapi: 3.1.0
info: {title: Small, version: "1"}
servers: [{url: "https://example.com"}]
paths:
  /things/{id}:
    get:
      operationId: things.retrieve
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: A thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
components:
  schemas:
    Thing: {type: object, properties: {name: {type: string}}}
"""


@dataclass(frozen=True)
class Workshop:
    """A folder with a small document and what was made of it."""

    folder: Path

    @property
    def made(self) -> Path:
        return self.folder / "made"

    @property
    def package(self) -> Path:
        return self.made / "small_client"

    def generate(self, *more: str) -> int:
        """Run the command; its exit status."""
        return main(["generate", str(self.folder / "small.yaml"), "-o", str(self.made), *more])


@pytest.fixture
def empty(tmp_path: Path) -> Workshop:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return Workshop(tmp_path)


@pytest.fixture
def shop(empty: Workshop) -> Workshop:
    assert empty.generate() == 0
    return empty


def texts(folder: Path) -> dict[str, bytes]:
    """Every generated file, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".specbound.json"
    }


def test_check_is_clean(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert main(["generate", "--check"]) == 0, "run `specbound generate`"


def test_same_bytes_with_another_hash_seed(root: Path, tmp_path: Path) -> None:
    lock = "runwayml_client.lock.json"
    shutil.copy(root / "generated" / lock, tmp_path / lock)
    subprocess.run(
        [sys.executable, "-m", "specbound", "generate", "-q", "-o", str(tmp_path)],
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": str(root / "generator")},
    )
    fresh, committed = texts(tmp_path), texts(root / "generated")
    assert [name for name in fresh | committed if fresh.get(name) != committed.get(name)] == []


def test_check_shows_a_diff_and_writes_nothing(
    shop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop.package / "operations.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Every operation", "Each operation"), "utf-8")
    assert shop.generate("--check") == 1
    said = capsys.readouterr().out
    assert '-"""Each operation' in said
    assert '+"""Every operation' in said
    assert "Each operation" in path.read_text("utf-8")
    assert shop.generate() == 0
    assert path.read_text("utf-8") == text


def test_a_run_with_nothing_new_does_nothing(shop: Workshop) -> None:
    before = {path: path.stat().st_mtime_ns for path in shop.made.rglob("*") if path.is_file()}
    assert shop.generate() == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_stale_files_go_and_foreign_files_stay(shop: Workshop) -> None:
    stale = shop.package / "resources" / "gone.py"
    stale.write_bytes((shop.package / "operations.py").read_bytes())
    foreign = shop.package / "mine.py"
    foreign.write_text("MINE = True\n")
    assert shop.generate("--check") == 1
    assert stale.exists()
    assert shop.generate() == 0
    assert not stale.exists()
    assert foreign.read_text() == "MINE = True\n"


def test_what_the_document_no_longer_has_goes(shop: Workshop) -> None:
    source = shop.folder / "small.yaml"
    source.write_text(SMALL.replace("things", "parts"), "utf-8")
    assert shop.generate() == 0
    assert (shop.package / "resources" / "parts.py").exists()
    assert not (shop.package / "resources" / "things.py").exists()


OLD = SMALL.replace("operationId", "deprecated: true\n      operationId")
USER = """
import warnings
from old_client import {client} as Client
client = Client(api_key="k", base_url="https://example.com")
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    retrieve = client.things.retrieve
    assert not told
    retrieve.build("1")
    assert not told or told[0].filename == "<string>"
    try:
        retrieve("1", unknown=1)
    except TypeError:
        pass
assert any("things.retrieve is deprecated" in str(one.message) for one in told), told
assert all(one.filename == "<string>" for one in told), told
"""


def test_deprecation_is_told_at_the_call(empty: Workshop) -> None:
    (empty.folder / "small.yaml").write_text(OLD, "utf-8")
    assert empty.generate("--package", "old_client") == 0
    subprocess.run(
        [sys.executable, "-c", USER.format(client="Small")],
        check=True,
        env={**os.environ, "PYTHONPATH": str(empty.made)},
    )


@pytest.mark.parametrize(
    ("title", "resource"), [("Things", "things"), ("Small", "options"), ("Small", "operation")]
)
def test_names_that_are_taken(empty: Workshop, title: str, resource: str) -> None:
    text = SMALL.replace("Small", title).replace("operationId: things", f"operationId: {resource}")
    (empty.folder / "small.yaml").write_text(text, "utf-8")
    assert empty.generate("--package", "taken_client") == 0
    script = (
        f"from taken_client import {title} as Client;"
        "client = Client(api_key='k', base_url='https://example.com');"
        f"assert client.{resource}.retrieve.build('1').url.path == '/things/1'"
    )
    environment = {**os.environ, "PYTHONPATH": str(empty.made), "MYPYPATH": str(empty.made)}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
    mypy = [sys.executable, "-m", "mypy", "--config-file=", "--strict", "-p", "taken_client"]
    done = subprocess.run(mypy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_foreign_file_in_the_way_is_refused(
    empty: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = empty.package / "client.py"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("MINE = True\n")
    assert empty.generate() == 2
    assert "client.py" in capsys.readouterr().err
    assert texts(empty.made) == {"small_client/client.py": b"MINE = True\n"}


@pytest.mark.parametrize("failing", [1, 7, 40])
def test_all_or_none(shop: Workshop, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    for path in shop.package.rglob("*.py"):
        path.write_bytes(path.read_bytes() + b"# old\n")
    before = texts(shop.made)
    moves, move = [0], os.replace

    def broken(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == failing:
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr("specbound.emit.files.os.replace", broken)
    status = shop.generate()
    monkeypatch.undo()
    assert status == 2
    assert texts(shop.made) == before
    assert shop.generate() == 0


@pytest.mark.parametrize("server", [False, True])
def test_dependencies(root: Path, server: bool) -> None:
    """The server needs what httpx brings along besides, to run handlers that are not async."""
    found = set()
    for path in (root / "generated").rglob("*.py"):
        if ("server" in path.parts) is not server:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    assert found - set(sys.stdlib_module_names) <= ALLOWED | ({"anyio"} if server else set())


def test_import_is_light(root: Path) -> None:
    script = (
        "import sys, runwayml_client as r; r.OPERATIONS; r.RunwayML(api_key='k');"
        "print(*(name for name in sys.modules if name.startswith('runwayml_client.')))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "PYTHONPATH": str(root / "generated")},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = [name.split(".")[1] for name in done.stdout.split()]
    assert not {"models", "resources", "waits"} & set(loaded)


def test_everything_imports_without_a_warning(root: Path) -> None:
    package = root / "generated" / "runwayml_client"
    names = [
        ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(package.rglob("*.py"))
    ]
    subprocess.run(
        [sys.executable, "-W", "error", "-c", "import " + ", ".join(names)],
        env={**os.environ, "PYTHONPATH": str(package.parent)},
        check=True,
    )


def test_a_retired_name_is_remembered_for_ever(tmp_path: Path) -> None:
    spec, out = tmp_path / "api.json", tmp_path / "out"
    reply = {"type": "object", "properties": {"a": {"type": "string"}}}
    for schema in ({"Old": reply}, {"New": {"type": "string", "pattern": "^a$"}}, {}):
        components = {"schemas": schema}
        info = {"title": "Toy", "version": "1"}
        document = {"openapi": "3.1.0", "info": info, "paths": {}, "components": components}
        spec.write_text(json.dumps(document), encoding="utf-8")
        run(Asked(spec, (), out, "toy"))
    assert set(json.loads((out / "toy.lock.json").read_text("utf-8"))["names"]) == {"Old", "New"}
