"""What code samples of any language have in common: values that are known wholly or in part.

Knows JSON data with `UNKNOWN` in it. It must not know a language's syntax.
"""

from __future__ import annotations

import json
from typing import Any

from specbound.traffic.samples import UNKNOWN

#: The member that stands for an unpacked object: ``{**rest}``, ``f(**rest)``, ``{...rest}``. It
#: says that there may be more members, and is always `UNKNOWN`.
SPREAD = "..."


def known(value: Any) -> bool:
    """Whether nothing in a sample's value is `UNKNOWN`."""
    if isinstance(value, dict):
        return all(map(known, value.values()))
    return all(map(known, value)) if isinstance(value, list) else value is not UNKNOWN


def written(value: Any) -> Any:
    """A value as JSON text, or `UNKNOWN` where not all of it is known."""
    return json.dumps(value, ensure_ascii=False) if known(value) else UNKNOWN


def joined(one: Any, other: Any) -> Any:
    """Two texts as one, or `UNKNOWN` where either is no known text."""
    return one + other if isinstance(one, str) and isinstance(other, str) else UNKNOWN


def unpack(members: dict[str, Any], value: Any) -> None:
    """Put an unpacked object's members into another; `SPREAD` where they are not known."""
    members.update(value if isinstance(value, dict) else {SPREAD: UNKNOWN})
