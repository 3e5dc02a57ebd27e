"""Parameters of a request against the contract: where each stands, what it means, what is missing.

Knows the four places of a parameter (OAS 3.1 section 4.8.12) and which of them a recording may
have left out. It must not know bodies, nor how an operation was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from specbound.check.finding import Part
from specbound.check.schema.lookup import Direction
from specbound.check.schema.nearest import nearest
from specbound.check.schema.verdict import Fits, Validators
from specbound.check.trouble import Misfit, Trouble, noted, said, warned
from specbound.check.wire.routes import is_placeholder
from specbound.check.wire.typed import Typing
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Parameter
from specbound.origin import escape
from specbound.runtime.server import decode as styles
from specbound.traffic.exchange import Headers, header
from specbound.traffic.secrets import shown

#: Undeclared query parameters that are told one by one.
_MOST_UNDECLARED = 200
_PARTS = {"path": Part.PATH, "query": Part.QUERY, "header": Part.HEADER, "cookie": Part.COOKIE}


class Wired(NamedTuple):
    """One parameter, ready to check; `plain` where it can be nothing but text."""

    parameter: Parameter
    part: Part
    fits: Fits
    shapes: tuple[styles.Shape, ...]
    plain: bool
    at: str

    @property
    def pointer(self) -> str:
        """Where findings say that the value stands."""
        return "/" + escape(self.parameter.name)


class Wire:
    """What the operations of one contract share: typing, validators, and keys in the query."""

    def __init__(self, contract: Contract, typing: Typing, validators: Validators) -> None:
        self.typing = typing
        self._validators = validators
        schemes = contract.security_schemes.values()
        keys = [one for one in schemes if isinstance(one, Mapping) and one.get("type") == "apiKey"]
        self.keys = {str(one.get("name")) for one in keys if one.get("in") == "query"}

    def wired(self, parameter: Parameter, reply: bool = False) -> Wired:
        """Make one parameter ready, or one header of a reply."""
        schema = parameter.schema
        fits = self._validators.of(schema, "response" if reply else "request")
        plain = self.typing.kinds(schema) == {"string"} and parameter.content is None
        at = parameter.pointer + (
            f"/content/{escape(parameter.content)}/schema" if parameter.content else "/schema"
        )
        part = Part.RESPONSE_HEADER if reply else _PARTS[parameter.location]
        shapes = self.typing.shapes(schema) if parameter.content is None else _AS_TEXT
        return Wired(parameter, part, fits, shapes, plain, at)

    def meant(self, wired: Wired, readings: Iterable[styles.Loose]) -> Any:
        """The first reading that fits, else the first of all; None stands for no reading."""
        first: Any = _UNREADABLE
        for loose in readings:
            if loose is None:
                continue
            value = self.typing.value(wired.parameter.schema, loose)
            if wired.fits(value):
                return value
            if first is _UNREADABLE:
                first = value
        return first


_UNREADABLE = object()
_AS_TEXT: tuple[styles.Shape, ...] = ("scalar",)


class Parameters:
    """The parameters of one operation."""

    def __init__(self, operation: Operation, wire: Wire) -> None:
        self._wire = wire
        ready = [wire.wired(each) for each in operation.parameters]
        self.in_path = {each.parameter.name: each for each in ready if each.part is Part.PATH}
        self.in_query = [each for each in ready if each.part is Part.QUERY]
        self.fields = [each for each in ready if each.part is Part.HEADER]
        self.cookies = [each for each in ready if each.part is Part.COOKIE]
        self._queried = any(each.parameter.required for each in self.in_query)

    def path(self, values: Mapping[str, str]) -> Iterator[Trouble]:
        """What is wrong with the values in a path, given percent-encoded."""
        for name, raw in values.items():
            wired = self.in_path.get(name)
            if wired is None or (wired.plain and _fits_as_text(wired, raw)) or is_placeholder(raw):
                continue
            how = wired.parameter.style, wired.parameter.explode
            readings = [styles.from_path(name, raw, how, each) for each in wired.shapes]
            yield from self._judged(wired, readings, unquote(raw))

    def query(self, text: str, documented: bool) -> Iterator[Trouble]:
        """What is wrong with a query; a page may show an operation without one."""
        if not text and (documented or not self._queried):
            return
        found = styles.pairs(text)
        taken: set[str] = set(self._wire.keys)
        for wired in self.in_query:
            names, readings = self._queried_as(wired, found)
            taken |= names
            yield from self._one(wired, readings, documented)
        strange = [name for name in dict.fromkeys(key for key, _ in found) if name not in taken]
        if strange:
            yield from _strangers(strange, [each.parameter.name for each in self.in_query])

    def headers(self, headers: Headers | None) -> Iterator[Trouble]:
        """What is wrong with header fields and cookies, if they were recorded."""
        if headers is None or not (self.fields or self.cookies):
            return
        fields: dict[str, str] = {}
        for name, value in headers:
            lower = name.lower()
            fields[lower] = f"{fields[lower]}, {value}" if lower in fields else value
        for wired in self.fields:
            yield from self.header(wired, fields.get(wired.parameter.name.lower()))
        if self.cookies:
            found = styles.pairs(fields.get("cookie", ""), ";")
            for wired in self.cookies:
                _, readings = self._queried_as(wired, found)
                yield from self._one(wired, readings, False)

    def header(self, wired: Wired, text: str | None) -> Iterator[Trouble]:
        """What is wrong with one header field, given its value if it was recorded."""
        if text is not None and wired.plain and wired.fits(text) and not wired.parameter.deprecated:
            return
        explode = wired.parameter.explode
        shapes = wired.shapes if text is not None else ()
        readings = [styles.from_header(text or "", explode, each) for each in shapes]
        yield from self._one(wired, readings, False)

    def values(
        self, path: Mapping[str, str], query: str, headers: Headers | None
    ) -> dict[tuple[str, str], Any]:
        """All declared parameters of a request that fits, typed, by place and name."""
        found: dict[tuple[str, str], Any] = {}
        for name, raw in path.items():
            wired = self.in_path.get(name)
            if wired is not None and not is_placeholder(raw):
                how = wired.parameter.style, wired.parameter.explode
                readings = [styles.from_path(name, raw, how, each) for each in wired.shapes]
                found["path", name] = self._wire.meant(wired, readings)
        pairs = {"query": styles.pairs(query)} if query else {}
        if self.cookies:
            pairs["cookie"] = styles.pairs(header(headers, "cookie") or "", ";")
        for wired in (*self.in_query, *self.cookies) if pairs else ():
            _, readings = self._queried_as(wired, pairs.get(wired.parameter.location, []))
            if readings:
                at = wired.parameter.location, wired.parameter.name
                found[at] = self._wire.meant(wired, readings)
        for wired in self.fields:
            text = header(headers, wired.parameter.name)
            if text is not None:
                explode = wired.parameter.explode
                readings = [styles.from_header(text, explode, each) for each in wired.shapes]
                found["header", wired.parameter.name] = self._wire.meant(wired, readings)
        return {at: value for at, value in found.items() if value is not _UNREADABLE}

    def _queried_as(self, wired: Wired, found: styles.Pairs) -> tuple[set[str], list[styles.Loose]]:
        """The names in a query that a parameter takes, and the readings of their values."""
        one = wired.parameter
        style = one.style
        if style == "deepObject":
            names = set(styles.deep_names(found, one.name))
        elif style == "form" and one.explode and "object" in wired.shapes:
            members = self._wire.typing.members(one.schema)
            names = members if members is not None else {key for key, _ in found}
            reading = styles.members_of(found, members)
            return names, [] if reading is None else [reading]
        else:
            names = {one.name}
        if not any(key in names for key, _ in found):
            return names, []
        how = style, one.explode
        return names, [styles.from_pairs(one.name, found, how, each) for each in wired.shapes]

    def _one(
        self, wired: Wired, readings: list[styles.Loose], documented: bool
    ) -> Iterator[Trouble]:
        one = wired.parameter
        if not readings:
            if one.required:
                yield _missing(wired)
            return
        if documented and any(isinstance(each, str) and is_placeholder(each) for each in readings):
            return
        if one.deprecated:
            message = f"the {_noun(wired)} `{one.name}` is deprecated"
            yield noted(
                wired.part, "deprecated", message, f"{one.pointer}/deprecated", wired.pointer
            )
        yield from self._judged(wired, readings, "")

    def _judged(self, wired: Wired, readings: list[styles.Loose], raw: str) -> Iterator[Trouble]:
        if wired.parameter.content is not None:
            readings = [_from_json(each) for each in readings]
            value = next((each for each in readings if each is not None), raw)
        else:
            value = self._wire.meant(wired, readings)
        if value is _UNREADABLE:
            one = wired.parameter
            how = f"is not in the style `{one.style}`: {shown(raw, one.name)}"
            message = f"the {_noun(wired)} `{one.name}` {how}"
            yield said(wired.part, "type", message, wired.at, {"pointer": wired.pointer})
        elif not wired.fits(value):
            schema = wired.parameter.schema
            direction: Direction = "response" if wired.part is Part.RESPONSE_HEADER else "request"
            name = wired.parameter.name
            yield Misfit(wired.part, schema, wired.at, value, direction, name=name)


def _strangers(names: list[str], known: list[str]) -> Iterator[Trouble]:
    """What is said of query parameters that nobody declares: of so many, and how many more."""
    yield from (_undeclared(name, known) for name in names[:_MOST_UNDECLARED])
    if (more := len(names) - _MOST_UNDECLARED) > 0:
        message = f"{more:,} more query parameters are not declared"
        yield warned(Part.QUERY, "undeclared-parameter", message, "", "")


def _undeclared(name: str, known: list[str]) -> Trouble:
    near = nearest(name, known)
    message = f"the query parameter `{name}` is not declared"
    found = warned(Part.QUERY, "undeclared-parameter", message, "", "/" + escape(name))
    if near:
        from dataclasses import replace

        found = found._replace(fault=replace(found.fault, help=f"did you mean `{near[0]}`?"))
    return found


def has_default(wired: Wired) -> bool:
    """Whether the document says what happens without a parameter."""
    schema = wired.parameter.schema
    return isinstance(schema, dict) and "default" in schema and "const" not in schema


def _missing(wired: Wired) -> Trouble:
    one = wired.parameter
    at = f"{one.pointer}/required"
    if has_default(wired):
        # Who gives a default says what happens without the parameter: the document is of two minds.
        message = f"the {_noun(wired)} `{one.name}` is missing; it is required, yet has a default"
        return warned(wired.part, "missing-parameter", message, at, wired.pointer)
    message = f"the {_noun(wired)} `{one.name}` is missing; it is required"
    return said(wired.part, "missing-parameter", message, at, {"pointer": wired.pointer})


def _fits_as_text(wired: Wired, raw: str) -> bool:
    how = wired.parameter.style
    return how == "simple" and wired.fits(unquote(raw) if "%" in raw else raw)


def _noun(wired: Wired) -> str:
    return {"header": "header", "cookie": "cookie"}.get(
        wired.parameter.location, f"{wired.parameter.location} parameter"
    )


def _from_json(loose: styles.Loose) -> Any:
    """A parameter with `content`: JSON inside its text (section 4.8.12.2)."""
    import json

    if not isinstance(loose, str):
        return loose
    try:
        return json.loads(loose)
    except (ValueError, RecursionError):
        return loose
