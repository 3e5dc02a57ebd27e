"""A failure as a test to paste: complete as it stands, red as long as the builder does wrong.

Knows how a call is written down. It must not know how the failure was found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specbound.prove.proof import Counterexample, Kind, Place, Proof
from specbound.prove.shown import python
from specbound.traffic.exchange import ABSENT

_TITLE = 88
_MODEL = "from specbound.prove import model_builder"


def call_text(function: str, call: Mapping[str, Any]) -> str:
    """``create(model='gen4_turbo', seed=-1)``; positional arguments stand under their index."""
    return f"{function}({_arguments(call)})"


def _arguments(call: Mapping[str, Any]) -> str:
    plain = [python(value) for name, value in call.items() if name.isdecimal()]
    named = {name: value for name, value in call.items() if not name.isdecimal()}
    if all(name.isidentifier() for name in named):
        return ", ".join([*plain, *(f"{name}={python(value)}" for name, value in named.items())])
    return ", ".join([*plain, f"**{python(named)}"])


def refusal_test(proof: Proof, place: Place) -> str:
    """A test that the builder refuses what it let through."""
    body = ["    with pytest.raises(Exception):", f"        {_built(proof, place.call)}"]
    about = f"refuses_{_place(place)}_{place.keyword}"
    head = _head(proof, ["import pytest"], ["build"])
    return "\n".join([*head, *_opening(proof, about, place.says), *body])


def acceptance_test(proof: Proof, found: Counterexample) -> str:
    """A test that the builder makes the right request of what it did wrong with."""
    if found.steps:
        return ""
    about, says = f"builds_{found.kind}", found.message.splitlines()[0]
    opening = _opening(proof, about, says)
    match found.kind:
        case Kind.REFUSED | Kind.STRANGE:
            body = [f"    {_built(proof, found.call)}"]
            return "\n".join([*_head(proof, [], ["build"]), *opening, *body])
        case Kind.DISAGREEMENT:
            return ""
    made = f"    request = {_built(proof, found.call)}"
    if found.kind is Kind.INVALID:
        head = _head(proof, ["from specbound import Contract"], ["build"], contract=True)
        wrong = '[one.message for one in CONTRACT.check(request) if one.severity == "error"]'
        return "\n".join([*head, *opening, made, f"    assert {wrong} == []"])
    head = _head(proof, ["from specbound import Contract"], ["build", "missing"], contract=True)
    asked, body = found.asked
    given = f", {python(dict(asked))}" + ("" if body is ABSENT else f", {python(body)}")
    lost = f"missing(CONTRACT, {proof.name!r}, request{given})"
    return "\n".join([*head, *opening, made, f'    assert {lost} == ""'])


def _head(proof: Proof, imports: list[str], names: list[str], contract: bool = False) -> list[str]:
    theirs = proof.code.imports.splitlines() or ["# builder = ...  (what was tried)"]
    if _MODEL in theirs:
        theirs, names = [one for one in theirs if one != _MODEL], [*names, "model_builder"]
    lines = [*imports, *theirs, f"from specbound.prove import {', '.join(names)}"]
    if contract:
        spec, *overlays = proof.code.files or ("openapi.json",)
        more = f", overlays={overlays!r}" if overlays else ""
        lines += ["", f"CONTRACT = Contract.load({spec!r}{more})"]
    return [*lines, "", ""]


def _opening(proof: Proof, about: str, says: str) -> list[str]:
    name = re.sub(r"[^0-9A-Za-z]+", "_", f"test_{proof.name}_{about}").strip("_").lower()
    words = says.replace("\\", "/").replace('"', "'")
    words = words if len(words) <= _TITLE else words[: _TITLE - 1] + "…"
    return [f"def {name}():", f'    """{words}"""']


def _place(place: Place) -> str:
    return place.pointer or place.says.partition(":")[0]


def _built(proof: Proof, call: Mapping[str, Any]) -> str:
    given = _arguments(call)
    return f"build({proof.code.expression}{', ' if given else ''}{given})"
