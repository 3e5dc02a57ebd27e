"""What is wrong with operations as wholes: parameters, bodies, replies and tags.

Knows what the OpenAPI Specification makes of each. It must not look into schemas or values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from specbound.contract.model import Operation, Parameter
from specbound.contract.shapes import constant
from specbound.contract.values import literal
from specbound.diagnostics import Code
from specbound.lint.document import NOTE, WARNING, Document, followed
from specbound.lint.fit import Fits
from specbound.lint.problem import Action, Problem

_ALIKE = 0.8


def operations(document: Document, fits: Fits) -> Iterator[Problem]:
    """Problems of every operation, in the document's order."""
    for operation in document.contract.operations.values():
        yield from _parameters(document, operation)
        yield from _body(document, operation, fits)
        yield from _replies(document, operation)
    yield from _tags(document)


def _parameters(document: Document, operation: Operation) -> Iterator[Problem]:
    for one in operation.parameters:
        if one.location == "path" or not one.required:
            continue
        default = _default(document, one)
        if constant(_schema(document, one)) is not None:
            continue  # there is one legal value, which every client fills in
        if default is not None:
            where = f"{one.location} parameter `{one.name}` of {operation.key}"
            found = document.problem(
                Code.REQUIRED_WITH_DEFAULT,
                one.pointer,
                f"the {where} is required, so its default {literal(default)} never counts",
                WARNING,
                "drop `required`: who leaves it out means the default",
            )
            mend = document.update(one.pointer, {"required": False})
            yield Problem(found.diagnostic, "required parameters with a default", mend)


def _default(document: Document, one: Parameter) -> Any:
    schema = document.node(one.pointer).get("schema")
    if isinstance(schema, dict) and "default" in schema:
        return schema["default"]
    return _schema(document, one).get("default")


def _schema(document: Document, one: Parameter) -> Mapping[str, Any]:
    schema = followed(document.tree, document.node(one.pointer).get("schema"))
    return schema if isinstance(schema, dict) else {}


def _body(document: Document, operation: Operation, fits: Fits) -> Iterator[Problem]:
    """A body that may be left out; a warning where its schema would miss something then."""
    body = operation.body
    if body is None or body.required or operation.method not in ("POST", "PUT", "PATCH"):
        return
    content = document.node(body.pointer).get("content") or {}
    schemas = [one.get("schema", True) for one in content.values() if isinstance(one, dict)]
    if not schemas:
        return
    needs = not any(fits.accepts(schema, {}, "request") for schema in schemas)
    sure = needs or operation.method != "POST"
    reason = "its schema refuses an empty one" if needs else "the request says nothing without it"
    message = f"the request body of {operation.key} is not marked `required`"
    found = document.problem(
        Code.OPTIONAL_BODY,
        body.pointer,
        f"{message}, but {reason}" if sure else message,
        WARNING if sure else NOTE,
        "write `required: true`" if sure else "write `required: true`, or `false` if that is meant",
    )
    mend = document.update(body.pointer, {"required": True}) if sure else ()
    kind = "request bodies that are not marked `required`"
    explicit = document.node(body.pointer).get("required") is False
    if sure or not explicit:
        yield Problem(found.diagnostic, kind, mend)


def _replies(document: Document, operation: Operation) -> Iterator[Problem]:
    if any(status[0] in "45" or status == "default" for status in operation.replies):
        return
    message = f"{operation.key} documents no error: neither a 4xx nor a 5xx nor a default response"
    at = f"{operation.pointer}/responses" if operation.replies else operation.pointer
    found = document.problem(Code.NO_ERROR_RESPONSE, at, message)
    yield Problem(found.diagnostic, "operations that document no error")


def _tags(document: Document) -> Iterator[Problem]:
    """Every tag once, at its first use, with the number of its uses (section 4.8.10)."""
    listed = document.tree.get("tags")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    declared = [str(one.get("name")) for one in entries]
    uses: dict[str, list[str]] = {}
    for operation in document.contract.operations.values():
        for index, tag in enumerate(operation.tags):
            if isinstance(tag, str) and tag not in declared:
                uses.setdefault(tag, []).append(f"{operation.pointer}/tags/{index}")
    for tag, places in uses.items():
        close = get_close_matches(tag, declared, 1, _ALIKE)
        times = f" ({len(places)} times)" if len(places) > 1 else ""
        found = document.problem(
            Code.UNDECLARED_TAG,
            places[0],
            f"the tag {literal(tag)} is used{times} and not declared in `tags`",
            WARNING if declared else NOTE,
            f"did you mean {literal(close[0])}?" if close else "declare it in `tags`",
        )
        mend = () if close or not declared else (Action("$.tags", {"name": tag}),)
        yield Problem(found.diagnostic, "tags that are used and not declared", mend)
