"""Documents that people really have: each is read soon, and comes out valid and well-placed."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from specbound.diagnostics import SpecError
from specbound.origin import pointer
from specbound.source import spec_validator
from specbound.source.load import read
from specbound.source.walk import walk

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
FILES = sorted(
    path
    for pattern in (
        "specs/*.*",
        "specs/*/main.yaml",
        "nasty/*.*",
        "runway-history/*",
        "pairs/*.yaml",
    )
    for path in CORPUS.glob(pattern)
    if path.name not in ("index.json",) and "github" not in path.name
)
REFUSED = {
    "dcg-json-pointer.yaml": "not-openapi",  # a fragment; the file it refers to is absent
    "heyapi-3.0-full.yaml": "broken-reference",  # external-shared.json is absent
    "heyapi-3.1-full.yaml": "broken-reference",
}

pytestmark = pytest.mark.skipif(not FILES, reason="the corpus ../shared/corpus is absent")


def unpacked(path: Path, folder: Path) -> Path:
    if path.suffix != ".gz":
        return path
    plain = folder / path.stem
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    return plain


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_document_is_read(path: Path, tmp_path: Path) -> None:
    file = unpacked(path, tmp_path)
    start = time.process_time()
    if path.name in REFUSED:
        with pytest.raises(SpecError) as caught:
            read(file)
        assert caught.value.diagnostics[0].code == REFUSED[path.name]
        return
    source = read(file)
    assert time.process_time() - start < 5
    for node in walk(source.document):
        assert isinstance(node.value, dict) or node.kind == "Schema"
        assert node.reference is None or node.kind == "Schema"
    for index, node in enumerate(walk(source.document)):
        if index % 97 == 0:
            assert source.origin(node.pointer).line is not None
    assert not list(spec_validator.structural(source.document, False))


@pytest.mark.parametrize("name", ["museum.yaml", "up.com.au.json", "wikimedia.org.json"])
def test_the_library_alone_finds_the_same(name: str) -> None:
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    from specbound.source.text import read_file

    path = CORPUS / "specs" / name
    document: Any = read_file(path, name).data
    operations = [node.value for node in walk(document) if node.kind == "Operation"]
    for operation in operations[:2]:
        operation["operationId"] = "twice"
    document["components"].setdefault("schemas", {})["Wrong"] = {
        "allOf": [{"type": "integer"}],
        "default": "x",
        "required": ["zz"],
    }
    is_30 = document["openapi"].startswith("3.0")
    library = OpenAPIV30SpecValidator if is_30 else OpenAPIV31SpecValidator
    expected = {
        error.message for error in library(document).root_validator(library(document).schema_path)
    }
    found = list(spec_validator.semantic(document, is_30))
    assert {message for _, message in found} == expected
    assert len(found) >= 3


def test_origins_lead_to_the_same_value(tmp_path: Path) -> None:
    path = CORPUS / "specs" / "up.com.au.json"
    source = read(path)
    raw = json.loads(path.read_text())
    for node in walk(source.document):
        if node.kind == "Operation":
            place = source.origin(node.pointer)
            assert place.pointer == pointer(node.path)
            value = raw["paths"][node.path[1]][node.path[2]]
            assert value.get("operationId") == node.value.get("operationId")
