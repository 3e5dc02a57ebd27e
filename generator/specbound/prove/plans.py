"""Plans: how values of a schema are made, as a graph that recursion may run through.

Knows how each kind of JSON value is put together from choices. It must not know where a plan came
from: `planner` reads schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NoReturn

from specbound.prove.pick import Pick

#: How deep values grow before only the smallest parts are added.
ROOM = 6
_ATTEMPTS = 12
_IDS = count(1)
_ENDLESS = 10**6


@dataclass(eq=False)
class Plan:
    """One node: `at` is the schema's pointer, `height` how deep its smallest value is."""

    at: str
    id: int = field(default_factory=lambda: next(_IDS), init=False)
    height: int = field(default=_ENDLESS, init=False)
    #: The schemas that hold here together, each with its pointer; set by the planner.
    parts: tuple[Any, ...] = field(default=(), init=False, repr=False)
    _reach: frozenset[int] | None = field(default=None, init=False, repr=False)
    _weight: int = field(default=0, init=False, repr=False)

    def make(self, pick: Pick, room: int) -> Any:
        """A value; below `room` 0 it is as small as can be."""
        raise NotImplementedError

    def below(self) -> Sequence[Plan]:
        """The plans that this one may follow."""
        return ()

    def least(self) -> int:
        """The height, given the heights of what is below."""
        return 0

    def leads_to(self, wanted: int) -> bool:
        """Whether following this plan can reach another one, by its id."""
        if self._reach is None:
            self._reach = frozenset(plan.id for plan in everything(self))
        return wanted in self._reach

    def alternatives(self) -> int:
        """How many ways lead on from here alone."""
        return 1

    @property
    def weight(self) -> int:
        """How much there is to be seen here and below: how often it deserves to be chosen."""
        if not self._weight:
            self._weight = sum(plan.alternatives() for plan in everything(self))
        return self._weight


@dataclass(eq=False)
class Values(Plan):
    """One of several given values."""

    values: tuple[Any, ...]

    def make(self, pick: Pick, room: int) -> Any:
        """One of them; the first is the simplest."""
        return self.values[pick.integer(0, len(self.values) - 1)]

    def alternatives(self) -> int:
        """Each value is one."""
        return len(self.values)


@dataclass(eq=False)
class Made(Plan):
    """A value without parts, made by a function of the choices."""

    maker: Callable[[Pick], Any]

    def make(self, pick: Pick, room: int) -> Any:
        """What the function makes."""
        return self.maker(pick)

    def alternatives(self) -> int:
        """Both bounds and what lies between them."""
        return 3


@dataclass(eq=False)
class Deferred(Plan):
    """A plan that stands elsewhere, known once it has been made: where recursion closes."""

    target: Plan | None = None

    def make(self, pick: Pick, room: int) -> Any:
        """A value of the plan that is meant; it is one step deeper."""
        return self._meant().make(pick, room - 1)

    def below(self) -> Sequence[Plan]:
        """The one that is meant."""
        return (self._meant(),)

    def least(self) -> int:
        """As high as what is meant."""
        return self._meant().height

    def _meant(self) -> Plan:
        assert self.target is not None, f"{self.at} was never planned"
        return self.target


@dataclass(eq=False)
class Choice(Plan):
    """One of several plans; where room is short, one of the lowest."""

    options: tuple[Plan, ...]
    #: The pointer of the schema that tells its branches apart by a tag, and the tag's name.
    tag: tuple[str, str] | None = None

    def make(self, pick: Pick, room: int) -> Any:
        """A value of one branch."""
        options: Sequence[Plan] = self.options
        if room <= 0:
            options = [one for one in options if one.height <= self.height]
        return options[pick.branch(options)].make(pick, room)

    def below(self) -> Sequence[Plan]:
        """All branches."""
        return self.options

    def least(self) -> int:
        """As high as the lowest branch."""
        return min((option.height for option in self.options), default=_ENDLESS)


