"""Two ways of doing the same thing, measured side by side in CPU time.

Knows clocks, alternation and medians. It must not know what is measured, nor assert any time.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Something that was done once: CPU seconds it took.
Run = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians in seconds, the median of the ratios, the target beside it."""

    what: str
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    target: float | None = None
    unit: str = "s"

    @property
    def verdict(self) -> str:
        """`ok` or `MISSED` where there is a target; a ratio is held against it, else our time."""
        if self.target is None:
            return ""
        return (
            "ok" if (self.ours if self.ratio is None else self.ratio) <= self.target else "MISSED"
        )


def compare(what: str, pair: tuple[Run, Run], rounds: int, target: float | None = None) -> Row:
    """Alternate A B A B; each ratio is of two neighbours, so that a slow minute hits both."""
    ours, theirs = pair
    times = [(ours(), theirs()) for _ in range(rounds)]
    return Row(
        what,
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        statistics.median(a / b for a, b in times if b) if any(b for _, b in times) else None,
        target,
    )


def alone(what: str, run: Run, rounds: int, target: float | None = None) -> Row:
    """The median of several runs of one thing; the target, if any, is in seconds."""
    return Row(what, statistics.median(run() for _ in range(rounds)), target=target)


def calls(call: Callable[[], object], number: int) -> Run:
    """A run that makes `number` calls in this process and gives the CPU seconds of one."""

    def run() -> float:
        gc.collect()
        started = time.process_time()
        for _ in range(number):
            call()
        return (time.process_time() - started) / number

    return run


def process(
    command: Sequence[str], folder: Path, prepare: Callable[[], object] = lambda: None
) -> Run:
    """A run of a whole process: user and system seconds of it and of its children."""
    return lambda: usage(command, folder, prepare)[0]


def usage(
    command: Sequence[str], folder: Path, prepare: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """CPU seconds and the largest resident size in MB of one process; RuntimeError if it fails."""
    prepare()
    with (folder / "said").open("w+b") as said:
        running = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, spent = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            said.seek(0)
            raise RuntimeError(
                f"{' '.join(command)}: {said.read().decode(errors='replace')[-2000:]}"
            )
    return spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024


def table(rows: Sequence[Row]) -> str:
    """The rows as text for people."""
    lines = [f"{'':54} {'ours':>10} {'other':>10} {'ratio':>7} {'target':>8}"]
    for row in rows:
        other = "" if row.theirs is None else shown(row.theirs)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        target = ""
        if row.target is not None:
            target = f"{row.target:.2f}" if row.ratio is not None else shown(row.target, row.unit)
        lines.append(
            f"{row.what:54} {shown(row.ours, row.unit):>10} {other:>10} {ratio:>7} {target:>8}"
            f" {row.verdict}"
        )
    return "\n".join(line.rstrip() for line in lines)


def shown(value: float, unit: str = "s") -> str:
    """`1.93 s`, `120 ms`, `209 µs`, or a number of megabytes."""
    if unit != "s":
        return f"{value:.0f} {unit}"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.0f} ms" if value >= 1e-2 else f"{value * 1e6:.0f} µs"
