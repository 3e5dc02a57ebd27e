"""One run of pytest that is looked on: what is read at its start, and what stands at its end.

Knows pytest's hooks around all tests, and how processes of pytest-xdist come together. It must not
know how an exchange is seen, checked or shown.
"""

from __future__ import annotations

import pickle
from functools import cached_property
from shutil import get_terminal_size
from typing import Any

import pytest

from specbound.check.account import Account
from specbound.check.coverage.coverage import Coverage
from specbound.live.watch import Settings, Watch
from specbound.report.findings import Look
from specbound.testing.book import Book
from specbound.testing.closing import Judge, report, summary, write
from specbound.testing.hooks import Hooks
from specbound.testing.hosts import Hosts
from specbound.testing.phases import Phases
from specbound.testing.settings import baseline_of, contract_of, reports_of

KEY = "specbound"
#: Bytes of a streamed body that are kept; tests hold others in memory anyway.
LIMIT = 1 << 24


class Session:
    """The plugin's part that is there only where exchanges are checked."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.losses: list[str] = []
        self.is_worker = hasattr(config, "workerinput")
        self.book: Book | None = None

    # --- the run ----------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Read everything first: what cannot be used ends the run before any test."""
        if self.config.getoption("collectonly"):
            return
        self.reports = reports_of(self.config)
        self.judge = Judge(contract_of(self.config), baseline_of(self.config))
        coverage = Coverage(self.judge.contract)
        self.watch = _watch(self.config, self.judge, coverage)
        hosts = Hosts(self.judge.contract, self.config.getini("specbound_hosts"))
        samples = any(kind == "html" for kind, _ in self.reports)
        self.book = Book(self.watch, coverage, hosts, samples)
        fails = not self.config.getoption("--specbound-no-fail")
        self.phases = Phases(self.book, self.judge, fails)
        self.config.pluginmanager.register(self.phases, "specbound-phases")
        self.hooks = Hooks(self.phases.ears)
        self.hooks.start()

    def pytest_report_header(self) -> str:
        """What the run is held against."""
        if self.book is None:
            return ""
        contract = self.judge.contract
        return f"specbound: {contract.title} {contract.version} ({', '.join(contract.files)})"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was seen to who puts it together, or write the reports."""
        if self.book is None:
            return
        self.phases.ears.settle()
        if self.is_worker:
            worker: Any = self.config
            worker.workeroutput[KEY] = pickle.dumps(self.book.share())
            return
        if session.exitstatus == pytest.ExitCode.OK and self._drifted():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for kind, file in self.reports:
            try:
                if file:
                    write(file, report(kind, self.account, self.judge.contract))
            except OSError as error:
                self.losses.append(f"{file} could not be written: {error.strerror}")
                session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended; one that crashed has left nothing."""
        share = getattr(node, "workeroutput", {}).get(KEY)
        if self.book is not None and share is not None:
            self.book.take(pickle.loads(share))
        else:
            self.losses.append(f"what {node.gateway.id} has seen is lost: it crashed")

    def pytest_unconfigure(self) -> None:
        """Leave everything as it was."""
        if self.book is not None:
            self.hooks.stop()
            self.watch.close()

    def _drifted(self) -> bool:
        """Whether something drifted that no test can fail for."""
        assert self.book is not None
        return self.phases.fails and bool(self.judge.drift(self.book.outside.tally))

    # --- the end ----------------------------------------------------------------------------------

    @cached_property
    def account(self) -> Account:
        """Everything that was seen, by every process."""
        assert self.book is not None
        tally, coverage = self.book.closed(self.judge.contract)
        return self.judge.account(tally, coverage)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The coverage table, what was found, and one closing line."""
        loud = self.config.get_verbosity()
        if self.book is None or loud < -1:
            return
        kind = next((kind for kind, file in self.reports if not file), "")
        if kind and kind != "text":
            terminalreporter.write(report(kind, self.account, self.judge.contract))
            return
        quiet, color = loud < 0 and not kind, terminalreporter.hasmarkup
        if not quiet:
            terminalreporter.section(f"specbound: {self.judge.contract.title}")
        width = get_terminal_size().columns if terminalreporter.isatty else 0
        look = Look(color, width, loud > 1, quiet)
        terminalreporter.write(summary(self.account, look))
        for loss in self.losses:
            terminalreporter.line(f"specbound: {loss}")


def _watch(config: pytest.Config, judge: Judge, coverage: Coverage) -> Watch:
    settings: Settings = {
        "on_finding": "ignore",
        "limit": LIMIT,
        "strict": bool(config.getoption("--specbound-strict")),
        "ledger": coverage,
    }
    if file := config.getoption("--specbound-record"):
        settings["record"] = config.invocation_params.dir / file
    try:
        return Watch(judge.contract, **settings)
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise pytest.UsageError(f"--specbound-record: {file}: {reason}") from None
