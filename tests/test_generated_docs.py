"""The document's own words stand in the generated package: all descriptions, and deprecations.

Words are compared without their line breaks, as the package shows them to Python.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import runwayml_client

from fake_service import SPEC

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def plain(text: str) -> str:
    """A text without its layout."""
    return " ".join(text.split())


@cache
def words() -> str:
    """Every docstring and string of the package's own modules, without layout."""
    found = []
    root = SPEC.parent.parent / "generated" / "runwayml_client"
    for path in sorted(root.rglob("*.py")):
        if "_runtime" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(plain(node.value))
    return "\n".join(found)


def described(node: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every description of a schema and of what stands in it."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from described(item, f"{at}/{index}")
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield at, node["description"]
        for key, item in node.items():
            if key not in ("example", "examples", "default", "enum", "const"):
                yield from described(item, f"{at}/{key}")


def descriptions() -> Iterator[tuple[str, str]]:
    """Every description of operations, parameters and schemas, and where it stands."""
    document = json.loads((SPEC / "openapi.json").read_text("utf-8"))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            at = f"{method} {path}"
            yield at, operation.get("description", "")
            yield from described(operation.get("parameters"), f"{at} parameters")
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                for media in body.get("content", {}).values():
                    yield from described(media.get("schema"), f"{at} body")
    for kind in ("schemas", "parameters"):
        yield from described(document.get("components", {}).get(kind), f"components/{kind}")


FOUND = [(at, plain(text)) for at, text in descriptions() if text]


def test_all_descriptions_are_carried() -> None:
    different = {text for _, text in FOUND}
    missing = [(at, text) for at, text in FOUND if text not in words()]
    print(f"{len(FOUND)} descriptions, {len(different)} different, {len(missing)} missing")
    assert missing == []


def test_deprecations_are_carried() -> None:
    from runwayml_client.models import Gen4AlephVideoToVideo

    assert Gen4AlephVideoToVideo.model_fields["ratio"].deprecated


@pytest.mark.parametrize("folder", ["", "resources", "waits", "models"])
def test_every_public_name_has_words(folder: str) -> None:
    package = importlib.import_module(f"runwayml_client.{folder}".rstrip("."))
    modules = [
        package,
        *(
            importlib.import_module(f"{package.__name__}.{one.name}")
            for one in pkgutil.iter_modules(package.__path__)
            if not one.name.startswith("_")
        ),
    ]
    silent = []
    for module in modules:
        assert module.__doc__
        for name, one in vars(module).items():
            if isinstance(one, type) and one.__module__ == module.__name__ and not one.__doc__:
                silent.append(f"{module.__name__}.{name}")
    assert silent == []
    assert "Runway" in str(runwayml_client.__doc__)
