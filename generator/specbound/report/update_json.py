"""An update for programs: one JSON object.

Knows JSON. It must not know how anything was found.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from specbound.report.diff_json import diff_json
from specbound.report.phrases import relative
from specbound.report.update_words import todo
from specbound.update.outcome import Impact, LintNews, Recheck, Stray, Update, Uses


def update_json(update: Update, changelog: str) -> str:
    """The changes as `diff --report json` has them, each with its impact; ends with a newline."""
    data = json.loads(diff_json(update.changes))
    for change, impact in zip(data["changes"], update.impacts, strict=True):
        change["impact"] = _impact(impact)
    data["client"] = [_plain(one) for one in update.methods]
    data["names"] = _plain(update.names)
    data["todo"] = todo(update)
    data["overlays"] = [_stray(one) for one in update.strays]
    data["lint"] = _lint(update.lint)
    data["recordings"] = _recordings(update.recordings)
    data["uses"] = _uses(update.uses)
    data["changelog"] = changelog
    return json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n"


def _plain(one: Any) -> dict[str, Any]:
    return {**asdict(one), **({"breaks": one.breaks} if hasattr(one, "breaks") else {})}


def _impact(one: Impact) -> dict[str, Any]:
    return {
        "method": one.method or None,
        "forms": [_plain(form) for form in one.forms],
        "names": [name.new or name.old for name in one.names],
        "uses": [asdict(use) for use in one.uses],
    }


def _stray(one: Stray) -> dict[str, Any]:
    origin = one.diagnostic.origin
    place = {"file": relative(origin.file), "line": origin.line} if origin else None
    told = {"target": one.target, "matched": one.matched, "nearest": one.nearest or None}
    return {**told, "why": one.why, "place": place}


def _lint(news: LintNews) -> dict[str, Any]:
    found = [
        {"code": one.code, "severity": one.severity, "message": one.message} for one in news.found
    ]
    return {"new": found, "mended": news.mended, "known": news.known}


def _recordings(again: Recheck | None) -> dict[str, Any] | None:
    if again is None:
        return None
    return {
        "exchanges": again.exchanges,
        "stopped": again.stopped.exchanges,
        "started": again.started.exchanges,
        "both": again.both,
        "neither": again.neither,
        "broken": again.broken,
        "skipped": dict(again.skipped),
        "stopped-at": list(again.stopped_at),
        "started-at": list(again.started_at),
        "causes": [_cause(group) for group in again.stopped.groups],
    }


def _cause(group: Any) -> dict[str, Any]:
    why, finding = group.cause, group.finding
    return {
        "code": why.code,
        "severity": finding.severity,
        "operation": why.operation or None,
        "part": why.part,
        "pointer": why.pointer,
        "message": finding.message,
        "count": group.count,
    }


def _uses(uses: Uses | None) -> dict[str, Any] | None:
    if uses is None:
        return None
    unread = [{"file": name, "reason": reason} for name, reason in uses.unread]
    return {"files": uses.files, "found": [asdict(one) for one in uses.found], "unread": unread}
