"""Formats: which of two takes all that the other takes, and which ones anybody checks.

Knows the formats of JSON Schema and OpenAPI's registry. It must not know what stands around them.
"""

from __future__ import annotations

from specbound.contract.limits import FORMATS
from specbound.diff.severity import BOTH, NARROWER, NEITHER, UNKNOWN, WIDER, Effect

#: Which formats take everything that a format takes.
_WITHIN = {
    "int32": {"int64"},
    "float": {"double"},
    "email": {"idn-email"},
    "hostname": {"idn-hostname"},
    "uri": {"uri-reference", "iri", "iri-reference"},
    "iri": {"iri-reference"},
    "uri-reference": {"iri-reference"},
}

#: Formats that have no value in common with one of the others here, or few enough to be told apart.
_APART = frozenset(
    {"date-time", "date", "time", "duration", "uuid", "email", "idn-email", "ipv4", "ipv6"}
    | {"uri", "json-pointer"}
)

#: Formats that are defined somewhere: JSON Schema's, and those of OpenAPI 3.1 section 4.4.
_DEFINED = frozenset({*FORMATS, "int32", "int64", "float", "double", "byte", "binary", "password"})


def limiting(name: str) -> bool | None:
    """Whether a format refuses anything; None for a word that no specification defines."""
    return True if name in _DEFINED else None


def formats(old: str, new: str) -> Effect:
    """What a change of format does; what no table knows cannot be decided."""
    if old == new:
        return NEITHER
    if new in _WITHIN.get(old, ()):
        return WIDER
    if old in _WITHIN.get(new, ()):
        return NARROWER
    return BOTH if old in _APART and new in _APART else UNKNOWN
