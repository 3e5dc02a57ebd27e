"""What `specbound diff` takes, and its examples.

Knows argparse and the words of `--help`. It must not know how documents are compared.
"""

from __future__ import annotations

import argparse

DIFF = """\
examples:
  specbound diff old.json new.json                  what breaks first; compatible changes summed up
  specbound diff old.json new.json -v               every change, with its lines in both documents
  specbound diff old.json new.json --report markdown >> CHANGELOG.md
  specbound diff old.yaml new.yaml --report json | jq '.changes[] | select(.severity == "breaking")'
  git show HEAD~1:openapi.json | specbound diff - openapi.json --fail-on none

A change breaks where a client of OLD meets something in NEW that it was not written for: a request
that was fine and is refused, a reply that it does not expect. What cannot be decided (two patterns)
is a warning. The order of things, `$ref` or inline, `allOf`, JSON or YAML, 3.0 or 3.1: no change.
Exit status: 0 nothing that --fail-on names; 1 there is; 2 wrong use, or a document that cannot be
read."""

REPORTS = ("text", "json", "markdown")
FAILURES = ("breaking", "any", "none")


def add_diff(parser: argparse.ArgumentParser) -> None:
    """The arguments of `specbound diff`."""
    parser.add_argument(
        "old", metavar="OLD", help="the document as it was, JSON or YAML; - is stdin"
    )
    parser.add_argument("new", metavar="NEW", help="the document as it is now; - is stdin")
    parser.add_argument(
        "--overlay",
        dest="overlays",
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI Overlay to apply to both documents; again for more, in order",
    )
    parser.add_argument(
        "--report", choices=REPORTS, default="text", help="how to print the changes (text)"
    )
    parser.add_argument(
        "--fail-on",
        choices=FAILURES,
        default="breaking",
        help="exit 1 on breaking changes, on any, or never (breaking)",
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="breaking changes only")
    loudness.add_argument("-v", "--verbose", action="store_true", help="write everything out")
