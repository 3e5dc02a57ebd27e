"""Schema fragments that a type cannot say, as metadata of a type or of a model.

Knows when a fragment is evaluated and how what it finds is raised. It must not know keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core

from .wire import to_wire
from .words import Path, kebab, pointer

Definitions = Mapping[str, Any]
Source = Definitions | Callable[[], Definitions] | None


class Check:
    """Metadata: the JSON value must also fit `schema`; `says` is the message where it does not.

    In JSON the value is judged as it came, in Python as it would be written. `definitions` is
    where `$ref` leads, a mapping or a function that gives one.
    """

    __slots__ = ("definitions", "says", "schema")

    def __init__(self, schema: Any, says: str = "", definitions: Source = None) -> None:
        self.schema = schema
        self.says = says
        self.definitions = definitions

    def __repr__(self) -> str:
        return f"Check({self.schema!r})"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self.around(handler(source))

    def around(self, schema: CoreSchema) -> CoreSchema:
        """The schema of a type with this check around it."""
        return core.with_info_wrap_validator_function(self._validate, schema)

    def violations(self, value: Any) -> list[tuple[str, Path, str]]:
        """Each (keyword, path, message) that a JSON value breaks; `says` is every message."""
        from .schema import violations  # its tables take time, and many packages have no checks

        definitions = self.definitions() if callable(self.definitions) else self.definitions
        found = violations(self.schema, value, definitions)
        return [(each.keyword, each.path, self.says or each.message) for each in found]

    def _validate(
        self, value: Any, handler: core.ValidatorFunctionWrapHandler, info: core.ValidationInfo
    ) -> Any:
        result = handler(value)
        found = self.violations(value if info.mode == "json" else to_wire(result))
        if found:
            raise refused(*found[0])
        return result


def refused(keyword: str, path: Path, message: str) -> PydanticCustomError:
    """The error for a violation: its type is the keyword in kebab case, its context the place."""
    place = pointer(path)
    code: Any = kebab(keyword)
    template: Any = "Input{at} {message}" if place else "Input {message}"
    context = {"message": message, "keyword": keyword, "pointer": place, "at": f" at {place}"}
    return PydanticCustomError(code, template, context)
