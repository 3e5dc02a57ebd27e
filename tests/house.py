"""The tree as the tests of the house see it: where it stands, its modules, its tables.

Knows paths and syntax trees. It must not know the rules: those stand in the tests.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "generator" / "specbound"
TEMPLATES = ROOT / "templates"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python and what it says."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def room(self) -> str:
        """``contract`` for contract/names.py, ``cli`` for cli.py."""
        return self.name.partition("/")[0].removesuffix(".py")

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too, but for overloads without a body."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function) and not _is_overload(node):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every import as level and dotted name; ``from a import b`` gives ``a.b``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((0, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = f"{node.module}." if node.module else ""
                yield from ((node.level, start + name.name) for name in node.names)

    def third_parties(self) -> set[str]:
        """The distributions' import names that this module reaches for."""
        tops = {name.partition(".")[0] for level, name in self.imports() if not level}
        return tops - set(sys.stdlib_module_names) - {"specbound"}


def modules() -> list[Module]:
    """Every module of the package, but for empty ones."""
    files = (Module(path) for path in sorted(PACKAGE.rglob("*.py")))
    return [module for module in files if module.text.strip()]


def templates() -> list[Path]:
    """Every Jinja file."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".jinja", ".jinja2"))


def rows(readme: Path) -> list[str]:
    """The paths in backticks that stand in the first cell of a Markdown table's rows."""
    lines = readme.read_text("utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|")]
    return [path for cell in cells for path in re.findall(r"`([^`]+)`", cell)]


def repository_files() -> list[Path] | None:
    """What is committed or would be; None where git or the checkout is absent."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    names = done.stdout.decode().rstrip("\0").split("\0")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def _is_overload(node: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
