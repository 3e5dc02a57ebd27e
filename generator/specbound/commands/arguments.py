"""What every command takes: arguments, help texts, examples.

Knows argparse and the words of `--help`. It must not know how a command does its work, and imports
nothing heavy.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from specbound.commands.diff_arguments import DIFF, add_diff
from specbound.commands.fuzz_arguments import FUZZ, add_fuzz_options
from specbound.commands.lint_arguments import LINT, add_lint_options
from specbound.commands.mock_arguments import MOCK, add_mock_options
from specbound.commands.proxy_arguments import PROXY, add_proxy_options
from specbound.commands.update_arguments import UPDATE, add_update
from specbound.config import is_package_name

Parser = argparse.ArgumentParser

ABOUT = """\
Schema-driven client generator and contract validator for OpenAPI 3.0 and 3.1."""

STATUSES = """\
exit status:
  0  nothing wrong
  1  findings: drift, or files that are out of date
  2  wrong use, or an input that cannot be read

Results go to standard output, diagnostics to standard error. NO_COLOR is honoured.
Where no document is named, a command takes the [tool.specbound] table (spec, overlays, output,
package, baseline, server) of the nearest pyproject.toml. Run `specbound COMMAND --help` for
examples."""

GENERATE = """\
examples:
  specbound generate                                what pyproject.toml says
  specbound generate openapi.json -o clients        into clients/<package>/
  specbound generate openapi.yaml --overlay ours.yaml --package acme_client
  specbound generate --server                       with typed server stubs (needs an ASGI server)
  specbound generate --check                        in CI: exit 1, with a diff, when out of date
  curl -s https://example.com/openapi.json | specbound generate - -o clients"""

INSPECT = """\
examples:
  specbound inspect                                 the normalised OpenAPI 3.1 document
  specbound inspect openapi.yaml --stage source     bundled, overlaid, lifted to 3.1
  specbound inspect --stage views -o views.json     what the templates see"""

VALIDATE = """\
examples:
  specbound validate recordings/                    every recording in the folder
  specbound validate traffic.har --spec openapi.yaml
  specbound validate 'tests/**/cassettes/*.yaml' --report github --report sarif=drift.sarif
  specbound validate traffic.ndjson --baseline known.json --update-baseline
  specbound validate docs/ --strict                 documentation pages: every body and curl command
  specbound validate recordings/ --coverage --fail-under 60 --report html=drift.html
  zcat traffic.ndjson.gz | specbound validate - --format ndjson --workers 4

Recordings are HAR, VCR cassettes (VCR.py, Ruby VCR, Betamax), NDJSON, exchange JSON, mitmproxy
flows, Markdown and plain-text pages; which one a file is, its content says.
Exit status: 0 no errors but those that the baseline accepts; 1 findings; 2 wrong use, nothing to
read, or no exchange at all. Warnings (undeclared members, documentation) do not fail a run;
`--strict` makes errors of undeclared members."""

FORMATS = ("auto", "har", "cassette", "ndjson", "exchange", "markdown", "mitmproxy")
REPORTS = ("text", "json", "junit", "sarif", "github", "html")


def add_generate(parser: Parser) -> None:
    """The arguments of `specbound generate`."""
    _add_spec(parser)
    _add_common(parser)
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="the folder that holds the package (generated)"
    )
    parser.add_argument(
        "--package", metavar="NAME", type=_package, help="the package's name (from info.title)"
    )
    parser.add_argument(
        "--server",
        action=argparse.BooleanOptionalAction,
        help="stubs of the service too: typed handlers, and create_app (as pyproject.toml says)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1, with a diff, on differences"
    )


def add_inspect(parser: Parser) -> None:
    """The arguments of `specbound inspect`."""
    _add_spec(parser)
    _add_common(parser)
    parser.add_argument(
        "--stage",
        choices=("source", "contract", "views"),
        default="contract",
        help="the stage to show (contract)",
    )
    parser.add_argument(
        "-o", "--output", dest="file", metavar="FILE", help="write there instead of printing"
    )


