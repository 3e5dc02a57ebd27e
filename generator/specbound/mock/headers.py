"""Header fields of replies: those that the document requires, and where a new thing is found.

Knows parameter style `simple` by `runtime.encode`. It must not know bodies but for what is in them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from specbound.contract.items import id_place
from specbound.contract.model import Parameter
from specbound.mock.asked import Asked
from specbound.mock.bodies import Bodies
from specbound.mock.places import at
from specbound.prove.replies import Form, Replied
from specbound.runtime import encode
from specbound.traffic.exchange import ABSENT

_OWN = frozenset(("content-type", "content-length"))


class Fields:
    """Makes the header fields of one contract's replies."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def of(self, asked: Asked, one: Replied, body: Any) -> dict[str, str]:
        """The fields of a reply; raises `Unsatisfiable` where a required one cannot be made."""
        found: dict[str, str] = {}
        for name, each in one.reply.headers.items() if one.reply else ():
            if name.lower() == "location" and one.status in range(201, 400):
                found[name.lower()] = self._location(asked, one, body)
            elif each.required and name.lower() not in _OWN:
                found[name.lower()] = self._drawn(asked, each)
        if 300 <= one.status < 400:
            found.setdefault("location", asked.call.path)
        return found

    def _drawn(self, asked: Asked, one: Parameter) -> str:
        value = self._bodies.drawn(Form(one.schema, f"{one.pointer}/schema"), asked.operation.key)
        if one.content:
            return encode.dumps(value).decode()
        return encode.header_text(value, one.explode)

    def _location(self, asked: Asked, one: Replied, body: Any) -> str:
        """The path of what was made: the collection's, and its id."""
        place = id_place(self._bodies.contract, one.form.schema, "id") if one.media else ""
        given = at(body, place) if place else ABSENT
        path = asked.call.path.rstrip("/")
        return f"{path}/{quote(str(given), safe='')}" if given is not ABSENT else path
