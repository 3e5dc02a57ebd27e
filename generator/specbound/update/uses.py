"""Which code under a folder uses what is gone: by Python's syntax tree, with file and line.

Knows what a user of a generated client writes: imports, methods, arguments, members. What was wrong
with the old client already is not told.
"""

from __future__ import annotations

import ast
import os
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

from specbound.update.fit import Fault, faults
from specbound.update.outcome import Use, Uses
from specbound.update.scope import STEPS, Scope, scope
from specbound.update.surface import Method, Surface

#: Folders that hold other people's code.
_FOREIGN = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "env", "build", "dist"}
)

#: Public names by module, as text of the package shows them.
Exports = Mapping[str, frozenset[str]]


class Gone:
    """What the old client has and the new one has not, asked name by name."""

    def __init__(
        self,
        sides: tuple[Surface, Surface],
        twins: Mapping[str, str],
        exports: tuple[Exports, Exports],
    ) -> None:
        self.old, self.new = old, new = sides
        self.twins = twins
        self.exports = exports
        self.was, self.now = old.by_name, new.by_name
        members = [
            {name for one in side.models.classes for name in side.members(one)}
            for side in (old, new)
        ]
        arguments = {
            name for one in new.methods.values() for form in one.forms for name in form.names
        }
        calls = {part for name in self.now for part in name.split(".")}
        self.members = members[0] - members[1] - arguments - calls


def uses(folder: Path, gone: Gone, apart: Path) -> Uses:
    """Look through every Python file under a folder, or at one file; `apart` is the client."""
    found: list[Use] = []
    unread: list[tuple[str, str]] = []
    files = 0
    for path in _sources(folder, apart):
        files += 1
        try:
            with tokenize.open(path) as stream:
                text = stream.read()
            tree = ast.parse(text, str(path))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            unread.append((str(path), _reason(error)))
            continue
        found += module(tree, str(path), gone)
    return Uses(files, tuple(found), tuple(unread))


def module(tree: ast.Module, file: str, gone: Gone) -> list[Use]:
    """The uses in one module, in the order of its lines, each once."""
    names = scope(tree, gone.old.package, gone.old.client)
    every = [*_imports(tree, gone), *_nodes(tree, names, gone)]
    unique = {
        (at.lineno, at.col_offset, reason): Use(
            file, at.lineno, at.col_offset + 1, _line(at), reason, method, sure
        )
        for at, reason, method, sure in every
    }
    return [unique[key] for key in sorted(unique)]


Found = tuple[ast.expr | ast.stmt | ast.keyword, str, str, bool]


def _imports(tree: ast.Module, gone: Gone) -> Iterator[Found]:
    package = gone.old.package
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = (node.module or "").split(".")
        if package not in parts:
            continue
        name = ".".join(parts[parts.index(package) :])
        before, after = (one.get(name) for one in gone.exports)
        if before is not None and after is None:
            yield node, f"the module `{name}` is gone", "", True
            continue
        for one in node.names:
            if one.name in (before or ()) and one.name not in (after or ()):
                yield node, f"`{one.name}` is gone from `{name}`{_moved(one.name, gone)}", "", True


def _moved(name: str, gone: Gone) -> str:
    if name in gone.new.models.homes:
        return f"; it is still in `{gone.new.package}.models`"
    return ""


def _nodes(tree: ast.Module, names: Scope, gone: Gone) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _attribute(node, names, gone)
        elif isinstance(node, ast.Call):
            yield from _call(node, names, gone)


def _attribute(node: ast.Attribute, names: Scope, gone: Gone) -> Iterator[Found]:
    chain = names.chain(node)
    method = _method(chain, gone.was)
    public = _public(chain, names, gone)
    if public is not None:
        home, name = public
        if len(chain) > 1 and name in gone.exports[0][home] and not _stands(home, name, gone):
            yield node, f"`{name}` is gone from `{home}`{_moved(name, gone)}", "", True
    elif method is not None and (names.knows or names.is_client(chain)):
        now = gone.now.get(method.name)
        if now is None:
            yield node, f"`{method.name}` is gone{_instead(method, gone)}", method.name, True
        elif now.key != gone.twins.get(method.key):
            yield node, f"`{method.name}` means {now.key} now, not {method.key}", method.name, True
    elif names.knows and node.attr in gone.members and method is None:
        yield node, f"no model has a member `{node.attr}` any more", "", False


