"""Schema fragments that a type cannot say, as metadata of a type or of a model.

Knows when a fragment is evaluated and how what it finds is raised. It must not know keywords.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core

from .schema import Definitions, Schema, Violation, violations
from .wire import to_wire

Source = Definitions | Callable[[], Definitions] | None


def kebab(keyword: str) -> str:
    """A JSON Schema keyword as a code: minLength is min-length."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", keyword).lower().lstrip("$")


def pointer(path: tuple[str | int, ...]) -> str:
    """A path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


class Check:
    """Metadata: the JSON value must also fit `schema`; `says` is the message where it does not.

    In JSON the value is judged as it came, in Python as it would be written. `definitions` is
    where `$ref` leads, a mapping or a function that gives one.
    """

    __slots__ = ("definitions", "says", "schema")

    def __init__(self, schema: Schema, says: str = "", definitions: Source = None) -> None:
        self.schema = schema
        self.says = says
        self.definitions = definitions

    def __repr__(self) -> str:
        return f"Check({self.schema!r})"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.around(handler(source))

    def around(self, schema: CoreSchema) -> CoreSchema:
        """The schema of a type with this check around it."""
        return core.with_info_wrap_validator_function(self._validate, schema)

    def violations(self, value: Any) -> list[Violation]:
        """In what a JSON value breaks the fragment; `says` replaces the messages."""
        definitions = self.definitions() if callable(self.definitions) else self.definitions
        found = violations(self.schema, value, definitions)
        return [Violation(each.keyword, each.path, self.says or each.message) for each in found]

    def _validate(
        self, value: Any, handler: core.ValidatorFunctionWrapHandler, info: core.ValidationInfo
    ) -> Any:
        result = handler(value)
        found = self.violations(value if info.mode == "json" else to_wire(result))
        if found:
            raise refused(found[0])
        return result


def refused(found: Violation) -> PydanticCustomError:
    """The error for a violation: its type is the keyword in kebab case, its context the place."""
    place = pointer(found.path)
    context: Mapping[str, Any] = {
        "message": found.message,
        "keyword": found.keyword,
        "pointer": place,
    }
    template = "Input{at} {message}" if place else "Input {message}"
    return PydanticCustomError(
        kebab(found.keyword),  # type: ignore[arg-type]
        template,  # type: ignore[arg-type]
        {**context, "at": f" at {place}"},
    )
