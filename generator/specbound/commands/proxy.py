"""`specbound proxy`: a checking reverse proxy in front of a service, and how its run ends.

Knows what is asked for, where the live lines and the reports go, and when a run has failed. It must
not know how an exchange is passed on, nor how it is checked.
"""

from __future__ import annotations

import socket
import sys
import time
from argparse import Namespace
from collections.abc import Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TextIO

from specbound.check import baseline
from specbound.check.account import Account, Cause
from specbound.check.checker import Checker
from specbound.check.coverage.coverage import Coverage
from specbound.check.finding import Finding, Part, Result
from specbound.check.groups import Tally
from specbound.commands.inputs import Inputs
from specbound.commands.outputs import Output, outputs, write
from specbound.commands.serving import listener, serve, url_of
from specbound.contract.load import Contract, load
from specbound.diagnostics import Code, Severity, failure
from specbound.live.proxy import Proxy, Ways
from specbound.live.proxy_gate import Gate
from specbound.live.proxy_passage import SOURCE, Fault, Passage
from specbound.live.proxy_queue import Queue
from specbound.live.proxy_upstream import Target, Upstream, target_of
from specbound.live.watch import Settings, Watch
from specbound.report.findings import Look
from specbound.report.live import Live
from specbound.report.terminal import counted, wants_color
from specbound.traffic.exchange import Exchange, Source
from specbound.traffic.secrets import redacted_url

OK, FINDINGS = 0, 1
#: Seconds for which exchanges that wait to be checked are worked off at the end.
DRAIN = 60.0
#: Seconds after which the thread that checks has to let the others go on (Python's own: 5 ms).
SWITCH = 0.0005


def proxy(inputs: Inputs, arguments: Namespace) -> int:
    """Pass exchanges on until a signal comes; say by the exit status whether any was wrong."""
    wanted = outputs(arguments)
    target = _target(arguments.upstream)
    known = baseline.read(inputs.baseline) if inputs.baseline else baseline.Baseline()
    contract = load(inputs.spec, inputs.overlays, validate=False)
    with listener(arguments.listen) as bound:
        _refuse_circle(target, bound)
        # Findings go where the text report goes; a report for programs has the output alone.
        onto = sys.stdout if Output("text", "") in wanted else sys.stderr
        run = _Run(contract, arguments, _Screen(onto), _force(known))
        started = time.perf_counter()
        sys.setswitchinterval(SWITCH)
        told = _told(url_of(bound), target, contract)
        serve(run.app(target), bound, lambda: None if arguments.quiet else _say(told))
        # What is written must not differ from run to run: the time is for who sits and waits.
        seconds = time.perf_counter() - started if sys.stdout.isatty() else 0.0
        account = baseline.apply(run.close(seconds), known, date.today())
        # What a baseline accepts and one run's traffic did not show is no news.
        account = replace(account, stale=())
        run.screen.show("" if arguments.quiet or not account.exchanges else "\n")
    for output in wanted:
        write(output, account, contract, arguments)
    if arguments.record and not arguments.quiet:
        _say(f"{arguments.record}: {counted(run.recorded, 'exchange')} recorded")
    wrong = any(group.finding.severity is Severity.ERROR for group in account.groups)
    return FINDINGS if wrong else OK


@dataclass(slots=True)
class _Screen:
    """Where the live lines go; one that is closed by its reader is left alone."""

    stream: TextIO
    is_open: bool = True

    def show(self, text: str) -> None:
        if not text or not self.is_open:
            return
        try:
            self.stream.write(text.encode("utf-8", "backslashreplace").decode())
            self.stream.flush()
        except (OSError, ValueError):
            self.is_open = False


