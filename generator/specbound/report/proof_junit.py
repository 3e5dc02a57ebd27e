"""A run of `specbound fuzz` as JUnit XML: a suite a builder, a case a constraint at its place.

Knows the elements that CI systems read. It must not know how anything was tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as etree

from specbound.origin import Origin
from specbound.prove.proof import Place, Proof, Run, Status
from specbound.prove.reproduce import acceptance_test, call_text, refusal_test
from specbound.report.junit import legal
from specbound.report.phrases import encodable, spec_place


def proof_junit(run: Run) -> str:
    """The report as XML: what was let through fails, what was not reached is skipped."""
    suites = [_suite(proof) for proof in run.proofs]
    root = etree.Element("testsuites", name=legal(f"specbound fuzz: {run.target}"))
    root.set("time", f"{run.seconds:.3f}")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    etree.indent(root)
    text = encodable(etree.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(proof: Proof) -> etree.Element:
    cases = [*_valid(proof), *(_place(proof, place) for place in proof.places)]
    suite = etree.Element("testsuite", name=legal(proof.name))
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", f"{proof.seconds:.3f}")
    suite.extend(cases)
    return suite


def _valid(proof: Proof) -> Iterator[etree.Element]:
    """One case for all the valid values; every one of its failures is told in its text."""
    case = _case(proof, "valid values", proof.seconds)
    for found in proof.counterexamples:
        told = [
            "\n".join(found.steps) or call_text(proof.code.expression, found.call),
            f"expected: {found.expected}",
            found.request,
            _rule(found.rule),
            acceptance_test(proof, found),
        ]
        _fail(case, str(found.kind), found.message, told)
    if not proof.counterexamples and proof.notes:
        etree.SubElement(case, "skipped", message=legal("; ".join(proof.notes)))
    yield case


def _place(proof: Proof, place: Place) -> etree.Element:
    at = f"{place.part} {place.pointer}".strip()
    case = _case(proof, f"{at}: {place.keyword} ({place.says})")
    if place.status is Status.LET_THROUGH:
        call = call_text(proof.code.expression, place.call)
        told = [call, place.request, _rule(place.rule), refusal_test(proof, place)]
        _fail(case, place.keyword, f"let through: {place.says}", told)
    elif place.status is Status.NOT_REACHED:
        etree.SubElement(case, "skipped", message=legal(place.reason))
    return case


def _rule(rule: Origin | None) -> str:
    return f"rule: {spec_place(rule)}" if rule else ""


def _fail(case: etree.Element, kind: str, message: str, told: list[str]) -> None:
    failure = etree.SubElement(case, "failure", type=legal(kind), message=legal(message))
    failure.text = legal("\n\n".join(filter(None, told)))


def _case(proof: Proof, name: str, seconds: float = 0.0) -> etree.Element:
    return etree.Element(
        "testcase", classname=legal(proof.name), name=legal(name), time=f"{seconds:.3f}"
    )
