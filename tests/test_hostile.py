"""Hostile text: whatever a document says anywhere, the package parses, imports and runs none of it.

Every place takes any string, and strings that would be code if they were printed as they are.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import itertools
import json
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from specbound.contract.load import Contract
from specbound.emit import files
from specbound.emit.assemble import assemble

#: Setting this name in the interpreter is what every injected text tries.
TRACE = "specbound_was_here"
ATTACK = f"__import__('builtins').__dict__.update({TRACE}=1)"
INJECTIONS = [
    f'""" + {ATTACK} + """',
    f'"\n{ATTACK}\n"',
    f"'\n{ATTACK}\n'",
    f'\\"""\n{ATTACK}\n"""',
    f"{{{{ {ATTACK} }}}}",
    f"{{% raw %}}{ATTACK}",
    f"\r{ATTACK}\r",
    f"\u2028{ATTACK}\u2029",
    f"\\N{{DIGIT ONE}} \\u0022\\u0022\\u0022 {ATTACK}",
    f'f"{{{ATTACK}}}"',
    f"): {ATTACK}  #",
    "\x00",
    '"',
    '"""',
    "\\",
    "\\\\",
    '\\"',
    "{}",
    "{0}",
    "%s",
    "# noqa",
    "# fmt: off",
    "None",
    "class",
    "__class__",
    "__init__",
    "model_config",
    "self",
    "typing",
    "Any",
    "Model",
    "schema_check",
    "_private",
    "1",
    "",
    " ",
    "\ufeff",
    "\u202etxt",
    "é",
    "名前",
    "ﬁ",
]
TEXTS = st.one_of(st.sampled_from(INJECTIONS), st.sampled_from(INJECTIONS), st.text(max_size=20))
COUNT = itertools.count()


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A small document with hostile text in every place that takes text."""
    member, other = draw(st.lists(TEXTS, min_size=2, max_size=2, unique=True))
    name = draw(TEXTS.filter(bool))
    segment = "".join(char for char in draw(TEXTS) if char not in "{}/?#") or "x"
    values = draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True))
    described = {"title": draw(TEXTS), "description": draw(TEXTS)}
    subject = {
        "type": "object",
        **described,
        "properties": {
            member: {"type": "string", "default": draw(TEXTS), "description": draw(TEXTS)},
            other: {"type": "string", "enum": values, "example": draw(TEXTS)},
        },
        "required": [member],
        "patternProperties": {
            draw(st.sampled_from(['"', "\\\\", "'''", "x"])): {"const": draw(TEXTS)}
        },
    }
    reference = {
        "$ref": "#/components/schemas/"
        + name.replace("~", "~0").replace("/", "~1").replace("%", "%25")
    }
    body = {"content": {"application/json": {"schema": reference}}, "description": draw(TEXTS)}
    operation = {
        "operationId": draw(TEXTS),
        "tags": [draw(TEXTS)],
        "summary": draw(TEXTS),
        "description": draw(TEXTS),
        "parameters": [
            {"name": draw(TEXTS) or "q", "in": "query", "schema": {"const": draw(TEXTS)}}
        ],
        "requestBody": body,
        "responses": {"200": {"description": draw(TEXTS), "content": body["content"]}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": draw(TEXTS), "version": draw(TEXTS), "description": draw(TEXTS)},
        "tags": [{"name": operation["tags"][0], "description": draw(TEXTS)}],
        "paths": {f"/{segment}": {"post": operation}},
        "components": {"schemas": {name: subject}},
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are made, on Python's path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def imported(document: dict[str, Any], folder: Path) -> Any:
    """Generate a package, write it, and import every module of it."""
    package = f"hostile_{next(COUNT)}"
    path = folder / f"{package}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    made = assemble(Contract.load(path), package)
    for name, text in made.texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", errors="strict")
        if name.endswith(".py"):
            ast.parse(text)
    importlib.invalidate_caches()
    top = importlib.import_module(package)
    for info in pkgutil.walk_packages(top.__path__, f"{package}."):
        if "_runtime" not in info.name:
            importlib.import_module(info.name)
    return top


@settings(max_examples=40, suppress_health_check=[*HealthCheck])
@given(documents())
def test_no_text_becomes_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any]
) -> None:
    monkeypatch.setattr(files, "formatted", lambda source: source)
    top = imported(document, folder)
    assert not hasattr(builtins, TRACE), "text of the document was executed"
    assert len(list(top.OPERATIONS)) == 1
    (key,) = top.OPERATIONS
    adapter = TypeAdapter(top.OPERATIONS[key].request)
    schema = next(iter(document["components"]["schemas"].values()))
    member, other = schema["properties"]
    value = {member: "any", other: schema["properties"][other]["enum"][0]}
    if not any(
        re.search(pattern, name) for pattern in schema["patternProperties"] for name in value
    ):
        written = adapter.dump_json(adapter.validate_json(json.dumps(value)), by_alias=True)
        assert json.loads(written) == value
    for name in [name for name in sys.modules if name.startswith("hostile_")]:
        del sys.modules[name]
