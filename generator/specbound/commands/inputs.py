"""Which files a command works on: its arguments, else the nearest pyproject.toml's table.

Knows the precedence, and that `-` is standard input. It must not know what is in the files.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from specbound.config import Configuration, nearest, read
from specbound.diagnostics import Code, Diagnostic, SpecError, failure

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of one run; `names` says what to call those that hold standard input."""

    spec: Path
    overlays: tuple[Path, ...]
    output: Path
    package: str | None
    baseline: Path | None = None
    server: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The same diagnostics, with standard input under its own name."""
        return [_named(item, self.names) for item in diagnostics]


@contextmanager
def choose(arguments: Namespace) -> Iterator[Inputs]:
    """Settle a command's files for the time of its run; what came by standard input is on disk.

    Raises `SpecError` where neither the arguments nor a pyproject.toml name a document.
    """
    inputs = _settled(arguments)
    files = [inputs.spec, *inputs.overlays]
    if not (count := sum(str(file) == STANDARD_INPUT for file in files)):
        yield inputs
        return
    if count > 1:
        raise failure(Code.UNREADABLE, "standard input can be read for one file only")
    # A folder of its own: a document that came by a pipe has no neighbours to refer to.
    with tempfile.TemporaryDirectory(prefix="specbound-") as folder:
        spooled = Path(folder, "stdin")
        spooled.write_bytes(sys.stdin.buffer.read())
        real = [spooled if str(file) == STANDARD_INPUT else file for file in files]
        names = {str(path): "<stdin>" for path in (spooled, spooled.resolve())}
        chosen = replace(inputs, spec=real[0], overlays=tuple(real[1:]), names=names)
        try:
            yield chosen
        except SpecError as error:
            raise SpecError(chosen.named(error.diagnostics)) from error


def _settled(arguments: Namespace) -> Inputs:
    """Let an argument win over the table; the table counts only where SPEC is not given."""
    table = Configuration() if arguments.spec else _table()
    spec = Path(arguments.spec) if arguments.spec else table.spec
    if spec is None:
        raise failure(
            Code.INVALID_CONFIGURATION,
            "no document is named",
            help="name one (`specbound generate openapi.json`), or write "
            '`spec = "openapi.json"` under [tool.specbound] in pyproject.toml',
        )
    output = getattr(arguments, "output", None)
    baseline = getattr(arguments, "baseline", None)
    server = getattr(arguments, "server", None)
    return Inputs(
        spec=spec,
        overlays=tuple(map(Path, arguments.overlays)) or table.overlays,
        output=Path(output) if output else table.output or Path("generated"),
        package=getattr(arguments, "package", None) or table.package,
        baseline=Path(baseline) if baseline else table.baseline,
        server=table.server if server is None else server,
    )


def _table() -> Configuration:
    file = nearest(Path.cwd())
    return (read(file) if file else None) or Configuration()


def _named(item: Diagnostic, names: Mapping[str, str]) -> Diagnostic:
    message = item.message
    for path, name in names.items():
        message = message.replace(path, name)
    origin = item.origin
    if origin is not None:
        origin = replace(origin, file=names.get(origin.file, origin.file))
    return replace(item, message=message, origin=origin)
