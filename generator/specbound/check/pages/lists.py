"""Lists of values on a page that name no operation: whose they are is found by the values.

Knows which members of the contract list values. It must not know how a page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from specbound.check.finding import Part
from specbound.check.pages.say import Difference, listed, quoted
from specbound.check.pages.surface import Surface, replies, surface
from specbound.check.pages.values import finite, listed_by_name, says
from specbound.check.schema.lookup import Place, lookup_of
from specbound.check.schema.nearest import plain
from specbound.contract.load import Contract
from specbound.contract.values import literal
from specbound.diagnostics import Severity
from specbound.traffic.claims import Kind
from specbound.traffic.exchange import Claim
from specbound.traffic.secrets import shown

#: A list belongs to a member that has so many of its values, and so great a share of them.
_LEAST = 3
_LEAST_NAMED = 2
_SHARE_NAMED = 0.6


class _Candidate(NamedTuple):
    """A member that lists values: whose it is, the values, and where the first stand."""

    owner: str
    name: str
    values: list[Any]
    place: Place
    part: Part


def differences(contract: Contract, claim: Claim) -> Iterator[Difference]:
    """What is wrong with a list of values that stands under no operation."""
    if claim.kind == Kind.EXAMPLES and not claim.member:
        yield from _by_values(contract, claim)
    elif claim.kind in (Kind.VALUES, Kind.EXAMPLES) and claim.member:
        yield from _by_name(contract, claim)


def _by_values(contract: Contract, claim: Claim) -> Iterator[Difference]:
    """A list without a name: the member is the one that has the most of its values."""
    lookup = lookup_of(contract)
    every: dict[str, list[Any]] = lookup.remember(
        ("page lists",), lambda: listed_by_name(contract, lookup)
    )
    counts = {name: _fitting(values, claim.values) for name, values in every.items()}
    name = max(counts, key=lambda each: len(counts[each]), default="")
    if not name or len(counts[name]) < _LEAST:
        return
    bad = [text for text in claim.values if text not in counts[name]]
    if bad:
        yield _wrong(claim, name, bad, "/components/schemas")


def _by_name(contract: Contract, claim: Claim) -> Iterator[Difference]:
    """A list under a name: the member of that name whose values are most like it."""
    best, fit = None, 0
    for one in _candidates(contract, claim.member):
        fitting = len(_fitting(one.values, claim.values))
        extra = len(one.values) - fitting
        if fitting > fit or (best and fitting == fit and extra < len(best.values) - fit):
            best, fit = one, fitting
    if best is None or fit < max(_LEAST_NAMED, _SHARE_NAMED * len(claim.values)):
        return
    bad = [text for text in claim.values if text not in _fitting(best.values, claim.values)]
    if bad:
        yield _wrong(claim, best.name, bad, best.place)
    missing = [v for v in best.values if not any(says(v, text) for text in claim.values)]
    if missing and claim.kind == Kind.VALUES:
        texts = quoted(missing)
        yield Difference(
            "unlisted-value",
            f"the page does not list {texts} for `{best.name}`, which {best.owner} has as well",
            best.place,
            Severity.NOTE,
            best.part,
            "/" + best.name,
            names=(best.name, *map(str, missing)),
        )


def _wrong(claim: Claim, name: str, bad: list[str], spec: Place | str) -> Difference:
    texts = listed([shown(text, name) for text in bad])
    return Difference(
        "enum",
        f"the page lists {texts} among values of `{name}`; no `{name}` of the document takes them",
        spec,
        pointer="/" + name,
        value=bad[0] if len(bad) == 1 else bad,
        names=(name, *bad),
    )


def _fitting(values: list[Any], texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if any(says(value, text) for value in values)]


def _candidates(contract: Contract, name: str) -> Iterator[_Candidate]:
    for operation in contract.operations.values():
        sides = [(Part.RESPONSE_BODY, one) for one in replies(contract, operation)]
        sides.append((Part.REQUEST_BODY, surface(contract, operation)))
        for part, side in sides:
            yield from _of_side(side, name, operation.key, part)


def _of_side(side: Surface, name: str, owner: str, part: Part) -> Iterator[_Candidate]:
    for each in dict.fromkeys(side.everything()):
        if plain(each) != plain(name):
            continue
        members = side.find(each)
        values = [value for one in members for value in finite(side.lookup, one.place) or ()]
        unique = list({literal(value): value for value in values}.values())
        if unique:
            yield _Candidate(owner, each, unique, members[-1].place, part)
