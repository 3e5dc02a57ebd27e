"""Killed while it records: every line that was written is whole, and a clean stop loses nothing."""

from __future__ import annotations

import json
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from proxies import Running, command, document
from servers import served
from test_proxy_command import things

CLIENTS = 8
MORE = [pytest.param(number, marks=pytest.mark.slow) for number in (1, 7, 200, 500)]


@contextmanager
def load(proxy: Running, answered: set[str]) -> Iterator[None]:
    """Clients that ask until nobody answers; each request has a name of its own."""

    def ask(client: int) -> None:
        number = 0
        with httpx.Client(timeout=30) as session:
            while True:
                name = f"{client}-{(number := number + 1)}"
                body = {"name": name, "size": 1, "more": "x" * random.randrange(3000)}
                try:
                    reply = session.post(proxy.url + "/things", json=body)
                except httpx.HTTPError:
                    return
                assert reply.json()["name"] == name, "a reply of somebody else's"
                answered.add(name)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        proxy.process.kill()
        for each in threads:
            each.join(30)


def recorded(file: Path) -> list[str]:
    """The names in a recording, of which every line has to be whole."""
    text = file.read_bytes()
    # Killed before the first line was written, there is none.
    assert not text or text.endswith(b"\n")
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(line["response"]["status"] == 200 for line in lines)
    return [line["request"]["body"]["name"] for line in lines]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("count", [60, *MORE])
def test_every_line_is_whole(tmp_path, number, count):
    file, answered = tmp_path / "traffic.ndjson", set[str]()
    arguments = ("--spec", str(document(tmp_path)), "--record", str(file))
    with served(things) as upstream, command("--upstream", upstream, *arguments) as proxy:
        output = threading.Thread(target=_drained, args=(proxy,))
        output.start()
        with load(proxy, answered):
            while len(answered) < count:
                threading.Event().wait(0.002)
            proxy.process.send_signal(number)
            proxy.process.wait(60)
        output.join(30)
    names = recorded(file)
    assert len(names) == len(set(names))
    if number == signal.SIGTERM:
        assert proxy.process.returncode == 0
        assert answered <= set(names), "an exchange whose reply came is not in the recording"


def _drained(proxy: Running) -> None:
    """Read what is printed: a full pipe would make the lines wait."""
    assert proxy.process.stdout is not None
    while proxy.process.stdout.read(65536):
        pass
