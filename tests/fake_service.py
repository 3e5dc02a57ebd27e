"""A service that answers as the contract says and refuses what it refuses, for the client's tests.

Knows the contract and jsonschema-rs. It must not know the generated client: the two are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import jsonschema_rs

from specbound.contract.load import Contract
from specbound.contract.model import Operation

SPEC = Path(__file__).resolve().parent.parent / "spec" / "runway"
UUID = "17f20503-6c24-4c16-946b-35dbbce2af2f"

#: Texts that some pattern or format may want; the first that fits is taken.
TEXTS = (
    UUID,
    "2024-11-06T12:00:00.335Z",
    "2024-11-06",
    "https://storage.example.com/file.mp4",
    "runway://upload/1",
    "words",
)

Answer = Callable[[httpx.Request], httpx.Response]


@cache
def contract(rules: bool = True) -> Contract:
    """The Runway contract, with the documented rules unless told otherwise."""
    overlays = ["overlay.yaml", "rules.yaml"] if rules else ["overlay.yaml"]
    return Contract.load(SPEC / "openapi.json", [SPEC / name for name in overlays])


@dataclass(frozen=True)
class Values:
    """Makes a valid value for a schema; of a union the branch that has a `wanted` text."""

    contract: Contract
    wanted: frozenset[str] = frozenset()

    @cached_property
    def _schemas(self) -> dict[str, Any]:
        return {name: one.schema for name, one in self.contract.schemas.items()}

    def validator(self, schema: Any) -> Any:
        """The judge of a schema of the contract."""
        whole = {"components": {"schemas": self._schemas}, "allOf": [schema]}
        return jsonschema_rs.validator_for(whole, validate_formats=True)

    def of(self, schema: Any) -> Any:
        """A valid value, with the required members only."""
        node = self._resolved(schema)
        if branches := [*node.get("oneOf", ()), *node.get("anyOf", ())]:
            return self.of(next(filter(self._is_wanted, branches), branches[0]))
        for key in ("const", "default"):
            if key in node:
                return node[key]
        if "enum" in node:
            return node["enum"][0]
        kind = node.get("type", "object")
        return self._of_kind(kind[0] if isinstance(kind, list) else kind, node)

    def _of_kind(self, kind: str, node: dict[str, Any]) -> Any:
        if kind == "object":
            members = node.get("properties", {})
            needed = node.get("required", ()) or list(members)[: node.get("minProperties", 0)]
            return {name: self.of(members.get(name, True)) for name in needed}
        if kind == "array":
            return [self.of(node.get("items", True)) for _ in range(node.get("minItems", 0))]
        if kind == "string":
            judge = self.validator(node)
            padded = "x" * node.get("minLength", 0)
            return next(text for text in (*TEXTS, padded) if judge.is_valid(text))
        if kind in ("integer", "number"):
            return node.get("minimum", 1)
        return None if kind == "null" else True

    def _resolved(self, node: Any) -> dict[str, Any]:
        while isinstance(node, dict) and "$ref" in node:
            node = self._schemas[node["$ref"].rsplit("/", 1)[-1]]
        return node if isinstance(node, dict) else {}

    def _is_wanted(self, branch: Any) -> bool:
        members = self._resolved(branch).get("properties", {})
        return any(self._resolved(one).get("const") in self.wanted for one in members.values())


@dataclass
class Fake:
    """Answers requests; `wrong` lists in what they broke the contract, `calls` which were made.

    `answers` gives own replies by operation key: a list is used up one by one, its last one stays.
    """

    answers: dict[str, list[Any]] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset({"SUCCEEDED", "READY"})
    requests: list[httpx.Request] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Check one request and answer it; other hosts take whatever is sent to them."""
        request.read()
        self.requests.append(request)
        if request.url.host != "api.dev.runwayml.com":
            return httpx.Response(204)
        operation, arguments = self._matched(request)
        self.calls.append(operation.key)
        self.wrong += self._faults(operation, request, arguments)
        return self._answer(operation, request)

    async def awaited(self, request: httpx.Request) -> httpx.Response:
        """The same, for an asynchronous transport."""
        await request.aread()
        return self(request)

    @property
    def bodies(self) -> list[Any]:
        """The JSON bodies of all requests, None where there was none."""
        return [json.loads(one.content) if one.content else None for one in self.requests]

    def bodies_of(self, key: str) -> list[Any]:
        """The JSON bodies of the requests of one operation."""
        path = key.partition(" ")[2]
        return [json.loads(one.content) for one in self.requests if one.url.path == path]

    def _matched(self, request: httpx.Request) -> tuple[Operation, dict[str, str]]:
        path = request.url.raw_path.decode().partition("?")[0]
        for operation in contract().operations.values():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
            found = re.fullmatch(pattern, path)
            if found and operation.method == request.method:
                return operation, {name: unquote(text) for name, text in found.groupdict().items()}
        raise AssertionError(f"no such operation: {request.method} {path}")

    def _faults(
        self, operation: Operation, request: httpx.Request, path: dict[str, str]
    ) -> Iterator[str]:
        values = Values(contract())
        query = dict(parse_qsl(request.url.query.decode()))
        given = {"path": path, "query": query, "header": request.headers, "cookie": {}}
        for one in operation.parameters:
            text = given[one.location].get(one.name)
            if text is None:
                yield from [f"{one.name} is missing"] * one.required
                continue
            judge = values.validator(one.schema)
            if not judge.is_valid(text) and not (text.isdigit() and judge.is_valid(int(text))):
                yield f"{one.name} is {text!r}"
        known = {one.name for one in operation.parameters if one.location == "query"}
        yield from (f"{name} is not known" for name in query.keys() - known)
        if operation.body and (operation.body.required or request.content):
            schema = operation.body.content["application/json"]
            errors = values.validator(schema).iter_errors(json.loads(request.content or b"null"))
            yield from (f"{error.instance_path}: {error.message}" for error in errors)

    def _answer(self, operation: Operation, request: httpx.Request) -> httpx.Response:
        if own := self.answers.get(operation.key):
            answer = own.pop(0) if len(own) > 1 else own[0]
            if isinstance(answer, Exception):
                raise answer
            if callable(answer):
                answer = answer(request)
            return (
                answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
            )
        status, reply = next((s, r) for s, r in operation.replies.items() if s.startswith("2"))
        if not reply.content:
            return httpx.Response(int(status))
        schema = reply.content["application/json"]
        value = Values(contract(), self.wanted).of(schema)
        assert Values(contract()).validator(schema).is_valid(value), (operation.key, value)
        return httpx.Response(int(status), json=value)
