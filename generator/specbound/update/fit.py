"""Calls written in code against the forms of a method: which form is meant, and what it refuses.

Knows syntax trees of calls and signatures. It says no only where the code itself shows it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from specbound.emit.signatures import Signature, Taken
from specbound.update.surface import Method, label, tags
from specbound.update.types import Types

Value = Callable[[ast.expr], ast.expr]

#: Arguments that every method takes beside those of its operation.
_EVERYWHERE = frozenset({"options"})
_SHOWN = 60


class Fault(NamedTuple):
    """One thing in a call that a form does not take, at the node that shows it."""

    node: ast.AST
    argument: str
    reason: str
    missing: bool = False
    unknown: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two faults of one call the same, whatever form was held against it."""
        return self.argument, self.missing, getattr(self.node, "lineno", 0), self.node.__class__


def faults(call: ast.Call, method: Method, types: Types, value: Value) -> list[Fault]:
    """What is wrong with a call for the form that is nearest to it; nothing where a form fits."""
    if method.uploads and any(one.arg == "file" for one in call.keywords):
        return []
    if refused := list(_untold(call, method, value)):
        return refused
    ranked = [
        (-_told(form, call, value), _merged(list(_faults(call, form, types, value))))
        for form in method.forms
    ]
    if any(not said for _, said in ranked):
        return []
    return min(ranked, key=lambda pair: (pair[0], len(pair[1])), default=(0, []))[1]


def _untold(call: ast.Call, method: Method, value: Value) -> Iterator[Fault]:
    """The value that chooses a form, where it chooses none; all else is then beside the point."""
    choices: dict[str, list[str]] = {}
    for form in method.forms:
        for name, text in tags(form):
            choices.setdefault(name, []).append(text)
    for keyword in call.keywords:
        listed = choices.get(keyword.arg or "", [])
        # Only where every form is chosen by it: another form may take any value.
        if keyword.arg is None or len(listed) < len(method.forms):
            continue
        meant = value(keyword.value)
        known = {ast.literal_eval(text) for text in listed}
        if isinstance(meant, ast.Constant) and meant.value not in known:
            yield Fault(keyword, keyword.arg, _refusal(keyword.arg, meant, known))


def _told(form: Signature, call: ast.Call, value: Value) -> int:
    """How many of the arguments that tell forms apart the call gives as this form has them."""
    given = {one.arg: value(one.value) for one in call.keywords}
    return sum(
        isinstance(meant := given.get(name), ast.Constant) and meant.value == ast.literal_eval(text)
        for name, text in tags(form)
    )


def _faults(call: ast.Call, form: Signature, types: Types, value: Value) -> Iterator[Fault]:
    table = {one.name: one for one in (*form.positional, *form.keywords)}
    given = dict(zip((one.name for one in form.positional), call.args, strict=False))
    for name, node in given.items():
        yield from _value(table[name], (node, node), types, value)
    names = set(given)
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in _EVERYWHERE:
            continue
        names.add(keyword.arg)
        if keyword.arg in table:
            yield from _value(table[keyword.arg], (keyword, keyword.value), types, value)
        else:
            reason = f"there is no argument `{keyword.arg}`{_of(form)}"
            yield Fault(keyword, keyword.arg, reason, unknown=True)
    spread = any(one.arg is None for one in call.keywords)
    if spread or any(isinstance(one, ast.Starred) for one in call.args):
        return
    for one in table.values():
        if one.required and one.name not in names:
            yield Fault(call, one.name, f"`{one.name}` must be given now{_of(form)}", True)


def _merged(found: list[Fault]) -> list[Fault]:
    """An argument that is not known and one that is missing are one fault, if they are alike."""
    missing = [one.argument for one in found if one.missing]
    out: list[Fault] = []
    for one in found:
        close = get_close_matches(one.argument, missing, 1) if one.unknown else []
        if close:
            missing.remove(close[0])
            out.append(one._replace(reason=f"`{one.argument}` is `{close[0]}` now"))
        else:
            out.append(one)
    return [one for one in out if not one.missing or one.argument in missing]


def _of(form: Signature) -> str:
    return f" with {label(form)}" if label(form) else ""


def _value(
    taken: Taken, at: tuple[ast.AST, ast.expr], types: Types, value: Value
) -> Iterator[Fault]:
    meant = value(at[1])
    if types.takes(taken.type, meant):
        return
    inner = list(types.refused(taken.type, meant))
    for part, reason in inner:
        yield Fault(part, taken.name, f"`{taken.name}`: {reason}")
    if not inner:
        yield Fault(at[0], taken.name, _refusal(taken.name, meant, types.values(taken.type)))


def _refusal(name: str, meant: ast.expr, known: set[Any] | frozenset[Any] | None) -> str:
    written = ast.unparse(meant)
    written = written if len(written) <= _SHOWN else written[: _SHOWN - 1] + "…"
    if known is None:
        return f"`{name}` does not take {written}"
    every = sorted(map(repr, known))
    more = f" and {len(every) - 6} more" if len(every) > 6 else ""
    return f"`{name}` does not take {written}; it takes {', '.join(every[:6])}{more}"
