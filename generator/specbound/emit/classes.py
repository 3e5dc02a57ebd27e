"""Object schemas as frozen views of classes: members, what else may stand, what must be checked.

Knows how the parts of an `allOf` come together in one class. It must not know templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.calls import member_names
from specbound.contract.words import RESERVED_MEMBERS, camel
from specbound.emit.annotations import Annotations
from specbound.emit.docs import Docs
from specbound.emit.text import lines, literal
from specbound.emit.unions import parts, said

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
        texts = [self.base, self.check, self.extra and f"dict[str, {self.extra}] Field"]
        texts += ["ConfigDict" if self.closed else "", "ClassVar Check" if self.check else ""]
        return [*texts, *(f"{one.annotation}{one.default}" for one in self.members.values())]

    @property
    def lines(self) -> int:
        """About how many lines it takes when printed."""
        return (
            4
            + lines(self.doc, self.check)
            + sum(lines(one.annotation, one.doc) for one in self.members.values())
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
    if "oneOf" in schema or "anyOf" in schema:
        return False
    return any(part.get("properties") for part in parts(schema, schemas))


def flatten(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Flat:
    """Fold an object schema and the parts of its `allOf` into one table of members."""
    flat = Flat()
    folded = list(parts(schema, schemas))
    for part in folded:
        for wire, member in part.get("properties", {}).items():
            known = flat.properties.setdefault(wire, [])
            if said(member) not in map(said, known):
                known.append(member)
        flat.required |= set(part.get("required", ()))
        rest = {key: value for key, value in said(part).items() if key not in _SAID}
        extra = part.get("additionalProperties", True)
        if extra is not True and (len(folded) > 1 or "patternProperties" in rest):
            rest["additionalProperties"] = extra
        elif extra is not True:
            flat.extra, flat.closed = extra, extra is False
        if "additionalProperties" in rest:
            rest["properties"] = dict.fromkeys(part.get("properties", {}), True)
        if rest and "unevaluatedProperties" not in rest:
            flat.checks.append(rest)
    flat.checks += _wholes(schema, schemas)
    if undeclared := sorted(flat.required - set(flat.properties)):
        flat.checks.append({"required": undeclared})
    return flat


def _wholes(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Any]:
    """The schemas that say what none of their parts has looked at; these must stay in one piece."""
    if any("unevaluatedProperties" in part for part in parts(schema, schemas)):
        return [schema]
    return []


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
            best = max(schemas, key=_tells)
            expression = self.annotations.of(best)
            uses |= expression.names
            more = [one for one in schemas if one is not best and not _implied(one, best)]
            text = expression.text
            for one in more:
                text = f"Annotated[{text}, {self.annotations.fragments.check(one)}]"
            members[names[wire]] = self._member(
                (names[wire], wire), text, schemas, wire in flat.required
            )
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
        return self.annotations.fragments.check(
            checks[0] if len(checks) == 1 else {"allOf": checks}
        )

    def _member(
        self, names: tuple[str, str], text: str, schemas: list[Any], required: bool
    ) -> Member:
        name, wire = names
        options = []
        if wire != (camel(name) if self.base == "CamelModel" else name):
            alias = literal(wire)
            options += [f"validation_alias={alias}", f"serialization_alias={alias}"]
        if any(isinstance(schema, dict) and schema.get("deprecated") for schema in schemas):
            options.append("deprecated=True")
        if not required and not all(map(self.annotations.unions.allows_null, schemas)):
            text = f"Omittable[{text}]"
        if options:
            text = f"Annotated[{text}, Field({', '.join(options)})]"
        described = next((one for one in schemas if self.docs.of_member(one, 4)), schemas[0])
        return Member(name, text, "" if required else " = None", self.docs.of_member(described, 4))


def attribute_names(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, str]:
    """Wire name to Python attribute for every member of a class."""
    return member_names(flatten(schema, schemas).properties, RESERVED_MEMBERS)


def _tells(schema: Any) -> int:
    """How much a member's schema tells: values most, then a named schema, then a type."""
    keywords = said(schema)
    ranks = (("const", 4), ("enum", 3), ("$ref", 2), ("type", 1))
    return next((rank for keyword, rank in ranks if keyword in keywords), 0)


def _implied(schema: Any, best: Any) -> bool:
    """Whether a better schema of the same member says all that this one says."""
    keywords, better = said(schema), said(best)
    if keywords == {"type": "string"} and ("const" in better or "enum" in better):
        values = [better["const"]] if "const" in better else better["enum"]
        return all(isinstance(value, str) for value in values)
    return schema is True or (isinstance(schema, dict) and keywords.items() <= better.items())
