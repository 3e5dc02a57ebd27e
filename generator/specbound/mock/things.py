"""Replies about one thing: its id, its state and all that is known of it, put into a body.

Knows where replies hold ids and states, and that two replies say the same of a thing. It must not
know how things come and go.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from specbound.contract.items import below, json_schema, states, success
from specbound.contract.lifecycle import Resource, Role
from specbound.contract.load import Contract
from specbound.mock.asked import Asked
from specbound.mock.bodies import Bodies
from specbound.mock.places import at, holder, placed
from specbound.mock.plausible import words
from specbound.mock.settings import Chosen
from specbound.mock.store import Thing
from specbound.origin import tokens
from specbound.prove.replies import Form, Replied
from specbound.traffic.exchange import ABSENT

#: Words of members that change while a thing goes on, so that they are not kept.
_CHANGING = frozenset(("progress", "updated", "modified", "changed"))
#: What a list holds of its items, where the document says nothing of them.
_ANYTHING: dict[str, Any] = {}


class Act(NamedTuple):
    """One request in its role: the resource, what is done to it, and the reply that is due."""

    resource: Resource
    role: Role
    asked: Asked
    one: Replied

    @property
    def holder(self) -> str:
        """The place of the object that has the id."""
        return holder(self.role.id)

    @property
    def state(self) -> str:
        """The place of the state: beside the id; empty where things have none."""
        states_ = self.resource.states
        return f"{self.holder}/{states_.at.rpartition('/')[2]}" if states_ else ""


class Things:
    """Makes the bodies of replies about things; a body stays the same until the thing changes."""

    def __init__(self, contract: Contract, bodies: Bodies, chosen: Chosen) -> None:
        self._contract = contract
        self._bodies = bodies
        self._chosen = chosen

    def state(self, resource: Resource, thing: Thing) -> str:
        """The state in which a thing is now; empty where it has none."""
        return thing.state(resource.states, self._chosen.pace, time.monotonic())

    def told(self, act: Act, thing: Thing) -> Any:
        """The body of the reply about a thing; `ABSENT` where the reply has none."""
        return self._kept(act, act.one.form, thing, act.one) if act.one.media else ABSENT

    def item(self, act: Act, thing: Thing) -> Any:
        """A thing as an item of a list."""
        return self._kept(act, self.item_form(act), thing, None)

    def item_form(self, act: Act) -> Form:
        """What an item of a list is to be."""
        place = act.role.paging.items if act.role.paging else ""
        schema = below(self._contract, act.one.form.schema, f"{place}/*")
        return Form(_ANYTHING if schema is None else schema, f"{act.one.form.at}#{place}/*")

    def _kept(self, act: Act, form: Form, thing: Thing, one: Replied | None) -> Any:
        state = self.state(act.resource, thing)
        found = thing.bodies.get((form.at, state), ABSENT)
        if found is ABSENT:
            found = thing.bodies[form.at, state] = self._made(act, (form, one), thing, state)
        return found

    def _made(self, act: Act, form: tuple[Form, Replied | None], thing: Thing, state: str) -> Any:
        shape, one = form
        place = act.state if state else ""
        body = self._bodies.example(one) if one else ABSENT
        if body is ABSENT or (place and at(body, place) != state):
            body = self._bodies.drawn(shape, f"{act.resource.name} {thing.id}", place, state)
        else:
            body = self._bodies.renewed(shape, body, act.holder)
        if act.role.id:
            whole = placed(body, act.role.id, thing.id)
            body = whole if self._bodies.fits(shape, whole) else body
        known = {**thing.values, **thing.moving.get(state, {})}
        if act.resource.that("create"):
            body = self.unrelated(shape, body, act.holder, known)
        body = self._bodies.echoed(shape, body, act.holder, without(known, place))
        self._learn(thing, at(body, act.holder), place, state)
        return body

    def _learn(self, thing: Thing, told: Any, place: str, state: str) -> None:
        """Keep what a reply said of a thing, so that the next one says the same."""
        moving = thing.moving.setdefault(state, {})
        for name, value in told.items() if isinstance(told, dict) else ():
            if value not in (None, [], {}) and name != last(place):
                (moving if is_changing(name) else thing.values).setdefault(name, value)

    def unrelated(self, form: Form, body: Any, place: str, known: Mapping[str, Any]) -> Any:
        """The body of a thing to which nothing was related but what is known of it."""
        found = at(body, place)
        for name, value in found.items() if isinstance(found, dict) else ():
            if name not in known and is_relation(name, value):
                whole = placed(body, place, {**at(body, place), name: []})
                body = whole if self._bodies.fits(form, whole) else body
        return body

    def wanted_state(self, resource: Resource, asked: Asked) -> str:
        """The state that a request prefers, if things of its resource can be in it."""
        wanted = asked.preferences.asked.get("state", "")
        if not wanted or resource.states is None:
            return ""
        for role in resource.that("retrieve"):
            schema = json_schema(success(role.operation))
            if wanted in states(self._contract, schema, resource.states.at):
                asked.applied.append(f"state={wanted}")
                return wanted
        return ""


def without(values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Members but for the one that is at a place."""
    return {name: value for name, value in values.items() if name != last(place)}


def last(place: str) -> str:
    """The name of the member at a place; empty for the whole."""
    return str(tokens(place)[-1]) if place else ""


def is_relation(name: str, value: Any) -> bool:
    """Whether a member lists other things: by their ids, or as objects that tell them."""
    if not isinstance(value, list) or not value:
        return False
    if all(isinstance(one, dict) for one in value):
        return all(any(words(key)[-1:] == ["id"] for key in one) for one in value)
    return words(name)[-1:] == ["ids"]


def is_changing(name: str) -> bool:
    """Whether a member of a name is another one each time something happens."""
    return bool(_CHANGING.intersection(words(name)))
