"""Many clients at the mock, and at the proxy before it: nothing lost, nothing mixed up, no leak.

Every client makes a document, retrieves it by the id that it was given, and deletes it.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from proxies import command

sys.path.append(str(Path(__file__).resolve().parent / "benchmarks"))

from serving import Load, documents, drained, load, mocked, resident

from specbound.mock.store import _FEW as FEW
from specbound.mock.store import Shelf, Store, Thing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MB = 1_000_000
SPEC = str(Path(__file__).resolve().parent.parent / "spec" / "runway" / "openapi.json")
#: The mock remembers so much, and no more: 10,000 things that are gone.
REMEMBERED = 5 * MB


def _loads(url: str, clients: int, seconds: float) -> Load:
    found = asyncio.run(load(url, clients, seconds, documents))
    assert (found.mixed_up, found.lost) == (0, 0)
    assert found.replies >= 3 * clients
    return found


@pytest.mark.parametrize(
    ("clients", "seconds"), [(50, 1), pytest.param(200, 60, marks=pytest.mark.long)]
)
def test_the_mock(clients: int, seconds: float) -> None:
    with mocked() as mock:
        _loads(mock.url, clients, seconds / 6)
        before = mock.memory
        _loads(mock.url, clients, seconds)
        assert mock.memory - before < 10 * MB + REMEMBERED


@pytest.mark.parametrize(
    ("clients", "seconds"), [(50, 1), pytest.param(200, 60, marks=pytest.mark.long)]
)
def test_the_proxy_before_the_mock(clients: int, seconds: float) -> None:
    told: list[str] = []
    with mocked() as mock, command("--upstream", mock.url, "--spec", SPEC) as proxy:
        reader = threading.Thread(target=drained, args=(proxy.process.stdout, told))
        reader.start()
        warm = _loads(proxy.url, clients, seconds / 6)
        before = mock.memory, resident(proxy.process.pid)
        found = _loads(proxy.url, clients, seconds)
        after = mock.memory, resident(proxy.process.pid)
        proxy.process.terminate()
        assert proxy.process.wait(120) == 0
        reader.join(30)
    count = f"{warm.replies + found.replies:,}"
    assert f"{count} exchanges: {count} valid; no findings" in told[-1]
    assert after[0] - before[0] < 10 * MB + REMEMBERED
    assert after[1] - before[1] < 20 * MB


def test_what_was_deleted_is_let_go() -> None:
    store, shelf = Store(), Shelf()
    for number in range(5 * FEW):
        store.put(shelf, Thing(number, number, 0.0))
        assert shelf.take(str(number))
    assert len(store.kept) <= FEW + 1
