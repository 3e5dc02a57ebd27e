"""Replies: which one an operation gives when all goes well, and plans of the bodies that fit it.

Knows statuses, media types and members that a body must have. It must not know who asks, nor what
happened before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.contract.items import below
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Reply
from specbound.origin import escape, tokens
from specbound.prove.conjunction import Part, Unsatisfiable
from specbound.prove.pick import Pick, Rejected
from specbound.prove.planner import Planner, planner
from specbound.prove.plans import ROOM, Plan

Dress = Callable[[Plan], Plan]


class Form(NamedTuple):
    """A schema and where it stands in the contract's document; no two have the same place."""

    schema: Any
    at: str


class Replied(NamedTuple):
    """One reply that is to be given: the status as a number, and the media type of its body.

    Without a reply the document says nothing of it; without a media type it has no body.
    """

    status: int
    reply: Reply | None
    media: str

    @property
    def form(self) -> Form:
        """What the body is to be; anything where the document does not say."""
        if self.reply is None or not self.media:
            return Form(True, "")
        at = f"{self.reply.pointer}/content/{escape(self.media)}/schema"
        return Form(self.reply.content[self.media], at)


def succeeded(operation: Operation) -> Replied:
    """The reply of success that a document gives first; the first of all if it gives none."""
    keys = [key for key in operation.replies if key.startswith("2")]
    keys += [key for key in operation.replies if key == "default"]
    keys += list(operation.replies)
    return replied(operation, keys[0]) if keys else Replied(200, None, "")


def replied(operation: Operation, key: str) -> Replied:
    """The reply under a key of the document; a range is its first status, `default` is 200."""
    reply = operation.replies[key]
    status = int(key) if key.isdecimal() else int(f"{key[0]}00") if key[0].isdecimal() else 200
    return Replied(status, reply, main_type(reply.content))


def main_type(content: Iterable[str]) -> str:
    """The media type in which a body is given: JSON if it can be; empty if there is none."""
    listed = list(content)
    return next((one for one in listed if "json" in one), listed[0] if listed else "")


@dataclass
class Replies:
    """Plans of the replies of one contract, each made when it is first asked for."""

    contract: Contract
    dress: Dress = lambda plan: plan
    _plans: dict[tuple[Any, ...], Plan | Unsatisfiable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work: Planner = planner(self.contract, "response")

    def plan(self, form: Form, place: str = "", value: Any = None) -> Plan:
        """The plan of a value, with a given part at a place where its schema has such a place.

        Raises `Unsatisfiable` where none fits.
        """
        parts = [Part(form.schema, form.at)]
        if place and below(self.contract, form.schema, place) is not None:
            parts.append(Part(_asking(place, value), f"{place}={value}"))
        return self.joined(parts)

    def joined(self, parts: list[Part]) -> Plan:
        """The plan of all that holds at once; raises `Unsatisfiable`."""
        key = tuple(part.at for part in parts)
        if key not in self._plans:
            self._plans[key] = self._made(parts)
        found = self._plans[key]
        if isinstance(found, Unsatisfiable):
            raise found
        return found

    def _made(self, parts: list[Part]) -> Plan | Unsatisfiable:
        try:
            plan = self.dress(self.work.plan(parts))
            self.work.settle(plan)
        except Unsatisfiable as error:
            return error
        if plan.height >= 10**6:
            return Unsatisfiable(parts[0].at, "it asks for itself without end")
        return plan


def drawn(plan: Plan, picks: Iterable[Pick], room: int = ROOM) -> Any:
    """A value of a plan by the first choices that lead to one; raises `Rejected`."""
    for pick in picks:
        try:
            return plan.make(pick, room)
        except Rejected:
            continue
    raise Rejected


def _asking(place: str, value: Any) -> dict[str, Any]:
    """The schema of objects that hold a value at a place."""
    schema: dict[str, Any] = {"const": value}
    for step in reversed(tokens(place)):
        schema = {"type": "object", "properties": {step: schema}, "required": [step]}
    return schema
