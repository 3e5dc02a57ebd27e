"""Projects for tests of updates: a folder with a document, a client, code and recordings.

Knows the files of a project. It must not know any rule that a test is about.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from specbound.cli import main

Json = dict[str, Any]

TABLE = """\
[tool.specbound]
spec = "api/openapi.json"
overlays = ["api/ours.yaml"]
output = "generated"
"""

OVERLAY = """\
overlay: 1.0.0
info: {title: Ours, version: 1.0.0}
actions:
  - target: $.paths['/pets'].post
    update: {x-specbound: {name: pets.adopt}}
  - target: $.components.schemas.Pet.properties.name
    update: {description: What it is called.}
"""


def text(values: list[str] | None = None, **more: Any) -> Json:
    return {"type": "string", **({"enum": values} if values else {}), **more}


def thing(required: list[str], **properties: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def pets() -> Json:
    """A document of two operations: a union body told apart by `kind`, and a reply by `$ref`."""
    cat = thing(
        ["kind"], kind={"const": "cat"}, colour=text(["red", "grey"]), age={"type": "integer"}
    )
    dog = thing(["kind", "name"], kind={"const": "dog"}, name=text(maxLength=20))
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    reply = {"200": {"description": "A pet.", "content": content}}
    identity = {"name": "id", "in": "path", "required": True, "schema": text()}
    body = {"oneOf": [{**cat, "title": "Cat"}, {**dog, "title": "Dog"}]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://pets.example"}],
        "paths": {
            "/pets": {
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": body}},
                    },
                    "responses": reply,
                }
            },
            "/pets/{id}": {"get": {"parameters": [identity], "responses": reply}},
        },
        "components": {
            "schemas": {
                "Pet": thing(["id", "name"], id=text(), name=text(), mood=text(["glad", "sad"]))
            }
        },
    }


def branches(document: Json) -> list[Json]:
    """The branches of the body of `POST /pets`."""
    media = document["paths"]["/pets"]["post"]["requestBody"]["content"]["application/json"]
    found: list[Json] = media["schema"]["oneOf"]
    return found


def changed(change: Callable[[Json], object], document: Json | None = None) -> Json:
    """A copy of a document (the pets') after a change."""
    out = copy.deepcopy(document or pets())
    change(out)
    return out


def project(folder: Path, document: Json | None = None, overlay: str = OVERLAY) -> Path:
    """Write a project and generate its client; the working directory must be its folder."""
    (folder / "api").mkdir()
    (folder / "api" / "openapi.json").write_text(json.dumps(document or pets(), indent=1))
    (folder / "api" / "ours.yaml").write_text(overlay)
    (folder / "pyproject.toml").write_text(TABLE)
    assert main(["generate", "--quiet"]) == 0
    return folder


def write(folder: Path, document: Json, name: str = "new.json") -> str:
    """Put a document beside the project; its name."""
    (folder / name).write_text(json.dumps(document, indent=1))
    return name


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but Python's caches and the note of the last run."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".specbound.json"
    }
