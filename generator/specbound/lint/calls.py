"""One call of a code sample against the operation that it calls: each fault as a `Complaint`.

Knows what a call must, may and must not pass. It must not know the sample's syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from specbound.check.finding import Fault
from specbound.contract.values import literal
from specbound.contract.words import snake
from specbound.diagnostics import Severity
from specbound.lint.method import Method, Slot
from specbound.lint.values import Sent, Values
from specbound.origin import tokens
from specbound.traffic.documented import is_placeholder
from specbound.traffic.literals import SPREAD
from specbound.traffic.samples import Call

#: Names of what is meant to stand here, besides those that any documentation page uses.
_STANDS_FOR = re.compile(r".*[-_ ](id|uuid|key|token|here)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a sample, on which of its lines; `rename` is the word that mends it."""

    message: str
    line: int
    severity: Severity = Severity.WARNING
    help: str = ""
    rename: tuple[str, str] | None = None


@dataclass(slots=True)
class Given:
    """What a call passes: slots with their values, and names that are no slot's."""

    call: Call
    method: Method
    slots: dict[Slot, Any] = field(default_factory=dict)
    strange: dict[str, Any] = field(default_factory=dict)
    open: bool = False

    @property
    def body(self) -> Any:
        """The body's value by wire names; strange names stand in it as they are."""
        whole = [v for slot, v in self.slots.items() if slot.location == "body" and not slot.wire]
        if whole:
            return whole[0]
        members = {s.wire: v for s, v in self.slots.items() if s.location == "body"}
        return {**members, **self.strange, **({SPREAD: None} if self.open else {})}


def python_call(call: Call, method: Method) -> Given:
    """The arguments of a call of the Python client: keywords by Python names."""
    given = Given(call, method, open=SPREAD in call.keywords)
    if method.operation.facts.upload is not None and "file" in call.keywords:
        return Given(call, method, open=True)  # the client's own way to upload in one call
    for slot, value in zip(method.path, call.arguments, strict=False):
        given.slots[slot] = value
    for name, value in call.keywords.items():
        if name in method.by_python:
            given.slots[method.by_python[name]] = value
        elif name != SPREAD:
            given.strange[name] = value
    return given


def javascript_call(call: Call, method: Method) -> Given:
    """The arguments of a call of a JavaScript client: those of the path, then one object."""
    given = Given(call, method)
    left = list(call.arguments)
    for slot in method.path:
        if left and not isinstance(left[0], dict):
            given.slots[slot] = left.pop(0)
    members = left[0] if left else {}
    if not isinstance(members, dict):
        given.open = True
        return given
    for name, value in members.items():
        meant = method.by_wire.get(name) or method.by_words.get(snake(name))
        if meant is not None and meant not in given.slots:
            given.slots[meant] = value
        elif name == SPREAD:
            given.open = True
        else:
            given.strange[name] = value
    return given


def complaints(given: Given, values: Values, python: bool) -> Iterator[Complaint]:
    """Everything in which a call does not fit its operation."""
    yield from _strange(given, python)
    yield from _missing(given)
    for slot, value in given.slots.items():
        if slot.location != "body":
            yield from _parameter(given, slot, value, values)
    if given.slots or given.strange or _needs_body(given):
        yield from _body(given, values, python)


def _needs_body(given: Given) -> bool:
    body = given.method.operation.body
    return not given.open and bool(body and (body.required or given.method.body))


def _strange(given: Given, python: bool) -> Iterator[Complaint]:
    """Keywords that the client's method does not have: Python raises a TypeError."""
    for name in given.strange if python else ():
        known = list(given.method.by_python)
        meant = snake(name) if snake(name) in known else ""
        close = [meant] if meant else get_close_matches(name, known, 1, 0.75)
        help = f"did you mean `{close[0]}`?" if close else ""
        rename = (name, close[0]) if meant or _fills_the_gap(given, close) else None
        message = f"`{given.call.callee}` has no argument `{name}`"
        yield Complaint(message, given.call.line, Severity.WARNING, help, rename)


