"""Many clients against a server: what is lost or mixed up, how memory goes, requests a second.

Knows a load generator over plain sockets and the processes that it drives. It must not know what
the servers check. `python tests/benchmarks/serving.py [--clients N] [--seconds N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PATHS = [str(HERE), str(HERE.parent), str(ROOT / "generator")]
sys.path[:0] = PATHS

Reply = tuple[int, bytes]
#: What one client asks under a name that nobody else has: requests, each given its reply; in the
#: end whether all replies were its own.
Talk = Callable[[str], Generator[bytes, Reply, bool]]

APP = """
from specbound.commands.serving import Address, listener, serve, url_of
from {module} import {name} as app
with listener(Address("127.0.0.1", 0)) as bound:
    serve(app, bound, lambda: print("on", url_of(bound), flush=True))
"""
WARM = 3.0


@dataclass
class Load:
    """What came of a load: whole replies, talks that heard somebody else, replies that never came.

    A talk that is under way when the time is over goes on to its end.
    """

    replies: int = 0
    mixed_up: int = 0
    lost: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Replies a second."""
        return self.replies / self.seconds if self.seconds else 0.0


def request(method: str, path: str, body: object = None) -> bytes:
    """The bytes of a request to the Runway service, or to any that does not mind its fields."""
    head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer key_of_a_test\r\n"
    head += "X-Runway-Version: 2024-11-06\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    content = json.dumps(body).encode()
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def things(name: str) -> Generator[bytes, Reply, bool]:
    """One request to the app of the proxy's tests, which answers with what it was sent."""
    body = {"name": name, "size": 1}
    status, found = yield request("POST", "/things", body)
    return status == 200 and found == json.dumps(body).encode()


def documents(name: str) -> Generator[bytes, Reply, bool]:
    """A document is made, retrieved as itself, and deleted."""
    body = {"name": name, "content": f"the text of {name}"}
    status, found = yield request("POST", "/v1/documents", body)
    if status != 200:
        return False
    key = json.loads(found)["id"]
    status, found = yield request("GET", f"/v1/documents/{key}")
    own = status == 200 and {"id": key, **body}.items() <= json.loads(found).items()
    status, _ = yield request("DELETE", f"/v1/documents/{key}")
    return own and status == 204


async def load(url: str, clients: int, seconds: float, talk: Talk = things) -> Load:
    """Talk with so many clients at once for so long; each waits for its reply."""
    result, began = Load(), time.perf_counter()
    parts = urlsplit(url)

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        count = 0
        while time.perf_counter() - began < seconds:
            talking = talk(f"{number}-{(count := count + 1)}")
            asked: bytes | None = next(talking)
            while asked is not None:
                writer.write(asked)
                try:
                    reply = await _reply(reader)
                except (OSError, asyncio.IncompleteReadError, ValueError):
                    result.lost += 1
                    return
                result.replies += 1
                try:
                    asked = talking.send(reply)
                except StopIteration as said:
                    asked = None
                    result.mixed_up += not said.value
        writer.close()

    await asyncio.gather(*map(client, range(clients)))
    result.seconds = time.perf_counter() - began
    return result


