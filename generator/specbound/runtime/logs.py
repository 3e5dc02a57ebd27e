"""What is written to the log: one DEBUG line an exchange, without secrets and without megabytes.

It knows the standard logging module and what must be hidden; it must not know why a request is
made.
"""

import logging
import os
import re
from collections.abc import Callable

import httpx

MEDIA = re.compile(r"(data:[\w.+/-]*(?:;[\w=.+-]+)*;base64,)([A-Za-z0-9+/=_-]{33,})")
PRIVATE = re.compile(
    r'("[\w-]*(?:token|secret|password|passwd|api_?key|credential|signature)[\w-]*"\s*:\s*)"(?:[^"\\]|\\.)*"',
    re.IGNORECASE,
)
QUERY = re.compile(r"(?i)token|secret|passw|key|signature|credential|auth")
LONGEST = 2000


def logger_for(package: str, prefix: str) -> logging.Logger:
    """The package's logger, at the level that the variable `<PREFIX>_LOG` names, if it is set."""
    logger = logging.getLogger(package)
    level = os.environ.get(f"{prefix}_LOG", "").upper() if prefix else ""
    if level in ("DEBUG", "INFO", "WARNING", "ERROR") and logger.level == logging.NOTSET:
        logger.setLevel(level)
        if not logger.hasHandlers():
            logger.addHandler(logging.StreamHandler())
    return logger


def body_text(content: bytes) -> str:
    """A body for the log: secrets hidden, data URIs by their size, cut after 2,000 characters."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes)"
    text = MEDIA.sub(lambda found: f"{found[1]}…({len(found[2])} chars)", text)
    text = PRIVATE.sub(r'\1"***"', text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…({len(text)} chars)"


def url_text(url: httpx.URL, hidden: frozenset[str] = frozenset()) -> str:
    """A URL without user information and without query values that may be secret."""
    shown = url.copy_with(username=None, password=None) if url.userinfo else url
    if not url.query:
        return str(shown)
    start, _, query = str(shown).partition("?")
    parts = []
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        secret = name.lower() in hidden or QUERY.search(name)
        parts.append(f"{name}=***" if equals and secret else part)
    return f"{start}?{'&'.join(parts)}"


def sent_text(request: httpx.Request) -> str:
    """The body of a request for the log; one that is streamed is not read."""
    stream = request.stream
    return body_text(request.content) if isinstance(stream, httpx.ByteStream) else "(streamed)"


class Journal:
    """Writes one DEBUG line an exchange; `hide` takes the client's own secrets out of a text."""

    __slots__ = ("_hidden", "_hide", "_logger")

    def __init__(
        self, logger: logging.Logger, hidden: frozenset[str], hide: Callable[[str], str]
    ) -> None:
        self._logger = logger
        self._hidden = hidden
        self._hide = hide

    def replied(self, request: httpx.Request, response: httpx.Response, seconds: float) -> None:
        """A request and its reply."""
        if self._logger.isEnabledFor(logging.DEBUG):
            url = url_text(request.url, self._hidden)
            sent, got = sent_text(request) or "-", body_text(response.content) or "-"
            text = f"{request.method} {url} -> {response.status_code} in {seconds:.3f} s"
            self._logger.debug("%s", self._hide(f"{text}; sent {sent}; got {got}"))

    def failed(
        self, request: httpx.Request, failure: httpx.RequestError, delay: float | None
    ) -> None:
        """A request without a reply, and whether it is sent again."""
        if self._logger.isEnabledFor(logging.DEBUG):
            after = "given up" if delay is None else f"again in {delay:.1f} s"
            text = f"{request.method} {url_text(request.url, self._hidden)} -> "
            text += f"{type(failure).__name__}: {failure}; {after}"
            self._logger.debug("%s", self._hide(text))
