"""What httpx and requests send, seen at `Client.send` and `Session.send`, below which mocks work.

Knows these two methods and how to put them back. It must not know a contract, nor which test runs.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from specbound.live.httpx_messages import ASYNC, SYNC
from specbound.live.passing import Messages
from specbound.live.requests_messages import SESSION
from specbound.testing.replies import Ears

#: httpx, and the package that goes on under another name; both have the same two clients.
HTTPX = ("httpx", "httpx2")

Send = Callable[..., Any]


class Hooks:
    """Patches every client library that is installed; each exchange is told to `ears`."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._sessions = threading.local()
        self._undo: list[tuple[Any, str, Any, Any]] = []
        self._on = False

    def start(self) -> None:
        """Put the hooks in place, before any test is imported."""
        self._on = True
        for name in filter(find_spec, HTTPX):
            library = import_module(name)
            self._replace(library.Client, "send", self._sync)
            self._replace(library.AsyncClient, "send", self._async)
        if find_spec("requests"):
            session = import_module("requests").Session
            plain = session.send
            self._replace(session, "send", self._session)
            # It keeps the method that it found when it was imported, and calls that one.
            mocker = sys.modules.get("requests_mock.mocker")
            if getattr(mocker, "_original_send", None) is plain:
                self._replace(mocker, "_original_send", self._session)

    def stop(self) -> None:
        """Put back what was there, unless somebody else has put his own over it meanwhile."""
        self._on = False
        for owner, name, before, ours in reversed(self._undo):
            if getattr(owner, name) is ours:
                setattr(owner, name, before)
        self._undo.clear()

    def _replace(self, owner: Any, name: str, hook: Callable[[Send], Send]) -> None:
        before = getattr(owner, name)
        ours = functools.wraps(before)(hook(before))
        setattr(owner, name, ours)
        self._undo.append((owner, name, before, ours))

    def _sync(self, before: Send) -> Send:
        return self._heard(before, SYNC)

    def _heard(self, before: Send, messages: Messages) -> Send:
        def send(client: Any, request: Any, *args: Any, **options: Any) -> Any:
            if not self._on:
                return before(client, request, *args, **options)
            heard = self._ears.called(messages, request)
            try:
                reply = before(client, request, *args, **options)
            except Exception as error:
                heard.failed(error)
                raise
            heard.answered(reply)
            return reply

        return send

    def _async(self, before: Send) -> Send:
        async def send(client: Any, request: Any, *args: Any, **options: Any) -> Any:
            if not self._on:
                return await before(client, request, *args, **options)
            heard = self._ears.called(ASYNC, request)
            try:
                reply = await before(client, request, *args, **options)
            except Exception as error:
                heard.failed(error)
                raise
            heard.answered(reply)
            return reply

        return send

    def _session(self, before: Send) -> Send:
        seen = self._heard(before, SESSION)

        def send(session: Any, request: Any, **options: Any) -> Any:
            # A session follows redirects by sending again: the outer reply's history has each.
            following: set[int] = self._sessions.__dict__.setdefault("following", set())
            new = id(session) not in following
            if not new and options.get("allow_redirects") is False:
                return before(session, request, **options)
            following.add(id(session))
            try:
                return seen(session, request, **options)
            finally:
                if new:
                    following.discard(id(session))

        return send