async def _reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if status == 204:
        return status, b""
    if b"\r\ncontent-length:" in head:
        size = int(head.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        return status, await reader.readexactly(size)
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
    return status, body


def resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    text = Path(f"/proc/{process}/status").read_text("ascii")
    return int(text.split("VmRSS:")[1].split()[0]) * 1024


def drained(stream: IO[str], told: list[str]) -> None:
    """Read what a process prints, so that it never waits; the last of it is kept."""
    with contextlib.suppress(ValueError):  # closed meanwhile
        while text := stream.read(65536):
            told[:] = [(told[-1] if told else "")[-1000:] + text]


@dataclass
class Server:
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        return resident(self.process.pid)


@contextlib.contextmanager
def _process(*arguments: str) -> Iterator[Server]:
    """A Python process whose first line tells a URL; killed when the block is left."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(PATHS)},
    )
    try:
        assert process.stdout is not None
        url = next(word for word in process.stdout.readline().split() if "://" in word)
        threading.Thread(target=drained, args=(process.stdout, []), daemon=True).start()
        yield Server(url, process)
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def app(module: str = "test_proxy_command", name: str = "things") -> Iterator[str]:
    """An ASGI app of the tests in a process of its own; gives its URL."""
    with _process("-c", APP.format(module=module, name=name)) as server:
        yield server.url


def mocked(*arguments: str) -> contextlib.AbstractContextManager[Server]:
    """`specbound mock` of the Runway document."""
    spec = str(ROOT / "spec" / "runway" / "openapi.json")
    return _process("-m", "specbound", "mock", spec, "--listen", ":0", *arguments)


# --- the figures ----------------------------------------------------------------------------------


@dataclass
class Bench:
    """How many clients ask for how long, and in what each server is compared."""

    clients: int
    seconds: float

    def run(self, url: str, talk: Talk) -> Load:
        return asyncio.run(load(url, self.clients, self.seconds, talk))

    def warm(self, url: str, talk: Talk) -> None:
        asyncio.run(load(url, self.clients, min(WARM, self.seconds), talk))

    def bare(self, kind: str, url: str, talk: Talk) -> Load:
        """Measure a server with which others are compared."""
        self.warm(url, talk)
        found = self.run(url, talk)
        print(f"{kind:32} {found.rate:7,.0f}/s                  {found}", flush=True)
        return found

    def proxied(self, kind: str, upstream: str, talk: Talk, bare: Load, *options: str) -> Load:
        """Measure the proxy in front of a server."""
        from proxies import command

        told: list[str] = []
        with command("--upstream", upstream, *options) as proxy:
            output = proxy.process.stdout
            threading.Thread(target=drained, args=(output, told), daemon=True).start()
            self.warm(proxy.url, talk)
            before = resident(proxy.process.pid)
            found = self.run(proxy.url, talk)
            after = resident(proxy.process.pid)
            proxy.process.terminate()
            status = proxy.process.wait(120)
        closing = told[-1].splitlines()[-1] if told else ""
        _say(kind, found, bare, (before, after))
        print(f"{'':32} exit {status}, {closing}", flush=True)
        return found


def _say(kind: str, found: Load, bare: Load, memory: tuple[int, int]) -> None:
    ratio = found.rate / bare.rate
    print(f"{kind:32} {found.rate:7,.0f}/s  {ratio:.2f} of it  {found}")
    print(f"{'':32} RSS {memory[0] / 1e6:.1f} -> {memory[1] / 1e6:.1f} MB", flush=True)


def proxy_figures(bench: Bench) -> None:
    """The app of the proxy's tests bare, and behind the proxy in its ways."""
    from proxies import document

    with tempfile.TemporaryDirectory() as folder, app() as url:
        spec = ("--spec", str(document(Path(folder))))
        record = ("--record", str(Path(folder, "traffic.ndjson")))
        bare = bench.bare("an app that answers at once", url, things)
        bench.proxied("behind the proxy, not sampled", url, things, bare, *spec, "--sample", "0")
        bench.proxied("behind the proxy, checking", url, things, bare, *spec)
        bench.proxied("behind the proxy, recording", url, things, bare, *spec, *record)


def mock_figures(bench: Bench) -> None:
    """The mock beside endpoints on its own skeleton that check nothing; the proxy before it."""
    spec = ("--spec", str(ROOT / "spec" / "runway" / "openapi.json"))
    with app("serving_bare", "app") as url:
        bare = bench.bare("the skeleton, checking nothing", url, documents)
    with mocked() as mock:
        bench.warm(mock.url, documents)
        before = mock.memory
        found = bench.run(mock.url, documents)
        _say("the mock", found, bare, (before, mock.memory))
        bench.proxied(
            "proxy before it, not sampled", mock.url, documents, found, *spec, "--sample", "0"
        )
        bench.proxied("proxy before it, checking", mock.url, documents, found, *spec)


def main() -> None:
    """Measure the proxy and the mock against the same without checking."""
    parser = argparse.ArgumentParser(description="the proxy and the mock under load")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", choices=("proxy", "mock"))
    chosen = parser.parse_args()
    bench = Bench(chosen.clients, chosen.seconds)
    if chosen.only != "mock":
        proxy_figures(bench)
    if chosen.only != "proxy":
        mock_figures(bench)


if __name__ == "__main__":
    main()
