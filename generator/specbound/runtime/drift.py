"""Tolerant reading of replies: what does not fit is kept, and told as `Drift`.

Knows when the strict path is left. It must not know how a value that drifted is put together;
that is `tolerance`'s business.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pydantic
from pydantic_core import ValidationError, from_json

from .record import Drift, kind_of, sentence

__all__ = ["Drift", "adapter", "parse", "read"]


@cache
def adapter(type_: Any) -> pydantic.TypeAdapter[Any]:
    """The adapter of a type, made once."""
    # By attribute: pydantic loads its adapters when they are asked for, and that takes 15 ms.
    return pydantic.TypeAdapter(type_)


def parse(raw: bytes | str) -> Any:
    """The JSON value of a text, half characters included; ValueError if it is not JSON."""
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError:
        pass
    try:
        return json.loads(raw, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the body nests too deeply to be read") from None
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from None


def has_constants(raw: bytes | str) -> bool:
    """Whether NaN or Infinity, which pydantic reads and JSON has not, may stand in a text."""
    if isinstance(raw, str):
        return "NaN" in raw or "Infinity" in raw
    return b"NaN" in raw or b"Infinity" in raw


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def read(type_: Any, raw: bytes | str) -> tuple[Any, tuple[Drift, ...]]:
    """The typed value of a reply's body and in what it drifted; ValueError if it is not JSON.

    `type_` is a type or its TypeAdapter. What fits strictly has no drift. What does not is kept
    as it came: the value always serialises to the body.
    """
    if has_constants(raw):
        parse(raw)
    reader = type_ if hasattr(type_, "validate_json") else adapter(type_)
    try:
        return reader.validate_json(raw), ()
    except ValidationError as error:
        strict = error
    from . import tolerance  # a drift is rare, and its machinery takes time to import

    value, found = tolerance.build(reader._type, parse(raw))
    if not found:
        first = strict.errors(include_url=False, include_input=False)[0]
        found = [Drift(kind_of(first["type"]), "", sentence(first["msg"]))]
    return value, tuple(found)
