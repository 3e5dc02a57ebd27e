"""How a value that does not fit its type is put together all the same, losing nothing.

Knows types as pydantic reads them: models, unions, lists, dicts, scalars. It must not know
bodies, operations or what anybody does about a drift.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from .check import Check
from .model import Model
from .reading import CheckedReader, Reader, Reading, ScalarReader, judge
from .record import Drift, drift
from .scalars import NotNull, literals
from .untyped import ObjectsOnly
from .variants import Tagged, assemble, flat, leaves
from .words import Path, shown

_NULL = (None, NoneType)


def build(type_: Any, value: Any) -> tuple[Any, list[Drift]]:
    """Read any JSON value as a type; what does not fit is kept and noted."""
    reading = Reading()
    try:
        result = reader_of(type_)(value, (), reading)
    except RecursionError:
        return value, [drift("type", (), "nests too deeply to be read as its type")]
    return result, reading.found


@cache
def reader_of(annotation: Any, *around: Any) -> Reader:
    """The reader of a type under some metadata, made once."""
    type_, metadata = flat(annotation, around)
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, UnionType):
        if NotNull() in metadata:
            arguments = tuple(each for each in arguments if each is not NoneType)
        return _union(arguments, metadata)
    if isinstance(type_, type) and issubclass(type_, Model):
        lenient = any(isinstance(each, ObjectsOnly) for each in metadata)
        return _checked(ModelReader(type_, lenient), metadata)
    if origin is list:
        return _checked(ListReader(arguments[0]), metadata, list[Any])
    if origin is dict:
        return _checked(DictReader(*arguments), metadata, dict[str, Any])
    return ScalarReader(type_, metadata)


def _union(branches: tuple[Any, ...], metadata: tuple[Any, ...]) -> Reader:
    if len(branches) == 1:
        return reader_of(branches[0], *(each for each in metadata if not isinstance(each, NotNull)))
    return _checked(UnionReader(branches), metadata)


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
                reading.note(
                    "property-names", path, f"has the member {shown(name)}: {each.message}"
                )
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


@cache
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
        annotation: Any = info.annotation
        reader = reader_of(annotation, *metadata)
        found[wire] = Member(name, info, reader, NotNull() in metadata, literals(info.annotation))
    return found


@cache
def extra_of(model: type[Model]) -> Reader | None:
    """How undeclared members are read; None where they are not allowed."""
    if model.model_config.get("extra") == "forbid":
        return None
    hints = ((p, inspect.get_annotations(p).get("__pydantic_extra__")) for p in model.__mro__)
    parent, hint = next(pair for pair in hints if pair[1] is not None)
    namespace = {"__annotations__": {"extra": hint}, "__module__": parent.__module__}
    try:
        resolved = get_type_hints(type("Holder", (), namespace), include_extras=True)["extra"]
    except NameError:  # a class inside a function; pydantic knows its names, nobody else does
        return reader_of(Any)
    return reader_of(get_args(resolved)[1])


class ModelReader:
    """Reads an object as a model, member by member."""

    __slots__ = ("lenient", "model")

    def __init__(self, model: type[Model], lenient: bool = False) -> None:
        self.model = model
        self.lenient = lenient

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            if not self.lenient:
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


class UnionReader:
    """Reads a value as the branch that its tags name, else as the branch that fits best."""

    __slots__ = ("branches", "tagged")

    def __init__(self, branches: tuple[Any, ...]) -> None:
        self.branches = tuple(leaf for branch in branches for leaf in leaves(branch))
        self.tagged: Tagged | None = None

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        branches = self.branches
        if isinstance(value, dict):
            self.tagged = self.tagged or Tagged.of(branches)
            named, wrong = self.tagged.choose(value)
            if wrong:
                tag = wrong[0]
                reading.note("one-of", (*path, tag), f"is {shown(value[tag])}, no known variant")
                return self.tagged.unknown(value)
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
