"""Large bodies checked in a process of their own: reading them here would stop the event loop.

Knows how that process is started and spoken to. The libraries that read and judge JSON do so
without letting any other thread run, however long it takes: a thread would be no help. It must not
know how an exchange is checked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from threading import Lock, Thread
from typing import IO, cast

from specbound.check.finding import Result
from specbound.contract.load import Contract
from specbound.live import frames
from specbound.traffic.exchange import Exchange

_HERE = str(Path(__file__).resolve().parent.parent.parent)
#: Not `multiprocessing`: its new processes run the program's main module again.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from specbound.live.worker import main; main()"
)

PATIENCE = 10.0
"""Seconds that the process may take to end."""


class Unavailable(Exception):
    """The process could not be started, or has gone; the message says what it met."""


class Aside:
    """One process that checks, started when it is first needed; safe to use from any thread."""

    def __init__(self, contract: Contract, strict: bool, record: Path | None) -> None:
        # A subclass may hold what cannot be sent; the contract itself is plain data.
        parts = {each.name: getattr(contract, each.name) for each in fields(Contract)}
        self._job = Contract(**parts), strict, record
        self._lock = Lock()
        self._running: tuple[int, subprocess.Popen[bytes]] | None = None

    def check(self, exchange: Exchange) -> Result:
        """Check and record one exchange over there; raises `Unavailable`. Blocks meanwhile."""
        with self._lock:
            try:
                sent, got = self._pipes()
                frames.put_exchange(sent, exchange)
                found = frames.get(got)
            except (OSError, EOFError, ValueError) as error:
                self._stop()
                raise Unavailable(f"{type(error).__name__} from the checking process") from None
        if isinstance(found, str):
            raise Unavailable(found)
        result: Result = found
        return result

    def close(self) -> None:
        """End the process; it is started anew where it is needed again."""
        with self._lock:
            self._stop()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        running = self._running
        if running is None or running[0] != os.getpid():
            # After a fork the pipes are the parent's.
            running = self._running = os.getpid(), self._started()
        process = running[1]
        assert process.stdin is not None
        assert process.stdout is not None
        return process.stdin, process.stdout

    def _started(self) -> subprocess.Popen[bytes]:
        pipe, command = subprocess.PIPE, [sys.executable or "python", "-c", _START, _HERE]
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert process.stdin is not None
        frames.put(process.stdin, self._job)
        return process

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is None or running[0] != os.getpid():
            return
        process = running[1]
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(IO[bytes], pipe).close()
        # Its input has ended, and so does it; whoever closes may be an event loop.
        Thread(target=_reap, args=(process,), daemon=True).start()


def _reap(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
