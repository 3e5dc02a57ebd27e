"""The pytest plugin's front: options, the marker and the `contract` fixture.

Knows what can be asked for. Every pytest run where specbound is installed imports this module, so
that it must import nothing but pytest, and do nothing unless it is asked.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

MARKER = (
    "specbound(off=False, allow=()): off=True leaves the test's exchanges unchecked; allow names"
    ' findings that do not fail it: "CODE", "CODE METHOD /path" or "CODE METHOD /path /pointer"'
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what can be asked for."""
    _add_options(parser)
    parser.addini("specbound_spec", "the OpenAPI document, from the ini file's folder", default="")
    parser.addini("specbound_overlays", "OpenAPI Overlays to apply, in order", "args", default=[])
    parser.addini(
        "specbound_hosts",
        "hosts that speak for the contract besides its servers and this machine: HOST[:PORT],"
        " `*` for anything, !HOST for one that does not",
        "args",
        default=[],
    )


def _add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("specbound", "specbound: exchanges against an OpenAPI document")
    group.addoption(
        "--specbound",
        nargs="?",
        const="",
        metavar="SPEC",
        help="check every httpx and requests exchange that the tests make, and fail those that"
        " drifted; without =SPEC by [tool.specbound] of the nearest pyproject.toml",
    )
    for name, metavar, many, words in (
        ("overlay", "FILE", True, "an OpenAPI Overlay to apply; again for more, in order"),
        ("baseline", "FILE", False, "known causes, which do not fail a test"),
        ("report", "KIND[=FILE]", True, "text, json, junit, sarif, github or html; again for more"),
        ("record", "FILE", False, "add every exchange to FILE (NDJSON), without its secrets"),
    ):
        group.addoption(
            f"--specbound-{name}",
            action="append" if many else "store",
            default=[] if many else None,
            metavar=metavar,
            help=words,
        )
    for name, words in (
        ("strict", "undeclared members and parameters are errors"),
        ("no-fail", "report what drifted, and fail no test"),
    ):
        group.addoption(f"--specbound-{name}", action="store_true", help=words)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> None:
    """Keep ``--specbound tests/`` from taking the folder for the document: SPEC follows ``=``."""
    if "--specbound" in args:
        args[:] = ["--specbound=" if each == "--specbound" else each for each in args]
        known: Any = early_config
        known.known_args_namespace = parser.parse_known_args(
            args, namespace=copy.copy(known.option)
        )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker; look on only where that was asked for."""
    config.addinivalue_line("markers", MARKER)
    if config.getoption("--specbound") is not None:
        from specbound.testing.session import Session

        config.pluginmanager.register(Session(config), "specbound-session")


@pytest.fixture(scope="session")
def contract(pytestconfig: pytest.Config) -> Any:
    """The document that the tests are held against, as `specbound.Contract`."""
    from specbound.testing.settings import contract_of

    try:
        return contract_of(pytestconfig)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)
