"""Troubles into faults: what is a sentence already, and what has to be explained by its schema.

Knows whom to ask. It must not know how an explanation is found.
"""

from __future__ import annotations

from dataclasses import replace

from specbound.check.finding import Fault
from specbound.check.schema.lookup import lookup_of
from specbound.check.trouble import Misfit, Said, Trouble
from specbound.contract.load import Contract
from specbound.origin import escape
from specbound.traffic.secrets import redacted, shown


def faults(contract: Contract, trouble: Trouble) -> list[Fault]:
    """What a trouble comes to; a value that its schema refuses has at least one fault."""
    if isinstance(trouble, Said):
        return [trouble.fault]
    if trouble.strays:
        return _under(trouble, _strays(contract, trouble))
    if trouble.name:
        return _parameter(contract, trouble)
    return _under(trouble, _explained(contract, trouble))


def _under(trouble: Misfit, found: list[Fault]) -> list[Fault]:
    if not trouble.under:
        return found
    return [replace(one, pointer=trouble.under + one.pointer) for one in found]


def _explained(contract: Contract, trouble: Misfit) -> list[Fault]:
    # Imported late: a recording that fits needs no explanation.
    from specbound.check.explain.explain import explain, source

    schema, at, value = trouble.schema, trouble.at, trouble.value
    found = explain(contract, schema, at, value, trouble.direction)
    return [replace(one, source=source(contract, at, one)) for one in found] or [_plain(trouble)]


def _strays(contract: Contract, trouble: Misfit) -> list[Fault]:
    from specbound.check.explain.members import strays

    return strays(contract, trouble.schema, trouble.at, trouble.value, trouble.direction)


def _parameter(contract: Contract, trouble: Misfit) -> list[Fault]:
    """A parameter is explained as the member of an object, so that its name is told and heeded."""
    name, at = trouble.name, trouble.at
    whole = {"properties": {name: trouble.schema}}
    schema = lookup_of(contract).remember(("parameter", at), lambda: whole)
    member = trouble._replace(schema=schema, value={name: trouble.value})
    below = f"{at}/properties/{escape(name)}"
    return [
        (
            replace(one, schema=at + one.schema.removeprefix(below))
            if one.schema.startswith(below)
            else one
        )
        for one in _explained(contract, member)
    ]


def _plain(trouble: Misfit) -> Fault:
    """What can be said when no explanation was found: better than silence."""
    message = f"the value {shown(trouble.value, trouble.name)} does not fit its schema"
    return Fault("schema", message, "", trouble.at, redacted(trouble.value, trouble.name))
