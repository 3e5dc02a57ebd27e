"""Import blocks of generated modules: which symbols an expression uses, and where each lives.

Knows the symbols that generated code may use. It must not know what uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_STRINGS = re.compile(r"""[rb]?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")

#: A name, but not the keyword of an argument, which is written without a space before its sign.
_NAMES = re.compile(r"(?<![\w.])[^\W\d]\w*\b(?!=(?!=))")

_TYPING = [
    "Annotated",
    "Any",
    "ClassVar",
    "Generic",
    "Literal",
    "Never",
    "TypeAlias",
    "TypeVar",
    "overload",
]

#: Every symbol that templates and expressions may use, with the module it comes from; a leading
#: ``_runtime`` is relative to the generated package.
HOMES: dict[str, str] = {
    **dict.fromkeys(_TYPING, "typing"),
    **dict.fromkeys(["Callable", "Iterator", "Mapping", "Sequence"], "collections.abc"),
    **dict.fromkeys(["date", "datetime"], "datetime"),
    "UUID": "uuid",
    "replace": "dataclasses",
    **dict.fromkeys(["ConfigDict", "Field"], "pydantic"),
    **dict.fromkeys(["deprecated", "TypeAliasType"], "typing_extensions"),
    **dict.fromkeys(["Boolean", "Integer", "Number", "Omittable"], "_runtime.scalars"),
    "scalars": "_runtime",
    "texts": "_runtime",
    "ObjectsOnly": "_runtime.untyped",
    "Check": "_runtime.check",
    **dict.fromkeys(["CamelModel", "Model"], "_runtime.model"),
    **dict.fromkeys(["OMIT", "Omit"], "_runtime.absent"),
    "definitions": "_definitions",
    **dict.fromkeys(
        ["Body", "Paging", "Parameter", "Route", "Scheme", "Service"], "_runtime.route"
    ),
    **dict.fromkeys(["Upload", "Wait"], "_runtime.route"),
    **dict.fromkeys(["Operation", "R", "explained"], "_runtime.operation"),
    "Options": "_runtime.options",
    "AsyncCall": "_runtime.calls",
    **dict.fromkeys(["AsyncPageCall", "Pages"], "_runtime.pages"),
    **dict.fromkeys(["AsyncTransport", "Transport"], "_runtime.transport"),
    **dict.fromkeys(["AsyncWait", "SyncWait"], "_runtime.waits"),
    **dict.fromkeys(["U", "Uploadable"], "_runtime.uploads"),
    "UploadedUri": "_runtime.uri",
    "httpx": "httpx",
}

_STDLIB = frozenset({"collections.abc", "dataclasses", "datetime", "functools", "typing", "uuid"})


def symbols(texts: Iterable[str]) -> set[str]:
    """Every name that expressions mention outside string literals."""
    return {name for text in texts for name in _NAMES.findall(_STRINGS.sub("", text))}


def block(used: Iterable[str], level: int, more: Mapping[str, Iterable[str]] | None = None) -> str:
    """The import lines for symbols, and for further (module, names) pairs, in isort's order.

    `level` is the depth of the module below the package: 1 in its root, 2 in a sub-package.
    """
    modules: dict[str, set[str]] = {}
    for name in used:
        if home := HOMES.get(name):
            modules.setdefault(_relative(home, level), set()).add(name)
    for module, names in (more or {}).items():
        modules.setdefault(module, set()).update(names)
    groups: list[list[str]] = [[], [], []]
    for module in sorted(modules, key=_module_order):
        names = sorted(modules[module], key=name_order)
        group = 0 if module in _STDLIB else 2 if module.startswith(".") else 1
        whole = names == ["httpx"]
        groups[group].append(f"import {module}" if whole else _line(module, names))
    return "\n\n".join("\n".join(group) for group in groups if group)


def _line(module: str, names: list[str]) -> str:
    """One import; broken where linters that count to 88 would break it, which black then keeps."""
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= 88 else f"from {module} import ({', '.join(names)},)"


def _relative(home: str, level: int) -> str:
    return "." * level + home if home.startswith("_") else home


def _module_order(module: str) -> tuple[int, str]:
    dots = len(module) - len(module.lstrip("."))
    return -dots, module.lstrip(".")


def name_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """The key by which isort sorts names: constants, classes, others; numbers by their value."""
    constant = name.isupper() and len(name) > 1
    return (0 if constant else 1 if name[:1].isupper() else 2), _natural(name)


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts `Veo3Ratio` before `Veo31Ratio`, as isort does."""
    parts = re.findall(r"\d+|\D", name.lower())
    return [(int(part), "") if part.isdigit() else (ord(part) + 10**9, "") for part in parts]
