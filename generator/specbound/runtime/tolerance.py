"""How a value that does not fit its type is put together all the same, losing nothing.

Knows types as pydantic reads them: models, unions, lists, dicts, scalars. It must not know
bodies, operations or what anybody does about a drift.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from .assertions import shown
from .check import Check
from .drift import Drift, drift
from .evaluation import Path
from .exact import equal
from .model import Model
from .reading import CheckedReader, Reader, Reading, ScalarReader, judge
from .scalars import NotNull, literals


_NULL = (None, NoneType)


class UnknownVariant(Model):
    """An object of a variant that the document does not know; `model_extra` has its members."""


def build(type_: Any, value: Any) -> tuple[Any, list[Drift]]:
    """Read any JSON value as a type; what does not fit is kept and noted."""
    reading = Reading()
    try:
        result = reader_of(type_)(value, (), reading)
    except RecursionError:
        return value, [drift("type", (), "nests too deeply to be read as its type")]
    return result, reading.found


def flat(type_: Any, metadata: tuple[Any, ...] = ()) -> tuple[Any, tuple[Any, ...]]:
    """A type without its aliases and annotations, and the annotations, innermost first."""
    while True:
        if isinstance(type_, TypeAliasType):
            type_ = type_.__value__
        elif get_origin(type_) is Annotated:
            type_, *more = get_args(type_)
            metadata = (*more, *metadata)
        else:
            return type_, metadata


@lru_cache(maxsize=None)
def reader_of(annotation: Any, *around: Any) -> Reader:
    """The reader of a type under some metadata, made once."""
    type_, metadata = flat(annotation, around)
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, UnionType):
        if NotNull() in metadata:
            arguments = tuple(each for each in arguments if each is not NoneType)
        return _union(arguments, metadata)
    if isinstance(type_, type) and issubclass(type_, Model):
        return _checked(ModelReader(type_), metadata)
    if origin is list:
        return _checked(ListReader(arguments[0]), metadata, list[Any])
    if origin is dict:
        return _checked(DictReader(*arguments), metadata, dict[str, Any])
    return ScalarReader(type_, metadata)


def _union(branches: tuple[Any, ...], metadata: tuple[Any, ...]) -> Reader:
    rest = tuple(each for each in metadata if not isinstance(each, NotNull))
    if len(branches) == 1:
        return reader_of(branches[0], *rest)
    strict = any(getattr(each, "discriminator", None) for each in metadata)
    return _checked(UnionReader(branches, strict), metadata)


def _checked(reader: Reader, metadata: tuple[Any, ...], shell: Any = None) -> Reader:
    """A reader that also judges the value as a whole, if its metadata says anything."""
    checks = tuple(each for each in metadata if isinstance(each, Check))
    rules = [each for each in metadata if not isinstance(each, Check | NotNull | FieldInfo)]
    rules += [rule for each in metadata if isinstance(each, FieldInfo) for rule in each.metadata]
    judged = ScalarReader(shell, tuple(rules)) if rules and shell is not None else None
    return CheckedReader(reader, checks, judged) if checks or judged else reader


class ListReader:
    """Reads an array item by item."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = item

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, list):
            reading.note("type", path, f"is {shown(value)}, but should be an array")
            return value
        read = reader_of(self.item)
        return [read(item, (*path, index), reading) for index, item in enumerate(value)]


class DictReader:
    """Reads an object whose members are all of one type; names stay as they came."""

    __slots__ = ("item", "name")

    def __init__(self, name: Any, item: Any) -> None:
        self.name = name
        self.item = item

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            reading.note("type", path, f"is {shown(value)}, but should be an object")
            return value
        read, read_name = reader_of(self.item), reader_of(self.name)
        result = {}
        for name, item in value.items():
            key, wrong = reading.apart(read_name, name, path)
            for each in wrong:
                reading.note("property-names", path, f"has the member {shown(name)}: {each.message}")
            result[name if key in result else key] = read(item, (*path, name), reading)
        return result


@dataclass(frozen=True, slots=True)
class Member:
    """One declared member of a model: how its value is read, and which values are listed."""

    name: str
    info: FieldInfo
    read: Reader
    omittable: bool
    tags: tuple[Any, ...]


