"""One request builder, called with values: what it built, or how it refused.

Knows the ways in which people write builders: functions, clients that send, coroutines. It must not
know which values are good.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from specbound.contract.load import Contract
from specbound.contract.model import Operation, Parameter
from specbound.prove.case import Case, Wire, arguments_of
from specbound.traffic.capture import Caught, closed_doors
from specbound.traffic.exchange import ABSENT, Request
from specbound.traffic.messages import request_of

Adapt = Callable[[Case], Any]

#: Names of a parameter that takes the whole body.
_WHOLE = ("body", "json", "payload", "data", "request", "params", "content")


class Built(NamedTuple):
    """The builder made this request."""

    request: Request


class Refused(NamedTuple):
    """The builder raised, before anything was sent."""

    error: str
    message: str


class Strange(NamedTuple):
    """The builder gave back something that is no request."""

    what: str


Outcome = Built | Refused | Strange


@dataclass
class Builder:
    """A callable that makes requests of one operation.

    Without `adapt` a value becomes keyword arguments by the callable's own signature: Python
    names or wire names, the body's members one by one or whole.
    """

    function: Callable[..., Any]
    contract: Contract
    operation: Operation
    adapt: Adapt | None = None
    _names: Mapping[str, str] | None = field(default=None, init=False)
    _whole: str = field(default="", init=False)

    def __post_init__(self) -> None:
        if self.adapt is None:
            self._names, self._whole = _convention(self)

    def build(self, case: Case) -> Outcome:
        """Call the builder with a case; whatever it raises is a refusal."""
        arguments, keywords = self.call(case)
        try:
            made = called(self.function, arguments, keywords)
        except Exception as error:
            return Refused(type(error).__name__, str(error))
        try:
            return Built(request_of(made))
        except TypeError:
            return Strange(type(made).__name__)

    def call(self, case: Case) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of the call for a case."""
        if self.adapt is not None:
            return _adapted(self.adapt(case))
        if self._whole:
            names = self._names or {}
            given = {names.get(name, name): value for _, name, value in _parameters(case)}
            if case.body is not ABSENT:
                given[self._whole] = case.body
            return (), given
        given = case.arguments(self.contract)
        if self._names is None:
            return (), given
        return (), {self._names.get(name, name): value for name, value in given.items()}

    def call_names(self) -> set[str]:
        """The names of all the arguments that this builder may be given."""
        parameters, members = arguments_of(self.contract, self.operation)
        if self._whole:
            return {self._whole, *(self._names or {}).values()}
        if self._names is not None:
            return set(self._names.values())
        return {*filter(None, parameters.values()), *members.values(), "body"}

    def within(self, case: Case) -> Case:
        """The case without what the builder has no parameter for, or fills in itself."""
        if self.adapt is not None:
            return case
        found = {wire: value for wire, value in case.parameters.items() if self.takes(wire)}
        body = case.body
        if isinstance(body, dict) and self._names is not None and not self._whole:
            body = {name: one for name, one in body.items() if self._takes_member(name)}
        if body == {} and not self._whole and not _needs_body(case):
            # A call without any member asks for no body as much as for an empty one.
            body = ABSENT
        return replace(case, parameters=found, body=body)

    def takes(self, wire: Wire) -> bool:
        """Whether a value can be given for a parameter; constants are filled in."""
        if self.adapt is not None:
            return True
        one = next(each for each in self.operation.parameters if _wire(each) == wire)
        if isinstance(one.schema, Mapping) and "const" in one.schema and one.required:
            return False
        return bool(one.python) and (self._names is None or one.python in self._names)

    def reaches(self, wire: Wire | None, steps: Sequence[str]) -> bool:
        """Whether a value at a place of the request can be given: a parameter, or in the body."""
        if wire is not None:
            return self.takes(wire)
        return not steps or self._takes_member(steps[0])

    def why_not(self, wire: Wire | None) -> str:
        """Why a place cannot be reached."""
        one = next((each for each in self.operation.parameters if _wire(each) == wire), None)
        if one is not None and isinstance(one.schema, Mapping) and "const" in one.schema:
            return "the builder fills in what can be one value only"
        return "the builder has no parameter for it"

    def _takes_member(self, name: str) -> bool:
        if self._names is None or self._whole or self.adapt is not None:
            return True
        return arguments_of(self.contract, self.operation)[1].get(name, name) in self._names


def _needs_body(case: Case) -> bool:
    return case.operation.body is not None and case.operation.body.required


def _wire(parameter: Parameter) -> Wire:
    return parameter.location, parameter.name


def called(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Any:
    """What a call gives back, or what it was about to send; raises what it raises."""
    try:
        with closed_doors():
            made = function(*arguments, **keywords)
            return finished(awaited(made)) if inspect.isawaitable(made) else made
    except Caught as caught:
        return caught.message


def build(function: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Request:
    """The request that a builder makes of a call; nothing is sent.

    Raises whatever the builder raises, and `TypeError` where it makes no request.
    """
    return request_of(called(function, arguments, keywords))


def finished(made: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, also where an event loop runs already: in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(made)
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, made).result()


async def awaited(made: Any) -> Any:
    """What comes of anything that can be awaited, as a coroutine."""
    return await made


def _adapted(made: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What `adapt` may return: keyword arguments, arguments, or both as a pair."""
    if isinstance(made, Mapping):
        return (), dict(made)
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[0], tuple):
        return made[0], dict(made[1])
    return (made if isinstance(made, tuple) else (made,)), {}


def _parameters(case: Case) -> list[tuple[str, str, Any]]:
    named = {(one.location, one.name): one.python or one.name for one in case.operation.parameters}
    return [(wire[0], named[wire], value) for wire, value in case.parameters.items()]


def _convention(builder: Builder) -> tuple[Mapping[str, str] | None, str]:
    """How the builder's parameters are named: Python name to its own, and who takes the body.

    None where it takes any keyword.
    """
    try:
        signature = inspect.signature(builder.function)
    except (TypeError, ValueError):
        return None, ""
    known = {
        _folded(name): name
        for name, one in signature.parameters.items()
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    }
    parameters, members = arguments_of(builder.contract, builder.operation)
    wanted = [*filter(None, parameters.values()), *members.values()]
    found = {name: known[_folded(name)] for name in wanted if _folded(name) in known}
    takes_any = any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
    if takes_any and not set(members.values()) & set(found):
        return None, ""
    if members and not set(members.values()) & set(found):
        for whole in _WHOLE:
            if whole in known:
                return found, known[whole]
        spare = [name for name in known.values() if name not in found.values()]
        if spare and builder.operation.body is not None:
            return found, spare[0]
    return found, ""


def _folded(name: str) -> str:
    return name.replace("_", "").lower()
