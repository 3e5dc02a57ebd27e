"""Servers on loopback for tests: an ASGI app in a thread of its own, on a port of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from specbound.commands.serving import Address, listener, server, url_of

App = Callable[[Any, Any, Any], Awaitable[None]]

PATIENCE = 30.0


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve an ASGI app while the block runs; gives its URL, ``http://127.0.0.1:PORT``.

    It takes requests when the block begins, and has ended, lifespan included, when it is left.
    """
    with listener(Address("127.0.0.1", 0)) as bound:
        url = url_of(bound)
        running = server(app, grace=1)
        thread = threading.Thread(target=running.run, args=([bound],), daemon=True)
        thread.start()
        try:
            # The socket listens already; what connects before the first accept waits in line.
            while not running.started and thread.is_alive():
                time.sleep(0.005)
            assert running.started, "the app did not start"
            yield url
        finally:
            running.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the server did not stop"
