"""Runs of pytest in a folder of their own, in which the plugin holds tests against a small shelf.

Knows how the plugin is switched on, installed or not. It must not know what a test expects.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

# What a run imports is forgotten after it; what is there already stays, and costs nothing again.
import specbound.testing.session  # noqa: F401

CASES = Path(__file__).parent / "cases" / "plugin"
INSTALLED = any(one.name == "specbound" for one in entry_points(group="pytest11"))
PLUGIN = ("-p", "specbound" if INSTALLED else "specbound.testing.plugin")
SHELF = "--specbound=shelf.yaml"

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
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(code, *options)` runs a module of tests; without options, against the shelf."""
    for name in ("shelf.yaml", "baseline.json"):
        shutil.copy(CASES / name, pytester.path / name)

    def ran(code: str, *options: str, apart: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_it=HEAD + code)
        common = ("-p", "no:cacheprovider", *(options or (SHELF,)))
        if not apart:
            return pytester.runpytest_inprocess(*PLUGIN, *common)
        # Processes that import every plugin there is would take seconds to begin.
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        named = (*PLUGIN, "-p", "xdist")
        return pytester.runpytest_subprocess(*named, *common)

    return ran
