"""The command line: what can be asked for, and how a run ends.

Knows which command runs what, and exit statuses. It must not know how a command does its work, and
imports nothing heavy before one is chosen: `--help` is to be there at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from specbound.commands.arguments import ABOUT, COMMANDS, STATUSES
from specbound.diagnostics import Severity, SpecError
from specbound.report.terminal import render, wants_color

OK, FINDINGS, WRONG_USE = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141  # as a shell reports SIGINT and SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; nothing but `SystemExit` escapes."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
        return status
    except SpecError as error:
        return _refuse(error, chosen)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left; what is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        print(f"specbound: error: {error.strerror or error}{_where(error)}", file=sys.stderr)
        return WRONG_USE
    except Exception as error:
        return _apologise(error)


def _generate(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.generate import generate

        return generate(inputs, arguments)


def _validate(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.validate import validate

        return validate(inputs, arguments)


def _lint(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.lint import lint

        return lint(inputs, arguments)


def _fuzz(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.fuzz import fuzz

        return fuzz(inputs, arguments)


def _diff(arguments: argparse.Namespace) -> int:
    from specbound.commands.diff import diff

    return diff(arguments)


def _update(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.update import update

        return update(inputs, arguments)


def _proxy(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.proxy import proxy

        return proxy(inputs, arguments)


def _mock(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.mock import mock

        return mock(inputs, arguments)


def _inspect(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.inspect import inspect

        return inspect(inputs, arguments)


RUNS = {
    "generate": _generate,
    "validate": _validate,
    "lint": _lint,
    "fuzz": _fuzz,
    "diff": _diff,
    "update": _update,
    "proxy": _proxy,
    "mock": _mock,
    "inspect": _inspect,
}


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "specbound", description=ABOUT, epilog=STATUSES, formatter_class=layout
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (about, add, examples) in COMMANDS.items():
        command = commands.add_parser(
            name, help=about, description=about, epilog=examples, formatter_class=layout
        )
        add(command)
        command.set_defaults(run=RUNS[name])
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading metadata is slow."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"specbound {version('specbound')}")
        parser.exit()


def _refuse(error: SpecError, chosen: argparse.Namespace) -> int:
    items = error.diagnostics
    if chosen.quiet:
        items = tuple(item for item in items if item.severity is Severity.ERROR)
    sys.stdout.flush()
    sys.stderr.write(render(items, wants_color(sys.stderr), chosen.verbose))
    return WRONG_USE


def _where(error: OSError) -> str:
    return "" if error.filename is None else f": {error.filename}"


def _apologise(error: Exception) -> int:
    """Own up to a mistake of ours in one line; `SPECBOUND_TRACEBACK=1` shows the whole of it."""
    if os.environ.get("SPECBOUND_TRACEBACK") == "1":
        import traceback

        traceback.print_exception(error)
    words = " ".join(f"{type(error).__name__}: {error}".split())
    print(
        f"specbound: internal error: {words[:300]}; please report it with the document "
        "(SPECBOUND_TRACEBACK=1 shows where)",
        file=sys.stderr,
    )
    return WRONG_USE
