"""OpenTelemetry: findings as events of the span, and counters, where the API is installed."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from live_cases import DRIFTED, TASK, runway_contract, task
from specbound.live import Watch
from specbound.live.telemetry import Telemetry, telemetry

trace = pytest.importorskip("opentelemetry.sdk.trace")
pytest.importorskip("opentelemetry.sdk.metrics")


class Api:
    """The API's two modules over providers of our own: the global ones can be set but once."""

    def __init__(self) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        self.reader, self.spans = InMemoryMetricReader(), InMemorySpanExporter()
        provider = trace.TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.spans))
        self.tracer = provider.get_tracer("test")
        self.get_meter = MeterProvider([self.reader]).get_meter

    def watch(self) -> Watch:
        from opentelemetry import trace as api

        looking = Watch(runway_contract(), on_finding="ignore")
        looking._telemetry = Telemetry(api, self)
        return looking

    def sums(self, name: str) -> dict[tuple[Any, ...], int]:
        """A counter's values by its attributes."""
        data: Any = self.reader.get_metrics_data()
        return {
            tuple(point.attributes.values()): point.value
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        }


def test_findings_are_events_of_the_current_span() -> None:
    api = Api()
    with api.tracer.start_as_current_span("call"):
        looking = api.watch()
        looking.saw(task())
        looking.saw(task(DRIFTED))
    (span,) = api.spans.get_finished_spans()
    (event,) = span.events
    assert event.name == "specbound.finding"
    found = dict(event.attributes or {})
    assert "number" in str(found.pop("message"))
    assert found == {
        "code": "type",
        "severity": "error",
        "operation": "GET /v1/tasks/{id}",
        "part": "response.body",
        "pointer": "/progress",
    }


def test_exchanges_and_findings_are_counted() -> None:
    api = Api()
    looking = api.watch()
    for each in (task(), task(), task(DRIFTED), task({"id": TASK}, status=418)):
        looking.saw(each)
    assert api.sums("specbound.exchanges") == {("valid",): 2, ("invalid",): 1, ("undocumented",): 1}
    assert api.sums("specbound.findings") == {
        ("type", "GET /v1/tasks/{id}"): 1,
        ("undocumented-status", "GET /v1/tasks/{id}"): 1,
    }


def test_a_span_that_does_not_record_is_left_alone() -> None:
    from opentelemetry import trace as api
    from opentelemetry.trace import INVALID_SPAN

    with api.use_span(INVALID_SPAN):
        assert Api().watch().saw(task(DRIFTED))


def test_an_error_of_telemetry_harms_no_traffic(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def told(self, result: object) -> None:
            raise RuntimeError("no exporter")

    looking = Watch(runway_contract(), on_finding="ignore")
    looking._telemetry = Broken()  # type: ignore[assignment]
    assert looking.saw(task())
    assert looking.saw(task())
    assert len(caplog.records) == 1


def test_without_the_api_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    assert telemetry() is None
    assert Watch(runway_contract()).saw(task())


def test_with_the_api_a_watch_has_it() -> None:
    assert Watch(runway_contract())._telemetry is not None
