"""What readers yield: exchanges as they were recorded, and what could not be read.

Knows HTTP's parts (RFC 9110) and where in a recording they stood. It must not know a contract, nor
any recording's format.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple


class Absent(Enum):
    """The body that is not there; JSON's null is a body."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

#: Header fields in their order, names as recorded. None where the recording kept no headers at
#: all, which is no fault of the exchange.
Headers = tuple[tuple[str, str], ...]


class Source(NamedTuple):
    """Where an exchange was read: file, line (from 1), its number in the file (from 0).

    `pointer` leads to the exchange inside a JSON or YAML file; empty where a line says it all.
    """

    file: str
    line: int | None = None
    number: int | None = None
    pointer: str = ""


class Request(NamedTuple):
    """A request: method in upper case, and the URL as recorded, absolute or from the path on.

    `json` holds the body where the recording has it as JSON itself; `content` where it has bytes
    or text (transfer and content encodings undone). Both are empty where there was no body.
    `body_line` is the line of the file on which the body's own text begins, where it stands there.
    `whole` is False where only a part of the body was kept, which then cannot be judged.
    """

    method: str
    url: str
    headers: Headers | None = None
    json: Any = ABSENT
    content: bytes | None = None
    body_line: int | None = None
    whole: bool = True


class Response(NamedTuple):
    """A response; the body's fields mean what they mean in `Request`."""

    status: int
    headers: Headers | None = None
    json: Any = ABSENT
    content: bytes | None = None
    body_line: int | None = None
    whole: bool = True


class Exchange(NamedTuple):
    """One exchange, or one half of it; `documented` where a page shows it and nobody sent it."""

    request: Request | None
    response: Response | None
    source: Source
    documented: bool = False


class Broken(NamedTuple):
    """A record that could not be read; the rest of its file is read all the same."""

    source: Source
    message: str


class Skipped(NamedTuple):
    """Something that was passed over knowingly: counted, and told by its reason."""

    source: Source
    reason: str


class Claim(NamedTuple):
    """What a documentation page says in a table, a list or a sentence, for the checker to compare.

    `kind` is what is claimed of `operation` (``METHOD /path``; None: of the whole page): see
    `traffic.claims`, which lists the kinds. `member` is a JSON Pointer-like path of a body's
    member or a parameter's name; `values` what the page says of it.
    """

    kind: str
    operation: str | None
    member: str
    values: tuple[str, ...]
    source: Source


#: What a reader yields, in the order of the recording.
Record = Exchange | Broken | Skipped | Claim


def header(headers: Headers | None, name: str) -> str | None:
    """The value of a header field, its lines joined as RFC 9110 section 5.3 has it, or None."""
    if not headers:
        return None
    wanted = name.lower()
    found = [value for each, value in headers if each.lower() == wanted]
    return ", ".join(found) if found else None
