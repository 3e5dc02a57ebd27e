"""A generated package's operations as one app: a stub each, and the document where it is asked for.

It knows what the parts are made of; it must not know how a request is answered.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..route import Service
from ..table import Operations
from .app import LIMIT, App
from .credentials import Authenticate, Guard
from .facts import Facts
from .messages import Answer, Call, Endpoint, Problem
from .paths import base_path
from .problems import JSON_HEADERS, problem_answer
from .publish import published
from .replies import OnFinding, Replies, Strictness
from .stubs import Stub


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """What a generated package knows of its service; `document` reads the contract's document."""

    operations: Operations
    facts: Mapping[str, Facts]
    service: Service
    servers: tuple[str, ...]
    document: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user of a package's `create_app` may choose."""

    development: bool = False
    on_finding: OnFinding | None = None
    authenticate: Authenticate | None = None
    document: str = ""
    base: str | Sequence[str] | None = None
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class Document:
    """The endpoint that serves the published document."""

    path: str
    content: bytes
    method: str = "GET"
    media_types: tuple[str, ...] = field(default=())

    async def answer(self, call: Call) -> Answer:
        """The document, as JSON."""
        return Answer(200, self.content, JSON_HEADERS)


def application(package: Package, handlers: object, settings: Settings) -> App:
    """The app of a package; TypeError where `handlers` cannot be what was meant."""
    log = logging.getLogger(f"{package.service.package}.server")
    strictness = Strictness(settings.development, settings.on_finding, log)
    endpoints: list[Endpoint] = list(_stubs(package, handlers, settings, strictness))
    if settings.document:
        text = json.dumps(package_document(package, settings.base), ensure_ascii=False)
        endpoints.append(Document(settings.document, text.encode("utf-8", "replace")))
    bases = package.servers if settings.base is None else settings.base
    told = partial(_told, package.service.doc_url)
    return App(endpoints, bases, told, settings.limit, log)


def package_document(package: Package, base: str | Sequence[str] | None = None) -> dict[str, Any]:
    """The contract's document with the problems that its server answers with, and its address."""
    bases = package.servers if base is None else [base] if isinstance(base, str) else base
    routes = {key: each.route for key, each in package.operations.items()}
    needed = [key for key, route in routes.items() if route.body and route.body.required]
    return published(json.loads(package.document()), base_path(bases[0]) if bases else "", needed)


def _stubs(
    package: Package, handlers: object, settings: Settings, strictness: Strictness
) -> list[Stub]:
    if isinstance(handlers, type):
        raise TypeError(f"handlers must be an object, not a class: {handlers.__name__}()")
    stubs = []
    for key, operation in package.operations.items():
        facts = package.facts.get(key) or Facts()
        guard = Guard(package.service, operation.route, settings.authenticate)
        replies = Replies(operation.route, facts, strictness)
        stubs.append(Stub(operation.route, facts, handlers, guard, replies))
    names = [stub.name for stub in stubs]
    if names and not any(hasattr(handlers, name) for name in names):
        raise TypeError(f"{type(handlers).__name__} has no handler, such as {names[0]}")
    return stubs


def _told(doc_url: str, problem: Problem, endpoint: Endpoint | None) -> Answer:
    if isinstance(endpoint, Stub):
        return endpoint.replies.problem(problem, doc_url)
    return problem_answer(problem, endpoint, doc_url)