def _fills_the_gap(given: Given, close: list[str]) -> bool:
    """Whether the name that was perhaps meant is not passed under its own name."""
    slot = given.method.by_python.get(close[0]) if close else None
    return slot is not None and slot not in given.slots and len(given.strange) == 1


def _missing(given: Given) -> Iterator[Complaint]:
    """Required parameters that are not passed; those of the body its schema tells."""
    for slot in given.method.slots:
        if slot.location == "body" or not slot.required or slot in given.slots or given.open:
            continue
        if slot.python in given.strange or slot.wire in given.strange:
            continue
        message = f"`{slot.wire}` is missing, which the document requires"
        help = "drop `required` from the parameter: it has a default" if slot.defaulted else ""
        message += " although it has a default" if slot.defaulted else ""
        yield Complaint(message, given.call.line, Severity.WARNING, help)


def _parameter(given: Given, slot: Slot, value: Any, values: Values) -> Iterator[Complaint]:
    sent = values.sent(slot.place, value)
    for fault in values.faults(slot.place, sent):
        yield _told(given, fault, sent, f"{slot.location} parameter `{slot.wire}`: ")


def _body(given: Given, values: Values, python: bool) -> Iterator[Complaint]:
    place = given.method.body
    if place is None:
        return
    sent = values.sent(place, given.body)
    strays = list(values.strays(place, sent))
    undeclared = [name for code, name, at in strays if code == "undeclared-member"]
    told = [] if python else [_undeclared(given, name, sent) for name in undeclared]
    yield from told
    renamed = {one.rename[1] for one in [*told, *_strange(given, python)] if one.rename}
    for fault in values.faults(place, sent):
        if not (fault.code == "required" and _is_renamed(given, fault, renamed)):
            yield _told(given, fault, sent, "")
    for code, name, at in strays:
        if python and code == "undeclared-member" and at.count("/") > 1:
            yield _undeclared(given, name, sent)
        elif code == "deprecated":
            words = f"`{name}` is sent, which is deprecated"
            yield Complaint(words, given.call.line, Severity.NOTE, "leave it out")
    for name, client, at in sent.spelled if python else ():
        if at:  # the body's own members have the names of the keywords
            words = f"`{name}` is written, which the Python client names `{client}`; both work"
            yield Complaint(words, given.call.line, Severity.NOTE, "", (name, client))


def _is_renamed(given: Given, fault: Fault, renamed: set[str]) -> bool:
    """Whether a missing member is one that was passed under a name that is told already."""
    slots = [given.method.by_wire.get(name) for name in fault.names]
    return not fault.pointer and any(
        slot is not None and {slot.wire, slot.python} & renamed for slot in slots
    )


def _undeclared(given: Given, name: str, sent: Sent) -> Complaint:
    close = get_close_matches(name, list(given.method.by_wire), 1, 0.75)
    absent = [one for one in close if not (isinstance(sent.value, dict) and one in sent.value)]
    message = f"`{name}` is sent, which the document does not declare"
    help = f"did you mean `{absent[0]}`?" if absent else ""
    rename = (name, absent[0]) if absent and len(given.strange) == 1 else None
    return Complaint(message, given.call.line, Severity.WARNING, help, rename)


def _told(given: Given, fault: Fault, sent: Sent, prefix: str) -> Complaint:
    value = _at(sent.value, fault.pointer)
    names = [name for name in (*fault.names, value) if isinstance(name, str)]
    held = next((one for one in names if is_placeholder(one) or _STANDS_FOR.fullmatch(one)), None)
    message = f"{prefix}{fault.message}"
    if held is not None and fault.code not in ("required", "undeclared-member"):
        message += f" ({literal(held)} is a placeholder)"
    return Complaint(message, given.call.line, Severity.WARNING, fault.help)


def _at(value: Any, pointer: str) -> Any:
    for token in tokens(pointer):
        if isinstance(value, Mapping):
            value = value.get(token)
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value
