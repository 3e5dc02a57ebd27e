"""`specbound update`: the new document in the place of the old one, and what that comes to.

Knows what is asked for, what is printed where, and how a run ends. It must not know how documents
are compared, nor how files are replaced.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from specbound.commands.inputs import STANDARD_INPUT, Inputs
from specbound.config import is_package_name
from specbound.diagnostics import Code, Diagnostic, SpecError, failure
from specbound.origin import Origin
from specbound.report.terminal import counted, wants_color
from specbound.update.outcome import Update
from specbound.update.run import Asked, Prepared, perform, prepare
from specbound.update.swap import recover

OK, FINDINGS = 0, 1


def update(inputs: Inputs, arguments: Namespace) -> int:
    """Update, or with `--dry-run` say what would happen; 1 where something breaks."""
    started = time.perf_counter()
    _refuse(inputs, arguments)
    undone = recover(inputs.spec.parent)
    if undone:
        files = counted(undone, "file")
        print(f"an update that was killed is undone: {files} put back", file=sys.stderr)
    with _spooled(arguments.new) as new:
        paths = inputs.spec, new, inputs.overlays, inputs.output
        asked = Asked(*paths, inputs.package, inputs.server)
        prepared = _prepared(asked, arguments)
        entry, written = _entry(prepared), 0
        if not arguments.dry_run:
            written = perform(prepared, _changelog(inputs, arguments), entry)
        _print(_told(prepared.update, new, arguments), entry, arguments)
    if not arguments.quiet:
        seconds = time.perf_counter() - started
        print(_closing(prepared, written, seconds, arguments.dry_run), file=sys.stderr)
    return _status(prepared.update)


def _refuse(inputs: Inputs, arguments: Namespace) -> None:
    """Say what cannot work before anything is read."""
    if arguments.package and not is_package_name(arguments.package):
        message = f"Python cannot import a package named {arguments.package!r}"
        raise failure(Code.INVALID_CONFIGURATION, message)
    if arguments.new == STANDARD_INPUT and STANDARD_INPUT in arguments.recordings:
        raise failure(Code.UNREADABLE, "standard input can be read for one file only")
    if inputs.names:
        message = "the old document and overlays cannot come by standard input"
        raise failure(Code.UNREADABLE, message, help="only NEW can be -")
    if arguments.uses and not Path(arguments.uses).exists():
        message = f"there is no `{arguments.uses}` to look through"
        raise failure(Code.UNREADABLE, message, Origin(arguments.uses))
    changelog = _changelog(inputs, arguments)
    if changelog.is_dir() or not changelog.absolute().parent.is_dir():
        message = f"the changelog `{changelog}` cannot be written there"
        raise failure(Code.UNREADABLE, message, Origin(str(changelog)))


def _prepared(asked: Asked, arguments: Namespace) -> Prepared:
    from specbound.traffic.read import records

    found = records(arguments.recordings) if arguments.recordings else None
    return prepare(asked, found, Path(arguments.uses) if arguments.uses else None)


def _changelog(inputs: Inputs, arguments: Namespace) -> Path:
    if arguments.changelog:
        return Path(arguments.changelog)
    return inputs.spec.with_name(f"{inputs.spec.stem}.changelog.md")


def _entry(prepared: Prepared) -> str:
    """The changelog's entry; nothing where nothing changed that a user of the API would see."""
    from specbound.report.update_markdown import changelog_entry

    update, old = prepared.update, prepared.old
    if not update.changes:
        return ""
    version = update.version
    told = version if version == old.version else f"{old.version} → {version}"
    title = " ".join(filter(None, (date.today().isoformat(), "–", update.title or "API", told)))
    return changelog_entry(update.changes, title)


def _print(update: Update, entry: str, arguments: Namespace) -> None:
    if arguments.report == "json":
        from specbound.report.update_json import update_json

        text = update_json(update, entry)
    elif arguments.report == "markdown":
        from specbound.report.update_markdown import update_markdown

        text = update_markdown(update, entry)
    else:
        from specbound.report.findings import Look
        from specbound.report.update_text import update_text

        look = Look(wants_color(sys.stdout), 0, arguments.verbose, arguments.quiet)
        text = update_text(update, look)
    # A lone surrogate of a document cannot be UTF-8.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
    sys.stdout.flush()


def _closing(prepared: Prepared, written: int, seconds: float, dry: bool) -> str:
    update = prepared.update
    what = f"{counted(update.operations, 'operation')}, {counted(update.models, 'model')}"
    if dry:
        return f"dry run: nothing was written; it would be {what} ({seconds:.1f} s)"
    if not written:
        return f"nothing to do: {what} ({seconds:.1f} s)"
    return f"updated: {what}; {counted(written, 'file')} changed in {seconds:.1f} s"


def _status(update: Update) -> int:
    again, names = update.recordings, update.names
    stopped = again is not None and again.stopped.exchanges > 0
    moved = any(before != after for before, after in (names.package, names.client))
    lost = moved or names.gone or names.renamed or any(one.breaks for one in update.methods)
    return FINDINGS if update.breaking or stopped or lost else OK


def _told(update: Update, new: Path, arguments: Namespace) -> Update:
    """The update with standard input under its own name."""
    if arguments.new != STANDARD_INPUT:
        return update
    changes = tuple(replace(one, new_origin=_origin(one.new_origin, new)) for one in update.changes)
    found = tuple(_named(one, new) for one in update.lint.found)
    return replace(update, changes=changes, lint=replace(update.lint, found=found))


@contextmanager
def _spooled(new: str) -> Iterator[Path]:
    """The new document as a file; what comes by standard input is on disk for the run's time."""
    if new != STANDARD_INPUT:
        yield Path(new)
        return
    # A folder of its own: a document that came by a pipe has no neighbours to refer to.
    with tempfile.TemporaryDirectory(prefix="specbound-") as folder:
        spooled = Path(folder, "stdin")
        spooled.write_bytes(sys.stdin.buffer.read())
        try:
            yield spooled
        except SpecError as error:
            raise SpecError([_named(item, spooled) for item in error.diagnostics]) from error


def _named(item: Diagnostic, spooled: Path) -> Diagnostic:
    message = item.message.replace(str(spooled), "<stdin>")
    return replace(item, message=message, origin=_origin(item.origin, spooled))


def _origin(origin: Origin | None, spooled: Path) -> Origin | None:
    if origin is None or origin.file != str(spooled):
        return origin
    return replace(origin, file="<stdin>")
