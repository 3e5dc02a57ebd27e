"""What a page says of operations and statuses, held against those that the document has.

Knows how operations belong together, and which of them a caption means. It must not know members'
schemas, nor how a page is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from specbound.check.finding import Part
from specbound.check.pages.say import Difference, listed
from specbound.check.pages.surface import Surface, surface
from specbound.check.schema.nearest import words
from specbound.check.wire.routes import Routes, shape, target
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.diagnostics import Severity
from specbound.traffic.claims import IN_WORDS, WHOLE_PAGE
from specbound.traffic.documented import Unstated
from specbound.traffic.exchange import Claim, Exchange
from specbound.traffic.secrets import shown

#: A page that names so many operations of so many resources is a reference, and ought to be whole.
_MANY_OPERATIONS = 5
_MANY_RESOURCES = 3
_MUST = ", which is required"
_EXPRESSION = re.compile(r"\{[^{}]*\}")
_VERBS: Mapping[str, frozenset[str]] = {
    "create": frozenset({"create", "creating", "creation", "creates", "new", "add"}),
    "update": frozenset({"update", "updating", "updates", "edit", "modify", "change", "patch"}),
    "list": frozenset({"list", "listing", "search", "query"}),
    "retrieve": frozenset({"get", "retrieve", "retrieving", "retrieval", "fetch", "read"}),
    "delete": frozenset({"delete", "deleting", "deletion", "remove"}),
}


@dataclass
class Known:
    """The operations of a contract, as pages name them."""

    contract: Contract
    routes: Routes = field(init=False)

    def __post_init__(self) -> None:
        self.routes = Routes(self.contract)

    def find(self, key: str) -> Operation | None:
        """The operation that ``METHOD /path`` names, with the server's path or without."""
        method, _, url = key.partition(" ")
        match = self.routes.find(method, target(url).path)
        return match.operation if match else None

    def settled(self, exchange: Exchange) -> Exchange:
        """The exchange with the operation's own success status, where its page does not say one."""
        request, response = exchange.request, exchange.response
        if request is None or response is None or not isinstance(response.status, Unstated):
            return exchange
        operation = self.find(f"{request.method} {request.url}")
        if operation is None or _replies(operation, str(response.status)):
            return exchange
        own = [int(key) for key in operation.replies if re.fullmatch(r"2\d\d", key)]
        return exchange._replace(response=response._replace(status=own[0])) if own else exchange

    def is_possible(self, key: str) -> bool:
        """Whether a template with more placeholders than the document's may mean an operation."""
        method, _, url = key.partition(" ")
        wanted = re.escape(_EXPRESSION.sub("\0", target(url).path)).replace("\0", "[^/]+")
        same = (one for one in self.contract.operations.values() if one.method == method)
        return any(re.fullmatch(f".*{wanted}/?", one.path) for one in same)

    def is_ours(self, key: str) -> bool:
        """Whether a path can belong to this API: it begins as one of its own does."""
        _, _, url = key.partition(" ")
        if url.startswith("/"):
            return True
        first = target(url).path.split("/")[1:2]
        return any(one.path.split("/")[1:2] == first for one in self.contract.operations.values())


def named(known: Known, claim: Claim) -> Iterator[Difference]:
    """An operation that the document does not have."""
    key = claim.operation or ""
    if known.find(key) or known.is_possible(key) or not known.is_ours(key):
        return
    method, _, url = key.partition(" ")
    path = target(url).path
    methods = known.routes.methods(path)
    near = known.routes.nearest(method, path)
    yield Difference(
        "undocumented-operation",
        f"the page names {method} {shown(path)[1:-1]}, which the document does not have",
        "/paths",
        part=Part.PATH,
        help=f"{listed(methods)} documented for this path" if methods else _did_you_mean(near),
        names=(f"{method} {shape(path)}",),
    )


def _did_you_mean(near: str) -> str:
    return f"the nearest documented path is {near}" if near else ""


def together(known: Known, claim: Claim, page: frozenset[str]) -> Iterator[Difference]:
    """Operations of the listed resources, or of the whole document, that a page leaves out."""
    found = [one for key in claim.values if (one := known.find(key))]
    present = {one.key for key in page if (one := known.find(key))}
    missing = [
        one
        for key, one in known.contract.operations.items()
        if key not in present and not one.deprecated
    ]
    if claim.member == WHOLE_PAGE:
        yield from _whole(known, found, missing)
        return
    tags = {tag for one in found for tag in one.tags if _count(found, tag) > 1}
    resources = {_resource(one) for one in found}
    for one in missing:
        if _resource(one) in resources or tags & set(one.tags):
            yield Difference(
                "unlisted-operation",
                f"the page lists operations of this group, but not {one.key}",
                one.pointer,
                Severity.NOTE,
                Part.PATH,
                names=(one.key,),
            )


