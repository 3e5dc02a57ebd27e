"""What is scored: our package and datamodel-code-generator's models, as readers of bodies.

Knows how each is made and where its types are. It must not know values.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from scoring import METHODS, Lookup

ROOT = Path(__file__).resolve().parent.parent.parent
RUNWAY = ROOT / "spec" / "runway"
PACKAGE = "fidelity_client"

#: What datamodel-code-generator does best with: its advice, strict types, a sentinel for absence.
BEST = (
    *("--strict-types", "str", "int", "float", "bool", "--strict-nullable"),
    *("--use-missing-sentinel", "--use-annotated", "--enum-field-as-literal", "all"),
    *("--use-one-literal-as-default", "--field-constraints", "--disable-timestamp"),
    *("--target-python-version", "3.11", "--generate-schema-validators"),
)
UNTYPED = ("--type-mappings", "string+uuid=string", "string+date-time=string", "string+date=string")


def generate(folder: Path) -> Path:
    """Generate Runway without rules.yaml into a folder; the folder, to be put on `sys.path`."""
    start = [sys.executable, "-c", "from specbound.cli import main; raise SystemExit(main())"]
    overlay = f"--overlay={RUNWAY / 'overlay.yaml'}"
    words = ["generate", str(RUNWAY / "openapi.json"), overlay, "--package", PACKAGE, "-q"]
    subprocess.run([*start, *words, "-o", str(folder)], check=True)
    return folder


def ours(folder: Path, strict: bool | None = None) -> Lookup:
    """Our package's types, by `OPERATIONS`."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    table = importlib.import_module(PACKAGE).OPERATIONS

    @cache
    def lookup(operation: str, reply: str) -> Callable[[bytes], Any] | None:
        described = table[operation]
        type_ = described.replies.get(reply) if reply else described.request
        return None if type_ is None else _reader(type_, strict)

    return lookup


def peer(document: dict[str, Any], source: Path, flags: tuple[str, ...]) -> Lookup:
    """datamodel-code-generator's models of a contract's document, by the name of the schema."""
    target = source.with_name(f"{source.stem}_{len(flags)}.py")
    start = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator", *flags]
    words = ["--input", str(source), "--input-file-type", "openapi", "--output", str(target)]
    kind = ["--output-model-type", "pydantic_v2.BaseModel"]
    subprocess.run([*start, *words, *kind], check=True)
    spec = importlib.util.spec_from_file_location(target.stem, target)
    module = importlib.util.module_from_spec(spec)
    sys.modules[target.stem] = module
    spec.loader.exec_module(module)

    @cache
    def lookup(operation: str, reply: str) -> Callable[[bytes], Any] | None:
        method, path = operation.split(" ", 1)
        assert method.lower() in METHODS
        node = document["paths"][path][method.lower()]
        node = node["responses"][reply] if reply else node["requestBody"]
        schema = node["content"]["application/json"]["schema"]
        if len(schema.get("oneOf", ())) == 1:
            schema = schema["oneOf"][0]  # it names no class for a union of one
        type_ = getattr(module, schema.get("$ref", "").rpartition("/")[2] or "-", None)
        return None if type_ is None else _reader(type_, None)

    return lookup


def _reader(type_: Any, strict: bool | None) -> Callable[[bytes], Any]:
    adapter = TypeAdapter(type_)
    return lambda text: adapter.validate_json(text, strict=strict)
