"""Where requests show their credentials: each security scheme's kind, and the name of its place.

Knows security schemes (OpenAPI 3.1 section 4.8.27). It must not know whose a secret is, how it is
encoded, or who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from specbound.contract.load import Contract

#: How a secret is shown; ``header`` means that the field's whole value is the secret.
Kind = Literal["bearer", "basic", "header", "query", "cookie"]

_AUTHORIZATION = "Authorization"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret stands: `name` is that of the header field, parameter or cookie."""

    kind: Kind
    name: str = _AUTHORIZATION


def places(contract: Contract) -> Mapping[str, Place]:
    """Name of a scheme to its place, by name; schemes that no request shows are absent.

    Absent are mutualTLS, whose certificates belong to the connection, and unknown types.
    """
    schemes = contract.security_schemes
    found = ((name, _place(_target(schemes, schemes[name]))) for name in sorted(schemes))
    return {name: place for name, place in found if place is not None}


def asked(contract: Contract, alternatives: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The alternatives of a `security` without the schemes that no request shows.

    A scheme that the document does not define stays: nobody can have a secret for it.
    """
    shown = places(contract)
    hidden = {name for name in contract.security_schemes if name not in shown}
    return tuple(tuple(name for name in one if name not in hidden) for one in alternatives)


def _place(scheme: Mapping[str, Any]) -> Place | None:
    kind, how = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and how == "bearer"):
        return Place("bearer")
    if kind == "http":
        return Place("basic" if how == "basic" else "header")
    name = scheme.get("name")
    if kind != "apiKey" or not isinstance(name, str) or not name:
        return None
    match scheme.get("in"):
        case "header" | "query" | "cookie" as where:
            return Place(where, name)
    return None


def _target(schemes: Mapping[str, Any], scheme: Any) -> Mapping[str, Any]:
    """The scheme itself, where another component refers to it."""
    for _ in schemes:
        if not isinstance(scheme, Mapping) or "$ref" not in scheme:
            break
        scheme = schemes.get(str(scheme["$ref"]).rpartition("/")[2])
    return scheme if isinstance(scheme, Mapping) else {}
