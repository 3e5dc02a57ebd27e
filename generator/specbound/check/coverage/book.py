"""The goals of every operation: listed by part and shape, each shape's list made once and kept.

Knows which parts an operation has and which shapes each part reaches. It must not know what was
seen. A part has the goals of every named shape it reaches, once, however often it reaches it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from specbound.check.coverage.compile import Book, walk
from specbound.check.coverage.goals import At, Goal, Kind, Nowhere
from specbound.check.coverage.unions import Definitions, Fits
from specbound.check.coverage.walk import IDLE, Members, Walk
from specbound.check.schema.lookup import Direction
from specbound.check.schema.verdict import Validators, validators_of
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Operation, Parameter
from specbound.origin import escape, pointer

#: Operation, part, media type and named shape; the last is empty for the part's own schema.
Slot = tuple[str, str, str, str]

#: What a direction leaves out, and the direction.
DIRECTIONS: Mapping[str, Direction] = {"readOnly": "request", "writeOnly": "response"}
_SENT, _RECEIVED = DIRECTIONS


class Part(NamedTuple):
    """One part of an operation: ``request``, a status key, ``parameters`` or ``headers 200``."""

    operation: str
    name: str
    media_type: str
    silent: str
    layout: Callable[[Book], Walk]

    def slot(self, shape: str = "") -> Slot:
        """Where the hits of one of its shapes are kept."""
        return self.operation, self.name, self.media_type, shape


class Shape(NamedTuple):
    """The goals of one schema without the named ones that it refers to, and those by place."""

    goals: tuple[Goal, ...]
    kinds: Counter[Kind]
    refers: Mapping[str, str]


class _ListBook:
    """Writes goals down for reading; lays no named shape out."""

    def __init__(self, definitions: Definitions, silent: str) -> None:
        self.definitions, self.silent = definitions, silent
        self.hits: set[int] = set()
        self.goals: list[Goal] = []
        self.refers: dict[str, str] = {}

    def goal(self, goal: Goal) -> int:
        self.goals.append(goal)
        return len(self.goals) - 1

    def shape(self, name: str, place: str) -> Callable[[], Walk]:
        self.refers.setdefault(name, place)
        return lambda: IDLE

    def fits(self, schema: Any) -> Fits:
        return lambda value: True


class _ShapeBook:
    """Numbers the goals of one shape as `_ListBook` does, with the hits to note them in."""

    def __init__(self, walks: WalkBook, shape: str) -> None:
        part = walks.part
        self.definitions, self.silent = walks.operations.definitions, part.silent
        self.hits = walks.hits(part.slot(shape))
        self.shape = walks.shape
        self._validators = walks.operations.validators
        self._count = -1

    def goal(self, goal: Goal) -> int:
        self._count += 1
        return self._count

    def fits(self, schema: Any) -> Fits:
        # Compiled when first asked: most unions are told apart without.
        validators, direction = self._validators, DIRECTIONS[self.silent]
        return lambda value: validators.of(schema, direction)(value)


class WalkBook:
    """Lays out the walk of one part; shapes when a value first reaches them, and each once."""

    def __init__(
        self, part: Part, operations: Operations, hits: Callable[[Slot], set[int]]
    ) -> None:
        self.part, self.operations, self.hits = part, operations, hits
        self._walks: dict[str, Walk] = {}

    def walk(self) -> Walk:
        """The walk of the whole part."""
        return self.part.layout(_ShapeBook(self, ""))

    def shape(self, name: str, place: str = "") -> Callable[[], Walk]:
        """What lays out one named shape."""
        return partial(self._load, name)

    def _load(self, name: str) -> Walk:
        found = self._walks.get(name)
        if found is None:
            schema = self.operations.definitions.get(name)
            found = walk(schema, Nowhere("", ""), _ShapeBook(self, name))
            self._walks[name] = found
        return found


class Operations:
    """Every goal of a contract, found when asked for."""

    def __init__(self, contract: Contract, validators: Validators | None = None) -> None:
        self.contract = contract
        self.validators = validators or validators_of(contract)
        named = contract.schemas.items()
        self.definitions = Definitions((name, one.schema) for name, one in named)
        self._shapes: dict[tuple[str, str], Shape] = {}
        self._numbers: dict[str, dict[str, int]] = {}
        self._parts: dict[str, dict[tuple[str, str], Part]] = {}

    def parts(self, operation: str) -> Iterable[Part]:
        """The parts of an operation, request first."""
        return self._parts_of(operation).values()

    def part(self, where: tuple[str, str, str]) -> Part | None:
        """The part of that operation, name and media type, if there is one."""
        operation, name, media_type = where
        return self._parts_of(operation).get((name, media_type))

    def numbers(self, operation: str) -> dict[str, int]:
        """The numbers of an operation's own goals: itself, its statuses and its media types."""
        found = self._numbers.get(operation)
        if found is None:
            found = {name: n for n, (name, _) in enumerate(self._own(operation))}
            self._numbers[operation] = found
        return found

    def own(self, operation: str) -> list[Goal]:
        """An operation's own goals by their numbers."""
        return [goal for _, goal in self._own(operation)]

    def shapes(self, part: Part) -> Iterator[tuple[str, str, Shape]]:
        """The part's own schema, then every named shape that it reaches, where it first does."""
        root = self._listed(part.layout, part.silent)
        yield "", "", root
        places = dict(root.refers)
        waiting = list(places)
        for name in waiting:
            shape = self.shape(name, part.silent)
            yield name, places[name], shape
            for one, place in shape.refers.items():
                if one not in places:
                    places[one] = places[name] + place
                    waiting.append(one)

    def shape(self, name: str, silent: str) -> Shape:
        """One named shape in one direction."""
        found = self._shapes.get((name, silent))
        if found is None:
            found = self._listed(partial(walk, self.definitions.get(name), shape_at(name)), silent)
            self._shapes[name, silent] = found
        return found

    def _listed(self, layout: Callable[[Book], Walk], silent: str) -> Shape:
        book = _ListBook(self.definitions, silent)
        layout(book)
        kinds = Counter(goal.kind for goal in book.goals)
        return Shape(tuple(book.goals), kinds, book.refers)

    def _own(self, key: str) -> Iterator[tuple[str, Goal]]:
        operation = self.contract.operations.get(key)
        if operation is None:
            return
        yield "operation", Goal(Kind.OPERATIONS, operation.pointer, "", "any exchange")
        for media, at in _request(operation):
            goal = Goal(Kind.MEDIA_TYPES, at.pointer, "request", media)
            yield f"request {media}", goal
        for status, reply in operation.replies.items():
            yield f"status {status}", Goal(Kind.STATUSES, reply.pointer, "", f"status {status}")
            for media in reply.content:
                place = reply.pointer + pointer(("content", media))
                yield f"{status} {media}", Goal(Kind.MEDIA_TYPES, place, f"status {status}", media)

    def _parts_of(self, key: str) -> dict[tuple[str, str], Part]:
        found = self._parts.get(key)
        if found is None:
            operation = self.contract.operations.get(key)
            parts = _parts(operation) if operation else ()
            found = {(part.name, part.media_type): part for part in parts}
            self._parts[key] = found
        return found


