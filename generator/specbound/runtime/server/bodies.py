"""Request bodies as the value of a handler's `body`: JSON, forms and files, validated wholly.

It knows media types and pydantic; it must not know parameters, nor who answers.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ValidationError

from .. import encode
from ..bodies import said_of
from ..drift import adapter
from ..encode import Unencodable
from ..issue import Issue
from ..route import Encoding, Route
from . import decode
from .facts import Facts, Received, bodies_of
from .meaning import values
from .media import FORM, MULTIPART, chosen, is_json, likely, media
from .messages import Call
from .multipart import BrokenForm, FormPart, parts


@dataclass(frozen=True, slots=True)
class File:
    """A file of a multipart form."""

    filename: str
    content: bytes
    content_type: str = ""


Files = Mapping[str, list[File]]

#: Other readings of a form's members that are tried, each for the price of the whole form.
_MOST_TRIES = 100
#: Parts of a multipart form: each takes a quarter of a millisecond, and nobody is served meanwhile.
MOST_PARTS = 1000


class Bodies:
    """The bodies that one operation takes."""

    def __init__(self, route: Route, facts: Facts) -> None:
        self.types = bodies_of(route, facts)
        self._required = route.body is not None and route.body.required
        self.with_files = any(each.files for each in self.types.values())

    def read(self, call: Call, issues: list[Issue]) -> tuple[Any, Files]:
        """The body and the files beside it; what is wrong goes into `issues`.

        No body is None. One that does not state its media type is read as the documented one, as
        JSON if there are several.
        """
        stated = call.header("content-type") or ""
        essence = media(stated).essence
        if not call.content and essence != FORM:
            if self._required:
                issues.append(Issue("invalid_type", [], "`body` is required"))
            return None, {}
        key = chosen(stated, self.types) if stated else likely(self.types)
        if key is None:
            return None, {}
        essence = essence or media(key).essence
        received = self.types[key]
        try:
            if essence == MULTIPART:
                return _multipart(call.content, stated, received, issues)
            if essence == FORM:
                return _form(call.content, received, issues), {}
            if is_json(essence):
                return _json(call.content, received, issues), {}
        except (BrokenForm, Unencodable) as error:
            issues.append(Issue("custom", [], f"the body cannot be read: {error}"))
            return None, {}
        return call.content, {}


def _json(content: bytes, received: Received, issues: list[Issue]) -> Any:
    try:
        data = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refused)
    except RecursionError:
        issues.append(Issue("invalid_json", [], "the body nests too deeply to be read"))
    except ValueError as error:
        issues.append(Issue("invalid_json", [], f"the body is not JSON: {error}"))
    else:
        return _fitting(content, data, received, issues)
    return None


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        counts = Counter(name for name, _ in members)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the name {json.dumps(twice)} stands twice in an object")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _fitting(content: bytes, data: Any, received: Received, issues: list[Issue]) -> Any:
    try:
        return adapter(received.type).validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            # What Python reads and JSON has not: halves of surrogate pairs.
            message = f"the body is not JSON: {first.get('ctx', {}).get('error', '')}"
            issues.append(Issue("invalid_json", [], message))
        else:
            issues.extend(said_of(error, data, received.type, []))
    return None


def _meant(data: dict[str, list[Any]], received: Received, issues: list[Issue]) -> Any:
    """The object of a form whose members have several readings each: the first that fits."""
    value = {name: readings[0] for name, readings in data.items()}
    special = _try(value, received)
    if special is not None:
        return special
    tries = _MOST_TRIES
    for name, readings in data.items():
        for each in readings[1:]:
            tries -= 1
            if tries >= 0 and (found := _try({**value, name: each}, received)) is not None:
                return found
    plain = {name: readings[-1] for name, readings in data.items()}
    found = _try(plain, received)
    return _fitting(encode.dumps(value), value, received, issues) if found is None else found


def _try(value: Any, received: Received) -> Any:
    try:
        return adapter(received.type).validate_json(encode.dumps(value))
    except ValidationError:
        return None


def _form(content: bytes, received: Received, issues: list[Issue]) -> Any:
    found = decode.pairs(content.decode("utf-8", "replace"))
    data: dict[str, list[Any]] = {}
    taken: set[str] = set()
    for name in received.reads.members:
        names = decode.deep_names(found, name)
        taken.update(names)
        if readings := list(_readings(name, found, received)):
            data[name] = readings
        elif names:
            raise BrokenForm(f"`{name}` is not written as its encoding says")
    for name, raw in found:
        if name not in taken:
            data[name] = list(values(received.reads.member(name), decode.form_text(raw)))
    return _meant(data, received, issues)


def _readings(name: str, found: decode.Pairs, received: Received) -> Iterator[Any]:
    reads = received.reads.member(name)
    how = received.encoding.get(name, Encoding())
    for shape in reads.shapes:
        if how.style == "form" and shape == "object":
            yield from _embedded(name, found)
        loose = decode.from_pairs(name, found, (how.style, how.explode), shape)
        if loose is None and how.style == "form":
            # Without an Encoding Object, many write arrays as `name[]=` and objects as `name[a]=`.
            loose = decode.from_pairs(name, found, ("deepObject", True), shape)
        if loose is not None:
            yield from values(reads, loose)


def _embedded(name: str, found: decode.Pairs) -> Iterator[Any]:
    """An object without an encoding is JSON (section 4.8.15.1), or its members in brackets."""
    for key, raw in found:
        if key == name:
            try:
                yield json.loads(decode.form_text(raw))
            except (ValueError, RecursionError):
                continue


def _multipart(
    content: bytes, content_type: str, received: Received, issues: list[Issue]
) -> tuple[Any, Files]:
    data: dict[str, list[Any]] = {}
    files: dict[str, list[File]] = {}
    grouped: dict[str, list[FormPart]] = {}
    for number, part in enumerate(parts(content, content_type)):
        if number == MOST_PARTS:
            raise BrokenForm(f"it has more than {MOST_PARTS} parts")
        grouped.setdefault(part.name, []).append(part)
    for name, several in grouped.items():
        reads = received.reads.member(name)
        listed = "array" in reads.kinds
        if name in received.files:
            files[name] = [File(each.filename, each.content, each.type) for each in several]
            data[name] = [[""] * len(several) if listed else ""]
            continue
        item = reads.items or reads if listed else reads
        found = [_part(each, received, listed) for each in several]
        whole = len(found) == 1 and isinstance(found[0], list)
        if (listed or len(found) > 1) and not whole:
            data[name] = list(values(reads, found))
        elif isinstance(found[0], str):
            data[name] = list(values(item, found[0]))
        else:
            data[name] = [found[0]]
    return _meant(data, received, issues), files


def _part(part: FormPart, received: Received, listed: bool) -> Any:
    """The value of a part that is no file: JSON where it says so or must be, else text."""
    reads = received.reads.member(part.name)
    kinds = (reads.items or reads).kinds if listed else reads.kinds
    says_json = bool(part.type) and is_json(media(part.type).essence)
    text = part.content.decode("utf-8", "replace")
    if says_json or ({"object", "array"} & set(kinds) and text[:1] in ("{", "[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BrokenForm(f"`{part.name}` is not JSON: {error}") from None
    return text
