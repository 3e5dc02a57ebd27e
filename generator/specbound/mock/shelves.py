"""Where things are found: the shelf of a request, the thing of an id, and ids that are free.

Knows paths' parameters and which ids are refused. It must not know replies but for the ids in
them.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

from specbound.contract.lifecycle import Resource
from specbound.contract.words import singular
from specbound.mock.bodies import Bodies
from specbound.mock.places import at, placed
from specbound.mock.settings import Chosen
from specbound.mock.store import Shelf, Store, Thing
from specbound.mock.things import Act, Things, last
from specbound.prove.replies import succeeded
from specbound.runtime.server.messages import Problem
from specbound.traffic.exchange import ABSENT

#: So often another id is drawn where one is taken.
_IDS = 20
#: Characters of an id, as it came: what is longer is none, for ids are kept beyond their things.
_LONGEST_ID = 4_096


class Shelves:
    """The store, as requests see it."""

    def __init__(self, bodies: Bodies, things: Things, chosen: Chosen) -> None:
        self.store = Store()
        self._bodies = bodies
        self._things = things
        self._chosen = chosen

    def shelf(self, act: Act) -> Shelf:
        """The shelf of a request; where nothing can be created, some things are on it at first."""
        resource = act.resource
        if any(len(raw) > _LONGEST_ID for raw in act.asked.call.values.values()):
            raise Problem(404, f"There is no {_noun(resource)} of an id this long")
        count = resource.path.count("{") - 1
        scope = tuple(unquote(raw) for raw in list(act.asked.call.values.values())[:count])
        found = self.store.shelf(resource, scope)
        if found is None:
            found = self.store.new_shelf(resource, scope)
            if not resource.that("create"):
                self._fill(act, found, scope)
        return found

    def _fill(self, act: Act, shelf: Shelf, scope: tuple[str, ...]) -> None:
        for role in act.resource.that("list")[:1]:
            listing = act._replace(role=role, one=succeeded(role.operation))
            form = self._things.item_form(listing)
            for _ in range(self._chosen.seeds):
                number = shelf.next()
                item = self._bodies.drawn(form, f"{act.resource.name} {scope} {number}")
                given = at(item, role.id)
                if isinstance(given, str | int) and str(given) not in shelf.things:
                    thing = Thing(given, number, time.monotonic(), {**at(item, listing.holder)})
                    thing.halted = _end(act.resource)
                    self.store.put(shelf, thing)

    def thing(self, act: Act) -> Thing:
        """The thing that a request is about; raises `Problem` where there is none of its id."""
        shelf, values = self.shelf(act), list(act.asked.call.values.values())
        key = unquote(values[min(act.resource.path.count("{"), len(values)) - 1]) if values else ""
        found = shelf.things.get(key)
        if found is not None:
            return found
        if key in shelf.gone or (self._chosen.strict_ids and _is_strict(act)):
            raise Problem(404, f"There is no {_noun(act.resource)} of this id")
        typed = act.asked.path.get(act.resource.parameter, key)
        thing = Thing(typed, shelf.next(), time.monotonic(), dict(act.asked.path))
        self.store.put(shelf, thing, len(act.asked.call.path))
        return thing

    def new_id(self, act: Act, body: Any, number: int, salt: str) -> Any:
        """An id that no other thing has: the client's own if it sent one, else a new one."""
        role, form = act.role, act.one.form
        sent = act.asked.sent.get(last(role.id) or act.resource.parameter, ABSENT)
        if isinstance(sent, str) and len(sent) > _LONGEST_ID:
            sent = ABSENT
        if isinstance(sent, str | int) and (
            not role.id or self._bodies.fits(form, placed(body, role.id, sent))
        ):
            return sent
        found = at(body, role.id) if role.id else ABSENT
        if found is ABSENT:
            return str(number)
        if isinstance(found, int) and self._bodies.fits(form, placed(body, role.id, number)):
            return number
        shelf = self.shelf(act)
        for again in range(_IDS):
            # Drawn anew, for the body may be an example, whose id is that of every first thing.
            drawn = at(self._bodies.drawn(form, f"{salt} {again}"), role.id)
            found = found if drawn is ABSENT else drawn
            if str(found) not in shelf.things and str(found) not in shelf.gone:
                break
        return found


def _is_strict(act: Act) -> bool:
    """Whether what is not there is missing: where things can be made elsewhere, or are listed."""
    if act.asked.operation.method == "PUT" and not act.resource.that("create"):
        return False
    return bool(act.resource.that("create", "list"))


def _end(resource: Resource) -> str:
    """The state of things that are there from the start: they have come to their end."""
    return resource.states.way[-1] if resource.states and resource.states.way else ""


def _noun(resource: Resource) -> str:
    return singular(resource.name.rpartition("/")[2].replace("_", " ").replace("-", " "))
