"""A pydantic model as a builder: what it refuses is refused, what it takes is a request's body.

Knows pydantic's public API, brought in when a model is met. It must not know how values are made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Body, Operation
from specbound.origin import escape
from specbound.prove.case import NOWHERE
from specbound.runtime import encode
from specbound.traffic.exchange import Request

_JSON = "application/json"


def model_builder(model: Any) -> Callable[[Any], Request]:
    """A builder whose requests have what a model makes of a JSON value as their body.

    `model` is a `BaseModel`, or anything else that a `pydantic.TypeAdapter` takes.
    """
    from pydantic import TypeAdapter

    adapter = TypeAdapter(model)

    def build(body: Any) -> Request:
        made = adapter.validate_json(encode.dumps(body))
        sent = adapter.dump_python(made, mode="json", by_alias=True, exclude_unset=True)
        return Request("POST", f"{NOWHERE}/{label(model)}", json=sent)

    return build


def label(model: Any) -> str:
    """What a model is called; a union without a name is its members' names."""
    return getattr(model, "__name__", "") or "model"


def is_model(value: Any) -> bool:
    """Whether a value is a pydantic model, or a union of such."""
    if isinstance(value, type):
        return hasattr(value, "model_validate_json") and hasattr(value, "model_fields")
    return hasattr(value, "__origin__") or hasattr(value, "__value__")


def model_contract(contract: Contract, module: str, model: Any) -> Contract | None:
    """A contract of one operation, whose body is the schema that a model stands for.

    The generated package's OPERATIONS tell for the types of bodies, else the schema's own name.
    """
    body = _body(contract, module, model) or _named(contract, model)
    if body is None:
        return None
    only = Operation("POST", f"/{label(model)}", (), label(model), (), body, {}, (), body.pointer)
    return replace(contract, operations={only.key: only})


def _body(contract: Contract, module: str, model: Any) -> Body | None:
    parents = module.split(".")
    for size in range(len(parents), 0, -1):
        table = getattr(sys.modules.get(".".join(parents[:size])), "OPERATIONS", {})
        for key, operation in contract.operations.items():
            if operation.body is not None and key in table and table[key].request is model:
                return operation.body
    return None


def _named(contract: Contract, model: Any) -> Body | None:
    folded = {name.replace("_", "").lower(): name for name in contract.schemas}
    name = folded.get(label(model).replace("_", "").lower())
    if name is None:
        return None
    at = f"{SCHEMAS}{escape(name)}"
    return Body(True, {_JSON: {"$ref": at}}, at.removeprefix("#"))
