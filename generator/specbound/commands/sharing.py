"""The work of a run, in one process or spread over several, to the same account.

Knows processes and in which order shares are added up. It must not know how a record is read or
checked.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from specbound.check.account import Account
from specbound.check.coverage import Coverage
from specbound.check.run import Run, Share, Wanted
from specbound.contract.load import Contract
from specbound.traffic.read import files, records
from specbound.traffic.slices import Piece, Read, pieces

Advance = Callable[[int], None]

#: Pieces a worker: enough that none waits long for the last.
_EACH = 4


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be checked against what, and with how many processes."""

    contract: Contract
    paths: tuple[str, ...]
    format: str
    wanted: Wanted
    workers: int = 1


def account_of(job: Job, advance: Advance | None = None) -> Account:
    """Check everything; `advance` is told the bytes that were read."""
    started = time.perf_counter()
    _collect_less()
    if job.workers == 1:
        share = Run(job.contract, job.wanted).share(records(job.paths, job.format, None, advance))
    else:
        share = _spread(job, advance)
    # What is written must not differ from run to run: the time is for who sits and waits.
    seconds = time.perf_counter() - started if sys.stdout.isatty() else 0.0
    return _account(job, share, seconds)


def _collect_less() -> None:
    """Spare the collector the contract, which stays, and exchanges, which never form cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _spread(job: Job, advance: Advance | None) -> Share:
    work = pieces(job.paths, job.format, job.workers * _EACH)
    whole: Share | None = None
    lines = numbers = 0
    for piece, done in zip(work, _shares(job, work), strict=True):
        if not piece.start:
            lines = numbers = 0
        share, read_lines, read_records = done
        share.tally.shift(lines, numbers)
        lines, numbers = lines + read_lines, numbers + read_records
        if whole is None:
            whole = share
        else:
            whole.merge(share)
        if advance is not None:
            advance(piece.size)
    return whole or Run(job.contract, job.wanted).share(())


def _shares(job: Job, work: list[Piece]) -> Iterator[tuple[Share, int, int]]:
    """What came of each piece, in order; workers that can be forked have the contract already."""
    way = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(way)
    workers = min(job.workers, max(1, len(work)))
    with ProcessPoolExecutor(workers, context, _begin, (job.contract, job.wanted)) as pool:
        yield from pool.map(_piece, work)


_RUN: list[Run] = []


def _begin(contract: Contract, wanted: Wanted) -> None:
    _RUN[:] = [Run(contract, wanted)]


def _piece(piece: Piece) -> tuple[Share, int, int]:
    read = Read(piece)
    return _RUN[0].share(read), read.lines, read.records


def _account(job: Job, share: Share, seconds: float) -> Account:
    coverage = None
    if share.seen is not None:
        whole = Coverage(job.contract)
        whole.merge(share.seen)
        coverage = whole.to_json()
    number = len(files(job.paths)) + job.paths.count("-")
    return share.tally.account(job.contract, number, seconds, coverage)
