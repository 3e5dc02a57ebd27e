"""Under load: every reply belongs to its request, nothing is lost, and memory stays flat."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from proxies import command, document, head, raw
from servers import served

sys.path.append(str(Path(__file__).resolve().parent / "benchmarks"))

from serving import app, drained, load, resident

from test_proxy_command import things

MB = 1_000_000


def test_many_clients_at_once(tmp_path):
    spec = str(document(tmp_path))
    with served(things) as upstream, command("--upstream", upstream, "--spec", spec) as proxy:
        told: list[str] = []
        reader = threading.Thread(target=drained, args=(proxy.process.stdout, told))
        reader.start()
        found = asyncio.run(load(proxy.url, 50, 1))
        proxy.process.terminate()
        assert proxy.process.wait(60) == 0
        reader.join(30)
    assert (found.mixed_up, found.lost) == (0, 0)
    assert f"{found.replies:,} exchanges: {found.replies:,} valid; no findings" in told[-1]


@pytest.mark.long
def test_two_hundred_clients_for_a_minute(tmp_path):
    arguments = ("--spec", str(document(tmp_path)), "--record", str(tmp_path / "traffic.ndjson"))
    with app() as upstream, command("--upstream", upstream, *arguments) as proxy:
        told: list[str] = []
        reader = threading.Thread(target=drained, args=(proxy.process.stdout, told))
        reader.start()
        warm = asyncio.run(load(proxy.url, 200, 5))
        before = resident(proxy.process.pid)
        found = asyncio.run(load(proxy.url, 200, 60))
        after = resident(proxy.process.pid)
        proxy.process.terminate()
        assert proxy.process.wait(120) == 0
        reader.join(30)
    assert (found.mixed_up, found.lost) == (0, 0)
    assert after - before < 20 * MB
    count = warm.replies + found.replies
    assert f"{count:,} exchanges: {count:,} valid; no findings" in told[-1]
    assert (tmp_path / "traffic.ndjson").read_bytes().count(b"\n") == count


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_large_bodies_take_no_memory(tmp_path):
    piece, pieces = b"x" * 65536, 1600

    async def answer(reader, writer):
        asked = await head(reader)
        left = int(asked.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while left:
            left -= len(await reader.read(min(left, 65536)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (pieces * len(piece)))
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()

    async def exchange(url: str) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
        size = pieces * len(piece)
        writer.write(b"POST /things HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
        await head(reader)
        got = 0
        while got < size:
            got += len(await reader.read(65536))
        writer.close()
        return got

    with raw(answer) as upstream:
        spec = str(document(tmp_path))
        with command("--upstream", upstream, "--spec", spec) as proxy:
            before = resident(proxy.process.pid)
            assert asyncio.run(exchange(proxy.url)) == pieces * len(piece)
            after = resident(proxy.process.pid)
    assert after - before < 20 * MB
