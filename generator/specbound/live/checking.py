"""Where an exchange is checked and recorded: here, or in the process for large bodies.

Knows both ways and what is done where one of them fails. It must not know who is told of findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specbound.check.checker import Checker
from specbound.check.finding import Result
from specbound.live.aside import Aside, Unavailable
from specbound.live.record import Recorder
from specbound.live.trouble import Trouble
from specbound.traffic.exchange import Exchange


class Checking:
    """Checks and records; an error inside either is told to `trouble`, never to the traffic."""

    def __init__(self, checker: Checker, settings: Mapping[str, Any], trouble: Trouble) -> None:
        self._checker = checker
        self._trouble = trouble
        record = settings.get("record")
        self._recorder = Recorder(record) if record is not None else None
        self._aside: Aside | None = None
        # A ledger keeps count here, so that what it counts is checked here.
        self._is_bound = settings.get("ledger") is not None

    def checked(self, exchange: Exchange) -> Result | None:
        """Check and record an exchange; None where it could not be checked."""
        if self._recorder is not None:
            try:
                self._recorder.add(exchange)
            except Exception as error:
                self._trouble.met("recorded", error)
        try:
            return self._checker.check(exchange)
        except Exception as error:
            self._trouble.met("checked", error)
            return None

    def checked_aside(self, exchange: Exchange) -> Result | None:
        """The same in another process, and here where there is none. Blocks meanwhile."""
        if not self._is_bound:
            try:
                return self._process().check(exchange)
            except Unavailable as error:
                self._trouble.met("checked in a process of its own", error)
        return self.checked(exchange)

    def close(self) -> None:
        """Let go of the recording and of the other process."""
        if self._recorder is not None:
            self._recorder.close()
        if self._aside is not None:
            self._aside.close()

    def _process(self) -> Aside:
        if self._aside is None:
            path = self._recorder.path if self._recorder is not None else None
            self._aside = Aside(self._checker.contract, self._checker.strict, path)
        return self._aside
