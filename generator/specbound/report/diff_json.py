"""Changes for programs: one JSON object, as INTERFACES gives it.

Knows JSON. It must not know how a change was found.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from specbound.diff.changes import Change
from specbound.diff.severity import Severity
from specbound.origin import Origin
from specbound.report.phrases import relative


def diff_json(changes: Sequence[Change]) -> str:
    """`breaking`, a `summary` and every change in its order; ends with a newline."""
    summary = {str(each): sum(one.severity is each for one in changes) for each in Severity}
    data = {
        "breaking": summary["breaking"] > 0,
        "summary": summary,
        "changes": [_change(change) for change in changes],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _change(change: Change) -> dict[str, Any]:
    return {
        "code": change.code,
        "severity": change.severity,
        "direction": change.direction,
        "operation": change.operation or None,
        "pointer": change.pointer,
        "old": change.old,
        "new": change.new,
        "message": change.message,
        "part": change.part,
        "at": change.at,
        "variant": change.variant,
        "places": {"old": _place(change.old_origin), "new": _place(change.new_origin)},
    }


def _place(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    place = {"file": relative(origin.file), "pointer": origin.pointer}
    return {**place, "line": origin.line, "column": origin.column}
