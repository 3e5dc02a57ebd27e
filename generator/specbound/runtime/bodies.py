"""Request bodies: arguments into JSON, forms, multipart forms or bytes, validated wholly first.

It knows media types and pydantic; it must not know parameters, URLs or how a request is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import PurePath
from typing import Any

from pydantic_core import PydanticSerializationError, ValidationError, from_json

from . import encode
from .absent import OMIT
from .drift import adapter
from .encode import Unencodable, plain
from .errors import ClientError
from .issue import Issue
from .options import Options
from .route import Body

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(slots=True)
class Parts:
    """The parts of one request before they become one: all text is already encoded."""

    path: str = ""
    query: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    content: Any = None
    files: list[tuple[str, Any]] | None = None


def write_body(body: Body, given: Any, options: Options, parts: Parts, issues: list[Issue]) -> None:
    """Put the validated body into `parts`; what is wrong with it goes into `issues`."""
    if not body.required and (given is OMIT or (body.members and not given)) and not options.body:
        return
    if given is OMIT:
        issues.append(Issue("invalid_type", [], "`body` is required"))
        return
    if body.fill and isinstance(given, dict):
        given = {**body.fill, **given}
    if body.media_type == MULTIPART and isinstance(given, Mapping):
        _write_form(body, given, options, parts, issues)
    elif _is_json(body.media_type) or body.media_type == URLENCODED:
        content = _json(body, given, issues)
        if options.body:
            content = _merged(content, options.body)
        parts.content = content if _is_json(body.media_type) else _urlencoded(body, content)
        parts.headers["content-type"] = body.media_type
    else:
        _write_bytes(body, given, parts, issues)


def said_of(error: ValidationError, value: Any, kind: Any, at: list[str | int]) -> list[Issue]:
    """What is wrong with `value` at `at`, as issues."""
    # Takes 30 ms with all it needs, and most requests are right.
    from .issues import issues_of

    return issues_of(error, value, kind, at)


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == JSON or kind.endswith("+json") or kind == "*/*"


def _json(body: Body, given: Any, issues: list[Issue]) -> bytes:
    """`given` as validated JSON text; b"" with issues where it is not what the type takes."""
    data: Any = given
    try:
        data = _plain_members(given, issues) if body.members else plain(given)
        if body.type is None:
            return encode.dumps(data)
        kind = adapter(body.type)
        value = kind.validate_python(data, by_alias=True, by_name=True)
        return kind.dump_json(value, by_alias=True, exclude_unset=True, warnings=False)
    except ValidationError as error:
        issues.extend(said_of(error, data, body.type, []))
    except (Unencodable, PydanticSerializationError) as error:
        issues.append(Issue("custom", [], f"the body {error}"))
    return b""


def _plain_members(given: Mapping[str, Any], issues: list[Issue]) -> dict[str, Any]:
    data = {}
    for name, value in given.items():
        try:
            data[name] = plain(value)
        except Unencodable as error:
            issues.append(Issue("invalid_format", [name], f"`{name}`: {error}"))
    return data


def _merged(content: bytes, extra: Mapping[str, Any]) -> bytes:
    value = from_json(content or b"{}")
    if not isinstance(value, dict):
        raise ClientError("Options(body=...) needs a body that is an object")
    return encode.dumps({**value, **plain(extra)})


def _urlencoded(body: Body, content: bytes) -> bytes:
    parts: list[str] = []
    for name, value in from_json(content or b"{}").items():
        how = body.encoding.get(name)
        if how and how.content_type == JSON:
            value = encode.dumps(value).decode()
        parts += encode.query_parts(
            name, value, (how.style, how.explode) if how else ("form", True)
        )
    return "&".join(parts).encode()


def _write_bytes(body: Body, given: Any, parts: Parts, issues: list[Issue]) -> None:
    parts.headers["content-type"] = body.media_type
    try:
        parts.content = encode.file_content(given)
    except Unencodable as error:
        issues.append(Issue("invalid_type", [], f"`body` {error}"))


def _write_form(
    body: Body, given: Mapping[str, Any], options: Options, parts: Parts, issues: list[Issue]
) -> None:
    """A multipart form: binary members as files, scalars as text, the rest as JSON (RFC 7578)."""
    binary = {name: value for name, value in given.items() if name in body.files}
    checked = {name: ("" if name in binary else value) for name, value in given.items()}
    content = _json(body, checked, issues)
    values = {**from_json(content or b"{}"), **plain(options.body or {})}
    parts.files = []
    for name, value in values.items():
        if name not in binary:
            parts.files += _fields(name, value, body)
    for name, value in binary.items():
        several = value if isinstance(value, list) else [value]
        parts.files += [(name, file_part(each)) for each in several]


def _fields(name: str, value: Any, body: Body) -> list[tuple[str, Any]]:
    how = body.encoding.get(name)
    if isinstance(value, list) and not (how and how.content_type):
        return [part for item in value for part in _fields(name, item, body)]
    if how and how.content_type and how.content_type != "text/plain":
        return [(name, (None, encode.dumps(value), how.content_type))]
    if isinstance(value, dict):
        return [(name, (None, encode.dumps(value), JSON))]
    return [(name, (None, encode.scalar(value).encode()))]


def file_part(value: Any) -> Any:
    """A file as httpx takes it: bytes, an open file, a path, or a tuple with a name before them."""
    if isinstance(value, PathLike):
        path = PurePath(fspath(value))
        return path.name, encode.file_content(value)
    if isinstance(value, tuple):
        name, content, *kind = value
        return (
            name,
            encode.file_content(content) if isinstance(content, PathLike) else content,
            *kind,
        )
    return ("file", bytes(value)) if isinstance(value, bytes | bytearray) else value
