"""What checking recordings costs, beside parsing alone and beside the one real rival.

Knows the labelled corpus of the shared bench and how its bodies become recordings. It must not
know how anything is measured.
"""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import orjson
from measure import Row, compare
from processes import ROOT, RUNWAY, SPECBOUND

from specbound.check.checker import Checker
from specbound.check.run import Run, Wanted
from specbound.contract.load import Contract
from specbound.traffic.read import records

MAKE = ROOT.parent / "shared" / "bench" / "make_corpus.py"
BODY = b', "body": '
SEED = 7


@dataclass(frozen=True, slots=True)
class Corpus:
    """One labelled corpus as recordings: a line an exchange, a HAR, and what was planted."""

    lines: Path
    har: Path
    valid: tuple[bool, ...]


def corpus(folder: Path, number: int) -> Corpus:
    """Make a corpus of `number` exchanges, about 5 % of them with one planted fault."""
    bodies, har = folder / "bodies.ndjson", folder / "traffic.har"
    command = [sys.executable, str(MAKE), str(RUNWAY / "openapi.json"), str(bodies)]
    command += ["--n", str(number), "--seed", str(SEED), "--har", str(har)]
    subprocess.run(command, check=True, capture_output=True)
    lines, valid, ids = folder / "traffic.ndjson", [], Random(SEED)
    with bodies.open("rb") as source, lines.open("wb") as target:
        for line in source:
            head, _, body = line.partition(BODY)
            label = json.loads(head + b"}")
            target.write(_exchange(label, body.rstrip()[:-1], ids))
            valid.append(label["valid"])
    return Corpus(lines, har, tuple(valid))


def _exchange(label: dict[str, object], body: bytes, ids: Random) -> bytes:
    """One body as the exchange that it is a half of; its text is kept to the byte."""
    method, path = str(label["op"]).split(" ", 1)
    some = str(uuid.UUID(int=ids.getrandbits(128), version=4))
    url = "https://api.dev.runwayml.com" + path.replace("{id}", some)
    head = json.dumps({"method": method, "url": url})[:-1].encode()
    if label["kind"] == "request":
        return b'{"request": ' + head + b', "body": ' + body + b"}}\n"
    status = str(label["status"]).encode()
    reply = b'{"status": ' + status + b', "body": ' + body + b"}"
    return b'{"request": ' + head + b'}, "response": ' + reply + b"}\n"


def recordings(folder: Path, rounds: int, number: int) -> list[Row]:
    """Checking a corpus of `number` exchanges; empty where the shared bench is absent."""
    if not MAKE.exists():
        return []
    made = corpus(folder, number)
    contract = Contract.load(RUNWAY / "openapi.json")
    # As the command does: what stays is spared the collector.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    floor = _seconds(lambda: _parse(made.lines))
    rows = [
        compare("verdicts / orjson.loads alone", (_judging(contract, made), floor), rounds, 2.5),
        compare("explained / orjson.loads alone", (_telling(contract, made, False), floor), rounds),
        compare(
            "explained, with coverage / orjson.loads alone",
            (_telling(contract, made, True), floor),
            rounds,
            6.0,
        ),
    ]
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    return rows + _rival(made, rounds)


def _rival(made: Corpus, rounds: int) -> list[Row]:
    """A HAR, by the clock on the wall, where Redocly's command line is installed."""
    redocly = shutil.which("redocly")
    if redocly is None:
        return []
    spec = str(RUNWAY / "openapi.json")
    ours = [*SPECBOUND, "validate", str(made.har), "--spec", spec, "-q"]
    theirs = [redocly, "drift", str(made.har), "--api", spec, "--format", "json"]
    pair = (_wall(ours), _wall(theirs))
    return [compare("HAR, wall / redocly drift", pair, rounds, 0.65)]


def _wall(command: list[str]) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        return time.perf_counter() - started

    return run


def _seconds(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        started = time.process_time()
        work()
        return time.process_time() - started

    return run


def _parse(file: Path) -> None:
    with file.open("rb") as lines:
        for line in lines:
            orjson.loads(line)


def _judging(contract: Contract, made: Corpus) -> Callable[[], float]:
    checker = Checker(contract)

    def work() -> None:
        for record in records([str(made.lines)]):
            checker.judge(record)

    return _seconds(work)


def _telling(contract: Contract, made: Corpus, coverage: bool) -> Callable[[], float]:
    def work() -> None:
        Run(contract, Wanted(coverage=coverage)).share(records([str(made.lines)]))

    return _seconds(work)
