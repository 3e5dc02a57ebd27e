"""What `specbound lint` takes besides a document and its overlays, and its examples.

Knows argparse and the words of `--help`. It must not know how a document is checked.
"""

from __future__ import annotations

import argparse

LINT = """\
examples:
  specbound lint                                    what pyproject.toml says
  specbound lint openapi.yaml -v                    every finding with its place and its help
  specbound lint openapi.yaml --fix mended.yaml     write what a machine can mend into an overlay
  specbound lint openapi.yaml --overlay mended.yaml
  specbound lint openapi.json --report github       annotations, in CI
  specbound lint openapi.json --report json | jq '.findings[] | select(.code == "invalid-sample")'

Checked against their own schemas: examples, defaults and code samples (Python, JavaScript and
TypeScript, curl). Also: parameters that are required and have a default, bodies that are not
marked required, operations without errors, tags, paths, patterns, `nullable` in 3.1, and unions
whose branches overlap or can never be chosen.
Exit status: 0 nothing, or notes alone; 1 errors or warnings; 2 wrong use, or a document that
cannot be read. With --fix: what is left once the overlay is applied."""

REPORTS = ("text", "json", "sarif", "github")


def add_lint_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `specbound lint` that no other command has."""
    parser.add_argument(
        "--fix",
        metavar="OVERLAY",
        help="write overlay actions for what can be mended; they are added if the file exists",
    )
    parser.add_argument(
        "--report", choices=REPORTS, default="text", help="how to print the findings (text)"
    )
