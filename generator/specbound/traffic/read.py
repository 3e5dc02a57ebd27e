"""Paths to records: which files are meant, what format each has, and all their records in turn.

Knows the file system and which reader goes with which format. It must not know a format's grammar.
"""

from __future__ import annotations

import glob
import importlib
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from specbound.diagnostics import Code, SpecError, failure
from specbound.origin import Origin
from specbound.traffic.exchange import Broken, Record, Skipped, Source
from specbound.traffic.sniff import FORMATS, Unknown, sniff
from specbound.traffic.streams import BLOCK, Counted, damage, is_converted, unpacked

STDIN = "-"
_READERS = {"exchange": "exchange_json"}
_LOCK_FILES = frozenset({"package-lock.json", "composer.lock", "pnpm-lock.yaml", "yarn.lock"})

#: Told how many bytes more of the files, as they stand on the disk, were read.
Progress = Callable[[int], None]


class Chosen(NamedTuple):
    """A file to read; `named` where somebody named it himself and not its folder or a pattern."""

    path: str
    named: bool


def records(
    paths: Sequence[str],
    format: str = "auto",
    stdin: IO[bytes] | None = None,
    progress: Progress | None = None,
) -> Iterator[Record]:
    """Yield every record of files, folders, globs and ``-``, in the order given, folders sorted.

    `format` is ``auto`` or one of `FORMATS`. `progress` is told the bytes read, piece by piece;
    their sum is that of the sizes of `files(paths)`. Raises `SpecError` for a path that leads to
    nothing and for a file named explicitly that is no recording; other such files are `Skipped`.
    """
    for chosen in _chosen(paths):
        if chosen.path == STDIN:
            yield from _read_stdin(stdin or sys.stdin.buffer, format)
            continue
        try:
            yield from read_file(chosen.path, format, progress)
        except SpecError as error:
            if chosen.named:
                raise
            message = error.diagnostics[0].message
            yield Skipped(Source(chosen.path), message.removeprefix(f"`{chosen.path}` "))


def files(paths: Sequence[str]) -> list[Path]:
    """The files that `records` will read, without standard input; raises `SpecError` as it does."""
    return [Path(chosen.path) for chosen in _chosen(paths) if chosen.path != STDIN]


def read_file(
    path: str | Path, format: str = "auto", progress: Progress | None = None
) -> Iterator[Record]:
    """Yield every record of one file; raises `SpecError` where it cannot be read at all."""
    name = str(path)
    with opened(name, progress) as stream:
        yield from _read(stream, name, format)


@contextmanager
def opened(path: str, progress: Progress | None = None) -> Iterator[IO[bytes]]:
    """A regular file's bytes in UTF-8, unpacked and seekable; raises `SpecError`."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            raise _unreadable(path, "is a folder" if stat.S_ISDIR(mode) else "is no regular file")
        file = io.FileIO(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"cannot be read: {reason}") from None
    with file:
        raw: io.RawIOBase = Counted(file, progress) if progress else file
        try:
            stream = unpacked(io.BufferedReader(raw, BLOCK))
        except OSError as error:
            raise _unreadable(path, f"cannot be read: {error.strerror}") from None
        yield stream


def _read(stream: IO[bytes], name: str, format: str) -> Iterator[Record]:
    try:
        found = sniff(stream, name) if format == "auto" else format
    except Unknown as unknown:
        help = "name its format with --format" if unknown.is_text else ""
        message = f"`{name}` is no recording: {unknown}"
        raise failure(Code.UNREADABLE, message, Origin(name), help) from None
    except OSError as error:
        raise _unreadable(name, f"cannot be read: {error}") from None
    if found not in FORMATS:
        raise _unreadable(name, f"cannot be read as `{found}`: {', '.join(FORMATS)} are known")
    reader = importlib.import_module(f"specbound.traffic.readers.{_READERS.get(found, found)}")
    found_records: Iterator[Record] = reader.read(stream, name)
    try:
        yield from _with_damage(found_records, stream, name)
    except OSError as error:
        yield Broken(Source(name), f"the file cannot be read on: {error.strerror or error}")


def _with_damage(records: Iterator[Record], stream: IO[bytes], name: str) -> Iterator[Record]:
    """The records of a packed file; its damage takes the place of the record that was cut by it."""
    if not is_converted(stream):
        yield from records
        return
    last: Record | None = None
    for record in records:
        if last is not None:
            yield last
        last = record
    found = damage(stream)
    if last is not None and not (found and isinstance(last, Broken)):
        yield last
    if found:
        source = last.source if last is not None else Source(name)
        yield Broken(source, f"the file cannot be read on: {found}")


def _read_stdin(stdin: IO[bytes], format: str) -> Iterator[Record]:
    """Standard input goes through a file without a name: readers look at it twice."""
    import tempfile  # on the rare path only

    with tempfile.TemporaryFile() as spool:
        try:
            while block := stdin.read(BLOCK):
                spool.write(block)
        except OSError as error:
            raise _unreadable("standard input", f"cannot be read: {error.strerror}") from None
        spool.seek(0)
        yield from _read(unpacked(spool), STDIN, format)


def _chosen(paths: Sequence[str]) -> Iterator[Chosen]:
    for path in paths:
        if path == STDIN or os.path.isfile(path):
            yield Chosen(path, True)
            continue
        if os.path.isdir(path):
            found = list(_walk(path))
            said = "has no file to read in it"
        elif glob.has_magic(path) and not os.path.lexists(path):
            found = [each for each in sorted(glob.glob(path, recursive=True)) if _is_wanted(each)]
            said = "matches no file"
        else:
            yield Chosen(path, True)
            continue
        if not found:
            raise _unreadable(path, said)
        yield from (Chosen(each, False) for each in found)


def _walk(folder: str) -> Iterator[str]:
    """Files below a folder, sorted; links to folders are not followed, so that none leads back."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(parent, name)
            if _is_wanted(path):
                yield path


def _is_wanted(path: str) -> bool:
    name = os.path.basename(path)
    if name.startswith(".") or name in _LOCK_FILES or name.endswith(".lock"):
        return False
    return os.path.isfile(path)


def _unreadable(path: str, what: str) -> SpecError:
    return failure(Code.UNREADABLE, f"`{path}` {what}", Origin(path))
