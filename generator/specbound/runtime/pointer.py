"""Values inside a reply by JSON Pointer, whether it was read as a model or kept as plain data.

It knows RFC 6901 and the aliases of models; it must not know what a value is for.
"""

from functools import cache
from typing import Any


def pointed(value: Any, pointer: str) -> Any:
    """The value at `pointer` (wire names), None where there is none."""
    for token in pointer.split("/")[1:]:
        step = token.replace("~1", "/").replace("~0", "~")
        if is_model(value):
            name = _attributes(_class(value)).get(step)
            extra = value.__pydantic_extra__ or {}
            value = value.__dict__.get(name) if name else extra.get(step)
        elif isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            return None
        value = value.root if getattr(type(value), "__pydantic_root_model__", False) else value
    return value


def is_model(value: Any) -> bool:
    """Whether `value` is a pydantic model, without importing what defines models."""
    return hasattr(type(value), "__pydantic_fields__")


def _class(value: Any) -> Any:
    return type(value)


@cache
def _attributes(model: Any) -> dict[str, str]:
    """Wire name -> attribute name."""
    return {wire_name(name, field): name for name, field in model.model_fields.items()}


def wire_name(name: str, field: Any) -> str:
    """The name a model's field has in JSON."""
    for alias in (field.serialization_alias, field.validation_alias, field.alias):
        if isinstance(alias, str):
            return alias
    return name
