"""Credentials: which secret goes where, for each security scheme of the document.

It knows the schemes and the environment; it must not know operations or what a reply says.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from .bodies import Parts
from .encode import escaped, header_text
from .errors import ClientError, MissingCredentials
from .route import Route, Scheme, Service


class Credentials:
    """The secrets at hand; calling it adds to a request what its route asks for."""

    __slots__ = ("_ready", "secrets", "service")

    def __init__(self, service: Service, given: str | Mapping[str, str] | None) -> None:
        self.service = service
        self.secrets: dict[str, str] = {}
        for name, scheme in service.schemes.items():
            secret = given.get(name) if isinstance(given, Mapping) else given
            secret = secret or os.environ.get(scheme.environment, "")
            if secret.strip():
                self.secrets[name] = secret.strip()
        self._ready: dict[Any, Parts] = {}
        if self._alternative(service.security) is None:
            raise MissingCredentials(self._missing())

    def _alternative(self, wanted: tuple[tuple[str, ...], ...]) -> tuple[str, ...] | None:
        """The first alternative whose schemes all have a secret; () where nothing is asked for."""
        have = [each for each in wanted if all(name in self.secrets for name in each)]
        return have[0] if have else (None if wanted else ())

    def _missing(self) -> str:
        variables = [each.environment for each in self.service.schemes.values() if each.environment]
        where = f" or set the environment variable {' or '.join(variables)}" if variables else ""
        return f"{self.service.package}: no API key; pass api_key{where}"

    def __call__(self, route: Route, parts: Parts) -> None:
        """Add the credentials of `route`; raises MissingCredentials where there are none for it."""
        wanted = self.service.security if route.security is None else route.security
        ready = self._ready.get(wanted)
        if ready is None:
            ready = self._ready[wanted] = self._made(wanted)
        parts.headers.update(ready.headers)
        parts.query += ready.query
        parts.cookies += ready.cookies

    def _made(self, wanted: tuple[tuple[str, ...], ...]) -> Parts:
        chosen = self._alternative(wanted)
        if chosen is None:
            raise MissingCredentials(self._missing())
        parts = Parts()
        for name in chosen:
            _put(self.service.schemes[name], self.secrets[name], parts)
        return parts

    def names(self) -> frozenset[str]:
        """The lower-case names of headers, query parameters and cookies that carry a secret."""
        names = (each.name.lower() for each in self.service.schemes.values())
        return frozenset(["authorization", "cookie", "proxy-authorization", *names])

    def hide(self, text: str) -> str:
        """`text` without any of the secrets."""
        for secret in self.secrets.values():
            text = text.replace(secret, "***") if len(secret) > 3 else text
        return text


def _put(scheme: Scheme, secret: str, parts: Parts) -> None:
    try:
        if scheme.kind == "bearer":
            parts.headers["authorization"] = f"Bearer {header_text(secret)}"
        elif scheme.kind == "basic":
            parts.headers["authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
        elif scheme.kind == "header":
            parts.headers[scheme.name.lower()] = header_text(secret)
        elif scheme.kind == "query":
            parts.query.append(f"{escaped(scheme.name)}={escaped(secret)}")
        else:
            parts.cookies.append(f"{scheme.name}={escaped(secret)}")
    except ValueError as error:
        raise ClientError(f"the API key {error}") from None
