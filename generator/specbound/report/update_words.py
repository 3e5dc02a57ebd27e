"""What an update comes to, in lines that every report of it shares; code stands in backticks.

Knows how a method's and a model's changes are said. It must not know any report's format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from specbound.diagnostics import Diagnostic
from specbound.report.phrases import relative
from specbound.report.terminal import counted
from specbound.update.outcome import (
    ArgumentChange,
    FormChange,
    LintNews,
    MethodChange,
    NameChange,
    Names,
    Recheck,
    Stray,
    Update,
    Use,
)

#: Values of a type that are written out; more are counted.
_VALUES = 6
#: Longer code is left to `generate`'s own diff.
_CODE = 90


class Said(NamedTuple):
    """A line, and whether it tells of something that breaks."""

    text: str
    breaks: bool = False


def method_lines(change: MethodChange) -> Iterator[Said]:
    """What became of one method, line by line; what is the same in many forms is said once."""
    if change.old is None:
        yield Said(f"`{change.new}` is new ({change.operation})")
        return
    if change.new is None:
        yield Said(f"`{change.old}` is gone ({change.operation})", True)
    elif change.new != change.old:
        yield Said(f"`{change.old}` is `{change.new}` now ({change.operation})", True)
    if change.taken:
        yield Said(f"`{change.old}` means {change.taken} now, not {change.operation}", True)
    yield from _forms(change.old, change.forms)
    if change.returned:
        yield Said(f"`{change.old}` returns {_cut(change.returns)}, not {_cut(change.returned)}")


def _forms(name: str, forms: Sequence[FormChange]) -> Iterator[Said]:
    said: dict[Said, list[FormChange]] = {}
    for form in forms:
        if form.new is None:
            yield Said(f"`{name}({form.label})` is gone", True)
        elif form.old is None:
            yield Said(f"`{name}({form.label})` is new")
        else:
            for one in form.arguments:
                said.setdefault(Said(argument(one), one.breaks), []).append(form)
    for words, told in said.items():
        labels = [form.label for form in told if form.label]
        if len(labels) > 2:
            where = f"`{name}` in {len(labels)} forms"
        else:
            where = " and ".join(f"`{name}({label})`" for label in labels) or f"`{name}`"
        yield Said(f"{where}: {words.text}", words.breaks)


def signature_lines(methods: Iterable[MethodChange]) -> Iterator[str]:
    """Every form that changed in full, as it was and as it is."""
    for one in methods:
        for form in one.forms:
            if form.old is not None:
                yield f"- {one.old or one.new}({form.old})"
            if form.new is not None:
                yield f"+ {one.new or one.old}({form.new})"


def argument(one: ArgumentChange) -> str:
    """What became of one argument or member."""
    name = f"`{one.name}`" if one.name else "it"
    if one.new is None:
        return f"{name} is gone"
    if one.old is None:
        return f"{name} is new and must be given" if one.breaks else f"{name} is new"
    parts = []
    if one.lost:
        parts.append(f"does not take {values(one.lost)} any more")
    if one.gained:
        parts.append(f"also takes {values(one.gained)}")
    if one.breaks and not one.lost:
        parts.append("must be given now")
    if not parts:
        return f"{name} was {_cut(one.old)} and is {_cut(one.new)}"
    return f"{name} {' and '.join(parts)}"


def values(listed: Sequence[Any]) -> str:
    """``'a', 'b' and 3 more``."""
    told = ", ".join(repr(one) for one in listed[:_VALUES])
    left = len(listed) - _VALUES
    return f"{told} and {left} more" if left > 0 else told


def name_lines(names: Names) -> Iterator[str]:
    """What became of names that are not as they were: gone, renamed and changed, then new."""
    if names.package[0] != names.package[1]:
        yield f"the package `{names.package[0]}` is `{names.package[1]}` now"
    if names.client[0] != names.client[1]:
        yield f"the class `{names.client[0]}` is `{names.client[1]}` now"
    for one in (*names.renamed, *names.gone):
        if one.new or one.instead:
            now = f"is `{one.new}` now" if one.new else f"is gone; `{one.instead}` is in its place"
            yield f"`{one.old}` {now}"
    if lost := [f"`{one.old}`" for one in names.gone if not one.instead]:
        yield f"gone: {', '.join(lost)}"


def member_lines(names: Names) -> Iterator[str]:
    """What became of the members of models that kept their names."""
    for one in sorted(names.changed, key=lambda one: not any(m.breaks for m in one.members)):
        yield f"`{one.new}`: {', '.join(argument(member) for member in one.members)}"


def names_sum(names: Names) -> str:
    """``187 names kept (12 with other members), 2 gone, 1 renamed, 14 new``."""
    kept = f"{counted(names.kept, 'name')} kept"
    if names.changed:
        kept += f" ({len(names.changed):,} of them changed inside)"
    counts = ((names.gone, "gone"), (names.renamed, "renamed"), (names.added, "new"))
    return ", ".join([kept, *(f"{len(some):,} {word}" for some, word in counts if some)])


def added(names: Sequence[NameChange]) -> str:
    """The new names in one line."""
    return ", ".join(f"`{one.new}`" for one in names)


def use_line(use: Use) -> str:
    """``src/app.py:12:5  `image_to_video.create`: …``."""
    perhaps = "" if use.sure else "perhaps: "
    method = f"`{use.method}`: " if use.method and f"`{use.method}`" not in use.reason else ""
    return f"{relative(use.file)}:{use.line}:{use.column}  {perhaps}{method}{use.reason}"


def stray_lines(stray: Stray) -> list[str]:
    """What became of an overlay action's target, and the target that is nearest now."""
    origin = stray.diagnostic.origin
    where = f"{relative(origin.file)}:{origin.line}: " if origin and origin.line else ""
    lines = [f"{where}`{_joined(stray.target)}` matches nothing any more"]
    if stray.nearest:
        lines.append(f"nearest: `{_joined(stray.nearest)}`; {stray.why}")
    elif stray.why:
        lines.append(stray.why)
    return lines


