"""The request that an ASGI scope describes: its URL as it was sent, and whether it has a body.

Knows scopes, mounted applications and what servers make of paths. It must not know how an exchange
is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from specbound.check.wire.routes import Routes
from specbound.contract.load import Contract
from specbound.live import wire
from specbound.live.kept import Kept
from specbound.traffic.exchange import Headers, Request, header

#: What a path may have without being encoded (RFC 3986 section 3.3), and what is encoded already.
_SAFE = "/:@!$&'()*+,;=-._~%"


class Served:
    """Requests of the applications that one contract describes."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._routes: Routes | None = None

    def request(self, scope: Mapping[str, Any], received: Kept) -> Request:
        """The request of a scope, with as much of its body as the application has received."""
        headers, method = wire.fields(scope["headers"]), scope["method"]
        content = received.content
        if content is None and received.is_untouched and _has_no_body(scope, headers):
            content = b""
        return wire.request(method, self._url(scope, headers), headers, content)

    def _url(self, scope: Mapping[str, Any], headers: Headers) -> str:
        path = _path(scope)
        root = scope.get("root_path", "")
        if root:
            path = self._mounted(scope["method"], path, _quoted(root.rstrip("/"), _SAFE))
        query = scope.get("query_string", b"")
        if query:
            path = f"{path}?{query.decode('latin-1')}"
        host = header(headers, "host")
        return f"{scope.get('scheme', 'http')}://{host}{path}" if host else path

    def _mounted(self, method: str, path: str, root: str) -> str:
        """The path that the contract knows: the whole one, or that below the mount's own."""
        if self._routes is None:
            self._routes = Routes(self._contract)
        if not path.startswith(root + "/") or self._routes.find(method, path) is not None:
            return path
        return path[len(root) :]


def _path(scope: Mapping[str, Any]) -> str:
    """The path as it was sent; what has been rewritten since counts as it is now."""
    path: str = scope["path"]
    raw = scope.get("raw_path")
    if not raw:
        return _quoted(path, _SAFE.replace("%", ""))
    sent: str = raw.partition(b"?")[0].decode("latin-1")
    plain = unquote(sent) if "%" in sent else sent
    # Starlette's older mounts cut the path and leave the raw one.
    return sent if plain.endswith(path) else _quoted(path, _SAFE.replace("%", ""))


def _quoted(text: str, safe: str) -> str:
    """Percent-encoded; halves of surrogate pairs, as some servers make them of bytes, too."""
    return quote(text, safe, errors="surrogatepass")


def _has_no_body(scope: Mapping[str, Any], headers: Headers) -> bool:
    """Whether a request has no content, though nobody looked (RFC 9112 section 6.3)."""
    length = header(headers, "content-length")
    if length is not None:
        return length.strip() == "0"
    if header(headers, "transfer-encoding") is not None:
        return False
    return scope["method"] in ("GET", "HEAD", "DELETE", "OPTIONS") or str(
        scope.get("http_version", "1.1")
    ).startswith("1")
