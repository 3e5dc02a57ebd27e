"""Live: exchanges checked where they are made and served, as they pass.

Shows the public names, each imported when it is first asked for. It must not hold any logic.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "AsyncContractTransport": "transport",
    "ContractAdapter": "adapter",
    "ContractMiddleware": "middleware",
    "ContractTransport": "transport",
    "Counts": "counts",
    "Drifted": "drifted",
    "Recorder": "record",
    "Settings": "watch",
    "Watch": "watch",
}

__all__ = [
    "AsyncContractTransport",
    "ContractAdapter",
    "ContractMiddleware",
    "ContractTransport",
    "Counts",
    "Drifted",
    "Recorder",
    "Settings",
    "Watch",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
