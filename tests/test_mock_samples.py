"""The vendor's own samples, run as published by the official SDK against the mock on loopback.

Nobody here wrote the client or the samples. A sample that `lint` has nothing against must run to
its end, pages and waits included; what the SDK itself gets wrong is told by what it raises.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fake_service import contract
from servers import served
from specbound.check.finding import Result
from specbound.diagnostics import Severity
from specbound.lint.lint import lint
from specbound.live import ContractMiddleware, Watch
from specbound.mock.app import mock_app
from specbound.mock.uploads import OWN
from specbound.traffic.exchange import Exchange

runwayml = pytest.importorskip("runwayml", reason="the official SDK is not installed")

SAMPLES = {
    key: (number, sample["source"])
    for key, one in contract().operations.items()
    for number, sample in enumerate(one.samples)
    if sample.get("lang", "").lower() == "python"
}


@dataclass(frozen=True)
class Ended:
    """How a sample ended, and the exchanges that it had on the way."""

    error: BaseException | None
    seen: tuple[tuple[Exchange, Result], ...]


@pytest.fixture(scope="module")
def wrong() -> set[str]:
    """The operations whose samples have faults of their own, as `specbound lint` lists them."""
    found: set[str] = set()
    faults = [
        problem.diagnostic.origin.pointer
        for problem in lint(contract(rules=False))
        if problem.diagnostic.origin is not None
    ]
    for key, (number, _) in SAMPLES.items():
        at = f"{contract(rules=False).operations[key].pointer}/x-codeSamples/{number}/"
        if any(pointer.startswith(at) for pointer in faults):
            found.add(key)
    return found


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    seen: list[tuple[Exchange, Result]] = []
    watch = Watch(
        contract(), on_finding="ignore", on_result=lambda *both: seen.append((both[0], both[1]))
    )
    app = ContractMiddleware(mock_app(contract(), seed=3, strict_ids=False), watch)
    with served(app) as url, pytest.MonkeyPatch.context() as patched:
        patched.setenv("RUNWAYML_BASE_URL", url)
        patched.setenv("RUNWAYML_API_SECRET", "key_of_a_test")
        patched.setattr("runwayml.lib.polling.POLL_TIME", 0.0, raising=False)
        patched.setattr("runwayml.lib.polling.POLL_JITTER", 0.0, raising=False)
        patched.setattr(time, "sleep", lambda seconds, real=time.sleep: real(min(seconds, 0.001)))
        patched.chdir(tmp_path_factory.mktemp("samples"))
        found = {}
        for key, (_, source) in SAMPLES.items():
            error = _run(source)
            # What one sample deletes, another wants to see. An exchange is looked at after it has
            # ended: by the time of the next answer, all of them have been.
            httpx.post(f"{url}{OWN}/reset").raise_for_status()
            found[key] = Ended(error, tuple(one for one in seen if OWN not in one[0].request.url))
            seen.clear()
        yield found


def _run(source: str) -> BaseException | None:
    for name in re.findall(r"Path\('\./(.+?)'\)", source):
        Path(name).write_bytes(b"\0\0\0\x18ftypmp42")
    try:
        exec(source, {})
    except Exception as raised:
        return raised
    return None


@pytest.mark.parametrize("key", SAMPLES)
def test_a_right_sample_runs_to_its_end(key: str, ended: dict[str, Ended], wrong: set[str]) -> None:
    sample = ended[key]
    # `lint` lists the faults of samples, such as lists without the `limit` that the SDK asks for.
    assert sample.error is None or key in wrong, sample.error
    if sample.error is not None:
        return
    assert sample.seen, "nothing was sent"
    for exchange, result in sample.seen:
        faults = [one for one in result.findings if one.severity is not Severity.NOTE]
        assert not faults or key in wrong, (exchange.request.url, faults)


def test_what_a_wrong_sample_sends_is_found(ended: dict[str, Ended], wrong: set[str]) -> None:
    """What the checker finds in what samples sent, `lint` has found in the samples."""
    found = {key for key, one in ended.items() if any(each.findings for _, each in one.seen)}
    assert found
    assert found <= wrong
