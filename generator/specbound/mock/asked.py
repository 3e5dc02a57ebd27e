"""A request as values: its path, query and body, each member as the JSON that it means.

Knows how bodies and parameters become values. It must not know whether they are right, nor what
is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from specbound.check.schema.lookup import lookup_of
from specbound.check.schema.verdict import validators_of
from specbound.check.wire import form_bodies
from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import FORM, MULTIPART, chosen, is_json, media
from specbound.check.wire.typed import Typing
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Parameter
from specbound.mock.preferences import Preferences
from specbound.runtime.server.decode import form_text, pairs
from specbound.runtime.server.messages import Call


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `path` and `query` are typed values by name, `sent` the body's members."""

    operation: Operation
    call: Call
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    sent: Mapping[str, Any] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)
    #: The preferences that were fulfilled on the way, as `Preference-Applied` says them.
    applied: list[str] = field(default_factory=list)

    @property
    def told(self) -> dict[str, Any]:
        """Everything that a reply may tell again; the body has the last word."""
        return {**self.query, **self.path, **self.sent}

    @property
    def origin(self) -> str:
        """The address under which the client reached the mock."""
        return f"http://{self.call.header('host') or 'localhost'}"


class Reader:
    """Reads the requests of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._typing = Typing(lookup_of(contract), validators_of(contract))

    def asked(self, operation: Operation, call: Call, preferences: Preferences) -> Asked:
        """A request that the contract takes, as values."""
        query: dict[str, Any] = {}
        found = pairs(call.query) if call.query else []
        path: dict[str, Any] = {}
        for one in operation.parameters:
            if one.location == "path" and one.name in call.values:
                path[one.name] = self._value(one, unquote(call.values[one.name]))
            elif one.location == "query" and found:
                raw = next((value for name, value in found if name == one.name), None)
                if raw is not None:
                    query[one.name] = self._value(one, form_text(raw))
        sent = self._sent(operation, call) if call.content else {}
        return Asked(operation, call, path, query, sent, preferences)

    def _value(self, parameter: Parameter, text: str) -> Any:
        return self._typing.value(parameter.schema, text)

    def _sent(self, operation: Operation, call: Call) -> Mapping[str, Any]:
        """The members of the body; none where it is no object."""
        stated = call.header("content-type") or "application/json"
        content = operation.body.content if operation.body else {}
        key = chosen(stated, content)
        essence = media(stated).essence
        try:
            if is_json(essence):
                value = json_value(call.content)
            elif key is None:
                return {}
            elif essence == FORM:
                value = form_bodies.urlencoded(call.content, content[key], self._typing, {})
            elif essence == MULTIPART:
                value = form_bodies.multipart(call.content, stated, content[key], self._typing)
            else:
                return {}
        except Unparsable:
            return {}
        return value if isinstance(value, dict) else {}