@dataclass(eq=False)
class Items(Plan):
    """An array: what stands first, what follows, and what must be among it."""

    first: tuple[Plan, ...]
    rest: Plan | None
    least_size: int
    most_size: int
    unique: Callable[[Any], Any] | None = None
    among: Plan | None = None

    def make(self, pick: Pick, room: int) -> list[Any]:
        """An array; equal items are drawn again where they must differ."""
        most = self.least_size if room <= 0 else self.most_size
        return self.sized(pick.size(self.least_size, most, self), pick, room)

    def sized(self, size: int, pick: Pick, room: int) -> list[Any]:
        """An array of so many items, if they can be had."""
        found: list[Any] = []
        for index in range(size):
            plan = self.first[index] if index < len(self.first) else self.rest
            if plan is None:
                break
            self._add(found, plan, pick, room)
        if self.among is not None and (not found or size < self.most_size):
            found.append(self.among.make(pick, room - 1))
        return found

    def _add(self, found: list[Any], plan: Plan, pick: Pick, room: int) -> None:
        for _ in range(_ATTEMPTS):
            item = plan.make(pick, room - 1)
            if self.unique is None or self.unique(item) not in map(self.unique, found):
                found.append(item)
                return
        if len(found) < self.least_size:
            pick.reject()

    def below(self) -> Sequence[Plan]:
        """Every plan of an item."""
        return [*self.first, *filter(None, (self.rest, self.among))]

    def least(self) -> int:
        """One more than the items that must be there."""
        must = [*self.first[: self.least_size], *filter(None, (self.among,))]
        if self.rest is not None and self.least_size > len(self.first):
            must.append(self.rest)
        return 1 + max((plan.height for plan in must), default=0)


def linked(together: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """A member, and all that have to be there where it is, each once."""
    found = [name]
    for each in found:
        found += [one for one in together.get(each, ()) if one not in found]
    return found


@dataclass(eq=False)
class Members(Plan):
    """An object: required and optional members, and, in maps, members of any name."""

    required: Mapping[str, Plan]
    optional: Mapping[str, Plan]
    names: Plan | None = None
    other: Plan | None = None
    least_size: int = 0
    most_size: int = _ENDLESS
    together: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def make(self, pick: Pick, room: int) -> dict[str, Any]:
        """An object, its members in the schema's order."""
        chosen = self._chosen(pick, room)
        found = {
            name: plan.make(pick, room - 1)
            for name, plan in (self.required | self.optional).items()  # type: ignore[operator]
            if name in chosen
        }
        if self.names is not None and self.other is not None:
            self._fill(found, pick, room)
        return found

    def _chosen(self, pick: Pick, room: int) -> set[str]:
        chosen = set(self.required)
        for name, plan in self.optional.items():
            if len(chosen) < self.most_size and room > 0 and pick.present(plan):
                chosen.add(name)
        for name in self.optional:
            if len(chosen) < self.least_size and self.names is None:
                chosen.add(name)
        return {each for name in chosen for each in linked(self.together, name)}

    def _fill(self, found: dict[str, Any], pick: Pick, room: int) -> None:
        assert self.other is not None
        least = max(0, self.least_size - len(found))
        most = max(least, min(least + 2, self.most_size - len(found)) if room > 0 else least)
        for _ in range(pick.size(least, most, self.other)):
            name = self._new(found, pick)
            if name is not None:
                found[name] = self.other.make(pick, room - 1)
        if len(found) < self.least_size:
            pick.reject()

    def _new(self, found: Mapping[str, Any], pick: Pick) -> str | None:
        assert self.names is not None
        for _ in range(_ATTEMPTS):
            name = self.names.make(pick, 0)
            if name not in found and name not in self.optional:
                return str(name)
        return None

    def below(self) -> Sequence[Plan]:
        """Every plan of a member."""
        others = filter(None, (self.names, self.other))
        return [*self.required.values(), *self.optional.values(), *others]

    def least(self) -> int:
        """One more than the members that must be there."""
        must = [plan.height for plan in self.required.values()]
        if self.least_size > len(self.required) + len(self.optional) and self.other is not None:
            must.append(self.other.height)
        return 1 + max(must, default=0)


@dataclass(eq=False)
class Checked(Plan):
    """A plan whose values may miss something, and the test that tells."""

    plan: Plan
    fits: Callable[[Any], bool]

    def make(self, pick: Pick, room: int) -> Any:
        """The first of several values that fits."""
        for _ in range(_ATTEMPTS):
            value = self.plan.make(pick, room)
            if self.fits(value):
                return value
        return self._give_up(pick)

    def _give_up(self, pick: Pick) -> NoReturn:
        pick.reject()

    def below(self) -> Sequence[Plan]:
        """The plan that is tested."""
        return (self.plan,)

    def least(self) -> int:
        """As high as the plan."""
        return self.plan.height


def everything(plan: Plan) -> Iterator[Plan]:
    """A plan and all that can be reached from it, each once."""
    seen, waiting = set[int](), [plan]
    while waiting:
        one = waiting.pop()
        if one.id not in seen:
            seen.add(one.id)
            yield one
            waiting.extend(one.below())


def settle(root: Plan) -> None:
    """Work out every height: repeat until nothing gets lower."""
    plans = list(everything(root))
    changed = True
    while changed:
        changed = False
        for plan in plans:
            height = plan.least()
            if height < plan.height:
                plan.height, changed = height, True
