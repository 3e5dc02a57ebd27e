"""Two unions compared: which branches have come or gone, and which are to be looked into.

Knows what a branch means to who sends it. It must not know how branches are told apart (`unions`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from specbound.contract.values import listing
from specbound.diff.choices import within
from specbound.diff.found import Below, Found, Node, Said
from specbound.diff.scope import Scope
from specbound.diff.severity import NARROWER, UNKNOWN, WIDER, Effect
from specbound.diff.shape import Parts, Shape, Union, words
from specbound.diff.site import Document, Sited
from specbound.diff.unions import Branch, Matched, Pair, branch, matched
from specbound.origin import pointer

Piece = Found | Below

#: What a branch has to say to be a shape of its own and not just one more condition.
_SUBSTANCE = frozenset({"type", "enum", "const", "properties", "items", "$ref", "allOf"})


def unions(scope: Scope) -> Generator[Piece, None, bool]:
    """Compare unions; true if nothing else of the two schemas is to be compared any more."""
    old = [each for each in scope.old.unions if _substantial(scope.sides.old, each)]
    new = [each for each in scope.new.unions if _substantial(scope.sides.new, each)]
    yield from _conditions(scope)
    if not old and not new:
        return False
    if len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            yield from _union(
                scope,
                (before, [Node((each,)) for each in before.branches]),
                (after, [Node((each,)) for each in after.branches]),
            )
        return False
    yield from _union(
        scope,
        _alternatives(scope.old_node, scope.old, old),
        _alternatives(scope.new_node, scope.new, new),
    )
    return True


def _substantial(document: Document, union: Union) -> bool:
    """Whether branches say more than one more condition on what stands beside the union."""
    return any(words(within(document, one).schema) & _SUBSTANCE for one in union.branches)


def _conditions(scope: Scope) -> Iterator[Found]:
    """Unions of mere conditions (`required` of one member or another), compared as a whole."""
    old = [each for each in scope.old.unions if not _substantial(scope.sides.old, each)]
    new = [each for each in scope.new.unions if not _substantial(scope.sides.new, each)]
    for before, after in zip(old, new, strict=False):
        gone, come = _unlike(scope, before, after)
        # Whether one condition is another in other words, nobody looks.
        effect = UNKNOWN if gone and come else Effect(gone, come)
        if gone or come:
            says = "has other conditions" + (
                "; whether they allow more or less cannot be decided" if effect is UNKNOWN else ""
            )
            said: Said = (_said(before), _said(after), before.pointer, after.pointer)
            yield Found(f"conditions-{effect.word}", effect, says, "", *said)
    for each in old[len(new) :]:
        said = (_said(each), None, each.pointer, scope.new.pointer)
        yield Found("conditions-removed", WIDER, "has lost a condition", "", *said)
    for each in new[len(old) :]:
        said = (None, _said(each), scope.old.pointer, each.pointer)
        yield Found("conditions-added", NARROWER, "has a new condition", "", *said)


def _unlike(scope: Scope, before: Union, after: Union) -> tuple[bool, bool]:
    """Whether one side has alternatives that the other has not."""
    left = list(after.branches)
    gone = False
    for one in before.branches:
        twin = next((other for other in left if scope.alike((one,), (other,))), None)
        gone |= twin is None
        left = [other for other in left if other is not twin]
    return gone, bool(left)


def _said(union: Union) -> list[object]:
    return [each.schema for each in union.branches]


def _alternatives(node: Node, side: Shape, found: Sequence[Union]) -> tuple[Union, list[Node]]:
    """Everything that a side allows as whole branches; a schema without a union is one itself."""
    if not found:
        return Union("", side.pointer, []), [node]
    bare: Parts = tuple(part._replace(bare=True) for part in node.parts)
    first = found[0]
    return first, [Node((*bare, each), node.told, node.text) for each in first.branches]


def _union(
    scope: Scope, before: tuple[Union, list[Node]], after: tuple[Union, list[Node]]
) -> Generator[Piece, None, None]:
    (one, old_nodes), (other, new_nodes) = before, after
    tag = one.tag if one.tag == other.tag or not other.tag else None
    old = [branch(scope.sides.old, node, _tags(scope.sides.old, one, node)) for node in old_nodes]
    new = [branch(scope.sides.new, node, _tags(scope.sides.new, other, node)) for node in new_nodes]
    result = matched(old, new, tag or other.tag, lambda a, b: scope.apart(a.node, b.node))
    for each in result.gone:
        yield _moved(each, result.tag, gone=True, other=other.pointer)
    for each in result.come:
        yield _moved(each, result.tag, gone=False, other=one.pointer)
    yield from _tag_values(result)
    for pair in result.pairs:
        told = frozenset([result.tag]) if result.tag and _tagged(pair, result.tag) else frozenset()
        yield Below(
            "", _told(pair.old.node, told), _told(pair.new.node, told), pair.new.label(result.tag)
        )


def _told(node: Node, told: frozenset[str]) -> Node:
    return node._replace(told=node.told | told)


def _tagged(pair: Pair, tag: str) -> bool:
    """Whether the tag's own member lists the values, so that they are compared already."""
    return all(tag in each.constants and tag in each.shape.members for each in pair)


