"""The values that a page lists for one member, held against those that its variants take.

Knows wrong values, missing ones, and lists that are right for some variants only. It must not know
how a page is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specbound.check.pages import values
from specbound.check.pages.described import Described
from specbound.check.pages.say import Difference, listed, quoted
from specbound.check.pages.surface import Member
from specbound.check.schema.nearest import nearest
from specbound.contract.values import literal
from specbound.diagnostics import Severity
from specbound.traffic.documented import is_placeholder
from specbound.traffic.exchange import Claim
from specbound.traffic.secrets import shown

#: A variant that takes less than this share of the listed values is told.
_MOST = 0.5


def examples(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    """Values that no variant takes, whichever the page speaks of."""
    bad = [text for text in claim.values if _is_wrong(described, found, text)]
    if not bad:
        return
    code, place = values.broken(described.lookup, found[0])
    legal = _legal(described, found)
    code = "enum" if len(legal) > 1 else code
    near = nearest(bad[0], legal)
    texts = listed([shown(text, claim.member) for text in bad])
    yield Difference(
        code,
        f"the page lists {texts} for `{found[0].name}`; {described.operation.key} does not take it",
        place,
        Severity.WARNING,
        found[0].part,
        "/" + claim.member,
        bad[0] if len(bad) == 1 else bad,
        allowed=f"one of {quoted(legal)}" if legal else "",
        help=f"did you mean {quoted([near[0]])}?" if near else "",
        names=(claim.member, *bad),
    )


def _is_wrong(described: Described, found: list[Member], text: str) -> bool:
    if is_placeholder(text) or "..." in text or "…" in text:
        return False
    return not any(values.takes(described.validators, described.lookup, one, text) for one in found)


def _legal(described: Described, found: list[Member]) -> list[Any]:
    """The values that the members list, each once."""
    each = [values.finite(described.lookup, one.place) or [] for one in found]
    return list({literal(value): value for own in each for value in own}.values())


def closed(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    """Values that no variant takes, and what a list of all values leaves out."""
    yield from examples(described, claim, found)
    if found[0].nested:
        # The page lists what one object of several takes, and does not say which.
        return
    is_tag = found[0].name == described.surface.tag
    meant = found if is_tag else described.meant(found)
    own = {one.variant: values.finite(described.lookup, one.place) for one in meant}
    if any(each is None for each in own.values()):
        return
    if len(own) > 1 and not is_tag and not described.named:
        meant = []
    missing = [
        value
        for value in _legal(described, meant)
        if not any(values.says(value, t) for t in claim.values)
    ]
    if missing:
        yield _unlisted(described, claim, found[0], missing)
    if not is_tag:
        yield from _narrower(described, claim, found)


def _unlisted(described: Described, claim: Claim, member: Member, missing: list[Any]) -> Difference:
    texts = quoted(missing)
    place = next(
        (
            one.place
            for one in described.surface.find(claim.member)
            if missing[0] in (values.finite(described.lookup, one.place) or ())
        ),
        member.place,
    )
    return Difference(
        "unlisted-value",
        f"the page does not list {texts}, which `{member.name}` takes as well",
        place,
        Severity.NOTE,
        member.part,
        "/" + claim.member,
        names=(claim.member, *map(str, missing)),
    )


def _narrower(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    """A variant of which the page speaks, and that takes few of the values that it lists.

    Where the page lists all that the variant takes, the list is right: that of several variants.
    """
    for one in described.meant(found):
        own = values.finite(described.lookup, one.place) or []
        fit = [value for value in own if any(values.says(value, text) for text in claim.values)]
        alone = not one.variant or len(fit) == len(own)
        if alone or one.variant not in described.named or len(fit) >= _MOST * len(claim.values):
            continue
        few = f"only {quoted(fit)}" if fit else "none"
        yield Difference(
            "enum",
            f"of the values that the page lists for `{one.name}`, {one.variant} takes {few}",
            one.place,
            Severity.NOTE,
            one.part,
            "/" + claim.member,
            variant=one.variant,
            allowed=f"one of {quoted(own)}",
            names=(claim.member, one.variant),
        )
