"""Exchanges and results between two processes: what is said, and large bodies beside it.

Knows how both sides write and read. It must not know what is done with an exchange.
"""

from __future__ import annotations

import pickle
import struct
from typing import IO, Any

from specbound.traffic.exchange import Exchange

_SIZE = struct.Struct("!Q")


def put(stream: IO[bytes], value: Any) -> None:
    """Write one value and let it go; raises `OSError`."""
    said = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(said)) + said)
    stream.flush()


def get(stream: IO[bytes]) -> Any:
    """Read one value; raises `EOFError` where the other side has gone."""
    (size,) = _SIZE.unpack(_exactly(stream, _SIZE.size))
    return pickle.loads(_exactly(stream, size))


def put_exchange(stream: IO[bytes], exchange: Exchange) -> None:
    """Write an exchange, its bodies as they are: to copy them would stop all other threads."""
    halves = [exchange.request, exchange.response]
    bodies = [half.content if half is not None else None for half in halves]
    bare = [half and half._replace(content=None) for half in halves]
    put(stream, (*bare, exchange.source, [body and len(body) for body in bodies]))
    for body in bodies:
        if body:
            stream.write(body)
    stream.flush()


def get_exchange(stream: IO[bytes]) -> Exchange:
    """Read an exchange; raises `EOFError` where the other side has gone."""
    request, response, source, sizes = get(stream)
    bodies = [size and _exactly(stream, size) if size is None or size else b"" for size in sizes]
    if request is not None:
        request = request._replace(content=bodies[0])
    if response is not None:
        response = response._replace(content=bodies[1])
    return Exchange(request, response, source)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found
