"""A recording that grows: one line an exchange, whole whatever happens to the process.

Knows files, their torn ends, and that several processes may add to one. It must not know what an
exchange looks like in a line.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from specbound.live.recorded import line
from specbound.traffic.exchange import Exchange

_LOGGER = logging.getLogger("specbound.live")
_BLOCK = 1 << 16
#: How a line begins that was written here.
_BEGINNINGS = (b'{"request"', b'{"response"')
_FLAGS = os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Recorder:
    """Adds exchanges, without their secrets, to a file of newline-delimited JSON.

    Threads and processes may add to one file at once. Where the last line of the file is torn, as
    a killed process leaves it, it is cut off first, and the loss logged. Raises `OSError`.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        _mend(self.path)
        self._lock = Lock()
        self._torn = False
        self._file: int | None = self._opened()

    def add(self, exchange: Exchange) -> None:
        """Write one exchange in one piece; raises `OSError` where that could not be done."""
        self.write(line(exchange))

    def write(self, text: bytes) -> None:
        """Write one line, its end included; after `close` the file is opened anew."""
        with self._lock:
            if self._file is None:
                self._file = self._opened()
            if self._torn:
                text = b"\n" + text
            with _shared(self._file):
                written = os.write(self._file, text)
            self._torn = written < len(text)
        if self._torn:
            raise OSError(28, f"only {written} of {len(text)} bytes were written")

    def close(self) -> None:
        """Close the file; what was added is in it."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _opened(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | _FLAGS, 0o666)


def _mend(path: Path) -> None:
    """Cut off, or end, the last line of a recording that was torn."""
    try:
        file = os.open(path, os.O_RDWR | _FLAGS, 0o666)
    except OSError:
        return  # opening it to write says why
    try:
        if stat.S_ISREG(os.fstat(file).st_mode):
            with _alone(file):
                _mend_end(file, path)
    finally:
        os.close(file)


def _mend_end(file: int, path: Path) -> None:
    size = os.fstat(file).st_size
    if not size:
        return
    start = _last_line(file, size)
    _expect_exchange(file, start if start < size else _last_line(file, size - 1), path)
    if start == size:
        return
    os.lseek(file, start, os.SEEK_SET)
    tail = _read(file, size - start)
    if _is_json(tail):
        os.write(file, b"\n")  # whole, but for its end: a person's editor
        return
    os.ftruncate(file, start)
    _LOGGER.warning("%s: the last line was torn; its %d bytes were cut off", path, size - start)


def _expect_exchange(file: int, start: int, path: Path) -> None:
    """Raise `OSError` for a last line that no recording has: somebody's file would be spoilt."""
    os.lseek(file, start, os.SEEK_SET)
    head = _read(file, _BLOCK).strip(b"\0 \t\r\n")
    is_begun = any(each.startswith(head[: len(each)]) for each in _BEGINNINGS)
    has_halves = head.startswith(b"{") and (b'"request"' in head or b'"response"' in head)
    if not (is_begun or has_halves):
        said = "nothing is recorded to what is no recording (its last line is no exchange)"
        raise OSError(errno.EINVAL, said, str(path))


def _last_line(file: int, size: int) -> int:
    """Where the last line begins; the end of the file where its last line has ended."""
    end = size
    while end:
        start = max(0, end - _BLOCK)
        os.lseek(file, start, os.SEEK_SET)
        at = _read(file, end - start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


def _read(file: int, count: int) -> bytes:
    found = b""
    while len(found) < count and (more := os.read(file, count - len(found))):
        found += more
    return found


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@contextmanager
def _shared(file: int) -> Iterator[None]:
    """While a line is written: nobody mends the file meanwhile, but others may write theirs."""
    with _locked(file, "LOCK_SH"):
        yield


@contextmanager
def _alone(file: int) -> Iterator[None]:
    """While the end of the file is looked at: half a line would be taken for a torn one."""
    with _locked(file, "LOCK_EX"):
        yield


@contextmanager
def _locked(file: int, how: str) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        fcntl.flock(file, getattr(fcntl, how))
    except OSError:  # a file system without locks
        yield
        return
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
