"""Where to listen, as it is written on the command line: `HOST:PORT`.

Knows hosts and ports. It must not know sockets, and imports nothing heavy: `--help` needs it.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

LOOPBACK = "127.0.0.1"


class Address(NamedTuple):
    """Where to listen; port 0 lets the system choose one."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def address(text: str) -> Address:
    """``HOST:PORT``, ``:PORT``, ``PORT`` or ``[IPv6]:PORT``; without a host only this machine."""
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    bracketed = host.startswith("[") and host.endswith("]")
    if (":" in bare and not bracketed) or not (port.isdecimal() and port.isascii()):
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT (127.0.0.1:8080, :8080, 8080)")
    if len(port) > 5 or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"{port} is no port: they end at 65535")
    return Address(bare or LOOPBACK, int(port))
