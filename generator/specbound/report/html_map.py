"""Coverage as a map: each operation with its parts and branches, and what was not seen of it.

Knows the JSON form of coverage. It must not know markup, nor findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.report.html_text import Attributes, cut, visible
from specbound.report.html_views import Map, OperationRow, PartRow, Text
from specbound.report.terminal import counted

_MOST_BRANCHES = 24
_MOST_MISSING = 40
_MANY_OPERATIONS, _FEW_MISSING = 300, 5

#: The kinds of goals in words, in the order of the totals.
_KINDS = {
    "operations": "Operations",
    "statuses": "Statuses",
    "media_types": "Media types",
    "parameters": "Parameters",
    "headers": "Headers",
    "branches": "Union branches",
    "values": "Enum values",
    "members": "Optional members",
    "bounds": "Bounds",
}


def coverage_map(coverage: Mapping[str, Any]) -> Map:
    """The map of the coverage that `Account.coverage` holds."""
    operations = coverage.get("by_operation", {})
    goals, called = coverage["goals"], coverage.get("operations", {"seen": 0, "of": 0})
    most = _FEW_MISSING if len(operations) > _MANY_OPERATIONS else _MOST_MISSING
    kinds = ((words, coverage[kind]) for kind, words in _KINDS.items() if kind in coverage)
    return Map(
        percent=_percent(coverage["percent"]),
        sentence=(
            f"{goals['seen']:,} of {goals['of']:,} things that traffic can show of this contract "
            f"were seen, in {called['seen']:,} of {counted(called['of'], 'operation')}."
        ),
        kinds=tuple((words, _tally(one), _meter(one)) for words, one in kinds),
        cells=tuple(_cell(n, *pair) for n, pair in enumerate(operations.items(), start=1)),
        rows=tuple(_row(n, pair, most) for n, pair in enumerate(operations.items(), start=1)),
    )


def _cell(number: int, key: str, one: Mapping[str, Any]) -> Attributes:
    """One square of the overview; its link is for pointers only, the list follows anyway."""
    return {
        "href": f"#o{number}",
        "class": f"cell {_level(one)}",
        "title": visible(f"{key}  {_percent(one['percent'])}"),
        "tabindex": -1,
    }


def _row(number: int, pair: tuple[str, Mapping[str, Any]], most: int) -> OperationRow:
    key, one = pair
    method, _, path = key.partition(" ")
    missing = one["missing"] if one["exchanges"] else []
    more = len(missing) - most
    return OperationRow(
        attributes={
            "id": f"o{number}",
            "class": f"op {_level(one)}",
            "data-operation": visible(key),
            "data-coverage": "called" if one["exchanges"] else "never",
        },
        meter=_meter(one),
        method=visible(method),
        path=visible(path),
        name=visible(one["name"]),
        percent=_percent(one["percent"]),
        exchanges=counted(one["exchanges"], "exchange") if one["exchanges"] else "never called",
        parts=tuple(_parts(one)),
        missing=tuple(map(_missing, missing[:most])),
        unseen=counted(len(missing), "thing") + " not seen" if missing else "",
        more=f"and {more:,} more; the JSON report has them all" if more > 0 else "",
    )


def _parts(one: Mapping[str, Any]) -> Iterator[PartRow]:
    """The request and its parameters, then every status with what stands below it."""
    statuses = one["statuses"]
    waiting = dict.fromkeys(statuses)
    for part in one["parts"]:
        status = part["part"] if part["part"] in statuses else ""
        if status:
            waiting.pop(status, None)
            yield _status(status, statuses[status], part)
        elif part["of"]:
            yield _part(part["part"], part, _level(part))
    for status in waiting:
        yield _status(status, statuses[status], {"seen": 0, "of": 0, "branches": ()})


def _status(status: str, fact: Mapping[str, Any], part: Mapping[str, Any]) -> PartRow:
    level = "none"
    if fact["seen"]:
        level = "little" if part["of"] and not part["seen"] else _level(part)
    times = f" · {fact['exchanges']:,} ×" if fact["exchanges"] else ""
    return _part(f"{status}{times}", part, level)


def _part(name: str, part: Mapping[str, Any], level: str) -> PartRow:
    branches = part["branches"]
    more = len(branches) - _MOST_BRANCHES
    return PartRow(
        attributes={"class": f"part {level}"},
        name=visible(name),
        tally=_tally(part) if part["of"] else ("seen" if level != "none" else "not seen"),
        branches=tuple(_branch(branch) for branch in branches[:_MOST_BRANCHES]),
        more=f"+{more:,}" if more > 0 else "",
    )


def _branch(branch: Mapping[str, Any]) -> Text:
    word = "seen" if branch["seen"] else "not seen"
    kind = "all" if branch["seen"] else "none"
    return Text(visible(cut(branch["name"], 60)), {"class": f"branch {kind}"}, word)


def _missing(one: Mapping[str, str]) -> tuple[str, str]:
    place = " · ".join(filter(None, (one["part"], one["place"])))
    return visible(cut(one["words"], 200)), visible(place)


def _level(tally: Mapping[str, int]) -> str:
    """How much was seen, in steps, for a colour; everything where there is nothing to see."""
    if tally["seen"] >= tally["of"]:
        return "all"
    if not tally["seen"]:
        return "none"
    return "most" if tally["seen"] * 2 >= tally["of"] else "some"


def _tally(tally: Mapping[str, int]) -> str:
    return f"{tally['seen']:,} of {tally['of']:,}"


def _meter(tally: Mapping[str, int]) -> Attributes:
    return {"value": tally["seen"], "max": max(tally["of"], 1)}


def _percent(number: float) -> str:
    return f"{number:g} %"
