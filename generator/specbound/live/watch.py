"""The one who looks on: every live exchange is sampled, checked, counted, recorded and told here.

Knows in which order that happens, and that nothing of it may harm the traffic. It must not know
whose traffic it is: transports, middleware and proxies hand in exchanges.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from specbound.check.checker import Checker
from specbound.check.coverage.witness import Ledger
from specbound.check.finding import Finding, Result, Verdict
from specbound.check.veil import veiled
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.live import wire
from specbound.live.checking import Checking
from specbound.live.counts import Counts
from specbound.live.credentials import Credentials
from specbound.live.drifted import Drifted, line
from specbound.live.telemetry import telemetry
from specbound.live.trouble import Trouble
from specbound.traffic.exchange import Exchange

LIMIT = 1 << 20
"""Bytes of a body that are kept for the check, unless somebody says otherwise."""

LARGE = 1_000_000
"""Bytes of bodies above which an exchange is checked off the event loop."""

PACKED = 50_000
"""The same of packed bodies: to unpack fewer takes a millisecond, or shows that it takes longer."""

LOGGER = logging.getLogger("specbound.live")

Tell = Callable[[Finding], object] | logging.Logger | Literal["raise", "log", "ignore"]


class Settings(TypedDict, total=False):
    """What every way of looking on takes.

    `on_finding`: who is told of each finding ("log": the logger ``specbound.live``); "raise" makes
    an exchange that does not fit raise `Drifted`. `on_result`: told of every checked exchange.
    `sample`: the share of exchanges that is looked at, 0 to 1. `limit`: bytes of a body that are
    kept; longer ones pass on and are not judged. `record`: the file to which exchanges are added,
    without their secrets. `strict` and `ledger` as in `Checker`.
    """

    on_finding: Tell
    on_result: Callable[[Exchange, Result], object]
    sample: float
    limit: int
    record: str | Path
    strict: bool
    ledger: Ledger


class Watch:
    """Looks on while exchanges pass, for one contract; safe to use from any thread.

    Raises `ValueError` for a setting that cannot be meant, `OSError` where it cannot record.
    """

    def __init__(self, contract: Contract, **settings: Unpack[Settings]) -> None:
        _refuse(contract, settings)
        self.contract = contract
        self.counts = Counts()
        self.limit = settings.get("limit", LIMIT)
        self.sample = settings.get("sample", 1.0)
        on_finding: Tell = settings.get("on_finding", "log")
        self.raises = on_finding == "raise"
        self._tell = _teller(on_finding)
        self._on_result = settings.get("on_result")
        self._telemetry = telemetry()
        self._trouble = Trouble(LOGGER)
        checker = Checker(contract, settings.get("strict", False), settings.get("ledger"))
        self._checking = Checking(checker, settings, self._trouble)
        self._credentials = Credentials(contract)

    def wanted(self) -> bool:
        """Whether the next exchange is looked at; asked once, before anything of it is kept."""
        if self.sample >= 1.0 or random.random() < self.sample:
            return True
        self.counts.let_pass()
        return False

    def saw(self, exchange: Exchange, coded: bool = False) -> Result | None:
        """Check an exchange, count, record and tell it; None where it could not be checked.

        `coded` says that bodies still have their content codings, as they went over the wire.
        Raises `Drifted` where that is asked for, and what a callback raises; nothing else.
        """
        if coded:
            exchange = wire.plain(exchange, self.limit)
        return self._told(exchange, self._checking.checked(exchange))

    def saw_aside(self, exchange: Exchange, coded: bool = False) -> Result | None:
        """As `saw`, for a thread beside an event loop: large bodies are checked elsewhere."""
        return self._told(*self._seen_aside(exchange, coded))

    async def saw_async(self, exchange: Exchange, coded: bool = False) -> Result | None:
        """As `saw`, but large bodies are unpacked, checked and recorded off the event loop."""
        light = self.light(exchange, coded)
        if light is not None:
            return self.saw(light)
        # Imported late: where there is no event loop, there may be no anyio.
        from specbound.live.threads import in_thread

        return self._told(*await in_thread(self._seen_aside, exchange, coded))

    def close(self) -> None:
        """Let go of the file that is recorded to, and of the process for large bodies.

        Both are taken up again where another exchange is seen.
        """
        self._checking.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def light(self, exchange: Exchange, coded: bool = False) -> Exchange | None:
        """The exchange unpacked, if an event loop may wait for its check; None if it is large."""
        if coded and wire.is_coded(exchange):
            if wire.size(exchange) > PACKED:
                return None
            exchange, packed = wire.plain(exchange, min(self.limit, LARGE)), exchange
            if self.limit > LARGE and not wire.is_as_whole(exchange, packed):
                return None
        return exchange if wire.size(exchange) <= LARGE else None

    def _seen_aside(self, exchange: Exchange, coded: bool) -> tuple[Exchange, Result | None]:
        if coded:
            exchange = wire.plain(exchange, self.limit)
        large = wire.size(exchange) > LARGE
        checked = self._checking.checked_aside if large else self._checking.checked
        return exchange, checked(exchange)

    def _told(self, exchange: Exchange, result: Result | None) -> Result | None:
        if result is not None:
            result = self._credentials.noted(exchange, result)
        self.counts.add(result)
        if result is None:
            return None
        shown = self._shown(exchange, result)
        if self._telemetry is not None:
            try:
                self._telemetry.told(shown)
            except Exception as error:
                self._trouble.met("told to OpenTelemetry", error)
        if self._on_result is not None:
            self._on_result(exchange, result)
        if shown.findings:
            if self._tell is not None:
                for finding in shown.findings:
                    self._tell(finding)
            if self.raises and result.verdict is not Verdict.VALID:
                raise Drifted(shown.findings, exchange)
        return result

    def _shown(self, exchange: Exchange, result: Result) -> Result:
        """The result as it may be told: secrets can be members' names, and values of cookies."""
        if not result.findings:
            return result
        try:
            return replace(
                result, findings=tuple(veiled(each, exchange) for each in result.findings)
            )
        except Exception as error:
            self._trouble.met("told", error)
            return replace(result, findings=())


