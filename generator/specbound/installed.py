"""Where the parts of specbound lie: its code, and the templates inside it or beside.

Knows how the package is laid out on disk. It must not know any template, and imports nothing.
"""

from __future__ import annotations

from pathlib import Path

#: The folder of the package's code.
CODE = Path(__file__).resolve().parent


def templates() -> Path:
    """The folder of templates: inside the installed package, else beside the source root."""
    inside = CODE / "templates"
    return inside if inside.is_dir() else CODE.parent.parent / "templates"