def shape_at(name: str) -> At:
    """Where a named shape stands; what leads to it is not its own."""
    return At(SCHEMAS[1:] + escape(name), "")


def member_name(location: str, name: str) -> str:
    """A parameter among the others of its operation: ``query cursor``; headers know no case."""
    return f"{location} {name.lower() if location == 'header' else name}"


def _parts(operation: Operation) -> Iterator[Part]:
    key = operation.key
    if operation.parameters:
        layout = partial(_named, operation.parameters, Kind.PARAMETERS)
        yield Part(key, "parameters", "", _SENT, layout)
    for media, at in _request(operation):
        schema = operation.body.content[media] if operation.body else True
        yield Part(key, "request", media, _SENT, partial(walk, schema, at))
    for status, reply in operation.replies.items():
        if reply.headers:
            headers = reply.headers.values()
            layout = partial(_named, tuple(headers), Kind.HEADERS)
            yield Part(key, f"headers {status}", "", _RECEIVED, layout)
        for media, schema in reply.content.items():
            at = At(reply.pointer + pointer(("content", media, "schema")), "")
            yield Part(key, status, media, _RECEIVED, partial(walk, schema, at))


def _request(operation: Operation) -> Iterator[tuple[str, At]]:
    body = operation.body
    for media in body.content if body else ():
        assert body is not None
        yield media, At(body.pointer + pointer(("content", media, "schema")), "")


def _named(parameters: tuple[Parameter, ...], kind: Kind, book: Book) -> Walk:
    present: dict[str, int] = {}
    absent: dict[str, int] = {}
    inside: list[tuple[str, Walk]] = []
    for one in parameters:
        member = member_name(one.location, one.name)
        place = f"{one.location} {one.name}"
        present[member] = book.goal(Goal(kind, one.pointer, place, "present"))
        if not one.required:
            absent[member] = book.goal(Goal(kind, one.pointer, place, "absent"))
        steps = ("content", one.content, "schema") if one.content else ("schema",)
        below = walk(one.schema, At(one.pointer + pointer(steps), place), book)
        if below.live:
            inside.append((member, below))
    return Members(present, absent, inside, book.hits)