def watch_of(contract: Contract | Watch, settings: Settings) -> Watch:
    """The watch that was given, or one for the contract; raises `TypeError` for both at once."""
    if not isinstance(contract, Watch):
        return Watch(contract, **settings)
    if settings:
        raise TypeError(f"a Watch has its settings already: {', '.join(settings)}")
    return contract


def _refuse(contract: object, settings: Settings) -> None:
    if not isinstance(contract, Contract):
        raise TypeError(f"not a contract, which Contract.load(FILE) reads: {contract!r}")
    known = Settings.__annotations__
    strange = [name for name in settings if name not in known]
    if strange:
        raise TypeError(f"no setting is called {', '.join(strange)}: {', '.join(known)} are known")
    sample, limit = settings.get("sample", 1.0), settings.get("limit", LIMIT)
    if not 0 <= sample <= 1:
        raise ValueError(f"`sample` is a share from 0 to 1, not {sample}")
    if limit < 0:
        raise ValueError(f"`limit` is a number of bytes, not {limit}")


def _teller(on_finding: Tell) -> Callable[[Finding], object] | None:
    """Who is told of one finding; None: nobody."""
    if on_finding == "log":
        on_finding = LOGGER
    if isinstance(on_finding, logging.Logger):
        logger = on_finding
        return lambda finding: _log(logger, finding)
    if callable(on_finding):
        return on_finding
    if on_finding in ("raise", "ignore"):
        return None
    raise ValueError(f"`on_finding` is a callable, a logger, raise, log or ignore: {on_finding!r}")


def _log(logger: logging.Logger, finding: Finding) -> None:
    level = logging.INFO if finding.severity is Severity.NOTE else logging.WARNING
    if logger.isEnabledFor(level):
        logger.log(level, "%s", line(finding), extra={"finding": finding})
