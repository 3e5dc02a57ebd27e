"""What `specbound update` takes, and its examples.

Knows argparse and the words of `--help`. It must not know how an update is done.
"""

from __future__ import annotations

import argparse

UPDATE = """\
examples:
  specbound update new.json                         the document of pyproject.toml becomes new.json
  specbound update new.json --dry-run               say what would happen, write nothing
  specbound update new.json --recordings tests/recordings --uses src
  specbound update new.json --report markdown > body.md        the body of a pull request
  curl -s https://example.com/openapi.json | specbound update - --spec spec/openapi.json

The document is replaced, the client is made anew with the names that its lock keeps, and an entry
goes into the changelog (<SPEC>.changelog.md beside the document, newest first): all or none. If
the run is killed, the next one puts everything back first. Nothing is fetched: NEW is a file or -.
--uses looks for code that uses what is gone: methods, arguments, values, models, by syntax tree.
Exit status: 0 updated, or nothing to do; 1 the same, but a change breaks, a name is gone, or a
recording fits no longer (the update is done all the same); 2 wrong use, or an input that cannot be
read: then nothing was written."""

REPORTS = ("text", "json", "markdown")


def add_update(parser: argparse.ArgumentParser) -> None:
    """The arguments of `specbound update`."""
    parser.add_argument("new", metavar="NEW", help="the new document, JSON or YAML; - is stdin")
    parser.add_argument("--spec", metavar="FILE", help="the document that NEW takes the place of")
    parser.add_argument(
        "--overlay",
        dest="overlays",
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to apply to both; again for more, in order",
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", help="the folder that holds the package (generated)"
    )
    parser.add_argument("--package", metavar="NAME", help="the package's name (as it is)")
    _add_looks(parser)
    parser.add_argument(
        "--changelog", metavar="FILE", help="where the entry goes (<SPEC>.changelog.md)"
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="report as always, and write nothing"
    )
    parser.add_argument(
        "--report", choices=REPORTS, default="text", help="how to print the outcome (text)"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="what breaks, nothing else")
    loudness.add_argument("-v", "--verbose", action="store_true", help="write everything out")


def _add_looks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recordings",
        nargs="+",
        default=[],
        action="extend",
        metavar="PATH",
        help="recordings to check against both documents: files, folders or globs",
    )
    parser.add_argument(
        "--uses", metavar="SRC", help="a folder (or file) of Python code that uses the client"
    )
