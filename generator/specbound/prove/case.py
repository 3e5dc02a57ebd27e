"""One request as values: parameters and body before anything is encoded.

Knows OpenAPI's parameter styles through `runtime.encode`. It must not know how values were found,
nor who will build the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.calls import argument_names
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Parameter
from specbound.contract.operations import body_members, main_media
from specbound.contract.words import RESERVED_ARGUMENTS
from specbound.origin import tokens
from specbound.runtime import encode
from specbound.traffic.exchange import ABSENT, Request

#: A parameter by its place and name: ``("query", "limit")``.
Wire = tuple[str, str]

#: Where a document names no server that can be used: a name that never resolves (RFC 6761).
NOWHERE = "http://service.invalid"
BOUNDARY = "specbound-7d1f0c9e"


@dataclass(frozen=True)
class Case:
    """One request of an operation: typed parameter values and the body; `ABSENT` is no body."""

    operation: Operation
    parameters: Mapping[Wire, Any] = field(default_factory=dict)
    body: Any = ABSENT
    media: str = ""
    server: str = NOWHERE
    #: The Encoding Objects of a form's members, by their names.
    encoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def request(self) -> Request:
        """The request on the wire; raises `encode.Unencodable` where a value has no form."""
        path, query, headers = self.operation.path, list[str](), list[tuple[str, str]]()
        cookies: list[str] = []
        for parameter in self.operation.parameters:
            value = self.parameters.get((parameter.location, parameter.name), ABSENT)
            if value is ABSENT:
                continue
            if parameter.content:
                value = encode.dumps(value).decode()
            match parameter.location:
                case "path":
                    path = path.replace(f"{{{parameter.name}}}", _path(parameter, value))
                case "query":
                    how = parameter.style, parameter.explode
                    query += encode.query_parts(
                        parameter.name, value, how, parameter.allow_reserved
                    )
                case "header":
                    text = encode.header_text(value, parameter.explode)
                    headers.append((parameter.name, text))
                case _:
                    cookies += encode.cookie_parts(parameter.name, value, parameter.explode)
        if cookies:
            headers.append(("Cookie", "; ".join(cookies)))
        url = self.server.rstrip("/") + path + ("?" + "&".join(query) if query else "")
        return self._with_body(url, headers)

    @property
    def has_form(self) -> bool:
        """Whether every value can be written where it belongs."""
        try:
            return bool(self.request)
        except encode.Unencodable:
            return False

    def _with_body(self, url: str, headers: list[tuple[str, str]]) -> Request:
        method = self.operation.method
        if self.body is ABSENT:
            return Request(method, url, tuple(headers))
        headers.append(("Content-Type", _content_type(self.media)))
        if "json" in self.media or self.media == "*/*":
            return Request(method, url, tuple(headers), json=self.body)
        return Request(method, url, tuple(headers), content=_content(self))

    def arguments(self, contract: Contract) -> dict[str, Any]:
        """Keyword arguments as the generated client takes them: Python names, members flattened."""
        names, members = arguments_of(contract, self.operation)
        found = {names[wire]: value for wire, value in self.parameters.items() if names.get(wire)}
        if self.body is ABSENT:
            return found
        if isinstance(self.body, Mapping) and members and set(self.body) <= set(members):
            return found | {members[name]: value for name, value in self.body.items()}
        return found | {"body": self.body}


def arguments_of(
    contract: Contract, operation: Operation
) -> tuple[dict[Wire, str], dict[str, str]]:
    """Python names of an operation's parameters and of its body's members, by their wire names."""
    parameters = {(one.location, one.name): one.python for one in operation.parameters}
    wires = [(one.location, one.name) for one in operation.parameters]
    members = [("body", name) for name in body_members(operation.body, contract.tree)]
    asked = {index: one.python for index, one in enumerate(operation.parameters) if one.python}
    named = argument_names([*wires, *members], RESERVED_ARGUMENTS, asked)
    start = len(wires)
    return parameters, {name: named[start + at] for at, (_, name) in enumerate(members)}


def media_of(operation: Operation) -> str:
    """The media type in which an operation's body is sent; empty where it has none."""
    return (main_media(operation.body.content) or "") if operation.body else ""


def server_of(contract: Contract) -> str:
    """The base URL of requests: the first server's, its variables at their defaults."""
    for one in contract.servers:
        url = one.url
        for name, value in one.variables.items():
            url = url.replace(f"{{{name}}}", value)
        return url if url.startswith(("http://", "https://")) else NOWHERE + url
    return NOWHERE


def _path(parameter: Parameter, value: Any) -> str:
    return encode.path_text(parameter.name, value, parameter.style, parameter.explode)


def _content_type(media: str) -> str:
    if media == "*/*":
        return "application/json"
    return f"{media}; boundary={BOUNDARY}" if media.startswith("multipart/") else media


def encoding_of(contract: Contract, operation: Operation, media: str) -> Mapping[str, Any]:
    """The Encoding Objects of an operation's body."""
    node: Any = contract.tree
    for step in tokens(operation.body.pointer) if operation.body else ():
        node = node.get(step, {}) if isinstance(node, Mapping) else {}
    found = node.get("content", {}).get(media, {}) if isinstance(node, Mapping) else {}
    encoding = found.get("encoding") if isinstance(found, Mapping) else None
    return encoding if isinstance(encoding, Mapping) else {}


def _form_style(case: Case, name: str) -> tuple[str, bool]:
    how = case.encoding.get(name, {})
    style = str(how.get("style", "form"))
    return style, bool(how.get("explode", style == "form"))


def _content(case: Case) -> bytes:
    body, media = case.body, case.media
    if media == "application/x-www-form-urlencoded" and isinstance(body, Mapping):
        parts = [
            encode.query_parts(name, value, _form_style(case, name)) for name, value in body.items()
        ]
        return "&".join(text for part in parts for text in part).encode()
    if media.startswith("multipart/") and isinstance(body, Mapping):
        return b"".join(_form_part(name, value) for name, value in body.items()) + _end()
    return body.encode() if isinstance(body, str) else encode.dumps(body)


def _form_part(name: str, value: Any) -> bytes:
    """One part of RFC 7578: text as it is, anything else as JSON."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{encode.escaped(name)}"\r\n'
    if isinstance(value, str):
        return f"{head}\r\n{value}\r\n".encode()
    if isinstance(value, list):
        return b"".join(_form_part(name, item) for item in value)
    if isinstance(value, Mapping):
        head += "Content-Type: application/json\r\n"
    return f"{head}\r\n{encode.dumps(value).decode()}\r\n".encode()


def _end() -> bytes:
    return f"--{BOUNDARY}--\r\n".encode()
