"""The public names of a generated package, module by module, read from its text.

Knows how a Python module binds names. It must not know what is in the package.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def exports(texts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Module name to its names; `texts` maps paths below the output folder to source.

    A stub stands for its module, which may look its names up only when they are asked for.
    """
    found: dict[str, frozenset[str]] = {}
    for path in sorted(texts, key=lambda path: path.endswith(".pyi")):
        if path.endswith((".py", ".pyi")) and "/_runtime/" not in path:
            found[_module(path)] = frozenset(_names(texts[path]))
    return found


def _module(path: str) -> str:
    stem = path.removesuffix(".pyi").removesuffix(".py")
    return stem.removesuffix("/__init__").replace("/", ".")


def _names(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (one.asname or one.name for one in node.names)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Assign):
            yield from (one.id for one in node.targets if isinstance(one, ast.Name))