def add_lint(parser: Parser) -> None:
    """The arguments of `specbound lint`."""
    _add_spec(parser)
    _add_common(parser)
    add_lint_options(parser)


def add_fuzz(parser: Parser) -> None:
    """The arguments of `specbound fuzz`."""
    add_fuzz_options(parser)
    _add_common(parser)


def add_mock(parser: Parser) -> None:
    """The arguments of `specbound mock`."""
    _add_spec(parser)
    add_mock_options(parser)
    _add_common(parser)


def add_proxy(parser: Parser) -> None:
    """The arguments of `specbound proxy`."""
    add_proxy_options(parser, report)
    _add_common(parser)


def add_validate(parser: Parser) -> None:
    """The arguments of `specbound validate`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, a glob or -")
    parser.add_argument("--spec", metavar="FILE", help="the OpenAPI document; - is stdin")
    _add_common(parser)
    parser.add_argument("--format", choices=FORMATS, default="auto", help="of the files (auto)")
    parser.add_argument(
        "--report",
        dest="reports",
        action="append",
        default=[],
        type=report,
        metavar="KIND[=FILE]",
        help=f"{', '.join(REPORTS)}; to standard output without FILE; again for more",
    )
    _add_verdicts(parser)
    parser.add_argument(
        "--workers",
        type=count,
        default=0,
        metavar="N",
        help="processes to check with (as many as help: more than one for large files alone)",
    )


def _add_verdicts(parser: Parser) -> None:
    parser.add_argument("--baseline", metavar="FILE", help="known causes, which do not fail a run")
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what was found into the baseline; reasons and expiry dates are kept",
    )
    parser.add_argument(
        "--coverage", action="store_true", help="tell what the traffic has shown of the contract"
    )
    parser.add_argument(
        "--fail-under",
        type=percent,
        metavar="PERCENT",
        help="exit 1 if less than this was covered (implies --coverage)",
    )
    parser.add_argument("--all", action="store_true", help="every finding, not one a cause")
    parser.add_argument(
        "--strict", action="store_true", help="undeclared members and parameters are errors"
    )


def _add_spec(parser: Parser) -> None:
    parser.add_argument(
        "spec", nargs="?", metavar="SPEC", help="an OpenAPI document, JSON or YAML; - is stdin"
    )


def _add_common(parser: Parser) -> None:
    """Add what every command takes that reads a document."""
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
    loudness.add_argument("-v", "--verbose", action="store_true", help="write everything out")


def _package(text: str) -> str:
    if not is_package_name(text):
        raise argparse.ArgumentTypeError(f"Python cannot import a package named {text!r}")
    return text


def report(text: str) -> tuple[str, str]:
    """``html=drift.html`` as kind and file; no file means standard output."""
    kind, _, file = text.partition("=")
    if kind not in REPORTS:
        raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(REPORTS)}")
    if text.endswith("=") and not file:
        raise argparse.ArgumentTypeError(f"{text!r} names no file")
    return kind, "" if file == "-" else file


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def percent(text: str) -> float:
    """A number from 0 to 100."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = -1
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage from 0 to 100")
    return number


#: Every command in the order of `--help`: what it does in a line, its arguments, its examples.
COMMANDS: dict[str, tuple[str, Callable[[Parser], None], str]] = {
    "generate": ("make the typed package of a document", add_generate, GENERATE),
    "validate": ("check recorded exchanges against the document", add_validate, VALIDATE),
    "lint": ("check the document against itself", add_lint, LINT),
    "fuzz": ("property-test a request builder, a client or a model", add_fuzz, FUZZ),
    "diff": ("tell the changes between two documents", add_diff, DIFF),
    "update": ("put a new document in the place of the old one", add_update, UPDATE),
    "proxy": ("check live traffic on its way to the service", add_proxy, PROXY),
    "mock": ("serve a document: answer and refuse as it says", add_mock, MOCK),
    "inspect": ("print what a stage made of a document", add_inspect, INSPECT),
}
