"""How JSON values, keywords and places are said in messages.

Knows JSON and RFC 6901. It must not know schemas or types.
"""

from __future__ import annotations

import json
import re
from typing import Any

Path = tuple[str | int, ...]


def shown(value: Any, limit: int = 60) -> str:
    """A JSON value for people: as JSON, cut where it grows long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def kebab(keyword: str) -> str:
    """A JSON Schema keyword as a code: minLength is min-length."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", keyword).lower().lstrip("$")


def pointer(path: Path) -> str:
    """A path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
