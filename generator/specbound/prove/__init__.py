"""Prove: a contract in, values out: all that fit, and all that just fail to.

Shows the public names, each imported when it is first asked for. It must not hold any logic.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "BuilderFault": "checking",
    "Case": "case",
    "Mutant": "mutator",
    "Proof": "proof",
    "Unsatisfiable": "conjunction",
    "build": "builder",
    "cases": "drawing",
    "check_builder": "checking",
    "exchanges": "drawing",
    "missing": "carried",
    "model_builder": "models",
    "mutants": "mutator",
    "near_misses": "drawing",
    "requests": "drawing",
    "values": "strategies",
}

__all__ = [
    "BuilderFault",
    "Case",
    "Mutant",
    "Proof",
    "Unsatisfiable",
    "build",
    "cases",
    "check_builder",
    "exchanges",
    "missing",
    "model_builder",
    "mutants",
    "near_misses",
    "requests",
    "values",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
