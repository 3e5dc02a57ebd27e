"""What `specbound fuzz` takes besides a document and its overlays, and its examples.

Knows argparse and the words of `--help`. It must not know how a builder is tried.
"""

from __future__ import annotations

import argparse

FUZZ = """\
examples:
  specbound fuzz acme.requests:create_thing         a function that returns or sends a request
  specbound fuzz acme.requests:create_thing --operation 'POST /v1/things'
  specbound fuzz runwayml_client:RunwayML           every operation of a client
  specbound fuzz acme.api:client.things.create      one of them
  specbound fuzz acme.models:ThingCreateRequest     a pydantic model of a request body
  specbound fuzz acme.requests:create_thing --seed 7 --examples 1000
  specbound fuzz acme.api:client --stateful         create, poll, cancel: sequences of calls
  specbound fuzz acme.api:client --report junit > fuzz.xml

A builder may return an httpx.Request, a requests.PreparedRequest or any object with method, url
and body, or send through a client: what it would send is caught, nothing leaves the machine.
Valid values have to come out as requests that the document accepts and that carry them; values
that break one constraint have to be refused. Each fault comes with a test that reproduces it.
Exit status: 0 no fault; 1 faults; 2 wrong use, or a target or document that cannot be read."""

MODES = ("valid", "invalid", "both")
REPORTS = ("text", "json", "junit")


def add_fuzz_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `specbound fuzz` that no other command has."""
    parser.add_argument("target", metavar="TARGET", help="module:name, the builder to try")
    parser.add_argument("--spec", metavar="FILE", help="the OpenAPI document; - is stdin")
    parser.add_argument(
        "--operation",
        dest="wanted",
        action="append",
        default=[],
        metavar="OP",
        help="the operation that is built, `METHOD /path` or its name; again for more",
    )
    parser.add_argument(
        "--examples", type=_count, default=100, metavar="N", help="valid values to draw (100)"
    )
    parser.add_argument("--seed", type=_whole, metavar="N", help="draw what this seed draws")
    parser.add_argument(
        "--mode", choices=MODES, default="both", help="values that fit, near misses, or both"
    )
    parser.add_argument(
        "--stateful", action="store_true", help="draw sequences of a client's calls instead"
    )
    parser.add_argument(
        "--report", choices=REPORTS, default="text", help="how to print the result (text)"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
    return int(text)
