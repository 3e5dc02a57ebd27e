"""What lint found, for a person: findings of one kind together, with a count and the first places.

Knows layout and colour. It must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specbound.diagnostics import Severity
from specbound.lint.problem import Problem
from specbound.origin import Origin
from specbound.report.terminal import BLUE, BOLD, SHADE, block, clean, counted

#: Places of a group that are listed without `-v`.
FIRST = 3
#: A group of no more than this is written out as it is.
_FEW = 2


def text(
    problems: Sequence[Problem], color: bool = False, verbose: bool = False, quiet: bool = False
) -> str:
    """The report: grouped, or one by one if `verbose`; errors alone if `quiet`."""
    if quiet:
        problems = [one for one in problems if one.diagnostic.severity is Severity.ERROR]
    if verbose:
        blocks = [_one(problem, color) for problem in problems]
    else:
        blocks = [part for group in _groups(problems) for part in _group(group, color)]
    closing = "" if quiet else _closing(problems, verbose) + "\n"
    return "".join(f"{part}\n\n" for part in blocks) + closing


def _groups(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems of one severity, code and kind together, the worst first."""
    found: dict[tuple[str, str, str], list[Problem]] = {}
    for one in problems:
        found.setdefault((one.diagnostic.severity, one.code, one.kind), []).append(one)
    ranks = list(Severity)
    return sorted(found.values(), key=lambda group: ranks.index(group[0].diagnostic.severity))


def _group(group: list[Problem], color: bool) -> Iterator[str]:
    if len(group) <= _FEW or not group[0].kind:
        yield from (_one(problem, color) for problem in group)
        return
    first = group[0].diagnostic
    head = _paint(f"{first.severity}[{first.code}]", SHADE[first.severity], color)
    lines = [head + _paint(f": {len(group):,} {clean(group[0].kind)}", BOLD, color)]
    for problem in group[:FIRST]:
        item = problem.diagnostic
        arrow = _paint("-->", BLUE, color)
        lines.append(f"  {arrow} {clean(_place(item.origin))}: {clean(item.message)}")
    if (left := len(group) - FIRST) > 0:
        lines.append(f"      and {left:,} more (-v)")
    lines += [f"   {_paint('=', BLUE, color)} {line}" for line in _advice(group)]
    yield "\n".join(lines)


def _advice(group: list[Problem]) -> Iterator[str]:
    helps = list(dict.fromkeys(one.diagnostic.help for one in group if one.diagnostic.help))
    if len(helps) == 1:
        yield f"help: {clean(helps[0])}"
    if number := sum(bool(one.mend) for one in group):
        each = "" if number == len(group) else f" {number:,} of them"
        yield f"fix: --fix mends{each or ' them'}"


def _one(problem: Problem, color: bool) -> str:
    written = block(problem.diagnostic, color)
    if not problem.mend:
        return written
    shown = problem.mend[0]
    does = "remove" if shown.remove else "update"
    more = f" (and {len(problem.mend) - 1} more)" if len(problem.mend) > 1 else ""
    line = f"   {_paint('=', BLUE, color)} {_paint('fix', BOLD, color)}: {does} "
    return f"{written}\n{line}{clean(shown.target)}{more}"


def _place(origin: Origin | None) -> str:
    if origin is None:
        return ""
    return f"{origin.file}:{origin.line}" if origin.line else f"{origin.file} {origin.pointer}"


def _closing(problems: Sequence[Problem], verbose: bool) -> str:
    if not problems:
        return "nothing wrong"
    severities = [one.diagnostic.severity for one in problems]
    sums = [counted(severities.count(each), str(each)) for each in Severity if each in severities]
    mendable = sum(bool(one.mend) for one in problems)
    told = ", ".join(sums)
    if mendable:
        told += f"; --fix OVERLAY mends {mendable:,}"
    return told if verbose else f"{told} (-v shows every place)"


def _paint(words: str, shade: str, color: bool) -> str:
    return f"\x1b[{shade}m{words}\x1b[0m" if color else words
