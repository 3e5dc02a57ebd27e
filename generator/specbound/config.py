"""The `[tool.specbound]` table of the nearest pyproject.toml, read and checked.

Knows the table's keys, their types and that their paths start at the file. It must not know what a
command does with them.
"""

from __future__ import annotations

import keyword
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.diagnostics import Code, Diagnostics, failure
from specbound.origin import Origin

TABLE = "tool.specbound"
KEYS = ("spec", "overlays", "output", "package", "baseline", "server")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the table says; its paths lead from the working directory, absent keys are empty."""

    spec: Path | None = None
    overlays: tuple[Path, ...] = ()
    output: Path | None = None
    package: str | None = None
    baseline: Path | None = None
    server: bool = False


def nearest(start: Path) -> Path | None:
    """Find the pyproject.toml of a folder or of the first one above it that has any."""
    for folder in (start, *start.parents):
        candidate = folder / "pyproject.toml"
        if candidate.is_file():
            return Path(os.path.relpath(candidate))
    return None


def read(file: Path) -> Configuration | None:
    """Read the table of one pyproject.toml; None where it has no such table.

    Raises `SpecError` (invalid-configuration) with every unknown key and every wrong type.
    """
    text = _text(file)
    tool = _parsed(text, file).get("tool", {})
    if not isinstance(tool, dict) or "specbound" not in tool:
        return None
    table = tool["specbound"]
    if not isinstance(table, dict):
        raise failure(Code.INVALID_CONFIGURATION, f"`{TABLE}` is not a table", Origin(str(file)))
    diagnostics = Diagnostics()
    for key, value in table.items():
        wrong, help = _complaint(key, value)
        if wrong:
            diagnostics.error(Code.INVALID_CONFIGURATION, wrong, _origin(file, text, key), help)
    diagnostics.raise_if_errors()
    return _configuration(file, table)


def is_package_name(text: str) -> bool:
    """Say whether a text can be imported as a package's name."""
    return text.isidentifier() and not keyword.iskeyword(text)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "its bytes are not UTF-8"
        message = f"the file cannot be read: {reason}"
        raise failure(Code.INVALID_CONFIGURATION, message, Origin(str(file))) from None


def _parsed(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        reason = str(error)[: found.start()] if found else str(error)
        message = f"the file is not TOML: {reason}"
        place = Origin(str(file), "", line, column)
        raise failure(Code.INVALID_CONFIGURATION, message, place) from None


def _complaint(key: str, value: object) -> tuple[str, str]:
    """What is wrong with one entry, and a hint; both empty where nothing is."""
    if key not in KEYS:
        return f"`{key}` is not a key of [{TABLE}]", f"the keys are {', '.join(KEYS)}"
    if key == "overlays":
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return "", ""
        return "`overlays` is not a list of file names", 'write overlays = ["overlay.yaml"]'
    if key == "server":
        return ("", "") if isinstance(value, bool) else ("`server` is neither true nor false", "")
    if not isinstance(value, str) or not value:
        return f"`{key}` is not a text that says something", ""
    if key == "package" and not is_package_name(value):
        return f'`package` is "{value}", which Python cannot import', "use letters, digits and _"
    return "", ""


def _origin(file: Path, text: str, key: str) -> Origin:
    """The line of a key under its table's header; inline and dotted spellings have no line."""
    place = Origin(str(file)).child("tool", "specbound", key)
    header = ""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if found := re.match(r"\[([^\[\]]+)\]", stripped):
            header = found[1].strip()
        elif header == TABLE and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", stripped):
            column = len(line) - len(line.lstrip()) + 1
            return Origin(place.file, place.pointer, number, column)
    return place


def _configuration(file: Path, table: dict[str, Any]) -> Configuration:
    def path(key: str) -> Path | None:
        return file.parent / table[key] if key in table else None

    return Configuration(
        spec=path("spec"),
        overlays=tuple(file.parent / name for name in table.get("overlays", ())),
        output=path("output"),
        package=table.get("package"),
        baseline=path("baseline"),
        server=table.get("server", False),
    )
