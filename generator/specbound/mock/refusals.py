"""Requests that are refused, told in the service's own words where the document has a shape.

Knows findings, issues and error replies. It must not know why a request was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from specbound.check.finding import Finding, Part
from specbound.contract.model import Operation
from specbound.contract.problems import doc_url
from specbound.mock.bodies import Bodies
from specbound.mock.contents import stated, written
from specbound.origin import tokens
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.replies import Replied, replied
from specbound.runtime.issue import Issue
from specbound.runtime.server.messages import Answer, Problem
from specbound.runtime.server.problems import problem_answer, problem_body

#: Members of error replies that say what went wrong, for people.
_WORDS = ("error", "message", "detail", "title", "description", "reason")
_BODY = (Part.REQUEST_BODY, Part.RESPONSE_BODY)


def refusal(findings: Iterable[Finding]) -> Problem:
    """The problem of a request that the contract refuses: every error as an issue."""
    listed = tuple(findings)
    where = {"body" if one.part in _BODY else str(one.part) for one in listed}
    what = where.pop() if len(where) == 1 else "request"
    return Problem(400, f"Validation of {what} failed", tuple(map(_issue, listed)))


def _issue(finding: Finding) -> Issue:
    steps = tokens(finding.pointer) if finding.pointer else ()
    path = [int(step) if step.isdecimal() else step for step in steps]
    message = f"{finding.message}; {finding.help}" if finding.help else finding.message
    return Issue(finding.code, path, message)


class Refusals:
    """Writes problems as an operation documents them, else as `{error, issues, docUrl}`."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._doc_url = doc_url(bodies.contract)

    def answer(self, problem: Problem, operation: Operation | None) -> Answer:
        """The answer that tells a problem."""
        one = documented(operation, problem.status) if operation else None
        if one is None:
            return problem_answer(problem, None, self._doc_url)
        if not one.media:
            return Answer(problem.status, b"", problem.headers)
        if "json" not in one.media:
            return problem_answer(problem, None, self._doc_url)
        for body in self._candidates(one, problem):
            if self._bodies.fits(one.form, body):
                head = {"content-type": stated(one.media), **problem.headers}
                return Answer(problem.status, written(one.media, body), head)
        return problem_answer(problem, None, self._doc_url)

    def _candidates(self, one: Replied, problem: Problem) -> Iterator[Any]:
        """Bodies that tell it, the one that says most first."""
        whole = problem_body(problem, self._doc_url)
        for body in (whole, problem_body(problem)):
            if self._bodies.declared(one.form, body):
                yield body
        told: dict[str, Any] = dict.fromkeys(_WORDS, problem.message)
        told |= {"status": problem.status, "code": problem.status, "statusCode": problem.status}
        try:
            drawn = self._bodies.least(one.form)
        except Unsatisfiable:
            return
        body = self._bodies.echoed(one.form, drawn, "", {**told, "issues": whole["issues"]})
        for name in _WORDS:
            if isinstance(body, dict) and isinstance(body.get(name), dict):
                body = self._bodies.echoed(one.form, body, f"/{name}", told)
        yield body
        yield whole


def documented(operation: Operation, status: int) -> Replied | None:
    """The reply that an operation documents for a status; None if it documents none."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in operation.replies:
            return replied(operation, key)._replace(status=status)
    return None
