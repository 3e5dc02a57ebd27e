"""Where reports go: which kinds are wanted, and each one written whole to its file or stream.

Knows the names of the reports. It must not know what stands in them.
"""

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

from specbound.check.account import Account
from specbound.commands.writing import replace
from specbound.contract.load import Contract
from specbound.diagnostics import Code, failure
from specbound.report.rendered import rendered, summarised
from specbound.report.terminal import wants_color


class Output(NamedTuple):
    """One report; an empty file name is standard output."""

    kind: str
    file: str


def outputs(arguments: Namespace) -> list[Output]:
    """The reports of a run: text on standard output, unless another one goes there.

    Raises `SpecError` where two would go to one place.
    """
    found = [Output(kind, file) for kind, file in arguments.reports]
    if all(output.file for output in found):
        found.insert(0, Output("text", ""))
    places = [os.path.abspath(one.file) if one.file else "standard output" for one in found]
    for place in places:
        if places.count(place) > 1:
            message = f"two reports go to {place}"
            raise failure(Code.INVALID_CONFIGURATION, message, help="give each a file: KIND=FILE")
    for output in found:
        if output.file and not Path(output.file).absolute().parent.is_dir():
            message = f"the folder of the report {output.file} does not exist"
            raise failure(Code.UNREADABLE, message)
    return found


def write(output: Output, account: Account, contract: Contract, arguments: Namespace) -> None:
    """Render one report and write it, all or nothing."""
    if output.kind == "text":
        text = _text(account, arguments, bool(output.file))
    else:
        text = rendered(output.kind, account, contract)
    # A lone surrogate of a recording cannot be UTF-8.
    data = text.encode("utf-8", "backslashreplace")
    if output.kind == "github":
        summarised(account)
    if output.file:
        replace(Path(output.file), data)
    else:
        sys.stdout.write(data.decode("utf-8"))


def _text(account: Account, arguments: Namespace, to_file: bool) -> str:
    from specbound.report.coverage_table import coverage_table
    from specbound.report.findings import Look, text

    color = not to_file and wants_color(sys.stdout)
    width = shutil.get_terminal_size().columns if not to_file and sys.stdout.isatty() else 0
    look = Look(color, width, arguments.verbose, arguments.quiet)
    table = ""
    if account.coverage is not None and not arguments.quiet and _asked(arguments):
        table = coverage_table(account.coverage, arguments.verbose, width) + "\n"
    return table + text(account, look)


def _asked(arguments: Namespace) -> bool:
    return arguments.coverage or arguments.fail_under is not None
