"""What has been seen so far, in numbers.

Knows what is counted. It must not know who asks, nor how an exchange is checked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from specbound.check.finding import Result


@dataclass(slots=True)
class Counts:
    """Exchanges by verdict, findings, and what was let pass; safe to add to from any thread.

    `passed` exchanges were not sampled; `failed` ones met an error inside specbound and have no
    verdict. `exchanges` is the sum of valid, invalid, undocumented and failed ones.
    """

    exchanges: int = 0
    valid: int = 0
    invalid: int = 0
    undocumented: int = 0
    findings: int = 0
    passed: int = 0
    failed: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, result: Result | None) -> None:
        """Count one exchange that was seen; None: it could not be checked."""
        with self._lock:
            self.exchanges += 1
            if result is None:
                self.failed += 1
                return
            verdict = result.verdict.value
            if verdict == "valid":
                self.valid += 1
            elif verdict == "invalid":
                self.invalid += 1
            else:
                self.undocumented += 1
            if result.findings:
                self.findings += len(result.findings)
                self.by_code.update(each.code for each in result.findings)

    def let_pass(self) -> None:
        """Count one exchange that was not sampled."""
        with self._lock:
            self.passed += 1
