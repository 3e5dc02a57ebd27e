"""What `specbound proxy` takes besides a document and its overlays, and its examples.

Knows argparse and the words of `--help`. It must not know how exchanges are passed on.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from specbound.commands.addresses import LOOPBACK, Address, address

PROXY = """\
examples:
  specbound proxy --upstream https://api.example.com            on 127.0.0.1:8080
  specbound proxy --upstream http://localhost:9000/api --listen :0
  specbound proxy --upstream https://api.example.com --record traffic.ndjson
  specbound proxy --upstream https://api.example.com --fail     in front of a test suite
  specbound proxy --upstream https://api.example.com --report html=drift.html --report json
  specbound proxy --upstream https://api.example.com --sample 5% --quiet
  mitmdump -s $(python -m specbound.live.mitmproxy_addon) --set specbound=openapi.json

What passes is not changed: method, path, query, header fields with their order and repetitions,
bodies in their content coding, redirects, cookies. Only the fields that speak of one connection
end here (RFC 9110 section 7.6.1), Host becomes the upstream's (--keep-host keeps the client's), and
nothing is added, no Via and no Forwarded. Trailers and WebSocket connections are not passed on.
Bodies stream both ways; checking happens beside the path and delays nothing. With --fail requests
and replies are held back up to --limit, checked, and refused with 502 and {error, issues}; what is
longer, and text/event-stream, passes as it comes.
An upstream that cannot be reached or breaks off is 502, one that stalls 504; where a reply has
begun the client's connection is closed before the end.
SIGINT or SIGTERM: what is under way may end, the summary is printed. A second one stops at once.
Exit status: 0 no errors but those that the baseline accepts; 1 errors; 2 wrong use."""

DEFAULT = Address(LOOPBACK, 8080)
LIMIT = 1 << 20
TIMEOUT = 60.0
_SIZE = re.compile(r"(\d{1,15})\s?([kmg]?)(i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}


def add_proxy_options(parser: argparse.ArgumentParser, report: Callable[[str], object]) -> None:
    """The arguments of `specbound proxy` that no other command has; `report` reads KIND[=FILE]."""
    parser.add_argument("--upstream", metavar="URL", required=True, help="the service behind it")
    parser.add_argument(
        "--listen",
        type=address,
        default=DEFAULT,
        metavar="HOST:PORT",
        help=f"where clients come ({DEFAULT})",
    )
    parser.add_argument("--spec", metavar="FILE", help="the OpenAPI document; - is stdin")
    parser.add_argument(
        "--record", metavar="FILE", help="add the exchanges to a recording, without their secrets"
    )
    parser.add_argument(
        "--fail", action="store_true", help="answer a bad exchange with 502 and the explanation"
    )
    parser.add_argument(
        "--report",
        dest="reports",
        action="append",
        default=[],
        type=report,
        metavar="KIND[=FILE]",
        help="text, json, junit, sarif, github, html: at the end; again for more",
    )
    _add_checking(parser)
    _add_passing(parser)
    # Asked by what writes the reports.
    parser.set_defaults(fail_under=None)


def _add_checking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sample", type=share, default=1.0, metavar="SHARE", help="of exchanges, 0.1 or 10%% (all)"
    )
    parser.add_argument(
        "--limit", type=size, default=LIMIT, metavar="BYTES", help="of a body to check (1MiB)"
    )
    parser.add_argument(
        "--strict", action="store_true", help="undeclared members and parameters are errors"
    )
    parser.add_argument("--baseline", metavar="FILE", help="known causes, which do not fail a run")
    parser.add_argument(
        "--coverage", action="store_true", help="tell what the traffic has shown of the contract"
    )


def _add_passing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=TIMEOUT,
        metavar="SECONDS",
        help="the upstream may be silent for so long (60); 0: for ever",
    )
    parser.add_argument("--keep-host", action="store_true", help="pass the client's Host on")
    parser.add_argument(
        "--insecure", action="store_true", help="do not verify the upstream's certificate"
    )


def share(text: str) -> float:
    """A share from 0 to 1, or its percentage."""
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: 0.1 and 10% are")
    return number


def size(text: str) -> int:
    """A number of bytes: 65536, 64KiB, 1MB; a thousand is always 1024."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes: 65536 and 64KiB are")
    bytes_each: int = 1024 ** _POWERS[found[2].lower()]
    return int(found[1]) * bytes_each


def seconds(text: str) -> float:
    """A number of seconds, 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return number
