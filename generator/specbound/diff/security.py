"""Security of two operations: which ways of proving who one is still open a door.

Knows that requirements are alternatives and what a scheme looks like on the wire. It must not know
what a scheme is called.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specbound.diff.found import Found
from specbound.diff.severity import NEITHER, Effect

#: What of a scheme a client has to know (OpenAPI 3.1 section 4.8.27); flows are asked elsewhere.
_WIRE = ("type", "in", "name", "scheme", "openIdConnectUrl")

Schemes = Mapping[str, Mapping[str, Any]]
Requirements = Sequence[Mapping[str, tuple[str, ...]]]

#: One alternative: each scheme as it is on the wire, with its name and its scopes.
_Way = dict[str, tuple[str, frozenset[str]]]


def security(
    old: tuple[Requirements, Schemes], new: tuple[Requirements, Schemes], places: tuple[str, str]
) -> Iterator[Found]:
    """Ways in that were closed, changed or opened."""
    before, after = _ways(*old), _ways(*new)
    if before != after and [{}] in (before, after):
        yield _proof(before, after, places)
        return
    twins = [(one, other) for one in before for other in after if one.keys() == other.keys()]
    for one, other in twins:
        effect = Effect(not _opens(one, other), not _opens(other, one))
        if effect != NEITHER:
            says = f"asks for other scopes: {_scopes(other)}, was {_scopes(one)}"
            said = (_names(one), _names(other), *places)
            yield Found(f"security-scopes-{effect.word}", effect, says, "", *said)
    for way in before:
        if not any(way is one for one, _ in twins):
            effect = Effect(not any(_opens(way, other) for other in after), False)
            says = f"no longer takes {_words(way)}"
            yield Found("security-removed", effect, says, "", _names(way), None, *places)
    for way in after:
        if not any(way is other for _, other in twins):
            effect = Effect(False, not any(_opens(other, way) for other in before))
            says = f"now also takes {_words(way)}"
            yield Found("security-added", effect, says, "", None, _names(way), *places)


def _proof(before: list[_Way], after: list[_Way], places: tuple[str, str]) -> Found:
    """What was open to all asks for proof, or the other way round."""
    if before == [{}]:
        says = f"now asks for {' or '.join(map(_words, after))}"
        effect = Effect({} not in after, False)
        return Found("security-added", effect, says, "", None, list(map(_names, after)), *places)
    says = f"no longer asks for {' or '.join(map(_words, before))}"
    effect = Effect(False, {} not in before)
    return Found("security-removed", effect, says, "", list(map(_names, before)), None, *places)


def _opens(way: _Way, other: _Way) -> bool:
    """Whether who comes by one way can come by the other too."""
    return all(wire in way and scopes <= way[wire][1] for wire, (_, scopes) in other.items())


def _ways(requirements: Requirements, schemes: Schemes) -> list[_Way]:
    ways: list[_Way] = []
    for one in requirements or ({},):
        way = {
            _wire(name, schemes.get(name)): (name, frozenset(scopes))
            for name, scopes in one.items()
        }
        if way not in ways:
            ways.append(way)
    return ways


def _wire(name: str, scheme: Mapping[str, Any] | None) -> str:
    known = (
        {word: scheme[word] for word in _WIRE if word in scheme} if scheme else {"unknown": name}
    )
    if known.get("type") == "apiKey" and known.get("in") == "header":
        known["name"] = str(known.get("name")).lower()
    if "scheme" in known:
        known["scheme"] = str(known["scheme"]).lower()
    return json.dumps(known, sort_keys=True)


def _words(way: _Way) -> str:
    return " with ".join(name for name, _ in way.values()) or "no proof of who asks"


def _scopes(way: _Way) -> str:
    return ", ".join(sorted({scope for _, scopes in way.values() for scope in scopes})) or "none"


def _names(way: _Way) -> dict[str, list[str]]:
    return {name: sorted(scopes) for name, scopes in way.values()}
