"""The watch: who is told what, what is counted, and that nothing of it harms the traffic."""

from __future__ import annotations

import logging
import pickle
import threading
from typing import Any

import pytest

from live_cases import BASE, DRIFTED, KEY, SENT, TASK, runway_contract, task
from specbound.check.checker import Checker
from specbound.check.coverage.coverage import Coverage
from specbound.check.finding import Finding, Result, Verdict
from specbound.live import Drifted, Watch
from specbound.live.drifted import line
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source


def watch(**settings: Any) -> Watch:
    return Watch(runway_contract(), **settings)


def test_each_finding_is_told_once_and_what_fits_is_not() -> None:
    told: list[Finding] = []
    looking = watch(on_finding=told.append)
    assert looking.saw(task()).verdict is Verdict.VALID  # type: ignore[union-attr]
    result = looking.saw(task(DRIFTED))
    assert result is not None
    assert tuple(told) == result.findings
    assert [(each.code, each.pointer) for each in told] == [("type", "/progress")]


def test_every_result_is_told_with_its_exchange() -> None:
    told: list[tuple[Exchange, Result]] = []
    looking = watch(on_finding="ignore", on_result=lambda *pair: told.append(pair))
    exchanges = [task(), task(DRIFTED)]
    for each in exchanges:
        looking.saw(each)
    assert [pair[0] for pair in told] == exchanges
    assert [pair[1].verdict.value for pair in told] == ["valid", "invalid"]


def test_the_log_has_the_finding_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    request = Request("GET", f"{BASE}/v1/tasks/{KEY.split()[1]}", tuple(SENT.items()), ABSENT, b"")
    with caplog.at_level(logging.INFO, "specbound.live"):
        watch().saw(Exchange(request, Response(200, None, RUNNING_BUT), Source("<live>")))
    assert caplog.records
    for record in caplog.records:
        assert isinstance(record.finding, Finding)  # type: ignore[attr-defined]
        assert KEY.split()[1] not in record.getMessage()
        assert record.levelno == logging.WARNING
    assert "GET /v1/tasks/{id}: response.body /progress: " in caplog.text
    assert "openapi.json:" in caplog.text


RUNNING_BUT = {**DRIFTED, "id": TASK}


def test_a_logger_of_ones_own_is_told(caplog: pytest.LogCaptureFixture) -> None:
    watch(on_finding=logging.getLogger("mine")).saw(task(DRIFTED))
    assert [record.name for record in caplog.records] == ["mine"]


def test_raise_raises_what_explains_itself_and_can_be_sent_on() -> None:
    looking = watch(on_finding="raise")
    looking.saw(task())
    exchange = task({**DRIFTED, "status": "SLEEPING"})
    with pytest.raises(Drifted, match="SLEEPING") as raised:
        looking.saw(exchange)
    assert raised.value.exchange is exchange
    assert raised.value.findings
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.findings) == (str(raised.value), raised.value.findings)


def test_warnings_and_notes_do_not_raise() -> None:
    request = Request("GET", f"{BASE}/v1/tasks/{TASK}?unheard=1", tuple(SENT.items()), ABSENT, b"")
    result = watch(on_finding="raise").saw(task()._replace(request=request))
    assert result is not None
    assert [each.code for each in result.findings] == ["undeclared-parameter"]


def test_counts_add_up() -> None:
    looking = watch(on_finding="ignore")
    unknown = Request("GET", f"{BASE}/v1/nothing", None, ABSENT, b"")
    for each in (task(), task(DRIFTED), task()._replace(request=unknown)):
        looking.saw(each)
    counts = looking.counts
    assert (counts.exchanges, counts.valid, counts.invalid, counts.undocumented) == (3, 1, 1, 1)
    assert counts.findings == counts.by_code.total() == 2
    assert (counts.passed, counts.failed) == (0, 0)


@pytest.mark.parametrize(("sample", "passed"), [(0, 100), (0.0, 100), (1, 0), (1.0, 0)])
def test_sampling_is_certain_at_its_ends(sample: float, passed: int) -> None:
    looking = watch(sample=sample)
    assert sum(not looking.wanted() for _ in range(100)) == passed
    assert looking.counts.passed == passed


def test_sampling_takes_a_share() -> None:
    looking = watch(sample=0.25)
    wanted = sum(looking.wanted() for _ in range(4000))
    assert 800 < wanted < 1200
    assert looking.counts.passed == 4000 - wanted


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"sample": 1.5}, ValueError),
        ({"limit": -1}, ValueError),
        ({"on_finding": "shout"}, ValueError),
        ({"on_findings": print}, TypeError),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    settings: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        watch(**settings)


def test_an_error_inside_is_told_once_without_values(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(self: Checker, exchange: Exchange) -> Result:
        raise KeyError(KEY)

    monkeypatch.setattr(Checker, "check", check)
    looking = watch(on_finding="raise")
    assert [looking.saw(task()) for _ in range(3)] == [None] * 3
    assert looking.counts.failed == looking.counts.exchanges == 3
    assert len(caplog.records) == 1
    assert "KeyError in check (" in caplog.text
    assert KEY not in caplog.text


def test_what_a_callback_raises_is_raised() -> None:
    def fail(_: Finding) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch(on_finding=fail).saw(task(DRIFTED))


def test_threads_get_the_verdicts_that_one_gets() -> None:
    """Many hosts, queries, verdicts and new headers at once, so that every cache is fought for."""
    coverage = Coverage(runway_contract())
    looking = watch(on_finding="ignore", ledger=coverage)
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(150):
            exchange = task(DRIFTED if turn % 3 == 0 else {**task_of(turn)})
            url = f"https://host{(number + turn) % 7}.example/v1/tasks/{TASK}"
            url += "?x=1" if turn % 5 == 0 else ""
            headers = (*SENT.items(), ("x-number", str(turn)))
            request = Request("GET", url, headers, ABSENT, b"")
            result = looking.saw(exchange._replace(request=request))
            expected = "invalid" if turn % 3 == 0 else "valid"
            if result is None or result.verdict.value != expected:
                wrong.append(f"{turn}: {result}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    assert looking.counts.exchanges == looking.counts.valid + looking.counts.invalid == 1200
    assert coverage.state.exchanges.total() == 1200


def task_of(turn: int) -> dict[str, Any]:
    """A reply of its own."""
    return {"id": TASK, "createdAt": f"2026-01-02T03:04:{turn % 60:02}.335Z", "status": "PENDING"}


def test_where_there_is_no_operation_a_line_does_not_speak_of_one() -> None:
    request = Request("POST", f"{BASE}/v1/loans", (), ABSENT, b"")
    told: list[Finding] = []
    watch(on_finding=told.append).saw(Exchange(request, None, Source("<live>")))
    (found,) = told
    assert line(found).startswith(f"{found.message} [undocumented-operation]")


def test_only_a_contract_can_be_watched() -> None:
    with pytest.raises(TypeError, match=r"Contract\.load\(FILE\).*'openapi.yaml'"):
        Watch("openapi.yaml")  # type: ignore[arg-type]
