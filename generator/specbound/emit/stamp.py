"""A note beside the output of what it was made from, so that a run with nothing new ends at once.

Knows digests of inputs, outputs and of specbound itself. It must not know how anything is made;
losing the note costs time and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from specbound.diagnostics import Code, Diagnostic, Diagnostics, Severity
from specbound.installed import CODE, templates
from specbound.origin import Origin

NAME = ".specbound.json"

#: Packages whose version may change what is generated.
_MAKERS = (
    "black",
    "datamodel-code-generator",
    "jinja2",
    "openapi-spec-validator",
    "pydantic",
    "ruff",
)


class Made(Protocol):
    """The generated texts by path."""

    @property
    def texts(self) -> Any: ...

    @property
    def package(self) -> str: ...


class Known(Protocol):
    """What is remembered of a contract."""

    @property
    def files(self) -> tuple[str, ...]: ...

    @property
    def operations(self) -> Any: ...

    @property
    def schemas(self) -> Any: ...

    @property
    def diagnostics(self) -> Diagnostics: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked to do."""

    spec: Path
    overlays: tuple[Path, ...]
    output: Path
    package: str | None
    server: bool = False

    @property
    def words(self) -> list[str]:
        """The request as text, the package last."""
        flags = ["--server"] if self.server else []
        return [str(self.spec), *map(str, self.overlays), *flags, str(self.package)]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The result of the run that the output came from."""

    operations: int
    models: int
    diagnostics: Diagnostics


def unchanged(asked: Asked) -> Stamp | None:
    """The earlier run's result if inputs, outputs and specbound are what they were, else None."""
    note, output = _read(asked.output), asked.output
    if not note or note.get("asked") != asked.words or note.get("makers") != _makers():
        return None
    inputs, outputs = note["inputs"], note["outputs"]
    if _digests(inputs) != inputs:
        return None
    if _digests(outputs, output) != outputs or _extra(output / note["package"], outputs, output):
        return None
    return Stamp(
        note["operations"], note["models"], Diagnostics(list(map(_diagnostic, note["said"])))
    )


def package_of(asked: Asked) -> str:
    """The package that an earlier run made of the same inputs; empty where there was none."""
    note = _read(asked.output)
    if note.get("asked", [])[:-1] == asked.words[:-1]:
        return str(note["package"])
    locks = sorted(asked.output.glob("*.lock.json")) if asked.output.is_dir() else []
    return locks[0].name.removesuffix(".lock.json") if len(locks) == 1 else ""


def save(asked: Asked, files: Made, contract: Known) -> None:
    """Leave the note; silently not, where the inputs were no files or the folder is read-only."""
    if "-" in asked.words:
        return
    note = {
        "asked": asked.words,
        "package": files.package,
        "makers": _makers(),
        "inputs": _digests(contract.files),
        "outputs": _digests(files.texts, asked.output),
        "operations": len(contract.operations),
        "models": len(contract.schemas),
        "said": [_plain(one) for one in contract.diagnostics],
    }
    try:
        (asked.output / NAME).write_text(json.dumps(note), encoding="utf-8")
    except OSError:
        return


def _read(output: Path) -> dict[str, Any]:
    try:
        note = json.loads((output / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _digests(names: Iterable[str], folder: Path = Path()) -> dict[str, str]:
    return {name: _digest(folder / name) for name in names}


def _digest(path: Path) -> str:
    try:
        return blake2b(path.read_bytes(), digest_size=12).hexdigest()
    except OSError:
        return ""


def _extra(package: Path, known: Iterable[str], output: Path) -> bool:
    """Whether the package holds Python files that the earlier run did not make."""
    made = {output / name for name in known}
    return any(path not in made for path in package.rglob("*.py*") if path.suffix != ".pyc")


def _makers() -> dict[str, str]:
    sources = [*CODE.rglob("*.py"), *CODE.rglob("*.json"), *templates().rglob("*.jinja*")]
    whole = blake2b(digest_size=12)
    for path in sorted(sources):
        whole.update(path.name.encode() + path.read_bytes())
    return {"specbound": whole.hexdigest(), **{name: _version(name) for name in _MAKERS}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _plain(one: Diagnostic) -> dict[str, Any]:
    return {**asdict(one), "code": str(one.code), "severity": str(one.severity)}


def _diagnostic(node: dict[str, Any]) -> Diagnostic:
    origin = Origin(**node["origin"]) if node["origin"] else None
    return Diagnostic(
        Code(node["code"]), node["message"], origin, Severity(node["severity"]), node["help"]
    )
