"""How findings are worded in every report: places, parts, sums.

Knows an account's values and plain text. It must not know any report's format, nor colour.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

from specbound.check.account import Account, Entry, Group, Place
from specbound.check.causes import cause
from specbound.check.finding import Finding
from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.report.terminal import clean, counted
from specbound.traffic.exchange import Source

#: What readers call a recording that is no file.
STREAMS = ("-", "", "<stdin>")

#: Parts that a finding's other words have named already.
_TOLD = ("path", "record")


def shown(account: Account) -> tuple[Group, ...]:
    """What a report lists: the new groups, or every new finding on its own where that was asked."""
    if account.all is None:
        return account.groups
    return tuple(_alone(finding) for finding in account.all)


def _alone(finding: Finding) -> Group:
    where = Place(finding.source, finding.line, finding.pointer)
    return Group(cause(finding), finding, 1, (where,))


def one_line(text: str) -> str:
    """A text that cannot leave its line nor steer a terminal, and that UTF-8 can write."""
    return encodable(clean(text).replace("\n", "\\n"))


def encodable(text: str) -> str:
    """A text whose lone surrogates are spelled out as JSON spells them."""
    return text.encode("utf-8", "backslashreplace").decode()


def relative(file: str) -> str:
    """A file as it is named from the working directory, if it lies below it; always with ``/``."""
    if file in STREAMS:
        return file
    inside = os.path.relpath(file) if os.path.isabs(file) else os.path.normpath(file)
    chosen = file if inside.startswith("..") and os.path.isabs(file) else inside
    return chosen.replace(os.sep, "/")


def place(source: Source, line: int | None = None) -> str:
    """``traffic.ndjson:41``; without a line the pointer or the number of the exchange."""
    file = relative(source.file) if source.file not in STREAMS else "<stdin>"
    if line or source.line:
        return f"{file}:{line or source.line}"
    if source.pointer:
        return f"{file}  {source.pointer}"
    return file if source.number is None else f"{file} (exchange {source.number})"


def spec_place(origin: Origin) -> str:
    """``openapi.json:812:17  /paths/…``."""
    return str(Origin(relative(origin.file), origin.pointer, origin.line, origin.column))


def subject(operation: str | None, part: str, pointer: str) -> str:
    """``POST /v1/image_to_video  request body /ratio``."""
    told = "" if part in _TOLD and not pointer else f"{part.replace('.', ' ')} {pointer}".strip()
    return "  ".join(filter(None, (operation, told)))


def subject_of(finding: Finding) -> str:
    """The subject of a finding."""
    return subject(finding.operation, finding.part, finding.pointer)


def allowed(finding: Finding) -> str:
    """What the rule takes; a bare list of values or names is introduced as such."""
    text = finding.allowed
    bare = text and (not text[0].isalpha() or "/" in text.partition(" ")[0])
    return f"allowed: {text}" if bare else text


def further(group: Group) -> str:
    """``also :57, :90, other.ndjson:3 and 9 more``: the places after the first."""
    first = group.places[0] if group.places else None
    if first is None or group.count == 1:
        return ""
    names: list[str] = []
    for each in group.places[1:]:
        name = place(each.source, each.line)
        same = each.source.file == first.source.file and (each.line or each.source.line)
        names.append(f":{each.line or each.source.line}" if same else name)
    names = [name for name in dict.fromkeys(names) if name != _tail(first.source, first.line)]
    left = group.count - len(group.places)
    return _listed(names, left)


def closing(account: Account) -> str:
    """``20 exchanges: 3 valid, 9 invalid, 8 undocumented; 21 findings of 7 causes in 0.4 s``."""
    verdicts = (
        (account.valid, "valid"),
        (account.invalid, "invalid"),
        (account.undocumented, "undocumented"),
    )
    told = ", ".join(f"{number:,} {word}" for number, word in verdicts if number) or "none judged"
    return f"{counted(account.exchanges, 'exchange')}: {told}; {_sum(account)}{_time(account)}"


def severities(account: Account) -> Counter[Severity]:
    """How many new causes there are of each severity."""
    return Counter(group.finding.severity for group in account.groups)


def accepted(account: Account) -> list[tuple[str, str, int, int]]:
    """What the baseline accepts, summed up: reason, day of expiry, causes, findings."""
    causes: Counter[tuple[str, str]] = Counter()
    findings: Counter[tuple[str, str]] = Counter()
    for group, entry in account.known:
        causes[entry.reason, entry.expires] += 1
        findings[entry.reason, entry.expires] += group.count
    return [(*key, causes[key], findings[key]) for key, _ in causes.most_common()]


def entry_line(entry: Entry) -> str:
    """One entry of the baseline: ``enum  POST /v1/avatars  request body /voice/presetId``."""
    why = entry.cause
    names = f"({', '.join(why.names)})" if why.names else ""
    return "  ".join(filter(None, (why.code, subject(why.operation, why.part, why.pointer), names)))


def reasons(counts: Iterable[tuple[str, int]]) -> list[str]:
    """``12 × no schema for text/html`` for each reason, the most frequent first."""
    ordered = sorted(counts, key=lambda one: -one[1])
    return [f"{number:,} × {why.removeprefix('not checked: ')}" for why, number in ordered]


def _sum(account: Account) -> str:
    if not account.findings:
        return "no findings"
    causes = counted(len(account.groups) + len(account.known), "cause")
    known = f" ({len(account.known):,} known)" if account.known else ""
    return f"{counted(account.findings, 'finding')} of {causes}{known}"


def _time(account: Account) -> str:
    return f" in {account.seconds:.1f} s" if account.seconds else ""


def _tail(source: Source, line: int | None) -> str:
    return f":{line or source.line}"


def _listed(names: list[str], left: int) -> str:
    if not names:
        return ""
    told = ", ".join(names)
    return f"also {told}" + (f" and {left:,} more" if left > 0 else "")
