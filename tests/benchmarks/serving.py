"""Many clients against a server: what is lost or mixed up, how memory goes, requests a second.

Knows a load generator over plain sockets and the processes that it drives. It must not know what
the servers check. `python tests/benchmarks/serving.py [--clients N] [--seconds N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "generator")]

#: Makes the bytes of a request that nobody else makes, and says whether a reply's body is its own.
Ask = Callable[[str], tuple[bytes, Callable[[bytes], bool]]]

APP = """
import socket, sys
from specbound.commands.serving import Address, listener, serve, url_of
from test_proxy_command import things
with listener(Address("127.0.0.1", 0)) as bound:
    serve(things, bound, lambda: print(url_of(bound), flush=True))
"""


@dataclass
class Load:
    """What came of a load: whole replies, those of somebody else, requests without a reply."""

    replies: int = 0
    mixed_up: int = 0
    lost: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Replies a second."""
        return self.replies / self.seconds if self.seconds else 0.0


def things_ask(name: str) -> tuple[bytes, Callable[[bytes], bool]]:
    """A request for the app of the proxy's tests, which answers with what it was sent."""
    body = json.dumps({"name": name, "size": 1}).encode()
    head = "POST /things HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
    return f"{head}{len(body)}\r\n\r\n".encode() + body, lambda found: found == body


async def load(url: str, clients: int, seconds: float, ask: Ask = things_ask) -> Load:
    """Ask with so many clients at once for so long; each waits for its reply."""
    result, began = Load(), time.perf_counter()
    parts = urlsplit(url)

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        count = 0
        while time.perf_counter() - began < seconds:
            request, is_own = ask(f"{number}-{(count := count + 1)}")
            writer.write(request)
            try:
                status, body = await _reply(reader)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                result.lost += 1
                return
            result.replies += 1
            result.mixed_up += status != 200 or not is_own(body)
        writer.close()

    await asyncio.gather(*map(client, range(clients)))
    result.seconds = time.perf_counter() - began
    return result


async def _reply(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
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


@contextlib.contextmanager
def app() -> Iterator[str]:
    """The app of the proxy's tests in a process of its own; gives its URL."""
    path = ":".join(sys.path[:2])
    process = subprocess.Popen(
        [sys.executable, "-c", APP], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": path}
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """Measure the app bare, behind the proxy without checking, and behind it with checking."""
    from proxies import command, document

    parser = argparse.ArgumentParser(description="the proxy under load")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, app() as url:
        spec = str(document(Path(folder)))
        bare = asyncio.run(load(url, chosen.clients, chosen.seconds))
        print(f"bare                {bare.rate:8,.0f}/s  {bare}")
        kinds = {
            "proxy, not sampled": ("--sample", "0"),
            "proxy, checking": (),
            "proxy, recording": ("--record", str(Path(folder, "traffic.ndjson"))),
        }
        for kind, options in kinds.items():
            told: list[str] = []
            with command("--upstream", url, "--spec", spec, *options) as proxy:
                threading.Thread(
                    target=drained, args=(proxy.process.stdout, told), daemon=True
                ).start()
                asyncio.run(load(proxy.url, chosen.clients, min(3, chosen.seconds)))
                before = resident(proxy.process.pid)
                found = asyncio.run(load(proxy.url, chosen.clients, chosen.seconds))
                after = resident(proxy.process.pid)
                proxy.process.terminate()
                status = proxy.process.wait(120)
                closing = told[-1].splitlines()[-1] if told else ""
            print(f"{kind:19} {found.rate:8,.0f}/s  {found.rate / bare.rate:.2f} of bare  {found}")
            print(
                f"{'':19} RSS {before / 1e6:.1f} -> {after / 1e6:.1f} MB, exit {status}, {closing}"
            )


if __name__ == "__main__":
    main()