def _joined(target: str) -> str:
    """A JSONPath that was folded over several lines, in one piece."""
    return re.sub(r"\s+(?=[.\[])", "", target.strip())


def todo(update: Update) -> list[str]:
    """What the user has to do, in the order in which it is urgent."""
    found = [use_line(one) for one in (update.uses.found if update.uses else ())]
    found += [f"{name}: not read, {reason}" for name, reason in _unread(update)]
    # Where the code was looked through, what it uses is told; else every name might be used.
    found += list(name_lines(update.names)) if update.uses is None else []
    found += list(_renamed(update))
    found += ["; ".join(stray_lines(one)) for one in update.strays]
    return found


def _unread(update: Update) -> tuple[tuple[str, str], ...]:
    return update.uses.unread if update.uses else ()


def _renamed(update: Update) -> Iterator[str]:
    """How to keep a method's name that the new document would change."""
    for one in update.methods:
        if one.old and one.new and one.old != one.new:
            yield (
                f"to keep the name `{one.old}`, add `x-specbound: {{name: {one.old}}}` to "
                f"{one.operation} in an overlay; it is `{one.new}` now"
            )


def recheck_sum(again: Recheck) -> str:
    """``20 exchanges: 3 no longer fit, 1 fits now, 15 fit both, 1 fits neither``."""
    counts = (
        (again.stopped.exchanges, "no longer fit"),
        (again.started.exchanges, "fit now"),
        (again.both, "fit as before"),
        (again.neither, "fit neither"),
        (again.broken, "could not be read"),
    )
    told = ", ".join(f"{number:,} {word}" for number, word in counts if number)
    return f"{counted(again.exchanges, 'exchange')}: {told or 'nothing to tell'}"


def recheck_lines(again: Recheck) -> Iterator[tuple[str, list[str]]]:
    """Titles with their rows: what no longer fits and why, then what fits now."""
    for title, account, places in (
        ("no longer fit", again.stopped, again.stopped_at),
        ("fit now", again.started, again.started_at),
    ):
        rows = [_cause(group) for group in account.groups if group.finding.severity == "error"]
        if account.exchanges:
            more = account.exchanges - len(places)
            told = ", ".join(map(_file, places)) + (f" and {more:,} more" if more > 0 else "")
            yield title, [*rows, f"at {told}"]


def _file(place: str) -> str:
    file, mark, line = place.rpartition(":")
    return f"{relative(file)}:{line}" if mark and line.isdigit() else place


def _cause(group: Any) -> str:
    finding = group.finding
    times = f" ×{group.count:,}" if group.count > 1 else ""
    operation = f"{finding.operation}: " if finding.operation else ""
    return f"{operation}{finding.message} [{finding.code}]{times}"


def lint_sum(news: LintNews) -> str:
    """``3 new findings, 1 mended, 120 as before``."""
    parts = [f"{counted(len(news.found), 'new finding')}"]
    parts += [f"{news.mended:,} mended"] if news.mended else []
    parts += [f"{news.known:,} as before"] if news.known else []
    return ", ".join(parts)


def lint_lines(news: LintNews) -> list[str]:
    """The new findings, the same words once: ``warning[invalid-example] ×3: …``."""
    same: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for one in news.found:
        same.setdefault((str(one.severity), str(one.code), one.message), []).append(one)
    return [_finding(some) for some in same.values()]


def _finding(some: Sequence[Diagnostic]) -> str:
    first = some[0]
    times = f" ×{len(some):,}" if len(some) > 1 else ""
    origin = first.origin
    place = f" ({relative(origin.file)}:{origin.line})" if origin and origin.line else ""
    return f"{first.severity}[{first.code}]{times}: {first.message}{place}"


def breaking_lines(methods: Iterable[MethodChange]) -> list[str]:
    """The lines that tell what breaks."""
    return [line.text for one in methods for line in method_lines(one) if line.breaks]


def other_lines(methods: Iterable[MethodChange]) -> list[str]:
    """The lines that tell of what came or changed without breaking."""
    return [line.text for one in methods for line in method_lines(one) if not line.breaks]


def _cut(code: str) -> str:
    text = " ".join(code.split())
    return f"`{text if len(text) <= _CODE else text[: _CODE - 1] + '…'}`"
