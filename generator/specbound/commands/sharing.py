"""The work of a run, in one process or spread over several, to the same account.

Knows processes and in which order shares are added up. It must not know how a record is read or
checked.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from specbound.check.account import Account
from specbound.check.coverage.coverage import Coverage
from specbound.check.run import Run, Share, Wanted
from specbound.contract.load import Contract
from specbound.traffic.read import files, records
from specbound.traffic.slices import Piece, Read, Torn, pieces

Advance = Callable[[int], None]

#: Pieces a worker: enough that none waits long for the last.
_EACH = 4

#: Where nobody says how many processes: bytes for which one more is worth its start, and at most.
_WORTH = 8_000_000
_MOST = 4

#: The sums of a piece, its lines and its records; None where it was torn.
_Done = tuple[Share, int, int] | None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be checked against what, and with how many processes; 0: as many as help."""

    contract: Contract
    paths: tuple[str, ...]
    format: str
    wanted: Wanted
    workers: int = 0


def account_of(job: Job, advance: Advance | None = None) -> Account:
    """Check everything; `advance` is told the bytes that were read."""
    started = time.perf_counter()
    _collect_less()
    workers = job.workers or _helpful(job)
    if workers == 1:
        share = Run(job.contract, job.wanted).share(records(job.paths, job.format, None, advance))
    else:
        share = _spread(job, workers, advance)
    # What is written must not differ from run to run: the time is for who sits and waits.
    seconds = time.perf_counter() - started if sys.stdout.isatty() else 0.0
    return _account(job, share, seconds)


def _collect_less() -> None:
    """Spare the collector the contract, which stays, and exchanges, which never form cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _helpful(job: Job) -> int:
    """How many processes are worth their start: it takes large files, and free cores."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    size = sum(file.stat().st_size for file in files(job.paths))
    return max(1, min(cores, _MOST, size // _WORTH))


def _spread(job: Job, workers: int, advance: Advance | None) -> Share:
    work = pieces(job.paths, job.format, workers * _EACH)
    whole: Share | None = None
    lines = numbers = 0
    for piece, share, read_lines, read_records in _in_order(job, workers, work):
        if not piece.begun:
            lines = numbers = 0
        share.tally.shift(lines, numbers, piece.within)
        lines, numbers = lines + read_lines, numbers + read_records
        if whole is None:
            whole = share
        else:
            whole.merge(share)
        if advance is not None:
            advance(piece.size)
    return whole or Run(job.contract, job.wanted).share(())


def _in_order(job: Job, workers: int, work: list[Piece]) -> Iterator[tuple[Piece, Share, int, int]]:
    """What came of each piece; from a torn one on its file is read in one go, here."""
    torn = False
    for piece, done in zip(work, _shares(job, workers, work), strict=True):
        torn = torn and piece.begun
        if torn:
            continue
        if done is None:
            torn, piece = True, piece.onward()
            _begin(job.contract, job.wanted)
            done = _read(piece)
        yield piece, *done


def _shares(job: Job, workers: int, work: list[Piece]) -> Iterator[_Done]:
    """What came of each piece, in order; workers that can be forked have the contract already."""
    way = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(way)
    workers = min(workers, max(1, len(work)))
    with ProcessPoolExecutor(workers, context, _begin, (job.contract, job.wanted)) as pool:
        yield from pool.map(_piece, work)


_RUN: list[Run] = []


def _begin(contract: Contract, wanted: Wanted) -> None:
    _RUN[:] = [Run(contract, wanted)]


def _piece(piece: Piece) -> _Done:
    try:
        return _read(piece)
    except Torn:
        # What was counted so far may never have been a record.
        _begin(_RUN[0].contract, _RUN[0].wanted)
        return None


def _read(piece: Piece) -> tuple[Share, int, int]:
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
