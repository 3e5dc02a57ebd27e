"""What a page says of one member, held against the variants that the page speaks of.

Knows how each kind of claim agrees with a schema. It must not know how a page is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from specbound.check.finding import Part
from specbound.check.pages import values
from specbound.check.pages.described import Described
from specbound.check.pages.listed import closed, examples
from specbound.check.pages.say import Difference, listed, quoted
from specbound.check.pages.surface import Member, replies
from specbound.check.schema.nearest import nearest, plain
from specbound.diagnostics import Severity
from specbound.traffic.claims import GLUED, Kind
from specbound.traffic.exchange import Claim
from specbound.traffic.secrets import shown


def differences(described: Described, claim: Claim) -> Iterator[Difference]:
    """How a claim about a member differs from the contract."""
    found = described.surface.find(claim.member)
    if not found:
        found = _unglued(described, claim)
    if not found:
        if claim.kind == Kind.MEMBER and GLUED not in claim.values:
            yield from _undeclared(described, claim)
        return
    yield from _JUDGES[Kind(claim.kind)](described, claim, found)


def _unglued(described: Described, claim: Claim) -> list[Member]:
    """The member that a name ends with, if a save ran it together with another member's name."""
    name = claim.member
    ends = (name[at:] for at in range(3, len(name) - 2) if described.surface.find(name[:at]))
    for end in ends:
        if found := [one for one in described.surface.find(end) if one.name == end]:
            return found
    return []


def _undeclared(described: Described, claim: Claim) -> Iterator[Difference]:
    operation, surface_ = described.operation, described.surface
    last = claim.member.rpartition("/")[2]
    if not surface_.variants and not operation.parameters and operation.body is not None:
        return
    for reply in replies(described.contract, operation):
        if any(plain(name) == plain(last) for name in reply.everything()):
            return
    known = dict.fromkeys([*surface_.everything(), *(one.name for one in surface_.parameters)])
    near = nearest(last, known)
    at = operation.body.pointer if operation.body else operation.pointer
    yield Difference(
        "undeclared-member",
        f"the page describes `{claim.member}`, which {operation.key} does not have",
        at,
        pointer="/" + claim.member,
        help=f"did you mean {near[0]}?" if near else "",
        names=(claim.member,),
    )


def _member(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    """A member that some of the variants lack of which the page speaks."""
    if found[0].nested or found[0].part is not Part.REQUEST_BODY:
        return
    have = {one.variant for one in found}
    every = [one.name for one in described.surface.variants]
    lack = [name for name in every if name not in have and name in described.named]
    name = found[0].name
    if lack and have & described.named:
        yield Difference(
            "undeclared-member",
            f"the page describes `{name}` for all variants; {listed(lack)} does not have it",
            described.surface.variants[every.index(lack[0])].place,
            Severity.NOTE,
            pointer="/" + claim.member,
            variant=lack[0],
            names=(name,),
        )


Agrees = Callable[[Member], bool | None]


def _held(
    described: Described, found: list[Member], agrees: Agrees
) -> tuple[list[Member], bool] | None:
    """The members for which a claim is false, and whether it is true for others."""
    verdicts: dict[str, list[tuple[bool, Member]]] = {}
    for one in described.meant(found):
        if (verdict := agrees(one)) is not None:
            verdicts.setdefault(one.variant, []).append((verdict, one))
    true = [v for v, each in verdicts.items() if any(verdict for verdict, _ in each)]
    false = [each[0][1] for v, each in verdicts.items() if v not in true]
    if true and not described.named:
        # The page names no variant, and may mean one of those for which it is right.
        return None
    return (false, bool(true)) if false else None


def _told(
    claim: Claim, held: tuple[list[Member], bool], code: str, sentence: str
) -> Iterator[Difference]:
    """One difference for all variants in which a claim is false."""
    false, elsewhere = held
    variants = [one.variant for one in false if one.variant]
    where = f" for {listed(variants)}" if variants and elsewhere else ""
    yield Difference(
        code,
        sentence + where,
        false[0].place,
        Severity.NOTE if elsewhere else Severity.WARNING,
        false[0].part,
        "/" + claim.member,
        claim.values[0] if len(claim.values) == 1 else list(claim.values),
        variants[0] if len(variants) == 1 else "",
        names=(claim.member,),
    )


def _required(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    must = claim.values[0] == "required"
    held = _held(described, found, lambda one: one.required == must)
    if held:
        word, other = ("required", "optional") if must else ("optional", "required")
        sentence = f"the page calls `{found[0].name}` {word}; it is {other}"
        yield from _told(claim, held, "required", sentence)


def _default(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    lookup, text = described.lookup, claim.values[0]
    held = _held(described, found, lambda one: values.says(values.default(lookup, one), text))
    if held:
        own = values.default(lookup, held[0][0])
        but = "no default" if own is values.NO_DEFAULT else f"the default {quoted([own])}"
        name = shown(text, claim.member)
        sentence = f"the page gives `{found[0].name}` the default {name}; the document has {but}"
        yield from _told(claim, held, "default", sentence)


def _range(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    low, high = (float(text) if text else None for text in claim.values)

    def agrees(one: Member) -> bool | None:
        bounds = values.numbers(described.lookup, one)
        if bounds is None:
            return None
        own = values.finite(described.lookup, one.place)
        if own and low is not None and high is not None and len(own) < high - low + 1:
            return False
        pairs = zip((low, high), bounds, strict=True)
        return all(mine is None or its is None or mine == its for mine, its in pairs)

    held = _held(described, found, agrees)
    if held:
        least, most = values.numbers(described.lookup, held[0][0]) or (None, None)
        code = "maximum" if high is not None and most != high else "minimum"
        own = values.finite(described.lookup, held[0][0].place)
        takes = quoted(own) if own else f"{least} to {most}"
        said = " to ".join(text for text in claim.values if text)
        sentence = f"the page says that `{found[0].name}` is {said}; the document takes {takes}"
        yield from _told(claim, held, "enum" if own else code, sentence)


def _length(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    most = int(float(claim.values[1]))

    def agrees(one: Member) -> bool | None:
        own = values.lengths(described.lookup, one)
        return most in own if own else None

    held = _held(described, found, agrees)
    if held:
        own = listed([str(each) for each in values.lengths(described.lookup, held[0][0])])
        name = found[0].name
        sentence = f"the page says that `{name}` has at most {most} characters; the limit is {own}"
        yield from _told(claim, held, "max-length", sentence)


def _format(described: Described, claim: Claim, found: list[Member]) -> Iterator[Difference]:
    wanted = claim.values[0]

    def agrees(one: Member) -> bool | None:
        own = values.formats(described.lookup, one)
        return wanted in own if values.is_text(described.lookup, one) else None

    held = _held(described, found, agrees)
    if held:
        own = values.formats(described.lookup, held[0][0])
        but = f"has the format {listed(own)}" if own else "has no format"
        sentence = f"the page calls `{found[0].name}` a {wanted}; in the document it {but}"
        for one in _told(claim, held, "format", sentence):
            yield one if own else replace(one, severity=Severity.NOTE)


_JUDGES: dict[Kind, Callable[[Described, Claim, list[Member]], Iterator[Difference]]] = {
    Kind.MEMBER: _member,
    Kind.REQUIRED: _required,
    Kind.DEFAULT: _default,
    Kind.RANGE: _range,
    Kind.LENGTH: _length,
    Kind.FORMAT: _format,
    Kind.EXAMPLES: examples,
    Kind.VALUES: closed,
}
