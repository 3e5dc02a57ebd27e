"""Every file of a generated package as text, from the views of models and client.

Knows the package's layout on disk. It must not know what the views say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from specbound.contract import lock
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.contract.words import class_name, pascal, snake, words
from specbound.diagnostics import Code
from specbound.emit import files
from specbound.emit.files import MARK, Files, render
from specbound.emit.fragments import gaps
from specbound.emit.imports import name_order
from specbound.emit.layout import client_files
from specbound.emit.models import render_classes
from specbound.emit.modules import operation_schemas
from specbound.emit.package import Models, definitions, models, module_view
from specbound.emit.server import document_text, server_files
from specbound.emit.text import literal


def package_name(contract: Contract) -> str:
    """The package's name: the overlay's, else the title's words and ``client``."""
    return contract.facts.package or f"{snake(_plain_title(contract)) or 'api'}_client"


def client_name(contract: Contract) -> str:
    """The client's class name: the overlay's, else the title in PascalCase without ``API``."""
    name = contract.facts.client or pascal(_plain_title(contract)) or "Api"
    return name if class_name(name) == name else f"{class_name(name).removesuffix('Schema')}Client"


def _plain_title(contract: Contract) -> str:
    kept = [word for word in words(contract.title) if word.lower() not in ("api", "the")]
    return " ".join(kept[:5])


@dataclass(frozen=True, slots=True)
class IndexView:
    """What the lazy index of models shows: names with their modules, and the reverse."""

    homes: tuple[tuple[str, str], ...]
    modules: tuple[tuple[str, tuple[str, ...]], ...]


def assemble(
    contract: Contract, package: str, known: lock.Lock | None = None, server: bool = False
) -> Files:
    """All files of the package, and the lock beside it; `known` is the lock that was there.

    With `server` the package has the stubs of its service too.
    """
    _report(contract)
    parts = models(contract)
    sources = _model_files(parts, package)
    sources.update(client_files(parts, package, client_name(contract)))
    if server:
        sources.update(server_files(parts, package))
    checks = _definition_files(parts, package)
    sources.update({name: text for name, text in checks.items() if name.endswith(".py")})
    texts = {f"{package}/py.typed": "", **checks, **files.formatted(sources)}
    texts.update(_runtime_files(package, "*.py"))
    if server:
        texts.update(_runtime_files(package, "server/*.py"))
        texts[f"{package}/server/openapi.json"] = document_text(contract)
    names = {one.digest: one.name for one in contract.schemas.values()}
    places = {one.digest: one.at for one in contract.schemas.values()}
    calls = {key: one.name for key, one in contract.operations.items()}
    retired = (known or lock.Lock()).retired(names)
    texts[f"{package}.lock.json"] = lock.write(names, places, retired, calls)
    return Files(package, texts)


def _model_files(parts: Models, package: str) -> dict[str, str]:
    sources = render_classes(parts.classes.values())
    texts = {
        f"{package}/models/{module}.py": render(
            "models/module.py.jinja", module_view(parts, module, sources)
        )
        for module in parts.modules
    }
    index = IndexView(
        tuple(
            (literal(name), literal(f".{parts.homes[name]}"))
            for name in sorted(parts.homes, key=name_order)
        ),
        tuple(
            (module, tuple(sorted(names, key=name_order)))
            for module, names in sorted(parts.modules.items())
        ),
    )
    texts[f"{package}/models/__init__.py"] = render("models/index.py.jinja", index)
    texts[f"{package}/models/__init__.pyi"] = render("models/index.pyi.jinja", index)
    return texts


def _definition_files(parts: Models, package: str) -> dict[str, str]:
    """What the checks of models and calls refer to; so this comes after both."""
    found = definitions(parts)
    if not found:
        return {}
    return {
        f"{package}/_definitions.py": render("definitions.py.jinja", parts),
        f"{package}/_definitions.json": json.dumps(found, indent=1, sort_keys=True) + "\n",
    }


def _report(contract: Contract) -> None:
    """Warn of every constraint that neither a type nor a check enforces, at its place."""
    positions = [(SCHEMAS[1:] + name, one.schema) for name, one in contract.schemas.items()]
    for operation in contract.operations.values():
        positions += [(operation.pointer, schema) for schema in operation_schemas(operation)]
    for place, schema in positions:
        for below, reason in gaps(schema):
            at = place + below if place.startswith(SCHEMAS[1:]) else place
            contract.diagnostics.warn(Code.UNTYPED_CONSTRAINT, reason, contract.origin(at))


def _runtime_files(package: str, pattern: str) -> dict[str, str]:
    folder = Path(__file__).resolve().parent.parent / "runtime"
    return {
        f"{package}/_runtime/{path.relative_to(folder).as_posix()}": (
            f"{MARK}\n{path.read_text(encoding='utf-8')}"
        )
        for path in sorted(folder.glob(pattern))
    }
