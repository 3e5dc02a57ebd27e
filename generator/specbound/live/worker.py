"""The process that checks large bodies, from its first exchange to the end of its input.

Knows what it is told by `aside` and answers. It must not know anything of the traffic's own
process, which may end at any time: so does this one then.
"""

from __future__ import annotations

import sys
from typing import IO

from specbound.check.checker import Checker
from specbound.check.finding import Result
from specbound.live import frames
from specbound.live.record import Recorder
from specbound.traffic.exchange import Exchange


def main() -> None:
    """Check what comes on standard input, until it ends."""
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Answer each exchange with its result, or with a word about what went wrong."""
    try:
        contract, strict, record = frames.get(stdin)
        checker = Checker(contract, strict)
        recorder = Recorder(record) if record is not None else None
        while True:
            frames.put(stdout, _answer(checker, recorder, frames.get_exchange(stdin)))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


def _answer(checker: Checker, recorder: Recorder | None, exchange: Exchange) -> Result | str:
    try:
        found = checker.check(exchange)
        if recorder is not None:
            recorder.add(exchange)
    except Exception as error:
        # Its message may hold a secret.
        return type(error).__name__
    return found
