"""The committed package is what the generator makes of the document today, and is light and clean.

Generating twice gives the same bytes, a run with nothing new does nothing, and files that are
somebody else's are left alone.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from specbound.cli import main

ALLOWED = {"httpx", "pydantic", "pydantic_core", "typing_extensions", "annotated_types"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, runway: Path) -> Path:
    """A fresh copy of the package's folder."""
    folder = tmp_path_factory.mktemp("made")
    assert generate(runway, folder) == 0
    return folder


def generate(runway: Path, folder: Path, *more: str) -> int:
    overlays = [f"--overlay={runway / name}.yaml" for name in ("overlay", "rules")]
    return main(["generate", str(runway / "openapi.json"), *overlays, "-o", str(folder), *more])


def texts(folder: Path) -> dict[str, bytes]:
    """Every generated file, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".specbound.json"
    }


def test_up_to_date(made: Path, root: Path) -> None:
    fresh, committed = texts(made), texts(root / "generated")
    assert sorted(fresh) == sorted(committed)
    different = [name for name, text in fresh.items() if committed[name] != text]
    assert different == [], "run `specbound generate`"


def test_check_is_clean(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert main(["generate", "--check"]) == 0


def test_check_shows_a_diff(made: Path, runway: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made / "runwayml_client" / "operations.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Every operation", "Each operation"), "utf-8")
    assert generate(runway, made, "--check") == 1
    said = capsys.readouterr().out
    assert "-" + '"""Each operation' in said
    assert "+" + '"""Every operation' in said
    assert "Each operation" in path.read_text("utf-8")
    assert generate(runway, made) == 0
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_hash_seed_changes_nothing(made: Path, runway: Path, tmp_path: Path, seed: str) -> None:
    overlays = [f"--overlay={runway / name}.yaml" for name in ("overlay", "rules")]
    command = [sys.executable, "-m", "specbound", "generate", "-q", str(runway / "openapi.json")]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    environment["PYTHONPATH"] = str(runway.parent.parent / "generator")
    subprocess.run([*command, *overlays, "-o", str(tmp_path)], check=True, env=environment)
    assert texts(tmp_path) == texts(made)


def test_a_run_with_nothing_new_does_nothing(made: Path, runway: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.is_file()}
    assert generate(runway, made) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_stale_files_go_and_foreign_files_stay(made: Path, runway: Path) -> None:
    package = made / "runwayml_client"
    stale, foreign = package / "resources" / "gone.py", package / "mine.py"
    stale.write_bytes((package / "operations.py").read_bytes())
    foreign.write_text("MINE = True\n")
    assert generate(runway, made) == 0
    assert not stale.exists()
    assert foreign.read_text() == "MINE = True\n"
    foreign.unlink()


def test_a_foreign_file_in_the_way_is_refused(
    runway: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "runwayml_client" / "client.py"
    foreign.parent.mkdir()
    foreign.write_text("MINE = True\n")
    assert generate(runway, tmp_path) == 2
    assert "client.py" in capsys.readouterr().err
    assert texts(tmp_path) == {"runwayml_client/client.py": b"MINE = True\n"}


@pytest.mark.parametrize("failing", [1, 20, 90])
def test_all_or_none(
    made: Path, runway: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    for path in (made / "runwayml_client").rglob("*.py"):
        path.write_bytes(path.read_bytes() + b"# old\n")
    before = texts(made)
    moves, replace = [0], os.replace

    def broken(source: Path, target: Path) -> None:
        moves[0] += 1
        if moves[0] == failing:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr("specbound.emit.files.os.replace", broken)
    status = generate(runway, made)
    monkeypatch.undo()
    assert status == 2
    assert texts(made) == before
    assert generate(runway, made) == 0


def test_dependencies(root: Path) -> None:
    found = set()
    for path in (root / "generated").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    assert found - set(sys.stdlib_module_names) <= ALLOWED


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
