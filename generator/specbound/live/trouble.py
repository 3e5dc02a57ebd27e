"""Errors inside specbound while traffic passes: told once, and never to the traffic.

Knows how such an error is logged without what it speaks of. It must not know what was being done.
"""

from __future__ import annotations

import logging
import traceback
from threading import Lock

_INNERMOST = 3


class Trouble:
    """Tells the first error of each kind of work to a logger."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._told: set[str] = set()
        self._lock = Lock()

    def met(self, work: str, error: Exception) -> None:
        """An exchange could not be `work`: the error's type and place are told, no value."""
        with self._lock:
            if work in self._told:
                return
            self._told.add(work)
        self._logger.error(
            "an exchange could not be %s: %s; the traffic is not affected, and further errors of"
            " this kind are only counted",
            work,
            _place(error),
        )


def _place(error: Exception) -> str:
    """What an error says for itself may hold a secret: its type and its innermost frames do not."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or 'no reason given'}"
    frames = traceback.extract_tb(error.__traceback__)[-_INNERMOST:]
    places = " < ".join(f"{each.name} ({each.filename}:{each.lineno})" for each in frames[::-1])
    return f"{type(error).__name__} in {places}"
