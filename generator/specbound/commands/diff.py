"""`specbound diff`: two documents compared, and what that means for who uses the API.

Knows what is read and printed, and how a run ends. It must not know how documents are compared.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from specbound.contract.load import Contract
from specbound.diagnostics import Code, Diagnostic, SpecError, failure
from specbound.diff.changes import Change
from specbound.diff.diff import diff as compare
from specbound.diff.severity import Severity
from specbound.origin import Origin
from specbound.report.terminal import wants_color

STANDARD_INPUT = "-"
_NAME = "<stdin>"


def diff(arguments: Namespace) -> int:
    """Compare OLD and NEW; 1 where there is what `--fail-on` names."""
    with _spooled((arguments.old, arguments.new)) as (old, new):
        overlays = list(map(Path, arguments.overlays))
        contracts = [Contract.load(path, overlays) for path in (old, new)]
        changes = [_named(change, (old, new)) for change in compare(*contracts)]
    written = _rendered(changes, contracts, arguments)
    # A lone surrogate of a document cannot be UTF-8.
    sys.stdout.write(written.encode("utf-8", "backslashreplace").decode("utf-8"))
    return int(_fails(changes, arguments.fail_on))


def _fails(changes: Sequence[Change], on: str) -> bool:
    if on == "breaking":
        return any(change.severity is Severity.BREAKING for change in changes)
    return on == "any" and bool(changes)


def _rendered(
    changes: Sequence[Change], contracts: Sequence[Contract], arguments: Namespace
) -> str:
    if arguments.report == "json":
        from specbound.report.diff_json import diff_json

        return diff_json(changes)
    if arguments.report == "markdown":
        from specbound.report.diff_markdown import markdown

        return markdown(changes, _title(contracts))
    from specbound.report.diff_text import text
    from specbound.report.findings import Look

    color = wants_color(sys.stdout)
    return text(changes, Look(color, 0, arguments.verbose, arguments.quiet))


def _title(contracts: Sequence[Contract]) -> str:
    old, new = contracts
    name = new.title or "API"
    versions = new.version if old.version == new.version else f"{old.version} → {new.version}"
    return f"{name} {versions}".strip()


@contextmanager
def _spooled(files: tuple[str, str]) -> Iterator[tuple[Path, Path]]:
    """Both documents as files; what comes by standard input is on disk for the time of the run."""
    if files.count(STANDARD_INPUT) > 1:
        raise failure(Code.UNREADABLE, "standard input can be read for one file only")
    if STANDARD_INPUT not in files:
        yield Path(files[0]), Path(files[1])
        return
    # A folder of its own: a document that came by a pipe has no neighbours to refer to.
    with tempfile.TemporaryDirectory(prefix="specbound-") as folder:
        spooled = Path(folder, "stdin")
        spooled.write_bytes(sys.stdin.buffer.read())
        old, new = (spooled if file == STANDARD_INPUT else Path(file) for file in files)
        try:
            yield old, new
        except SpecError as error:
            raise SpecError([_renamed(item, spooled) for item in error.diagnostics]) from error


def _renamed(item: Diagnostic, spooled: Path) -> Diagnostic:
    message = item.message
    for path in (spooled.resolve(), spooled):
        message = message.replace(str(path), _NAME)
    origin = item.origin
    return replace(item, message=message, origin=_origin(origin, {str(spooled)}))


def _named(change: Change, files: tuple[Path, Path]) -> Change:
    spooled = {str(path) for path in files if path.name == "stdin" and "specbound-" in str(path)}
    spooled |= {str(Path(path).resolve()) for path in spooled}
    if not spooled:
        return change
    old, new = (_origin(origin, spooled) for origin in (change.old_origin, change.new_origin))
    return replace(change, old_origin=old, new_origin=new)


def _origin(origin: Origin | None, spooled: set[str]) -> Origin | None:
    if origin is None or origin.file not in spooled | {str(Path(one).resolve()) for one in spooled}:
        return origin
    return replace(origin, file=_NAME)
