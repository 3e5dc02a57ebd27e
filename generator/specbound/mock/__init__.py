"""Mock: a server that answers as a contract says, and refuses what it refuses.

Shows the public names, each imported when it is first asked for. It must not hold any logic.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {"Served": "settings", "Settings": "settings", "mock_app": "app"}

__all__ = ["Served", "Settings", "mock_app"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
