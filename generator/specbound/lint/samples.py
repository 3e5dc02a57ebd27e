"""Code samples against the operations that they call: Python, JavaScript and TypeScript, curl.

Knows in which languages samples come, and puts their faults into the document. It must not know
what a call must pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from specbound.contract.model import Operation
from specbound.diagnostics import Code, Diagnostic
from specbound.lint.calls import Complaint, Given, complaints, javascript_call, python_call
from specbound.lint.document import Document
from specbound.lint.method import Method, Methods
from specbound.lint.problem import Action, Problem
from specbound.lint.requests import Requests
from specbound.lint.results import results
from specbound.lint.values import Values
from specbound.traffic.samples import Call, SampleError

_PYTHON = frozenset({"python", "py", "python3"})
_JAVASCRIPT = frozenset(
    {"javascript", "typescript", "js", "ts", "node", "nodejs", "node.js", "jsx", "tsx"}
)
_KIND = "faults of code samples"
_MEMBERS = ("x-codeSamples", "x-code-samples")


def samples(document: Document) -> Iterator[Problem]:
    """The faults of every sample of every operation, in the document's order."""
    judge: _Samples | None = None
    for operation in document.contract.operations.values():
        if not operation.samples:
            continue
        judge = judge or _Samples(document)
        node = document.node(operation.pointer)
        member = next(name for name in _MEMBERS if node.get(name))
        for index, sample in enumerate(node[member]):
            if isinstance(sample, Mapping) and isinstance(sample.get("source"), str):
                yield from judge.sample(operation, sample, f"{operation.pointer}/{member}/{index}")


class _Samples:
    """Reads samples and judges their calls, with what all of them share."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.methods = Methods(document.contract)
        self.values = Values(document.contract)
        self.requests = Requests(document.contract)

    def sample(self, operation: Operation, sample: Mapping[str, Any], at: str) -> Iterator[Problem]:
        """The problems of one sample, each with the one action that mends all that can be."""
        lang, source = str(sample.get("lang", "")), sample["source"]
        try:
            found = list(self._complaints(operation, lang.strip().lower(), source))
        except SampleError as error:
            found = [Complaint(str(error), error.line)]
        mended = _renamed(source, found)
        mend = self.document.update(at, {"source": mended}) if mended != source else ()
        for one in dict.fromkeys(found):
            yield self._problem(one, f"{operation.key}, {lang or 'code'} sample", at, mend)

    def _problem(self, one: Complaint, whose: str, at: str, mend: tuple[Action, ...]) -> Problem:
        message = f"{whose}, line {one.line}: {one.message}"
        item = Diagnostic(
            Code.INVALID_SAMPLE,
            message,
            self.document.origin(f"{at}/source"),
            one.severity,
            one.help,
        )
        return Problem(item, _KIND, mend if one.rename else ())

    def _complaints(self, operation: Operation, lang: str, source: str) -> Iterator[Complaint]:
        if lang in _PYTHON:
            from specbound.traffic.python_code import python_calls

            yield from self._calls(operation, python_calls(source), source, python_call)
        elif lang in _JAVASCRIPT:
            from specbound.traffic.javascript import javascript_calls, javascript_problems

            for line, message in javascript_problems(source):
                yield Complaint(message, line)
            yield from self._calls(operation, javascript_calls(source), source, javascript_call)
        elif "curl " in source:
            yield from self.requests.curl(source)

    def _calls(
        self,
        operation: Operation,
        calls: Sequence[Call],
        source: str,
        bind: Callable[[Call, Method], Given],
    ) -> Iterator[Complaint]:
        """The calls of operations; a client with names of its own is told by its first call."""
        known = [(call, method) for call in calls if (method := self.methods.called(call.callee))]
        bound = [bind(*pair) for pair in known]
        for given in bound:
            yield from complaints(given, self.values, bind is python_call)
        if known:
            yield from results(bound, source, self.document.contract, bind is python_call)
        else:
            yield from self._loosely(operation, calls, bind)

    def _loosely(
        self,
        operation: Operation,
        calls: Sequence[Call],
        bind: Callable[[Call, Method], Given],
    ) -> Iterator[Complaint]:
        """A call of a client that names its methods otherwise: what it passes is judged alone."""
        clients = {call.result for call in calls if call.result and "." not in call.callee}
        meant = [call for call in calls if _is_method(call.callee, clients)]
        if len(meant) != 1:
            return
        given = bind(meant[0], self.methods.of(operation))
        given.open, strange = True, given.strange
        given.strange = {}
        if given.slots and len(strange) <= len(given.slots):
            yield from complaints(given, self.values, False)


def _is_method(callee: str, clients: set[str]) -> bool:
    first, _, rest = callee.partition(".")
    return first in clients and bool(rest) and "(" not in rest


def _renamed(source: str, found: Sequence[Complaint]) -> str:
    """The sample with its words mended, as far as each stands for nothing else in it."""
    renames = [one.rename for one in found if one.rename]
    for old, new in dict.fromkeys(renames):
        written = re.compile(rf"(?<![\w.])(['\"]?){re.escape(old)}\1(?=\s*(?:=(?!=)|:))")
        if len(written.findall(source)) == renames.count((old, new)):
            source = written.sub(lambda m, new=new: f"{m[1]}{new}{m[1]}", source)  # type: ignore[misc]
    return source
