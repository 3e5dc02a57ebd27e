"""specbound: an OpenAPI document in; a typed client, exact to the letter, out.

Shows the public names, each imported when it is first asked for. It must not hold any logic.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Checker": "specbound.check.checker",
    "Contract": "specbound.library",
    "Diagnostic": "specbound.diagnostics",
    "Exchange": "specbound.traffic.exchange",
    "Finding": "specbound.check.finding",
    "Request": "specbound.traffic.exchange",
    "Response": "specbound.traffic.exchange",
    "SpecError": "specbound.diagnostics",
}

__all__ = [
    "Checker",
    "Contract",
    "Diagnostic",
    "Exchange",
    "Finding",
    "Request",
    "Response",
    "SpecError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
