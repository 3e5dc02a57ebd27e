"""Documents of real services and nasty ones: each generates, imports and has every operation.

Each package is generated, then imported in a process of its own that builds every type.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.contract.load import Contract
from specbound.diagnostics import Diagnostic, SpecError
from specbound.emit import files
from specbound.emit.assemble import assemble

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SPECS = SHARED / "corpus" / "specs"
NASTY = SHARED / "corpus" / "nasty"

#: No module is longer; resources with hundreds of operations are the layout's business.
MOST_LINES = 5_000

SMALL = [
    "museum.yaml",
    "up.com.au.json",
    "wikimedia.org.json",
    "multi-file-relative/main.yaml",
    "figma.yaml.gz",
]
LARGE = ["discord.json.gz", "slack.com.json.gz", "openai.yaml.gz", "stripe-2022-02.json.gz"]
VAST = "github.json.gz"

IMPORT = """
import importlib, pkgutil, sys
from pydantic import TypeAdapter
top = importlib.import_module("client_made")
for info in pkgutil.walk_packages(top.__path__, "client_made."):
    importlib.import_module(info.name)
for key in top.OPERATIONS:
    operation = top.OPERATIONS[key]
    if "types" in sys.argv:
        for one in (operation.request, *operation.replies.values()):
            TypeAdapter(one).rebuild(raise_errors=True) if one is not None else None
print(len(list(top.OPERATIONS)))
"""

pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="../shared/corpus is not here")


def plain(name: str, folder: Path) -> Path:
    """A document of the corpus, unpacked where it is packed."""
    source = SPECS / name
    if source.suffix != ".gz":
        return source
    target = folder / source.stem
    target.write_bytes(gzip.decompress(source.read_bytes()))
    return target


def generated(document: Path, folder: Path) -> Contract:
    """Generate a package named `client_made`, and return the contract it is made from."""
    contract = Contract.load(document)
    made = assemble(contract, "client_made")
    for name, text in made.texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return contract


def operations(folder: Path, *options: str) -> int:
    """How many operations the package has, every module of it imported without a warning."""
    run = [sys.executable, "-W", "error::SyntaxWarning", "-c", IMPORT, *options]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout)


@pytest.mark.parametrize("name", SMALL)
def test_a_real_document_imports_with_every_operation(name: str, tmp_path: Path):
    contract = generated(plain(name, tmp_path), tmp_path)
    assert operations(tmp_path, "types") == len(contract.operations)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LARGE, VAST])
def test_a_large_document_imports_with_every_operation(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Left unformatted, since formatting is most of the time and changes no meaning."""
    monkeypatch.setattr(files, "formatted", lambda source: source)
    contract = generated(plain(name, tmp_path), tmp_path)
    assert operations(tmp_path) == len(contract.operations)


@pytest.mark.parametrize(
    "name", sorted(one.name for one in NASTY.glob("*") if one.name != "index.json")
)
def test_a_nasty_document_imports_or_is_refused_with_a_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "formatted", lambda source: source)
    refused: tuple[Diagnostic, ...] = ()
    try:
        contract = generated(NASTY / name, tmp_path)
    except SpecError as error:
        refused = error.diagnostics
    assert all(one.origin and one.message for one in refused)
    assert refused or operations(tmp_path, "types") == len(contract.operations)


def test_no_module_of_models_is_endless(tmp_path: Path):
    generated(plain("museum.yaml", tmp_path), tmp_path)
    long = [
        path.name
        for path in (tmp_path / "client_made" / "models").glob("*.py")
        if path.read_text("utf-8").count("\n") > MOST_LINES
    ]
    assert not long
