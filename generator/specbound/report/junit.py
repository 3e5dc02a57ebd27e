"""An account as JUnit XML: a suite an operation, a case a cause.

Knows the elements that CI systems read (the XSD of Jenkins' xUnit plugin). It must not know any
one of those systems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as etree

from specbound.check.account import Account, Entry, Group
from specbound.diagnostics import Severity
from specbound.report import phrases

#: What XML 1.0 section 2.2 does not let a document hold.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Case = tuple[Group, Entry | None]


def junit(account: Account) -> str:
    """The report as XML. New errors fail, known causes are skipped, warnings pass and are told.

    Where there is no cause at all one case passes, so that no CI system misses its results.
    """
    alone = account.all is not None
    suites = [_suite(name, cases, alone) for name, cases in _by_operation(account).items()]
    suites = suites or [_passed(account)]
    root = etree.Element("testsuites", name=legal(f"specbound: {account.title}".rstrip(": ")))
    root.set("time", f"{account.seconds:.3f}")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _by_operation(account: Account) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    new: list[Case] = [(group, None) for group in phrases.shown(account)]
    for group, entry in [*new, *account.known]:
        found.setdefault(_suite_name(group), []).append((group, entry))
    return found


def _suite_name(group: Group) -> str:
    if group.finding.code == "undocumented-operation":
        return "undocumented operations"
    return group.cause.operation or "recording"


def _suite(name: str, cases: Iterable[Case], alone: bool) -> etree.Element:
    elements = [_case(name, case, alone) for case in cases]
    suite = etree.Element("testsuite", name=legal(name))
    suite.set("tests", str(len(elements)))
    suite.set("failures", str(_having(elements, "failure")))
    suite.set("errors", "0")
    suite.set("skipped", str(_having(elements, "skipped")))
    suite.set("time", "0")
    suite.extend(elements)
    return suite


def _having(elements: Iterable[etree.Element], name: str) -> int:
    return sum(element.find(name) is not None for element in elements)


def _name(group: Group, alone: bool) -> str:
    """A case's name, which stays while lines and values change; a finding alone has its place."""
    finding, why = group.finding, group.cause
    words = phrases.subject("", why.part, why.pointer) or str(why.part)
    if finding.code == "undocumented-operation":
        words = why.operation or finding.operation or words
    extra = ", ".join(filter(None, (finding.variant, *finding.names)))
    name = f"{words}: {finding.code}" + (f" ({extra})" if extra else "")
    first = group.places[0]
    return f"{name} [{phrases.place(first.source, first.line)}]" if alone else name


def _case(suite: str, case: Case, alone: bool) -> etree.Element:
    group, entry = case
    finding = group.finding
    element = etree.Element("testcase", classname=legal(suite), name=legal(_name(group, alone)))
    element.set("time", "0")
    if entry is not None:
        message = f"known: {entry.reason or 'no reason given'}"
        etree.SubElement(element, "skipped", message=legal(message))
    elif finding.severity is Severity.ERROR:
        failure = etree.SubElement(element, "failure", message=legal(finding.message))
        failure.set("type", finding.code)
        failure.text = legal(_details(group))
    else:
        told = f"{finding.severity}: {finding.message}\n{_details(group)}"
        etree.SubElement(element, "system-out").text = legal(told)
    return element


def _details(group: Group) -> str:
    finding, first = group.finding, group.places[0]
    where = phrases.place(first.source, first.line)
    lines = [f"{where}  {phrases.subject_of(finding)}".rstrip()]
    if group.count > 1:
        seen = (f"seen {group.count:,} times", phrases.further(group))
        lines.append(", ".join(filter(None, seen)))
    if finding.allowed:
        lines.append(phrases.allowed(finding))
    if finding.spec is not None:
        lines.append(f"spec: {phrases.spec_place(finding.spec)}")
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(lines)


def _passed(account: Account) -> etree.Element:
    name = account.title or "specbound"
    case = etree.Element("testcase", classname=legal(name), name="exchanges fit the contract")
    case.set("time", f"{account.seconds:.3f}")
    etree.SubElement(case, "system-out").text = legal(phrases.closing(account))
    suite = etree.Element("testsuite", name=legal(name), tests="1", failures="0", errors="0")
    suite.set("skipped", "0")
    suite.append(case)
    return suite


def legal(text: str) -> str:
    """A text without what XML 1.0 cannot hold; control characters are spelled out."""
    return ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
