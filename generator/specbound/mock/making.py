"""The body of a reply of success: what the keeper tells, an example, events, or a drawn value.

Knows where bodies come from, and in which order these are asked. It must not know requests'
faults, nor how bodies are written.
"""

from __future__ import annotations

from typing import Any

from specbound.check.wire.media import is_stream, media
from specbound.contract.items import id_place, item, kinds
from specbound.contract.lifecycle import last_parameter
from specbound.contract.load import Contract
from specbound.mock.asked import Asked
from specbound.mock.bodies import Bodies
from specbound.mock.contents import is_sampled, stated
from specbound.mock.keeper import Keeper
from specbound.mock.places import at, placed
from specbound.mock.uploads import address
from specbound.prove.replies import Form, Replied
from specbound.traffic.exchange import ABSENT

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


class Making:
    """Makes the bodies of one contract's replies."""

    def __init__(self, contract: Contract, bodies: Bodies, keeper: Keeper) -> None:
        self._contract = contract
        self._bodies = bodies
        self._keeper = keeper

    def body(self, asked: Asked, one: Replied) -> Any:
        """The body of a reply, `ABSENT` where it has none or is not made of a value.

        Raises `Problem` (404), `Unsatisfiable`.
        """
        if self._keeper.has(asked.operation.key) and "json" in (one.media or "json"):
            body = self._keeper.play(asked, one)
        elif not one.media or is_sampled(one.media):
            return ABSENT
        elif is_stream(media(stated(one.media)).essence):
            return self._events(asked, one)
        else:
            body = self._bodies.echoed(one.form, self.plain(asked, one), "", asked.told)
            body = self._named(asked, one, body)
        upload = asked.operation.facts.upload
        if upload is None or body is ABSENT or at(body, upload.url) is ABSENT:
            return body
        whole = placed(body, upload.url, address(asked.origin, body))
        return whole if self._bodies.fits(one.form, whole) else body

    def _named(self, asked: Asked, one: Replied, body: Any) -> Any:
        """The body with the id that the path ends with, where it tells a thing of that id."""
        parameter = last_parameter(asked.operation.path)
        if parameter not in asked.path:
            return body
        place = id_place(self._contract, one.form.schema, parameter)
        is_inside = place.count("/") > 1 and len(body) > 1  # another thing's, not an envelope's
        if not place or is_inside or at(body, place) is ABSENT:
            return body
        whole = placed(body, place, asked.path[parameter])
        return whole if self._bodies.fits(one.form, whole) else body

    def plain(self, asked: Asked, one: Replied) -> Any:
        """A body without a history: an example of the document, else a drawn one."""
        if not asked.preferences.wants("dynamic"):
            body = self._bodies.example(one, asked.preferences.asked.get("example", ""))
            if body is not ABSENT:
                return body
        return self.drawn(asked, one, self._salt(asked))

    def drawn(self, asked: Asked, one: Replied, salt: str = "") -> Any:
        """A drawn body; without a salt the same each time."""
        if not one.media or is_sampled(one.media):
            return ABSENT
        return self._bodies.drawn(one.form, salt or f"{asked.operation.key} again")

    def _salt(self, asked: Asked) -> str:
        """What the body is drawn from: the same request reads the same, and writes another."""
        key = asked.operation.key
        if asked.operation.method in _SAFE and not asked.preferences.wants("dynamic"):
            return f"{key} {asked.call.path}?{asked.call.query}"
        return f"{key} {self._keeper.shelves.store.count(key)}"

    def _events(self, asked: Asked, one: Replied) -> list[Any]:
        """Some events of a stream."""
        schema = one.form.schema
        if schema is not True and "array" in kinds(self._contract, schema):
            schema = item(self._contract, schema) or True
        form, salt = Form(schema, f"{one.form.at}#event"), self._salt(asked)
        return [self._bodies.drawn(form, f"{salt} {index}") for index in range(3)]
