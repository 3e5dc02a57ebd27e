"""Coverage for a person at a terminal: a bar a kind, a row an operation, and what is missing.

Knows the JSON form of coverage. It must not know how it was counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specbound.report.phrases import one_line
from specbound.report.terminal import counted

BAR = 20


def coverage_table(coverage: Mapping[str, Any], verbose: bool = False, width: int = 0) -> str:
    """The table; `verbose` names all that is missing. Lines are cut at a `width` other than 0."""
    every = coverage.get("by_operation", {})
    called = {key: each for key, each in every.items() if each["exchanges"]}
    never = [key for key in every if key not in called]
    blocks = [list(_kinds(coverage)), [*_operations(called), *_never(never, verbose)]]
    if verbose:
        blocks += [list(_missing(key, each)) for key, each in called.items() if each["missing"]]
    lines = "\n\n".join("\n".join(block) for block in blocks if block).split("\n")
    return "\n".join(_cut(one_line(line), width) for line in lines) + "\n"


def _kinds(coverage: Mapping[str, Any]) -> Iterator[str]:
    goals = coverage.get("goals", {"seen": 0, "of": 0})
    yield f"coverage: {coverage.get('percent', 0)}% ({goals['seen']:,} of {goals['of']:,} goals)"
    tallies = {name: each for name, each in coverage.items() if _is_tally(name, each)}
    widest = _widest(_words(name) for name in tallies)
    numbers = _widest(f"{each['of']:,}" for each in tallies.values())
    for name, each in tallies.items():
        sums = f"{each['seen']:>{numbers},} of {each['of']:>{numbers},}"
        yield f"  {_words(name):<{widest}}  {_bar(each)}  {_share(each):>4}  {sums}"


def _operations(called: Mapping[str, Any]) -> Iterator[str]:
    """A row an operation: its share, its exchanges, the statuses seen, and the variants."""
    widest = _widest(called)
    sums = {key: counted(each["exchanges"], "exchange") for key, each in called.items()}
    numbers = _widest(sums.values())
    for key, each in called.items():
        statuses = ((name, one["seen"]) for name, one in each["statuses"].items())
        start = f"  {key:<{widest}}  {_share(each):>4}  {sums[key]:>{numbers}}"
        yield f"{start}  {_seen(statuses, ' ')}".rstrip()
        for part in each["parts"]:
            if part["branches"]:
                branches = ((one["name"], one["seen"]) for one in part["branches"])
                yield f"    {part['part']}: {_seen(branches, ', ')}"


def _never(keys: list[str], verbose: bool) -> Iterator[str]:
    if keys:
        yield f"  {counted(len(keys), 'operation')} not called" + (":" if verbose else "")
        yield from (f"    {key}" for key in keys if verbose)


def _missing(key: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """What one operation has not shown, by kind."""
    yield f"{key} has not shown:"
    kinds = dict.fromkeys(goal["kind"] for goal in operation["missing"])
    for kind in kinds:
        yield f"  {_words(kind)}"
        for goal in operation["missing"]:
            if goal["kind"] == kind:
                words = (goal["part"], goal["place"], goal["words"])
                yield f"    {'  '.join(filter(None, words))}"


def _seen(names: Iterable[tuple[str, bool]], between: str) -> str:
    """``200 (not 404, 429)``."""
    every = list(names)
    seen = between.join(name for name, found in every if found)
    left = between.join(name for name, found in every if not found)
    return f"{seen} (not {left})".lstrip() if left and seen else f"none of {left}" if left else seen


def _is_tally(name: str, value: Any) -> bool:
    return name != "goals" and isinstance(value, Mapping) and set(value) == {"seen", "of"}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _widest(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _share(tally: Mapping[str, int]) -> str:
    """Rounded down, so that 100% means all of it; what was seen at all is never 0%."""
    if not tally["of"]:
        return "-"
    percent = 100 * tally["seen"] // tally["of"]
    return "<1%" if tally["seen"] and not percent else f"{percent}%"


def _bar(tally: Mapping[str, int]) -> str:
    full = -(-BAR * tally["seen"] // tally["of"]) if tally["of"] else 0
    full = min(full, BAR - 1) if tally["seen"] < tally["of"] else full
    return "█" * full + "░" * (BAR - full)


def _cut(line: str, width: int) -> str:
    return line if not width or len(line) <= width else line[: width - 1] + "…"
