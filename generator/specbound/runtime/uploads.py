"""Files to storage in two steps: ask the service for an address, then post the file there as a
form.

It knows the declared facts of an upload and what a file can be; it must not know how requests
travel.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Never, TypeAlias

import httpx
from typing_extensions import TypeVar

from .absent import OMIT
from .engine import Engine
from .errors import InvalidRequest, UnknownArgument, UnparsableReply
from .issue import Issue
from .options import NO_OPTIONS
from .pointer import pointed
from .retries import policy_of
from .route import Route
from .scripts import Script
from .uri import UploadedUri

SIGNATURES = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"ID3": "mp3",
    b"OggS": "ogg",
    b"fLaC": "flac",
    b"\x1aE\xdf\xa3": "webm",
    b"%PDF": "pdf",
}
U = TypeVar("U", default=Never)
Uploadable: TypeAlias = (
    str
    | os.PathLike[str]
    | BinaryIO
    | bytes
    | tuple[str, str | os.PathLike[str] | BinaryIO | bytes]
)
"""A path, a file open in binary mode, bytes, or a name and one of these."""
CONTAINERS = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}


class Counted:
    """A file that tells how many of its bytes were read."""

    def __init__(
        self, file: BinaryIO, size: int, tell: Callable[[int, int], object] | None
    ) -> None:
        self._file = file
        self._tell = tell
        self.size = size
        self.sent = 0

    def read(self, count: int = -1) -> bytes:
        """Read on, and tell."""
        chunk = self._file.read(count)
        if chunk and self._tell is not None:
            self.sent += len(chunk)
            self._tell(self.sent, self.size)
        return chunk

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; going back begins the count anew."""
        self.sent = offset if whence == 0 else self.sent
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The present place."""
        return self._file.tell()


def uploading(engine: Engine, route: Route, arguments: dict[str, Any]) -> Script[UploadedUri]:
    """Upload `arguments["file"]`: its address; raises InvalidRequest and APIError."""
    facts = route.upload
    assert facts is not None
    unknown = arguments.keys() - {"file", "on_progress", "options"}
    if unknown:
        said = [
            Issue("unrecognized_keys", [], f"`{name}` is not an argument of this call")
            for name in unknown
        ]
        raise UnknownArgument(said, route.name)
    on_progress, options = arguments.get("on_progress"), arguments.get("options")
    on_progress = None if on_progress is OMIT else on_progress
    name, file, ours = opened(arguments["file"], route.name)
    try:
        first = {facts.filename: name, **facts.fixed, "options": options or NO_OPTIONS}
        slot = yield from engine.call(route, first)
        uri = pointed(slot, facts.uri)
        request = _form(engine, route, slot, (name, file, on_progress))
        response = yield from engine.send(
            request, route, policy_of(engine.settings, route, options or NO_OPTIONS)
        )
        if not 200 <= response.status_code < 300:
            raise engine.error(response)
    finally:
        if ours:
            file.close()
    return UploadedUri(uri)


def _form(
    engine: Engine, route: Route, slot: Any, what: tuple[str, BinaryIO, Any]
) -> httpx.Request:
    """The form post to storage, with nothing of ours: no key, no cookies, no default headers."""
    facts = route.upload
    assert facts is not None
    url, uri = pointed(slot, facts.url), pointed(slot, facts.uri)
    if not isinstance(url, str) or not isinstance(uri, str):
        raise UnparsableReply(f"{route.name}: the reply names no address to upload to", body=slot)
    name, file, on_progress = what
    fields = pointed(slot, facts.fields) if facts.fields else None
    counted: Any = Counted(file, _size(file), on_progress)
    return httpx.Request(
        "POST",
        str(url),
        data=dict(fields or {}),
        files={facts.part: (name, counted)},
        headers={"accept": "*/*", "user-agent": engine.target.headers.get("user-agent", "")},
        extensions={"timeout": engine.target.timeout, "replayable": True},
    )


def opened(given: Any, operation: str = "upload") -> tuple[str, BinaryIO, bool]:
    """Name, seekable binary file, and whether it is ours to close; raises InvalidRequest."""
    name = ""
    if isinstance(given, tuple) and len(given) in (2, 3) and isinstance(given[0], str):
        name, given = given[0], given[1]
    if isinstance(given, str | os.PathLike):
        path = Path(os.fsdecode(given))
        try:
            return name or path.name, path.open("rb"), True
        except OSError as error:
            raise _refused(
                f"`file`: {path.name} cannot be read: {error.strerror}", operation
            ) from error
    if isinstance(given, bytes | bytearray | memoryview):
        content = bytes(given)
        return name or _guessed(content, operation), io.BytesIO(content), True
    if hasattr(given, "read"):
        return _of_object(name, given, operation)
    kind = type(given).__name__
    said = f"`file` is {kind}, but must be a path, a binary file, bytes, or (name, bytes)"
    raise _refused(said, operation)


def _of_object(name: str, file: Any, operation: str) -> tuple[str, BinaryIO, bool]:
    own = getattr(file, "name", "")
    name = name or (Path(own).name if isinstance(own, str) else "")
    if isinstance(file, io.TextIOBase):
        raise _refused("`file` is open as text, but must be opened in binary mode", operation)
    if not (hasattr(file, "seekable") and file.seekable()):
        content = file.read()
        return name or _guessed(content, operation), io.BytesIO(content), True
    if not name:
        file.seek(0)
        name = _guessed(file.read(16), operation)
    file.seek(0)
    return name, file, False


def _size(file: BinaryIO) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _guessed(content: bytes, operation: str) -> str:
    """A name for nameless bytes, from their first ones."""
    for start, kind in SIGNATURES.items():
        if content.startswith(start):
            return f"upload.{kind}"
    if content[:4] == b"RIFF" and content[8:12] in CONTAINERS:
        return f"upload.{CONTAINERS[content[8:12]]}"
    if content[4:8] == b"ftyp":
        return "upload.mp4"
    raise _refused("`file` has no name; pass (name, bytes), such as ('cat.mp4', data)", operation)


def _refused(message: str, operation: str) -> InvalidRequest:
    return InvalidRequest([Issue("invalid_type", ["file"], message)], operation)
