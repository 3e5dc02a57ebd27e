"""Values into the text of a URL, a header or a form: every parameter style of OpenAPI.

It knows RFC 3986, RFC 6570 and the style table of the specification; it must not know operations,
validation or HTTP libraries. Values must be plain JSON data, as `plain` makes it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from os import PathLike, fspath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from .pointer import is_model

RESERVED = ":/?#[]@!$&'()*+,;="
ATOMS = frozenset({str, int, float, bool, type(None)})
DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


class Unencodable(ValueError):
    """A value that has no form in its place; the text says why."""


def plain(value: Any) -> Any:
    """`value` as plain JSON data: models, mappings, sequences, dates, ids and upload results
    unwrapped.

    What has no JSON form (bytes, open files) is left for the type to judge. Raises Unencodable for
    a datetime without a time zone.
    """
    if type(value) in ATOMS:
        return value
    if is_model(value):
        # It needs the half of pydantic that many programs never load.
        from .wire import to_wire

        return to_wire(value)
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _unwrapped(value)


def _unwrapped(value: Any) -> Any:
    wire = getattr(value, "wire", None)
    if isinstance(value, int) and wire is not None:
        return wire
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set | frozenset):
        return [plain(item) for item in value]
    uri = getattr(value, "uri", None)
    return str.__str__(uri) if isinstance(uri, str) else value


def _moment(value: datetime) -> str:
    from .wire import moment_text

    try:
        return moment_text(value)
    except ValueError as error:
        raise Unencodable(f"{error}") from None


def dumps(value: Any) -> bytes:
    """Compact JSON; raises Unencodable for what JSON cannot say (NaN, bytes, lone surrogates)."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError) as error:
        raise Unencodable(f"has no JSON form: {error}") from error


def escaped(text: str, reserved: bool = False) -> str:
    """`text` percent-encoded so that only unreserved characters (and, if asked, reserved ones)
    stay.
    """
    try:
        return quote(text, safe=RESERVED if reserved else "")
    except UnicodeEncodeError as error:
        raise Unencodable("has a character that UTF-8 cannot write") from error


def scalar(value: Any) -> str:
    """One JSON scalar as the text of a parameter: `true`, `5`, `null`, or the string itself."""
    if type(value) is str:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return dumps(value).decode()


def path_text(name: str, value: Any, style: str, explode: bool) -> str:
    """The text of a path parameter in style simple, label or matrix, percent-encoded (RFC 6570)."""
    if value is None or value == "" or value == [] or value == {}:
        raise Unencodable("must not be empty: it would change the path")
    key = escaped(name)
    if style == "matrix":
        return _matrix(key, value, explode)
    lead, between = (".", ".") if style == "label" else ("", ",")
    return lead + (between if explode else ",").join(_parts(value, explode, escaped))


def _matrix(key: str, value: Any, explode: bool) -> str:
    if explode and isinstance(value, dict):
        return "".join(f";{part}" for part in _parts(value, True, escaped))
    if explode and isinstance(value, list):
        return "".join(f";{key}={part}" for part in _parts(value, True, escaped))
    return f";{key}={','.join(_parts(value, False, escaped))}"


def _parts(value: Any, explode: bool, write: Any) -> list[str]:
    if isinstance(value, dict) and explode:
        return [f"{write(name)}={write(scalar(item))}" for name, item in value.items()]
    if isinstance(value, dict):
        return [write(text) for name, item in value.items() for text in (name, scalar(item))]
    if isinstance(value, list):
        return [write(scalar(item)) for item in value]
    return [write(scalar(value))]


def query_parts(name: str, value: Any, how: tuple[str, bool], reserved: bool = False) -> list[str]:
    """The `name=value` parts of a query parameter, percent-encoded; none for an empty array."""

    def write(text: str) -> str:
        return escaped(text, reserved).replace("&", "%26").replace("#", "%23").replace("+", "%2B")

    style, explode = how
    key = escaped(name)
    if style == "deepObject":
        return [f"{key}{at}={write(text)}" for at, text in _deep(value)]
    if isinstance(value, dict) and explode and style == "form":
        return [f"{escaped(at)}={write(scalar(item))}" for at, item in value.items()]
    if isinstance(value, list) and explode:
        return [f"{key}={write(scalar(item))}" for item in value]
    if value == [] or value == {}:
        return []
    return [f"{key}={DELIMITERS.get(style, ',').join(_parts(value, False, write))}"]


def _deep(value: Any) -> Iterable[tuple[str, str]]:
    if not isinstance(value, dict | list):
        yield "", scalar(value)
        return
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in members:
        for rest, text in _deep(item):
            yield f"%5B{escaped(str(name))}%5D{rest}", text


def header_text(value: Any, explode: bool = False) -> str:
    """The text of a header parameter (style simple); refuses what would break out of the header."""
    text = ",".join(_parts(value, explode, str))
    if any((letter < " " and letter != "\t") or letter == "\x7f" for letter in text):
        raise Unencodable("must not hold control characters such as line breaks")
    if not text.isascii():
        try:
            text.encode("latin-1")
        except UnicodeEncodeError as error:
            raise Unencodable("must be Latin-1 text to go into a header") from error
    return text


def cookie_parts(name: str, value: Any, explode: bool) -> list[str]:
    """The `name=value` parts of a cookie parameter (style form), percent-encoded."""
    return query_parts(name, value, ("form", explode))


def file_content(value: Any) -> bytes:
    """The bytes of a binary body: bytes, text, a path or an open binary file."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, PathLike):
        with open(fspath(value), "rb") as file:
            return file.read()
    content = value.read() if hasattr(value, "read") else None
    if isinstance(content, bytes):
        return content
    raise Unencodable("must be bytes, a path or a file opened in binary mode")
