"""Many files replaced as one: all of them or none, whatever happens in between.

Knows drafts, backups and a journal that the next run reads. It must not know what the files are.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from specbound.diagnostics import Code, failure
from specbound.origin import Origin

#: Beside the first file; it exists only while files are being replaced.
FOLDER = ".specbound-update"
_JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Swap:
    """Files to be written (bytes) or removed (None), and the folder that holds the journal."""

    folder: Path
    files: Mapping[Path, bytes | None]

    def perform(self) -> int:
        """Replace all files or none; how many were changed.

        Raises what the file system raises; by then everything is as it was. A process that is
        killed outright leaves a journal, from which `recover` puts everything back.
        """
        files = {path: data for path, data in self.files.items() if _differs(path, data)}
        if not files:
            return 0
        home = self.folder / FOLDER
        made = _folders(files)
        try:
            home.mkdir()
            _draft(home, files)
            _backup(home, files, made)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            _unmake(made)
            raise
        with _held():
            try:
                _replace(home, files)
            except BaseException:
                recover(self.folder)
                raise
            # From here on it is done: without its journal, the folder is only litter.
            (home / _JOURNAL).unlink()
        shutil.rmtree(home, ignore_errors=True)
        return len(files)


def recover(folder: Path) -> int:
    """Put back what an update that was killed had replaced; how many files, 0 where none was."""
    home = folder / FOLDER
    if not home.is_dir():
        return 0
    try:
        journal = json.loads((home / _JOURNAL).read_text("utf-8"))
        entries, made = journal["files"], journal["folders"]
    except FileNotFoundError:
        # Killed before the first file was replaced, or after the last one.
        shutil.rmtree(home)
        return 0
    except (ValueError, KeyError, TypeError) as error:
        raise failure(
            Code.UNREADABLE,
            f"an update was killed here and its journal cannot be read: {error}",
            Origin(str(home / _JOURNAL)),
            help="restore the files from version control and remove the folder",
        ) from None
    for at, (name, existed) in enumerate(entries):
        target = Path(name)
        if not existed:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = home / f"{at}.again"
            shutil.copy2(home / f"{at}.old", copy)
            _move(copy, target)
    _unmake([Path(name) for name in made])
    (home / _JOURNAL).unlink()
    shutil.rmtree(home, ignore_errors=True)
    return len(entries)


def _differs(path: Path, data: bytes | None) -> bool:
    if data is None:
        return path.exists()
    try:
        return path.read_bytes() != data
    except FileNotFoundError:
        return True


def _folders(files: Mapping[Path, bytes | None]) -> list[Path]:
    """The folders that have to be made, outer ones first."""
    missing = {
        parent
        for path, data in files.items()
        if data is not None
        for parent in path.parents
        if not parent.exists()
    }
    return sorted(missing, key=lambda one: len(one.parts))


def _draft(home: Path, files: Mapping[Path, bytes | None]) -> None:
    for at, (path, data) in enumerate(files.items()):
        if data is None:
            continue
        draft = home / f"{at}.new"
        draft.write_bytes(data)
        if path.exists():
            shutil.copymode(path, draft)


def _backup(home: Path, files: Mapping[Path, bytes | None], made: list[Path]) -> None:
    entries = []
    for at, path in enumerate(files):
        if path.exists():
            shutil.copy2(path, home / f"{at}.old")
        entries.append([str(path.resolve()), path.exists()])
    text = json.dumps({"files": entries, "folders": [str(one.resolve()) for one in made]})
    draft = home / f"{_JOURNAL}.new"
    draft.write_text(text, "utf-8")
    os.replace(draft, home / _JOURNAL)


def _replace(home: Path, files: Mapping[Path, bytes | None]) -> None:
    for at, (path, data) in enumerate(files.items()):
        target = path.resolve()
        if data is None:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(home / f"{at}.new", target)


def _move(draft: Path, target: Path) -> None:
    """Into its place in one step; over the border of a file system, by way of a neighbour."""
    try:
        os.replace(draft, target)
    except OSError as error:
        if error.errno != 18:  # EXDEV
            raise
        near = target.with_name(f".{target.name}.specbound")
        try:
            shutil.copy2(draft, near)
            os.replace(near, target)
        finally:
            near.unlink(missing_ok=True)


def _unmake(folders: list[Path]) -> None:
    for folder in reversed(folders):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _held() -> Iterator[None]:
    """Let a polite end (SIGTERM) come as an exception, so that what was begun is undone."""
    try:
        before = signal.signal(signal.SIGTERM, _ended)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _ended(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
