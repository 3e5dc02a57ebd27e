"""Troubles into faults: what is a sentence already, and what has to be explained by its schema.

Knows whom to ask, and that a body's faults and strays are found by one judge. It must not know how
an explanation is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specbound.check.finding import Fault
from specbound.check.schema.judge import Judge, is_plain
from specbound.check.schema.lookup import Direction, lookup_of
from specbound.check.trouble import Misfit, Said, Trouble
from specbound.contract.load import Contract
from specbound.origin import escape
from specbound.traffic.secrets import redacted, shown


class Explainer:
    """Explains the troubles of one exchange after the other, by one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._last: tuple[Any, Direction, Judge] | None = None

    def forget(self) -> None:
        """Let go of the last exchange's values, which may be others when they are met again."""
        self._last = None

    def faults(self, trouble: Trouble) -> list[Fault]:
        """What a trouble comes to; a value that its schema refuses has at least one fault."""
        if isinstance(trouble, Said):
            return [trouble.fault]
        if trouble.strays:
            return _under(trouble, self._strays(trouble))
        if trouble.name:
            return self._parameter(trouble)
        return _under(trouble, self._explained(trouble))

    def _explained(self, trouble: Misfit) -> list[Fault]:
        # Imported late: a recording that fits needs no explanation.
        from specbound.check.explain.explain import causes, source

        judge = self._judge(trouble)
        if not (judge.exact or trouble.name):
            judge.refuse(trouble.schema, trouble.value)
        found = causes(judge, trouble.schema, trouble.at, trouble.value)
        placed = [(one, source(self._contract, trouble.at, one)) for one in found]
        return [replace(one, source=at) for one, at in placed] or [_plain(trouble)]

    def _strays(self, trouble: Misfit) -> list[Fault]:
        from specbound.check.explain.members import strays_by

        return strays_by(self._judge(trouble), trouble.schema, trouble.at, trouble.value)

    def _judge(self, trouble: Misfit) -> Judge:
        value, direction, last = trouble.value, trouble.direction, self._last
        if last is not None and last[0] is value and last[1] == direction:
            return last[2]
        judge = Judge(lookup_of(self._contract), direction, not is_plain(value))
        self._last = value, direction, judge
        return judge

    def _parameter(self, trouble: Misfit) -> list[Fault]:
        """A parameter is explained as the member of an object: its name is told and heeded."""
        name, at = trouble.name, trouble.at
        whole = {"properties": {name: trouble.schema}}
        schema = lookup_of(self._contract).remember(("parameter", at), lambda: whole)
        member = trouble._replace(schema=schema, value={name: trouble.value})
        below = f"{at}/properties/{escape(name)}"
        return [
            (
                replace(one, schema=at + one.schema.removeprefix(below))
                if one.schema.startswith(below)
                else one
            )
            for one in self._explained(member)
        ]


def _under(trouble: Misfit, found: list[Fault]) -> list[Fault]:
    if not trouble.under:
        return found
    return [replace(one, pointer=trouble.under + one.pointer) for one in found]


def _plain(trouble: Misfit) -> Fault:
    """What can be said when no explanation was found: better than silence."""
    message = f"the value {shown(trouble.value, trouble.name)} does not fit its schema"
    return Fault("schema", message, "", trouble.at, redacted(trouble.value, trouble.name))
