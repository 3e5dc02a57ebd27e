"""The command line: what can be asked for, and how a run ends.

Knows arguments, help texts and exit statuses. It must not know how a command does its work, and
imports nothing heavy before one is chosen: `--help` is to be there at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from specbound.config import is_package_name
from specbound.diagnostics import Severity, SpecError
from specbound.report.terminal import render, wants_color

OK, FINDINGS, WRONG_USE = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141  # as a shell reports SIGINT and SIGPIPE

ABOUT = """\
Schema-driven client generator and contract validator for OpenAPI 3.0 and 3.1."""

STATUSES = """\
exit status:
  0  nothing wrong
  1  findings, such as files that are out of date
  2  wrong use, or an input that cannot be read

Results go to standard output, diagnostics to standard error. NO_COLOR is honoured.
Without SPEC a command takes the [tool.specbound] table (spec, overlays, output, package)
of the nearest pyproject.toml. Run `specbound COMMAND --help` for examples."""

GENERATE = """\
examples:
  specbound generate                                what pyproject.toml says
  specbound generate openapi.json -o clients        into clients/<package>/
  specbound generate openapi.yaml --overlay ours.yaml --package acme_client
  specbound generate --check                        in CI: exit 1, with a diff, when out of date
  curl -s https://example.com/openapi.json | specbound generate - -o clients"""

INSPECT = """\
examples:
  specbound inspect                                 the normalised OpenAPI 3.1 document
  specbound inspect openapi.yaml --stage source     bundled, overlaid, lifted to 3.1
  specbound inspect --stage views -o views.json     what the templates see"""


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


def _inspect(arguments: argparse.Namespace) -> int:
    from specbound.commands.inputs import choose

    with choose(arguments) as inputs:
        from specbound.commands.inspect import inspect

        return inspect(inputs, arguments)


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "specbound", description=ABOUT, epilog=STATUSES, formatter_class=layout
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    about = "make the typed package of a document"
    generate = commands.add_parser(
        "generate", help=about, description=about, epilog=GENERATE, formatter_class=layout
    )
    _add_generate(generate)
    about = "print what a stage made of a document"
    inspect = commands.add_parser(
        "inspect", help=about, description=about, epilog=INSPECT, formatter_class=layout
    )
    _add_inspect(inspect)
    return parser


def _add_generate(parser: argparse.ArgumentParser) -> None:
    _add_document(parser)
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="the folder that holds the package (generated)"
    )
    parser.add_argument(
        "--package", metavar="NAME", type=_package, help="the package's name (from info.title)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1, with a diff, on differences"
    )
    parser.set_defaults(run=_generate)


def _add_inspect(parser: argparse.ArgumentParser) -> None:
    _add_document(parser)
    parser.add_argument(
        "--stage",
        choices=("source", "contract", "views"),
        default="contract",
        help="the stage to show (contract)",
    )
    parser.add_argument(
        "-o", "--output", dest="file", metavar="FILE", help="write there instead of printing"
    )
    parser.set_defaults(run=_inspect)


def _add_document(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes that reads a document."""
    parser.add_argument(
        "spec", nargs="?", metavar="SPEC", help="an OpenAPI document, JSON or YAML; - is stdin"
    )
    parser.add_argument(
        "--overlay",
        dest="overlays",
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to apply; again for more, in order",
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    loudness.add_argument("-v", "--verbose", action="store_true", help="write every warning out")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading metadata is slow."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"specbound {version('specbound')}")
        parser.exit()


def _package(text: str) -> str:
    if not is_package_name(text):
        raise argparse.ArgumentTypeError(f"Python cannot import a package named {text!r}")
    return text


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
