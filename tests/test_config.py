"""The `[tool.specbound]` table: what it gives, and how each mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from specbound.config import Configuration, nearest, read
from specbound.diagnostics import Code, SpecError


def written(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(text, "utf-8")
    return file


def complaints(folder: Path, text: str) -> list[str]:
    """Each diagnostic as ``line:column sentence``."""
    file = written(folder, text)
    with pytest.raises(SpecError) as caught:
        read(file)
    found = []
    for item in caught.value.diagnostics:
        assert item.code is Code.INVALID_CONFIGURATION
        assert item.origin is not None
        assert item.origin.file == str(file)
        found.append(f"{item.origin.line}:{item.origin.column} {item.message}")
    return found


def test_all_keys(tmp_path):
    file = written(
        tmp_path,
        '[tool.specbound]\nspec = "a.json"\noverlays = ["b.yaml", "c.yaml"]\noutput = "out"\n'
        'package = "acme"\nbaseline = "known.json"\n',
    )
    assert read(file) == Configuration(
        spec=tmp_path / "a.json",
        overlays=(tmp_path / "b.yaml", tmp_path / "c.yaml"),
        output=tmp_path / "out",
        package="acme",
        baseline=tmp_path / "known.json",
    )


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.black]\n", "tool = 1\n"])
def test_no_table(tmp_path, text):
    assert read(written(tmp_path, text)) is None


def test_an_empty_table_is_a_table(tmp_path):
    assert read(written(tmp_path, "[tool.specbound]\n")) == Configuration()


def test_paths_lead_from_the_file_and_are_short(tmp_path, monkeypatch):
    """A place in a message is read by people: `../spec/x.json`, not an absolute path."""
    written(tmp_path, '[tool.specbound]\nspec = "spec/x.json"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    file = nearest(Path.cwd())
    assert file == Path("../../pyproject.toml")
    assert read(file).spec == Path("../../spec/x.json")


def test_the_nearest_wins(tmp_path, monkeypatch):
    written(tmp_path, "")
    inner = tmp_path / "inner"
    inner.mkdir()
    written(inner, "")
    monkeypatch.chdir(inner)
    assert nearest(inner) == Path("pyproject.toml")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("specs = 'x'", "`specs` is not a key of [tool.specbound]"),
        ("spec = 1", "`spec` is not a text that says something"),
        ("spec = ''", "`spec` is not a text that says something"),
        ("output = ['x']", "`output` is not a text that says something"),
        ("overlays = 'x'", "`overlays` is not a list of file names"),
        ("overlays = ['x', 1]", "`overlays` is not a list of file names"),
        ("overlays = ['']", "`overlays` is not a list of file names"),
        ("package = 'my-client'", '`package` is "my-client", which Python cannot import'),
        ("package = 'class'", '`package` is "class", which Python cannot import'),
    ],
)
def test_wrong_entries(tmp_path, line, sentence):
    text = f"[project]\nspec = 'not this one'\n[tool.specbound]\n  {line}\n[tool.x]\n{line}\n"
    assert complaints(tmp_path, text) == [f"4:3 {sentence}"]


def test_every_mistake_is_told(tmp_path):
    assert len(complaints(tmp_path, "[tool.specbound]\na = 1\nb = 2\nspec = 3\n")) == 3


def test_other_spellings_have_no_line(tmp_path):
    found = complaints(tmp_path, "tool.specbound.spec = 1\n")
    assert found == ["None:None `spec` is not a text that says something"]


def test_not_a_table(tmp_path):
    assert complaints(tmp_path, "[tool]\nspecbound = 1\n") == [
        "None:None `tool.specbound` is not a table"
    ]


def test_broken_toml(tmp_path):
    (found,) = complaints(tmp_path, "[tool.specbound]\nspec = \n")
    assert found.startswith("2:8 the file is not TOML: ")
    assert "line 2" not in found, "the place is told once"


def test_not_text(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SpecError, match="not UTF-8"):
        read(file)