def _count(found: list[Operation], tag: str) -> int:
    return sum(tag in one.tags for one in found)


def _whole(known: Known, found: list[Operation], missing: list[Operation]) -> Iterator[Difference]:
    resources = {_resource(one) for one in found}
    if not missing or len(found) < _MANY_OPERATIONS or len(resources) < _MANY_RESOURCES:
        return
    keys = tuple(one.key for one in missing)
    every = len(known.contract.operations)
    yield Difference(
        "unlisted-operation",
        f"the page names {len(found)} of the document's {every} operations",
        "/paths",
        Severity.NOTE,
        Part.PATH,
        help=f"not named: {listed(keys)}",
        names=keys,
    )


def _resource(operation: Operation) -> str:
    """The first name of a path that is no version."""
    steps = [step for step in operation.path.split("/") if step and not step.startswith("{")]
    own = [step for step in steps if not re.fullmatch(r"v\d\w*|api", step)]
    return own[0] if own else operation.path


# --- statuses ------------------------------------------------------------------------------------


def statuses(known: Known, claim: Claim, operation: Operation | None) -> Iterator[Difference]:
    """Statuses that the operation does not document, or that none does."""
    every = [operation] if operation else list(known.contract.operations.values())
    for status in claim.values:
        if any(_replies(one, status) for one in every):
            continue
        whose = f"{operation.key} does not document" if operation else "no operation documents"
        documented = sorted({each for one in every for each in one.replies})
        yield Difference(
            "undocumented-status",
            f"the page lists the status {status}, which {whose}",
            f"{operation.pointer}/responses" if operation else "/paths",
            part=Part.STATUS,
            value=int(status),
            help=f"documented: {listed(documented)}" if documented else "",
            names=(status,),
        )


def _replies(operation: Operation, status: str) -> bool:
    keys = {key.upper() for key in operation.replies}
    return bool(keys & {status, f"{status[0]}XX", "DEFAULT"})


def unlisted_statuses(
    known: Known, listed_: Mapping[str, Claim], operation: Operation | None
) -> Iterator[tuple[Claim, Difference]]:
    """Errors that a page which lists statuses leaves out."""
    every = [operation] if operation else list(known.contract.operations.values())
    claim = next(iter(listed_.values()))
    missing: dict[str, str] = {}
    for one in every:
        for status in one.replies:
            if re.fullmatch(r"[45]\d\d", status) and status not in listed_:
                missing.setdefault(status, one.key)
    for status, key in sorted(missing.items()):
        pointer = known.contract.operations[key].pointer
        yield claim, Difference(
            "unlisted-status",
            f"the page lists statuses, but not {status}, which {key} documents",
            f"{pointer}/responses/{status}",
            Severity.NOTE,
            Part.STATUS,
            value=int(status),
            names=(status,),
        )


# --- members that a page lists together ----------------------------------------------------------


def captioned(known: Known, caption: str) -> Operation | None:
    """The one operation that a caption names in words: ``Avatar creation parameters``."""
    said = {word.removesuffix("s") for word in words(caption)} | set(words(caption))
    found = [
        one
        for one in known.contract.operations.values()
        if said & _VERBS.get(one.call, frozenset({one.call}))
        and {word.removesuffix("s") for part in one.resource for word in words(part)} <= said
    ]
    longest = max((len("".join(one.resource)) for one in found), default=0)
    best = [one for one in found if len("".join(one.resource)) == longest]
    return best[0] if len(best) == 1 else None


def members(
    known: Known, claim: Claim, operation: Operation, speaks_of: frozenset[str]
) -> Iterator[Difference]:
    """Members of the request that a list of members leaves out."""
    described = surface(known.contract, operation)
    if claim.member == IN_WORDS and not all(described.find(name) for name in claim.values):
        return
    have = {name.partition("/")[0] for name in claim.values}
    missing = [
        name
        for name in _all(described, speaks_of)
        if name not in have and not any(one.name == name for v in have for one in described.find(v))
    ]
    for name in missing:
        must = any(one.required for one in described.find(name))
        yield Difference(
            "unlisted-member",
            f"the page lists members of {operation.key}, but not `{name}`" + _MUST * must,
            described.find(name)[0].place,
            Severity.NOTE,
            described.find(name)[0].part,
            "/" + name,
            names=(name,),
        )


def _all(described: Surface, speaks_of: frozenset[str]) -> list[str]:
    """The members of all variants of which the page speaks; those of each, if it names none."""
    variants = [one.name for one in described.variants if not speaks_of or one.name in speaks_of]
    every = dict.fromkeys(name for one in variants for name in described.names(one))
    if speaks_of:
        return list(every)
    return [name for name in every if all(name in described.names(one) for one in variants)]
