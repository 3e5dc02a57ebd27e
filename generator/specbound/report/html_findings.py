"""Groups of findings as cards: what was sent beside the rule it breaks, and where it was met.

Knows groups and their places. It must not know markup, nor counts of the whole run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specbound.check.account import Account, Entry, Group
from specbound.check.finding import Finding, Part
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.report import phrases
from specbound.report.html_code import Code, code, plain
from specbound.report.html_rules import Rules
from specbound.report.html_text import Html, cut, sentence, visible
from specbound.report.html_views import Card, Section, Select, Text

#: So many cards are open when the page is opened.
_OPEN = 2
_LONGEST = 2_000
_GLYPHS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.NOTE: "○"}

_NOBODY = "no operation"


class Cards:
    """Makes the cards of one page; each is told from the others by its number."""

    def __init__(self, account: Account, contract: Contract) -> None:
        self.rules = Rules(contract)
        self.count = 0
        self.lines = _lines_each(len(account.groups) + len(account.known))

    def sections(self, account: Account) -> Iterator[Section]:
        """New findings, then those that the baseline accepts."""
        cards = tuple(self._card(group) for group in account.groups)
        note = "Nothing new was found." if not cards else ""
        yield Section({"id": "findings"}, "Findings", note, cards)
        if account.known:
            known = tuple(self._card(group, entry) for group, entry in account.known)
            note = "Accepted by the baseline: these do not fail the run."
            yield Section({"id": "known"}, "Known", note, known)

    def _card(self, group: Group, entry: Entry | None = None) -> Card:
        self.count += 1
        finding = group.finding
        severity = finding.severity
        places = _places(group)
        return Card(
            attributes={
                "id": f"f{self.count}",
                "data-severity": severity.value,
                "data-code": visible(finding.code),
                "data-operation": visible(finding.operation or _NOBODY),
                "data-part": finding.part.value,
                "data-state": "known" if entry else "new",
            },
            details={"open": True if self.count <= _OPEN and not entry else None},
            severity=Text(severity.value, {"class": f"badge {severity.value}"}, _GLYPHS[severity]),
            code=visible(finding.code),
            message=sentence(cut(finding.message, _LONGEST)),
            subject=visible(_subject(finding)),
            count=f"{group.count:,} ×",
            facts=tuple(_facts(finding, entry)),
            panels=tuple(self._panels(group)),
            link={"href": f"#f{self.count}", "class": "link"},
            places=places,
            more=f"and {group.count - len(places):,} more" if group.count > len(places) else "",
        )

    def _panels(self, group: Group) -> Iterator[Code]:
        finding = group.finding
        if group.sample is not None:
            body = finding.part in (Part.REQUEST_BODY, Part.RESPONSE_BODY)
            at = finding.pointer if body else ""
            first = group.places[0] if group.places else None
            place = phrases.place(first.source, first.line) if first else ""
            title = _TITLES.get(finding.part, "Recorded")
            if isinstance(group.sample, str) and not body:
                yield plain(title, visible(place), group.sample)
            else:
                yield code(title, visible(place), group.sample, at, self.lines)
        if finding.spec is not None and group.cause.schema:
            found, at = self.rules.find(group.cause.schema)
            if found is not None:
                place = visible(phrases.spec_place(finding.spec))
                yield code("Rule in the document", place, found, at, self.lines)


_TITLES = {
    Part.REQUEST_BODY: "Request body",
    Part.RESPONSE_BODY: "Response body",
    Part.STATUS: "Status",
}


def _subject(finding: Finding) -> str:
    if finding.part is Part.RECORD:
        return "the recording itself"
    return phrases.subject_of(finding) or finding.part.value


def _lines_each(groups: int) -> int:
    """How many lines of code a panel may have, so that a page of very many stays small."""
    return 40 if groups <= 200 else 16 if groups <= 800 else 8


def _facts(finding: Finding, entry: Entry | None) -> Iterator[tuple[str, Html]]:
    told = (
        ("Variant", finding.variant),
        ("Allowed", finding.allowed),
        ("Help", finding.help),
        ("Reason", entry.reason if entry else ""),
        ("Expires", entry.expires if entry else ""),
    )
    return ((name, sentence(cut(text, _LONGEST))) for name, text in told if text)


def _places(group: Group) -> tuple[str, ...]:
    """The places; where in the exchange, only of those that differ from the finding's own."""
    own = group.finding.pointer
    return tuple(
        visible(phrases.place(one.source, one.line))
        + ("" if one.pointer == own else f" {visible(one.pointer)}")
        for one in group.places
    )


def filters(account: Account) -> Iterator[Select]:
    """What the findings can be filtered by; a filter with one choice is left out."""
    found = [group.finding for group in (*account.groups, *(one for one, _ in account.known))]
    yield from _select("Severity", "severity", (one.severity.value for one in found))
    yield from _select("Code", "code", (one.code for one in found))
    yield from _select("Operation", "operation", (one.operation or _NOBODY for one in found))
    yield from _select("Part", "part", (one.part.value for one in found))


def _select(label: str, name: str, values: Iterable[str]) -> Iterator[Select]:
    distinct = sorted({visible(value) for value in values})
    if len(distinct) < 2:
        return
    everything = Text(f"Any {label.lower()}", {"value": ""})
    options = (Text(value, {"value": value}) for value in distinct)
    yield Select(label, {"data-filter": name, "id": f"by-{name}"}, (everything, *options))
