"""Runs of pytest in a folder of their own, in which the plugin holds tests against a small shelf.

Knows how the plugin is switched on, installed or not. It must not know what a test expects.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import chdir
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from warnings import catch_warnings

import pytest

from specbound import Contract

CASES = Path(__file__).parent / "cases" / "plugin"
INSTALLED = any(one.name == "specbound" for one in entry_points(group="pytest11"))
PLUGIN = ("-p", "specbound" if INSTALLED else "specbound.testing.plugin")
SHELF = "--specbound=shelf.yaml"

#: What runs import when they come to need it, if it is installed.
LAZY = (
    "anyio",
    "opentelemetry.metrics",
    "opentelemetry.trace",
    "requests",
    "responses",
    "respx",
    "starlette.testclient",
    "vcr",
)

#: What every test of the shelf begins with: an address, a fitting reply, one that does not fit.
HEAD = """
import httpx, pytest
URL = "https://api.shelf.test/v1/books"
GOOD, BAD = {"id": 1, "title": "a"}, {"id": "one", "title": "a"}

def client(*replies, **options):
    left = iter(replies)
    return httpx.Client(transport=httpx.MockTransport(lambda request: next(left)), **options)

def post(reply=GOOD, url=URL, **body):
    with client(httpx.Response(201, json=reply)) as sent:
        return sent.post(url, json={"title": "a", **body})
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(warm: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(code, *options)` runs a module of tests; without options, against the shelf.

    Of other plugins there are those in `plugins`; with `autoload` all that are installed.
    """
    for name in ("shelf.yaml", "baseline.json"):
        shutil.copy(CASES / name, pytester.path / name)
    monkeypatch.setattr(Contract, "load", _load)

    def ran(
        code: str, *options: str, plugins: Sequence[str] = (), autoload: bool = False
    ) -> pytest.RunResult:
        pytester.makepyfile(test_it=HEAD + code)
        monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
        if not autoload:
            monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        named = (argument for name in plugins for argument in ("-p", name))
        common = ("-p", "no:cacheprovider", *(options or (SHELF,)))
        return pytester.runpytest_inprocess(*PLUGIN, *named, *common)

    return ran


_read = Contract.load


def _load(spec: Path, overlays: Sequence[Path] = ()) -> Contract:
    """The shelf itself is the same in every run, and is read once."""
    return _shelf() if (spec.name, len(overlays)) == ("shelf.yaml", 0) else _read(spec, overlays)


@cache
def _shelf() -> Contract:
    return _read(Path("shelf.yaml"))


@pytest.fixture(scope="session")
def warm() -> None:
    """What a run imports is forgotten after it; what is there before costs nothing again."""
    import httpx

    import specbound.live.record
    import specbound.testing.session  # noqa: F401

    reply = httpx.Response(201, json={"id": "one"})
    reply.request = httpx.Request("POST", "https://api.shelf.test/v1/books", json={"title": 1})
    with chdir(CASES):
        assert _shelf().check(reply)
    for name in LAZY:
        if find_spec(name.partition(".")[0]):
            with catch_warnings(action="ignore"):
                import_module(name)
