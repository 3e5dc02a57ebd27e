"""What becomes of things: made, told, listed, changed and taken away, as the lifecycle says.

Knows which role does what. It must not know HTTP's headers, nor how bodies are made or written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from specbound.contract.lifecycle import lifecycle
from specbound.contract.load import Contract
from specbound.mock import pages
from specbound.mock.asked import Asked
from specbound.mock.bodies import Bodies
from specbound.mock.filters import filters, has
from specbound.mock.places import at, placed
from specbound.mock.plausible import words
from specbound.mock.settings import Chosen
from specbound.mock.shelves import Shelves
from specbound.mock.store import Thing
from specbound.mock.things import Act, Things, is_changing, last, without
from specbound.prove.replies import Replied
from specbound.traffic.exchange import ABSENT

#: Words of members that stay when a thing is replaced.
_MADE = frozenset(("id", "created", "owner", "creator"))
#: Words of last states in which a thing goes on, so that it can still be cancelled.
_LASTING = frozenset(("ready", "running", "active", "open", "live"))


class Keeper:
    """Plays the roles that operations have in the lifecycle of a contract."""

    def __init__(self, contract: Contract, bodies: Bodies, chosen: Chosen) -> None:
        self.resources = lifecycle(contract)
        self._bodies = bodies
        self._things = Things(contract, bodies, chosen)
        self.shelves = Shelves(bodies, self._things, chosen)
        self._roles = {
            role.operation.key: (one, role) for one in self.resources for role in one.roles
        }
        self._plays: Mapping[str, Callable[[Act], Any]] = {
            "create": self._create,
            "list": self._list,
            "retrieve": self._retrieve,
            "update": self._update,
            "delete": self._delete,
            "cancel": self._cancel,
        }

    def has(self, key: str) -> bool:
        """Whether an operation is about things that are kept."""
        return key in self._roles

    def play(self, asked: Asked, one: Replied) -> Any:
        """Do what an operation does, and give the body of its reply, `ABSENT` where it has none.

        Raises `Problem` (404) for things that are not there, `Unsatisfiable`.
        """
        resource, role = self._roles[asked.operation.key]
        return self._plays[role.does](Act(resource, role, asked, one))

    def _create(self, act: Act) -> Any:
        shelf, key = self.shelves.shelf(act), act.asked.operation.key
        number, salt = shelf.next(), f"{key} {self.shelves.store.count(key)}"
        body = self._start(act, salt)
        given = self.shelves.new_id(act, body, number, salt)
        if at(body, act.role.id) is not ABSENT and act.role.id:
            body = placed(body, act.role.id, given)
        sent = without(act.asked.sent, act.state)
        body = self._things.unrelated(act.one.form, body, act.holder, sent)
        body = self._bodies.echoed(act.one.form, body, act.holder, sent)
        known = at(body, act.holder)
        values = {**sent, **without(known if isinstance(known, dict) else {}, act.state)}
        thing = Thing(given, number, time.monotonic(), values)
        thing.ends = self._things.wanted_state(act.resource, act.asked)
        self.shelves.store.put(shelf, thing, len(act.asked.call.content))
        return body if act.one.media else ABSENT

    def _start(self, act: Act, salt: str) -> Any:
        """The body with which a thing begins."""
        if not act.one.media:
            return {}
        states, wanted = act.resource.states, act.asked.preferences
        state = states.way[0] if states and states.way else ""
        if not wanted.wants("dynamic"):
            body = self._bodies.example(act.one, wanted.asked.get("example", ""))
            if body is not ABSENT and (not state or at(body, act.state) in (state, ABSENT)):
                return self._bodies.renewed(act.one.form, body, act.holder)
        return self._bodies.drawn(act.one.form, salt, act.state if state else "", state)

    def _retrieve(self, act: Act) -> Any:
        thing = self.shelves.thing(act)
        if wanted := self._things.wanted_state(act.resource, act.asked):
            thing.halted = wanted
        body = self._things.told(act, thing)
        thing.polls += 1
        return body

    def _update(self, act: Act) -> Any:
        thing = self.shelves.thing(act)
        stays = {name: one for name, one in thing.values.items() if not is_changing(name)}
        if act.asked.operation.method == "PUT":
            stays = {name: one for name, one in stays.items() if _MADE.intersection(words(name))}
        thing.values = {**stays, **without(act.asked.sent, act.state)}
        thing.bodies.clear()
        thing.moving.clear()
        self.shelves.store.weigh(thing, len(act.asked.call.content))
        return self._things.told(act, thing)

    def _delete(self, act: Act) -> Any:
        thing = self.shelves.thing(act)
        body = self._things.told(act, thing)
        self.shelves.shelf(act).take(str(thing.id))
        return body

    def _cancel(self, act: Act) -> Any:
        """Stop what goes on; what has ended stays as it is."""
        thing, states = self.shelves.thing(act), act.resource.states
        due = self._things.state(act.resource, thing)
        over = (*states.way[-1:], *states.failure) if states else ()
        if due not in over or _LASTING.intersection(words(due)):
            thing.halted = act.role.state
        return self._things.told(act, thing)

    def _list(self, act: Act) -> Any:
        paging, asked, form = act.role.paging, act.asked, act.one.form
        assert paging is not None
        kept = self._wanted(act, list(self.shelves.shelf(act)))
        found = pages.page(paging, self.shelves.shelf(act), kept, asked)
        items = [self._things.item(act, thing) for thing in found.things]
        if not paging.items:
            return items
        body = self._bodies.example(act.one)
        if body is ABSENT or at(body, paging.items) is ABSENT:
            body = self._bodies.drawn(form, asked.operation.key)
        body = placed(body, paging.items, items)
        taken = {*map(last, (paging.next, paging.more, paging.total)), paging.mark}
        told = {name: value for name, value in asked.told.items() if name not in taken}
        body = self._bodies.echoed(form, body, "", told)
        return pages.marked(body, paging, found, asked, lambda one: self._bodies.fits(form, one))

    def _wanted(self, act: Act, things: list[Thing]) -> list[Thing]:
        """The things that have what the query says, where it names members that are declared.

        Where nothing can be created, all are wanted: what nobody made has members by chance.
        """
        paging = act.role.paging
        names = filters(act.asked, paging) if paging and act.resource.that("create") else {}
        if not names:
            return things
        place = act.holder
        told = ((one, at(self._things.item(act, one), place)) for one in things)
        return [one for one, item in told if all(has(item, *wanted) for wanted in names.items())]