@dataclass(slots=True)
class _Run:
    """One run: what looks on, what is counted, what is shown."""

    contract: Contract
    arguments: Namespace
    screen: _Screen
    known: Set[Cause]
    tally: Tally = field(default_factory=Tally)
    recorded: int = 0
    live: Live = field(init=False)
    watch: Watch = field(init=False)
    queue: Queue = field(init=False)
    coverage: Coverage | None = None

    def __post_init__(self) -> None:
        arguments = self.arguments
        look = Look(wants_color(self.screen.stream), 0, arguments.verbose, arguments.quiet)
        self.live = Live(look, self.known)
        if arguments.coverage or any(kind == "html" for kind, _ in arguments.reports):
            self.coverage = Coverage(self.contract)
        settings = Settings(
            on_finding="ignore",
            sample=arguments.sample,
            limit=arguments.limit,
            strict=arguments.strict,
        )
        if arguments.record:
            settings["record"] = arguments.record
        if self.coverage is not None:
            settings["ledger"] = self.coverage
        self.watch = Watch(self.contract, **settings)
        self.queue = Queue(self.look_at)

    def app(self, target: Target) -> Proxy:
        """The proxy itself."""
        arguments, gate = self.arguments, None
        if arguments.fail:
            checker = Checker(self.contract, arguments.strict)
            gate = Gate(checker, arguments.limit, self.known)
        ways = Ways(arguments.limit, arguments.keep_host, self.watch.wanted, gate)
        upstream = Upstream(target, arguments.timeout or None, not arguments.insecure)
        return Proxy(upstream, self.queue.put, ways)

    def look_at(self, passage: Passage) -> None:
        """Check one exchange that has ended, count it, and show what is new."""
        exchange: Exchange | None = None
        result: Result | None = None
        if passage.is_wanted:
            exchange = passage.exchange()
            result = self.watch.saw_aside(exchange)
            self.recorded += 1
        if exchange is not None and result is not None:
            self.tally.add(exchange, result)
        for fault in passage.faults:
            self.tally.add_claim(_finding(fault, passage, result))
        self.screen.show(self.live.text(passage, exchange, result))

    def close(self, seconds: float) -> Account:
        """Work off what waits, let go of the recording, and close the sums."""
        self.queue.close(DRAIN)
        self.watch.close()
        coverage = self.coverage.to_json() if self.coverage is not None else None
        skipped = {
            "exchanges that were not sampled": self.watch.counts.passed,
            "exchanges that came faster than they could be checked": self.queue.missed,
            "exchanges that could not be checked (a mistake of specbound's)": self.queue.failed
            + self.watch.counts.failed,
        }
        account = self.tally.account(self.contract, 0, seconds, coverage)
        told = {reason: number for reason, number in skipped.items() if number}
        return replace(account, skipped={**account.skipped, **told})


def _finding(fault: Fault, passage: Passage, result: Result | None) -> Finding:
    """What went wrong apart from the contract, as reports tell it."""
    operation = result.operation if result is not None else None
    return Finding(
        code=fault.code,
        severity=Severity.ERROR if fault.is_error else Severity.NOTE,
        message=fault.message,
        source=Source(SOURCE, number=passage.number),
        operation=operation or passage.method,
        part=Part.RECORD,
    )


def _force(known: baseline.Baseline) -> frozenset[Cause]:
    """The causes that the baseline accepts today."""
    today = date.today().isoformat()
    return frozenset(
        each.cause for each in known.entries if not each.expires or each.expires >= today
    )


def _target(url: str) -> Target:
    try:
        target = target_of(url)
        socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        message = f"the upstream {url} cannot be found: {(error.strerror or str(error)).lower()}"
        raise failure(Code.UNREADABLE, message, help="is the host right?") from None
    except ValueError as error:
        message = f"{redacted_url(url)!r} is no upstream: {error}"
        help = "--upstream https://api.example.com"
        raise failure(Code.UNREADABLE, message, help=help) from None
    return target


def _refuse_circle(target: Target, bound: socket.socket) -> None:
    host, port = bound.getsockname()[:2]
    if port == target.port and target.host in (host, "localhost", "127.0.0.1", "::1"):
        message = f"the upstream {target.url} is where the proxy itself would listen"
        raise failure(Code.UNREADABLE, message, help="--listen another HOST:PORT")


def _told(url: str, target: Target, contract: Contract) -> str:
    operations = counted(len(contract.operations), "operation")
    return f"specbound proxy: {url} → {target.url} ({operations})"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