@lru_cache(maxsize=None)
def members_of(model: type[Model]) -> Mapping[str, Member]:
    """The declared members of a model by wire name."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    found = {}
    for name, info in model.model_fields.items():
        metadata = list(info.metadata)
        if info.discriminator is not None:
            metadata.append(FieldInfo(discriminator=info.discriminator))
        wire = info.validation_alias if isinstance(info.validation_alias, str) else name
        reader = reader_of(info.annotation, *metadata)
        found[wire] = Member(name, info, reader, NotNull() in metadata, literals(info.annotation))
    return found


@lru_cache(maxsize=None)
def extra_of(model: type[Model]) -> Reader | None:
    """How undeclared members are read; None where they are not allowed."""
    if model.model_config.get("extra") == "forbid":
        return None
    for parent in model.__mro__:
        hint = inspect.get_annotations(parent).get("__pydantic_extra__")
        if hint is not None:
            break
    namespace = {"__annotations__": {"extra": hint}, "__module__": parent.__module__}
    try:
        resolved = get_type_hints(type("Holder", (), namespace), include_extras=True)["extra"]
    except NameError:  # a class inside a function; pydantic knows its names, nobody else does
        return reader_of(Any)
    return reader_of(get_args(resolved)[1])


class ModelReader:
    """Reads an object as a model, member by member."""

    __slots__ = ("model",)

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            reading.note("type", path, f"is {shown(value)}, but should be an object")
            return value
        given: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        fields = self._declared(value, path, reading, given, extra)
        self._undeclared(value, path, reading, extra)
        check = self.model.schema_check
        if check is not None:
            judge(check, value, path, reading)
        return assemble(self.model, fields, set(given), extra)

    def _declared(
        self, value: Any, path: Path, reading: Reading, given: Any, extra: Any
    ) -> dict[str, Any]:
        """The attributes; `given` are those that were set, `extra` what no attribute can hold."""
        fields: dict[str, Any] = {}
        for wire, member in members_of(self.model).items():
            if wire not in value:
                fields[member.name] = None
                if member.info.is_required():
                    reading.note("required", (*path, wire), "is missing")
                else:
                    fields[member.name] = member.info.get_default(call_default_factory=True)
                continue
            fields[member.name] = member.read(value[wire], (*path, wire), reading)
            if value[wire] is None and member.omittable:
                # None in such an attribute means left out, so the null is kept apart.
                extra[wire] = None
            else:
                given[member.name] = True
        return fields

    def _undeclared(self, value: Any, path: Path, reading: Reading, extra: Any) -> None:
        declared, read = members_of(self.model), extra_of(self.model)
        for name, item in value.items():
            if name in declared:
                continue
            if read is None:
                reading.note("additionalProperties", (*path, name), "is a member nobody declared")
            extra[name] = item if read is None else read(item, (*path, name), reading)


def assemble(
    model: type[Model], fields: dict[str, Any], given: set[str], extra: dict[str, Any]
) -> Model:
    """Make a model of values that nobody validates."""
    made = model.__new__(model)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", given)
    object.__setattr__(made, "__pydantic_extra__", extra)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


class UnionReader:
    """Reads a value as the branch that its tags name, else as the branch that fits best."""

    __slots__ = ("branches", "discriminated")

    def __init__(self, branches: tuple[Any, ...], discriminated: bool) -> None:
        self.branches = tuple(leaf for branch in branches for leaf in leaves(branch))
        self.discriminated = discriminated

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        branches = self.branches
        if isinstance(value, dict):
            named, unknown = by_tag(branches, value)
            if unknown is not None and not named:
                reading.note("one-of", (*path, unknown), f"is {shown(value[unknown])}, no known variant")
                return assemble(UnknownVariant, {}, set(), dict(value))
            branches = named or branches
        # Only null can be meant by the branch of null.
        branches = tuple(b for b in branches if (b in _NULL) == (value is None)) or branches
        outcomes = [reading.apart(reader_of(each), value, path) for each in branches]
        result, found = min(outcomes, key=_misfit)
        if len(outcomes) > 1 and found and not isinstance(result, Model | dict | list):
            reading.note("one-of", path, f"is {shown(value)}, which fits no alternative")
        else:
            reading.found += found
        return result


def _misfit(outcome: tuple[Any, list[Drift]]) -> tuple[bool, int, int]:
    result, found = outcome
    kept_raw = any(each.kind == "type" for each in found) and not isinstance(result, Model)
    return kept_raw, len(found), len(getattr(result, "__pydantic_extra__", None) or ())


def leaves(branch: Any) -> list[Any]:
    """The branches of a union below its aliases and nested unions."""
    type_, metadata = flat(branch)
    if get_origin(type_) in (Union, UnionType) and not any(isinstance(m, Check) for m in metadata):
        return [leaf for each in get_args(type_) for leaf in leaves(each)]
    return [branch]


def by_tag(branches: tuple[Any, ...], value: Mapping[str, Any]) -> tuple[tuple[Any, ...], str | None]:
    """The branches that the value's tags name, and a tag that names none of the tagged ones."""
    named, open_, unknown = [], [], None
    for branch in branches:
        model = flat(branch)[0]
        if not (isinstance(model, type) and issubclass(model, Model)):
            continue
        tags = {wire: m.tags for wire, m in members_of(model).items() if m.tags and not m.omittable}
        present = {wire: allowed for wire, allowed in tags.items() if wire in value}
        wrong = [w for w, allowed in present.items() if not any(equal(value[w], a) for a in allowed)]
        if wrong:
            unknown = unknown or wrong[0]
        elif present:
            named.append(branch)
        else:
            open_.append(branch)
    if named:
        return tuple(named), None
    return tuple(open_), unknown
