"""OpenTelemetry: findings as events of the current span, exchanges and findings as counters.

Knows the API package and its names, where it is installed. It must not know any SDK or exporter,
nor how an exchange is checked.
"""

from __future__ import annotations

from typing import Any

from specbound.check.finding import Finding, Result


class Telemetry:
    """Tells OpenTelemetry; the counters are those of the provider that is set by then."""

    def __init__(self, trace: Any, metrics: Any) -> None:
        self._current: Any = trace.get_current_span
        meter = metrics.get_meter("specbound")
        self._exchanges: Any = meter.create_counter(
            "specbound.exchanges", unit="{exchange}", description="Exchanges checked, by verdict"
        )
        self._findings: Any = meter.create_counter(
            "specbound.findings", unit="{finding}", description="Findings, by code and operation"
        )

    def told(self, result: Result) -> None:
        """One checked exchange."""
        self._exchanges.add(1, {"verdict": result.verdict.value})
        if not result.findings:
            return
        for finding in result.findings:
            self._findings.add(1, {"code": finding.code, "operation": finding.operation or ""})
        span = self._current()
        if span.is_recording():
            for finding in result.findings:
                span.add_event("specbound.finding", _attributes(finding))


def _attributes(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "operation": finding.operation or "",
        "part": finding.part.value,
        "pointer": finding.pointer,
        "message": finding.message,
    }


def telemetry() -> Telemetry | None:
    """OpenTelemetry, where its API package is installed."""
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        return None
    return Telemetry(trace, metrics)
