"""Where exchanges wait to be looked at, beside the path that they took.

Knows a bounded line and the thread that works it off. It must not know what is done with an
exchange, and never makes one wait.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from specbound.live.proxy_passage import Passage

#: Exchanges that may wait, and bytes of their bodies. What comes when it is full is only counted.
MOST_WAITING = 10_000
MOST_BYTES = 128 * 1024 * 1024

Work = Callable[[Passage], None]


class Queue:
    """Calls `work` with one exchange after the other, in the order in which they ended.

    `missed` counts those for which there was no room; `failed` those whose work raised.
    """

    def __init__(self, work: Work, most: int = MOST_WAITING, most_bytes: int = MOST_BYTES) -> None:
        self.missed = 0
        self.failed = 0
        self._work = work
        self._most, self._most_bytes = most, most_bytes
        self._line: deque[Passage] = deque()
        self._bytes = 0
        self._ready = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="specbound-proxy", daemon=True)
        self._thread.start()

    def put(self, passage: Passage) -> bool:
        """Hand in an exchange; False where it was only counted, for want of room."""
        weight = passage.weight
        with self._ready:
            full = len(self._line) >= self._most or self._bytes + weight > self._most_bytes
            if self._closing or (full and self._line):
                self.missed += 1
                return False
            self._line.append(passage)
            self._bytes += weight
            self._ready.notify()
            return True

    def close(self, patience: float | None = None) -> bool:
        """Work off what waits, for `patience` seconds at most; False where some was left."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join(patience)
        if not self._thread.is_alive():
            return True
        with self._ready:
            self.missed += len(self._line)
            self._line.clear()
        return False

    def _run(self) -> None:
        while (passage := self._next()) is not None:
            weight = passage.weight
            try:
                self._work(passage)
            except Exception:
                self.failed += 1
            finally:
                with self._ready:
                    self._bytes -= weight

    def _next(self) -> Passage | None:
        with self._ready:
            while not self._line:
                if self._closing:
                    return None
                self._ready.wait()
            return self._line.popleft()
