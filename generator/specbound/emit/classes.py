"""Object schemas as frozen views of classes: members, what else may stand, what must be checked.

Knows how the parts of an `allOf` come together in one class. It must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.calls import member_names
from specbound.contract.model import SCHEMAS
from specbound.contract.rules import ANNOTATIONS
from specbound.contract.words import RESERVED_MEMBERS, camel
from specbound.emit.annotations import Annotations
from specbound.emit.docs import Docs
from specbound.emit.text import lines, literal

#: What a class says by its fields and its configuration.
_SAID = frozenset({"type", "properties", "required", "additionalProperties"})


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a class, as it is printed."""

    name: str
    annotation: str
    default: str
    doc: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """One model class, as it is printed; `uses` names the schemas that it refers to."""

    name: str
    base: str
    doc: str
    closed: bool
    check: str
    extra: str
    members: Mapping[str, Member]
    uses: frozenset[str]

    @property
    def expressions(self) -> list[str]:
        """Everything printed that may mention an imported symbol."""
        texts = [self.base, self.check, self.extra and f"dict[str, {self.extra}]"]
        texts += ["ConfigDict" if self.closed else "", "ClassVar Check" if self.check else ""]
        return [*texts, *(f"{one.annotation}{one.default}" for one in self.members.values())]

    @property
    def lines(self) -> int:
        """About how many lines it takes when printed."""
        return 4 + lines(self.doc, self.check) + sum(
            lines(one.annotation, one.doc) for one in self.members.values()
        )


@dataclass(slots=True)
class Flat:
    """An object schema with its `allOf` folded in."""

    properties: dict[str, list[Any]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    closed: bool = False
    extra: Any = True
    checks: list[Any] = field(default_factory=list)


def is_class(schema: Any, schemas: Mapping[str, Any]) -> bool:
    """Whether a named schema becomes a class: it declares members, itself or through `allOf`."""
    if not isinstance(schema, dict) or "enum" in schema or "const" in schema:
        return False
    kinds = schema.get("type", "object")
    if "object" not in ([kinds] if isinstance(kinds, str) else kinds):
        return False
    if schema.get("properties"):
        return True
    unions = schema.get("oneOf") or schema.get("anyOf")
    return not unions and any(part.get("properties") for part in _parts(schema, schemas, set()))


def _parts(
    schema: Any, schemas: Mapping[str, Any], seen: set[str]
) -> Iterator[Mapping[str, Any]]:
    """The object schemas that an `allOf` is made of, references followed once."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMAS)
        if name not in seen:
            seen.add(name)
            yield from _parts(schemas.get(name), schemas, seen)
        return
    for part in schema.get("allOf", ()):
        yield from _parts(part, schemas, seen)
    yield schema


def flatten(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Flat:
    """Fold an object schema and the parts of its `allOf` into one table of members."""
    flat = Flat()
    parts = list(_parts(schema, schemas, set()))
    several = len([part for part in parts if part.get("properties")]) > 1 or len(parts) > 1
    for part in parts:
        for wire, member in part.get("properties", {}).items():
            known = flat.properties.setdefault(wire, [])
            if member not in known:
                known.append(member)
        flat.required |= set(part.get("required", ()))
        rest = _rest(part)
        if several and part.get("additionalProperties", True) is not True:
            flat.checks.append(part)
        elif rest:
            flat.checks.append(rest)
        elif not several:
            flat.extra = part.get("additionalProperties", True)
            flat.closed = flat.extra is False
    flat.required |= {wire for wire in flat.required if wire in flat.properties}
    if undeclared := sorted(flat.required - set(flat.properties)):
        flat.checks.append({"required": undeclared})
    return flat


def _rest(part: Mapping[str, Any]) -> dict[str, Any]:
    """The constraints of an object schema that neither fields nor configuration say."""
    rest = {
        key: value
        for key, value in part.items()
        if key not in _SAID
        and key not in ANNOTATIONS
        and key not in ("allOf", "discriminator")
        and not key.startswith("x-")
    }
    if rest and ("patternProperties" in rest or "unevaluatedProperties" in rest):
        rest["properties"] = dict.fromkeys(part.get("properties", {}), True)
    if rest and part.get("additionalProperties", True) is not True:
        rest["additionalProperties"] = part["additionalProperties"]
        rest["properties"] = dict.fromkeys(part.get("properties", {}), True)
    return rest


@dataclass(frozen=True, slots=True)
class Classes:
    """Makes class views; `base` is the runtime's Model or CamelModel."""

    annotations: Annotations
    docs: Docs
    base: str

    def view(self, name: str, schema: Mapping[str, Any]) -> ClassView:
        """The class for one named object schema."""
        flat = flatten(schema, self.annotations.schemas)
        names = self.annotations.members[name]
        uses: set[str] = set()
        members = {}
        for wire, schemas in flat.properties.items():
            expression = self.annotations.of(schemas[0])
            uses |= expression.names
            text = expression.text
            for more in schemas[1:]:
                check = self.annotations.fragments.check(more)
                text = f"Annotated[{text}, {check}]"
            members[names[wire]] = self._member(names[wire], wire, text, schemas[0], wire in flat.required)
        extra = flat.extra if isinstance(flat.extra, dict) and flat.extra else None
        extra_type = self.annotations.of(extra) if extra else None
        check = self._check(flat.checks)
        return ClassView(
            name=name,
            base=self.base,
            doc=self.docs.of_class(name, schema),
            closed=flat.closed,
            check=check,
            extra=extra_type.text if extra_type else "",
            members=members,
            uses=frozenset(uses | (extra_type.names if extra_type else set())),
        )

    def _check(self, checks: list[Any]) -> str:
        if not checks:
            return ""
        return self.annotations.fragments.check(checks[0] if len(checks) == 1 else {"allOf": checks})

    def _member(self, name: str, wire: str, text: str, schema: Any, required: bool) -> Member:
        options = []
        if wire != (camel(name) if self.base == "CamelModel" else name):
            alias = literal(wire)
            options += [f"validation_alias={alias}", f"serialization_alias={alias}"]
        if isinstance(schema, dict) and schema.get("deprecated"):
            options.append("deprecated=True")
        if not required and not self.annotations.unions.allows_null(schema):
            text = f"Omittable[{text}]"
        if options:
            text = f"Annotated[{text}, Field({', '.join(options)})]"
        return Member(name, text, "" if required else " = None", self.docs.of_member(schema, 4))


def attribute_names(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, str]:
    """Wire name to Python attribute for every member of a class."""
    return member_names(flatten(schema, schemas).properties, RESERVED_MEMBERS)
