"""A progress bar on standard error: bytes read, rate and time left; only where somebody looks.

Knows terminals. It must not know what the bytes are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: Less than this is over before a bar could be read.
WORTH_IT = 4_000_000

Advance = Callable[[int], None]


@contextmanager
def progress(files: list[Path], quiet: bool = False) -> Iterator[Advance | None]:
    """A function that is told the bytes read; None where no bar is wanted."""
    total = sum(_size(file) for file in files)
    if quiet or total < WORTH_IT or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    # Half of the command's start would go into it, so it is only brought in for those who wait.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("checking"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("checking", total=total)
        yield lambda number: bar.advance(task, number)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