def _tags(document: Document, union: Union, node: Node) -> dict[str, list[str]]:
    """The values with which a discriminator chooses a branch."""
    if not union.tag:
        return {}
    pointers = {place for part in node.parts for place in _chain(document, part)}
    return {union.tag: [value for value, at in union.mapping.items() if at in pointers]}


def _chain(document: Document, part: Sited) -> set[str]:
    """Where a schema stands, and all that it leads to by nothing but references."""
    pointers: set[str] = set()
    here: Sited | None = part
    while here is not None and here.pointer not in pointers:
        pointers.add(here.pointer)
        ref = here.schema.get("$ref") if isinstance(here.schema, dict) else None
        here = document.target(ref) if ref else None
    return pointers


def _moved(each: Branch, tag: str | None, gone: bool, other: str) -> Found:
    """A branch that has no counterpart."""
    label, at = each.label(tag), each.node.parts[-1].pointer
    which = f"the variant {label}" if label else f"a variant ({_kind(each)})"
    if tag:
        which += f" (`{tag}`)"
    said = label or _kind(each)
    if gone:
        return Found(
            "branch-removed", NARROWER, f"has lost {which}", "", said, None, at, other, label
        )
    return Found("branch-added", WIDER, f"has gained {which}", "", None, said, other, at, label)


def _kind(each: Branch) -> str:
    return ", ".join(sorted(each.shape.kinds - {"integer"})) or "nothing"


def _tag_values(result: Matched) -> Generator[Found, None, None]:
    """Values of the tag that a branch with several of them gained or lost."""
    tag = result.tag
    if tag is None:
        return
    old = {value for pair in result.pairs for value in pair.old.constants.get(tag, ())}
    new = {value for pair in result.pairs for value in pair.new.constants.get(tag, ())}
    for pair in _once(result.pairs, 0):
        gone = [text for value, text in pair.old.constants.get(tag, {}).items() if value not in new]
        if gone:
            yield _values(pair, tag, gone, True)
    for pair in _once(result.pairs, 1):
        come = [text for value, text in pair.new.constants.get(tag, {}).items() if value not in old]
        if come:
            yield _values(pair, tag, come, False)


def _once(pairs: Sequence[Pair], side: int) -> list[Pair]:
    return list({id(pair[side]): pair for pair in pairs}.values())


def _values(pair: Pair, tag: str, values: list[object], gone: bool) -> Found:
    before, after = (
        each.shape.members[tag][0].pointer if tag in each.shape.members else each.shape.pointer
        for each in pair
    )
    old, new = (list(each.constants[tag].values()) for each in pair)
    said: Said = (old, new, before, after)
    at, label = pointer((tag,)), pair.new.label(tag)
    if gone:
        says = f"no longer allows {listing(values)}"
        return Found("enum-narrowed", NARROWER, says, at, *said, label)
    return Found("enum-widened", WIDER, f"now also allows {listing(values)}", at, *said, label)
