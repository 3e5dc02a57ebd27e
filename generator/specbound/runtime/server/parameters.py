"""Parameters of a request as the values of a handler's arguments: found, read, validated.

It knows the four places of a parameter (OpenAPI 3.1 section 4.8.12) and pydantic; it must not know
bodies, nor who answers.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import ValidationError

from .. import encode
from ..absent import OMIT
from ..bodies import said_of
from ..drift import adapter
from ..encode import Unencodable
from ..issue import Issue
from ..route import Parameter, Route
from . import decode
from .decode import Loose, Pairs
from .facts import Facts, Taken
from .meaning import values
from .messages import Call


class _Sources(NamedTuple):
    """Where the texts of one request's parameters are found."""

    path: Mapping[str, str]
    query: Pairs
    cookies: Pairs
    header: Callable[[str], str | None]


class Parameters:
    """The parameters of one operation."""

    def __init__(self, route: Route, facts: Facts) -> None:
        plain = Taken()
        self._all = [
            (each, facts.parameters.get(f"{each.location} {each.name}", plain))
            for each in route.parameters
        ]
        self._cookies = any(each.location == "cookie" for each in route.parameters)

    def read(self, call: Call, issues: list[Issue]) -> dict[str, Any]:
        """The arguments by their Python names; what is wrong goes into `issues`.

        One that is not given is its default, also where the document requires it all the same; an
        optional one without a default is None. Query parameters that no one declared are let be.
        """
        cookies = decode.pairs(call.header("cookie") or "", ";") if self._cookies else []
        sources = _Sources(call.values, decode.pairs(call.query), cookies, call.header)
        arguments: dict[str, Any] = {}
        for parameter, taken in self._all:
            found = _readings(parameter, taken, sources)
            value = (
                _absent(parameter, taken, issues)
                if not found
                else _value(parameter, taken, found, issues)
            )
            if parameter.python:
                arguments[parameter.python] = value
        return arguments


def _absent(parameter: Parameter, taken: Taken, issues: list[Issue]) -> Any:
    default = taken.default
    if default is OMIT and parameter.python:
        default = parameter.fill
    if default is not OMIT:
        return _typed(parameter, default)
    if parameter.required:
        message = f"`{parameter.name}` is required"
        issues.append(Issue("invalid_type", [parameter.name], message))
    return None


def _typed(parameter: Parameter, value: Any) -> Any:
    """A default as the type has it; as it stands in the document where it does not even fit."""
    try:
        return adapter(parameter.type).validate_json(encode.dumps(value))
    except (ValidationError, Unencodable):
        return value


def _readings(parameter: Parameter, taken: Taken, sources: _Sources) -> list[Loose]:
    """The ways to take a parameter's text apart; none where it is not there."""
    shapes: tuple[decode.Shape, ...] = ("scalar",) if parameter.content else taken.reads.shapes
    if parameter.location == "path":
        raw = sources.path.get(parameter.name)
        how = parameter.how
        return (
            [] if raw is None else [decode.from_path(parameter.name, raw, how, s) for s in shapes]
        )
    if parameter.location == "header":
        text = sources.header(parameter.name)
        explode = parameter.how[1]
        return [] if text is None else [decode.from_header(text, explode, each) for each in shapes]
    found = sources.query if parameter.location == "query" else sources.cookies
    return list(_queried(parameter, taken, found, shapes))


def _queried(
    parameter: Parameter, taken: Taken, found: Pairs, shapes: tuple[decode.Shape, ...]
) -> Iterator[Loose]:
    name, (style, explode) = parameter.name, parameter.how
    if style == "form" and explode and "object" in shapes:
        members = decode.members_of(found, taken.reads.names)
        if members is not None:
            yield members
        return
    deep = style == "deepObject"
    there = decode.deep_names(found, name) if deep else [key for key, _ in found if key == name]
    if there:
        for each in shapes:
            yield decode.from_pairs(name, found, (style, explode), each)


def _value(parameter: Parameter, taken: Taken, found: list[Loose], issues: list[Issue]) -> Any:
    """The first meaning of a text that the type takes; else issues about the likeliest one."""
    kind = adapter(parameter.type)
    refused: tuple[ValidationError, Any] | None = None
    for value in _meant(parameter, taken, found):
        try:
            return kind.validate_json(encode.dumps(value))
        except ValidationError as error:
            refused = refused or (error, value)
        except Unencodable:
            continue
    at: list[str | int] = [parameter.name]
    if refused is not None:
        issues.extend(said_of(*refused, parameter.type, at))
    else:
        how = "JSON" if parameter.content else f"written in the style {parameter.how[0]}"
        issues.append(Issue("invalid_format", at, f"`{parameter.name}` is not {how}"))
    return None


def _meant(parameter: Parameter, taken: Taken, found: list[Loose]) -> Iterator[Any]:
    for loose in found:
        if loose is None:
            continue
        if not parameter.content:
            yield from values(taken.reads, loose)
            continue
        try:
            yield json.loads(loose)
        except (ValueError, RecursionError):
            continue
