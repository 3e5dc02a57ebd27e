"""The members of two object schemas: come, gone, renamed, required, and what else may stand there.

Knows the keywords of objects. It must not know how a member's own schema is compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.contract.values import literal
from specbound.diff.conjunction import shape
from specbound.diff.constraints import kebab
from specbound.diff.found import Below, Found, Node
from specbound.diff.renames import Bearer, renamed
from specbound.diff.scope import NOT_FOR, Scope
from specbound.diff.severity import (
    BOTH,
    NARROWER,
    OFFERED,
    UNKNOWN,
    WIDER,
    Effect,
    Sender,
)
from specbound.diff.shape import Parts, Shape, matches
from specbound.diff.site import Document
from specbound.origin import pointer

Piece = Found | Below


def members(scope: Scope) -> Iterator[Piece]:
    """Everything about members, by name."""
    told = scope.old_node.told & scope.new_node.told
    old = {name: parts for name, parts in scope.old.members.items() if name not in told}
    new = {name: parts for name, parts in scope.new.members.items() if name not in told}
    before, after = (_required(document, side, scope) for document, side in scope.both)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    twins = _twins(scope, {n: old[n] for n in gone}, {n: new[n] for n in come})
    for name, other in twins:
        yield _renamed(scope, name, other, name in before)
        yield _below(name if name == other else other, old[name], new[other], scope)
        yield from _asked(scope, other, name in before, other in after)
    for name in sorted(gone - {name for name, _ in twins}):
        yield from _gone(scope, name, old[name], name in before)
    for name in sorted(come - {other for _, other in twins}):
        yield from _come(scope, name, new[name], name in after)
    for name in sorted(old.keys() & new.keys()):
        yield from _toggled(scope, name, name in before or name in after)
        if not (_hidden(scope, old[name], 0) and _hidden(scope, new[name], 1)):
            yield _below(name, old[name], new[name], scope)
        yield from _asked(scope, name, name in before, name in after)
    yield from _undeclared(scope, old.keys() | new.keys() | told)


def _hidden(scope: Scope, parts: Parts, side: int) -> bool:
    return scope.hidden(scope.both[side][0], parts)


def _below(name: str, old: Parts, new: Parts, scope: Scope) -> Below:
    text = scope.old_node.text and scope.new_node.text
    return Below(pointer((name,)), Node(old, text=text), Node(new, text=text))


def _required(document: Document, side: Shape, scope: Scope) -> set[str]:
    """The required members that this sender has to send."""
    return {
        name
        for name in side.required
        if name in side.members and not scope.hidden(document, side.members[name])
    }


def _twins(scope: Scope, gone: dict[str, Parts], come: dict[str, Parts]) -> list[tuple[str, str]]:
    if not gone or not come:
        return []
    bearers = [
        {name: _bearer(document, parts) for name, parts in some.items()}
        for (document, _), some in zip(scope.both, (gone, come), strict=True)
    ]
    return renamed(bearers[0], bearers[1])


def _bearer(document: Document, parts: Parts) -> Bearer:
    read = shape(document, parts)
    words = [part.schema.get("description", "") for part in parts if isinstance(part.schema, dict)]
    schema = (
        f"{sorted(read.types or ())} {read.values and read.values.value} {sorted(read.members)}"
    )
    limits = {word: limit.value for word, limit in sorted(read.limits.items())}
    return Bearer(f"{schema} {limits}", " ".join(map(str, words)).strip(), read.kinds)


def _renamed(scope: Scope, name: str, other: str, required: bool) -> Found:
    at = (scope.old.members[name][0].pointer, scope.new.members[other][0].pointer)
    effect = BOTH if required else Effect(True, None)
    says = f"is now `{other}`"
    return Found("member-renamed", effect, says, pointer((name,)), name, other, *at)


def _gone(scope: Scope, name: str, parts: Parts, required: bool) -> Iterator[Piece]:
    if _hidden(scope, parts, 0):
        return
    if cover := _cover(scope.new, name):
        yield _below(name, parts, cover, scope)
        yield from _asked(scope, name, required, False)
        return
    says = "is gone"
    if scope.sender is Sender.CLIENT:
        says += ": it is refused now" if scope.new.closed else ": nothing describes it any more"
    elif not required:
        says += ": it was optional, so a client had to do without it"
    effect = BOTH if required else Effect(True, None)
    at = (parts[0].pointer, scope.new.pointer)
    yield Found("member-removed", effect, says, pointer((name,)), name, None, *at)


def _come(scope: Scope, name: str, parts: Parts, required: bool) -> Iterator[Piece]:
    if _hidden(scope, parts, 1):
        return
    if cover := _cover(scope.old, name):
        yield _below(name, cover, parts, scope)
        yield from _asked(scope, name, False, required)
        return
    at = (scope.old.pointer, parts[0].pointer)
    default = shape(scope.sides.new, parts).notes.get("default")
    says, effect = "is new", WIDER if scope.old.closed else OFFERED
    if required and default is not None:
        says, effect = (
            f"is new and required, and yet has a default: {literal(default.value)}",
            Effect(None, effect.wider),
        )
    elif required:
        says, effect = "is new and required", Effect(True, effect.wider)
    elif scope.sender is Sender.SERVICE and scope.old.closed:
        says = "is new, and no other members were allowed"
    if required and scope.sender is Sender.SERVICE and scope.old.closed:
        says = "is new and required, and no other members were allowed"
    yield Found("member-added", effect, says, pointer((name,)), None, name, *at)


def _cover(side: Shape, name: str) -> Parts:
    """The schemas that speak about a member which is not declared, unless they refuse it."""
    found = tuple(
        part for text, parts in side.patterned.items() if matches(text, name) for part in parts
    )
    found = found or side.others
    return () if any(part.schema is False for part in found) else found


def _asked(scope: Scope, name: str, before: bool, after: bool) -> Iterator[Found]:
    """A member that has to be there now, or no longer."""
    if before == after or _seen_anew(scope, name):
        return
    at = pointer((name,))
    where = (
        scope.old.required.get(name, scope.old.pointer),
        scope.new.required.get(name, scope.new.pointer),
    )
    if not after:
        yield Found("member-optional", WIDER, "is no longer required", at, True, False, *where)
        return
    default = shape(scope.sides.new, scope.new.members[name]).notes.get("default")
    if default is not None:
        says = f"is now required, and yet has a default: {literal(default.value)}"
        yield Found("member-required", Effect(None, False), says, at, False, True, *where)
    else:
        yield Found("member-required", NARROWER, "is now required", at, False, True, *where)


def _seen_anew(scope: Scope, name: str) -> bool:
    """Whether the annotation that hides a member came or went: that is told, and nothing else."""
    old, new = scope.old.members.get(name), scope.new.members.get(name)
    return bool(old and new and _hidden(scope, old, 0) != _hidden(scope, new, 1))


def _toggled(scope: Scope, name: str, required: bool) -> Iterator[Found]:
    if not _seen_anew(scope, name):
        return
    keyword = NOT_FOR[scope.sender]
    one, other = scope.old.members[name][0].pointer, scope.new.members[name][0].pointer
    after = _hidden(scope, scope.new.members[name], 1)
    word = "only read" if keyword == "readOnly" else "only written"
    says = f"is now {word} ({keyword})" if after else f"is no longer {word} ({keyword})"
    says += ", and is required" if required and not after else ""
    # OpenAPI says that such a member SHOULD NOT be sent, which promises nothing either way.
    effect = UNKNOWN if after else Effect(required, False)
    code = f"{kebab(keyword)}-{'added' if after else 'removed'}"
    yield Found(code, effect, says, pointer((name,)), not after, after, one, other)


def _undeclared(scope: Scope, known: set[str]) -> Iterator[Found]:
    """Members that are required and declared nowhere."""
    before = {name for name in scope.old.required if name not in scope.old.members}
    after = {name for name in scope.new.required if name not in scope.new.members}
    for name in sorted((before ^ after) - known):
        at = pointer((name,))
        where = (
            scope.old.required.get(name, scope.old.pointer),
            scope.new.required.get(name, scope.new.pointer),
        )
        if name in before:
            yield Found("member-optional", WIDER, "is no longer required", at, True, False, *where)
            continue
        certain = scope.new.closed or bool(_cover(scope.new, name))
        says = "is now required" + ("" if certain else ", but no schema says what it is")
        effect = NARROWER if certain else Effect(None, False)
        yield Found("member-required", effect, says, at, False, True, *where)
