"""The addon of mitmproxy: flows become exchanges, whatever becomes of the flow."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from types import SimpleNamespace

import pytest

from proxies import document
from specbound.library import Contract
from specbound.live.mitmproxy_addon import OPTIONS, Specbound
from specbound.live.watch import Watch


def flow(body: bytes, reply: bytes | None) -> SimpleNamespace:
    """What mitmproxy's flows have, as far as it is looked at."""
    fields = SimpleNamespace(fields=((b"Content-Type", b"application/json"),))
    request = SimpleNamespace(
        method="POST",
        pretty_url="https://api.test/things",
        pretty_host="api.test",
        headers=fields,
        raw_content=body,
    )
    response = SimpleNamespace(status_code=200, headers=fields, raw_content=reply)
    return SimpleNamespace(request=request, response=None if reply is None else response)


@pytest.fixture
def addon(tmp_path):
    found = Specbound()
    found.watch = Watch(Contract.load(document(tmp_path)), on_finding="ignore")
    return found


def test_flows_are_checked(addon):
    good, bad = b'{"name": "a", "size": 1}', b'{"name": "a", "size": 0}'
    counts = addon.watch.counts
    asyncio.run(addon.response(flow(good, good)))
    asyncio.run(addon.response(flow(bad, good)))
    asyncio.run(addon.error(flow(bad, None)))
    assert (counts.exchanges, counts.valid, counts.by_code) == (3, 1, {"minimum": 2})


def test_a_streamed_body_is_not_judged(addon):
    sent = flow(b'{"name": "a", "size": 1}', b"")
    sent.response.raw_content = None
    asyncio.run(addon.response(sent))
    assert addon.watch.counts.valid == 1


def test_other_hosts_are_left_alone(addon):
    addon._host = "other.test"
    asyncio.run(addon.response(flow(b"", b"")))
    assert addon.watch.counts.exchanges == 0


def test_options_and_the_files_own_name():
    names = []
    Specbound().load(SimpleNamespace(add_option=lambda name, *_: names.append(name)))
    assert names == list(OPTIONS)
    command = [sys.executable, "-m", "specbound.live.mitmproxy_addon"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("mitmproxy_addon.py\n")


def test_no_function_of_the_script_is_taken_for_an_event():
    """mitmproxy looks for `load`, `request` and the like in the script itself too."""
    import specbound.live.mitmproxy_addon as script

    events = {"load", "configure", "request", "response", "error", "done", "running"}
    assert not events & {name for name in vars(script) if callable(getattr(script, name))}