def _public(chain: tuple[str, ...], names: Scope, gone: Gone) -> tuple[str, str] | None:
    """The module of the client and the name in it that a chain such as ``models.Task`` leads to."""
    table = gone.exports[0]
    if not chain:
        return None
    if chain[0] in names.imports:
        home, name = names.imports[chain[0]]
        rest = [name, *chain[1:]]
    elif chain[0] in names.modules:
        home, rest = names.modules[chain[0]], list(chain[1:])
    else:
        return None
    while rest and f"{home}.{rest[0]}" in table:
        home = f"{home}.{rest.pop(0)}"
    return (home, rest[0]) if len(rest) == 1 and home in table else None


def _stands(home: str, name: str, gone: Gone) -> bool:
    return name in gone.exports[1].get(home, ())


def _instead(method: Method, gone: Gone) -> str:
    now = gone.new.methods.get(gone.twins.get(method.key, ""))
    return f"; {method.key} is `{now.name}` now" if now else f", as is {method.key}"


def _method(chain: tuple[str, ...], methods: Mapping[str, Method]) -> Method | None:
    """The method at the end of a chain that began at something else."""
    for start in range(1, len(chain) - 1):
        if found := methods.get(".".join(chain[start:])):
            return found
    return None


def _call(node: ast.Call, names: Scope, gone: Gone) -> Iterator[Found]:
    chain = names.chain(node.func)
    if chain and chain[-1] in STEPS:
        chain = chain[:-1] if chain[-1] == "build" else ()
    method = _method(chain, gone.was)
    if method is not None and (names.knows or names.is_client(chain)):
        now = gone.now.get(method.name)
        if now is not None and now.key == gone.twins.get(method.key):
            yield from _arguments(node, (method, now), names, gone)
    elif public := _public(names.chain(node.func), names, gone):
        yield from _model(node, public[1], gone)


def _arguments(
    node: ast.Call, methods: tuple[Method, Method], names: Scope, gone: Gone
) -> Iterator[Found]:
    before = {one.key for one in faults(node, methods[0], gone.old.types, names.value)}
    for one in faults(node, methods[1], gone.new.types, names.value):
        if one.key in before:
            continue
        yield _at(one, node), one.reason, methods[0].name, True


def _at(fault: Fault, call: ast.Call) -> ast.expr | ast.keyword:
    return fault.node if isinstance(fault.node, ast.expr | ast.keyword) else call


def _model(node: ast.Call, name: str, gone: Gone) -> Iterator[Found]:
    """The members that are given to a model's class and that it has no more."""
    before, after = gone.old.types.members(name), gone.new.types.members(name)
    if not before or not after:
        return
    given = {one.arg for one in node.keywords}
    for keyword in node.keywords:
        if keyword.arg in before and keyword.arg not in after:
            yield keyword, f"`{name}` has no member `{keyword.arg}` any more", "", True
    for one in after.values():
        was = before.get(one.name)
        given_now = one.name in given or None in given or (was and was.required)
        if one.required and not given_now:
            yield node, f"`{one.name}` of `{name}` must be given now", "", True


def _line(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 100 else text[:99] + "…"


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    return getattr(error, "strerror", None) or " ".join(str(error).split())[:100] or "too deep"


def _sources(folder: Path, apart: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    client = apart.resolve()
    for parent, below, names in os.walk(folder):
        below[:] = sorted(
            name
            for name in below
            if not name.startswith(".")
            and name not in _FOREIGN
            and Path(parent, name).resolve() != client
        )
        yield from (Path(parent, name) for name in sorted(names) if name.endswith(".py"))
