"""What lint has to say: `Problem`, a diagnostic and, where there is one, what mends it.

Knows the two things that an action of an OpenAPI Overlay can do, and JSONPath. It must not know any
rule.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from specbound.diagnostics import Code, Diagnostic

#: Members by which the items of OpenAPI's arrays are known: parameters, code samples, tags.
_NAMES = (("name", "in"), ("lang",), ("lang", "label"))
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an overlay (OpenAPI Overlay 1.0 section 4.4.3): `update`, or removal."""

    target: str
    update: Any = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about the document.

    `kind` is what findings of one sort have in common, in words that follow a number. `mend` is
    empty where no machine can know what was meant.
    """

    diagnostic: Diagnostic
    kind: str = ""
    mend: tuple[Action, ...] = ()

    @property
    def code(self) -> Code:
        """The diagnostic's code."""
        return self.diagnostic.code

    @property
    def place(self) -> str:
        """File and pointer in one text, or nothing."""
        origin = self.diagnostic.origin
        return f"{origin.file}#{origin.pointer}" if origin else ""


def selector(token: str, items: list[Any] | None) -> str:
    """One step of a JSONPath (RFC 9535); `items` is the array that it selects from, if it is one.

    An item is selected by what names it, if that is given and no other item has it.
    """
    if items is None:
        return f".{token}" if _PLAIN.match(token) else f"[{_quoted(token)}]"
    one = items[int(token)] if int(token) < len(items) else None
    if not isinstance(one, dict):
        return f"[{token}]"
    for names in _NAMES:
        values = [one.get(name) for name in names]
        if all(isinstance(value, str) for value in values) and values not in (
            [other.get(name) for name in names]
            for other in items
            if other is not one and isinstance(other, dict)
        ):
            told = zip(names, map(_quoted, values), strict=True)
            return f"[?{' && '.join(f'@.{name} == {value}' for name, value in told)}]"
    return f"[{token}]"


def _quoted(name: Any) -> str:
    """A name in single quotes, escaped as RFC 9535 section 2.3.1.2 has it."""
    inner = json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"
