"""What `specbound mock` takes besides a document and its overlays, and its examples.

Knows argparse and the words of `--help`. It must not know how requests are answered.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from specbound.commands.addresses import LOOPBACK, Address, address

MOCK = """\
examples:
  specbound mock                                    what pyproject.toml says, on 127.0.0.1:4010
  specbound mock openapi.yaml --listen :0           any document, on a free port
  specbound mock openapi.yaml --seed 7 --now 2026-01-01T00:00:00Z   the same bytes every time
  specbound mock --pace 5                           a task's state lasts five seconds
  specbound mock --fault 'POST /v1/image_to_video=code=503; rate=0.2'
  curl -H 'Prefer: code=429' localhost:4010/v1/tasks/17f20503-6c24-4c16-946b-35dbbce2af2f

What the document refuses is refused: 400 with {error, issues, docUrl}, in the document's own error
shape where it has one; 401 without credentials (any will do), 404, 405, 413, 415. Replies
are the document's examples that fit their schemas, else drawn by the seed, and repeat what was
sent. Whatever is created can be retrieved, listed in pages, updated, deleted and cancelled;
what takes time goes through its states, one each time it is asked for, or by --pace.
Asked for by the header Prefer (RFC 7240), answered with Preference-Applied:
  code=503         the reply of this status       example=NAME    this example of the document
  dynamic=true     a drawn body, no example       delay=2         seconds before the reply
  drift            one broken rule in the reply   drift=required  of this keyword
  throttle=3       429 with Retry-After           state=FAILED    the state of a thing, or its last
  stall, reset     half of the reply, and nothing more, or a closed connection
GET /openapi.json is the document with the replies that the mock adds; POST /__specbound/reset
forgets all that was made.
Exit status: 0 stopped by SIGINT or SIGTERM; 2 wrong use, or a document that cannot be read."""

DEFAULT = Address(LOOPBACK, 4010)


def add_mock_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `specbound mock` that no other command has."""
    parser.add_argument(
        "--listen", type=address, default=DEFAULT, metavar="HOST:PORT", help=f"({DEFAULT})"
    )
    parser.add_argument("--seed", default="0", metavar="N", help="draw what this seed draws (0)")
    parser.add_argument(
        "--pace", type=_seconds, metavar="SECONDS", help="how long a state lasts (until it is seen)"
    )
    parser.add_argument(
        "--now", type=_moment, metavar="TIME", help="the time that replies tell, in RFC 3339"
    )
    parser.add_argument(
        "--fault",
        dest="faults",
        action="append",
        default=[],
        type=fault,
        metavar="OP=PREFER",
        help="what Prefer would ask of an operation, `*` for all; rate=0.2 of the requests",
    )
    parser.add_argument(
        "--any-id", action="store_true", help="answer for things that were never created"
    )
    parser.add_argument(
        "--key",
        dest="keys",
        action="append",
        default=[],
        metavar="SECRET",
        help="a secret that is accepted (basic: USER:PASSWORD); without, any is; again for more",
    )
    parser.add_argument(
        "--record", metavar="FILE", help="add the exchanges to a recording, without their secrets"
    )
    parser.add_argument("--no-auth", action="store_true", help="take requests without credentials")


def fault(text: str) -> tuple[str, str]:
    """``OP=PREFERENCES`` as a pair; an operation's path has no equals sign."""
    operation, equals, asked = text.partition("=")
    if not equals or not operation.strip() or not asked.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is no OP=PREFER ('POST /v1/things=code=503')")
    return operation.strip(), asked.strip()


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return number


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time (2026-01-01T00:00:00Z)") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
