"""Lays out one generated package: every file's view, from models to the client.

Knows the package's modules and what each imports. It must not know how text is formatted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.contract.words import camel
from specbound.emit import imports
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.classes import Classes, ClassView, attribute_names, is_class
from specbound.emit.docs import Docs
from specbound.emit.fragments import Fragments
from specbound.emit.modules import SHARED, UNUSED, arrange, references
from specbound.emit.text import docstring, lines


@dataclass(frozen=True, slots=True)
class AliasView:
    """A named schema that is no class: a union, a list of values, a patterned string."""

    name: str
    expression: str
    doc: str
    recursive: bool
    uses: frozenset[str]

    @property
    def expressions(self) -> list[str]:
        """Everything printed that may mention an imported symbol."""
        return [self.expression, "TypeAliasType" if self.recursive else "TypeAlias"]

    @property
    def lines(self) -> int:
        """About how many lines it takes when printed."""
        return 3 + lines(self.expression, self.doc)


@dataclass(frozen=True, slots=True)
class ModuleView:
    """One module of models: its imports, and its declarations in order."""

    doc: str
    imports: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """Everything that is known of one contract's models before they are printed."""

    contract: Contract
    annotations: Annotations
    docs: Docs
    classes: Mapping[str, ClassView]
    aliases: Mapping[str, AliasView]
    modules: Mapping[str, Sequence[str]]

    @property
    def homes(self) -> dict[str, str]:
        """Schema name to the module that holds it."""
        return {name: module for module, names in self.modules.items() for name in names}

    def imported(self, names: Iterable[str], level: int, here: str = "") -> dict[str, set[str]]:
        """Which names to import from which module, as seen from a module at some depth."""
        found: dict[str, set[str]] = {}
        prefix = "." if here else "." * level + "models."
        for name in names:
            module = self.homes.get(name)
            if module and module != here:
                found.setdefault(prefix + module, set()).add(name)
        return found


def models(contract: Contract) -> Models:
    """Decide how every named schema of a contract becomes Python."""
    schemas: dict[str, Any] = {name: one.schema for name, one in contract.schemas.items()}
    classes = frozenset(name for name, schema in schemas.items() if is_class(schema, schemas))
    fragments = Fragments(schemas)
    members = {name: attribute_names(schemas[name], schemas) for name in classes}
    annotations = Annotations(schemas, fragments, classes, members)
    docs = Docs(schemas, fragments)
    maker = Classes(annotations, docs, _base(members))
    views = {name: maker.view(name, schemas[name]) for name in sorted(classes)}
    others = sorted(set(schemas) - classes)
    aliases = {name: _alias(name, schemas, annotations, docs) for name in others}
    sizes = {name: one.lines for name, one in views.items()}
    sizes.update((name, one.lines) for name, one in aliases.items())
    return Models(contract, annotations, docs, views, aliases, arrange(contract, classes, sizes))


def _base(members: Mapping[str, Mapping[str, str]]) -> str:
    """CamelModel where most two-word members are written in camelCase, else Model."""
    pairs = [(wire, name) for table in members.values() for wire, name in table.items()]
    camels = sum(wire != name and camel(name) == wire for wire, name in pairs)
    snakes = sum(wire == name and camel(name) != wire for wire, name in pairs)
    return "CamelModel" if camels > snakes else "Model"


def _alias(
    name: str, schemas: Mapping[str, Any], annotations: Annotations, docs: Docs
) -> AliasView:
    expression = _own(name, schemas[name], annotations)
    recursive = _reaches(name, name, schemas, annotations.classes)
    return AliasView(
        name, expression.text, docs.of_alias(schemas[name]), recursive, expression.names
    )


def _own(name: str, schema: Any, annotations: Annotations) -> Expression:
    expression = annotations.of(schema)
    return Expression("Any") if expression.text == name else expression


def _reaches(name: str, goal: str, schemas: Mapping[str, Any], classes: frozenset[str]) -> bool:
    """Whether an alias leads back to itself without passing through a class."""
    seen: set[str] = set()
    pending = [name]
    while pending:
        for one in references(schemas.get(pending.pop())):
            if one == goal:
                return True
            if one not in seen and one not in classes:
                seen.add(one)
                pending.append(one)
    return False


def module_view(parts: Models, module: str, sources: Mapping[str, str]) -> ModuleView:
    """One module of models; `sources` holds the printed classes."""
    names = parts.modules[module]
    blocks, texts, uses = [], [], set[str]()
    for name in names:
        if view := parts.classes.get(name):
            blocks.append(sources[name])
            texts += view.expressions
            uses |= view.uses
        else:
            alias = parts.aliases[name]
            blocks.append(_alias_block(alias))
            texts += alias.expressions
            uses |= alias.uses
    title = module.replace("_", " ").strip()
    about = f"`{title}` alone"
    if module.startswith(UNUSED):
        about = "no operation"
    elif module.startswith(SHARED):
        about = "several resources"
    return ModuleView(
        doc=docstring(f"Models of {about}, each after those that it uses."),
        imports=imports.block(imports.symbols(texts), 2, parts.imported(uses, 2, module)),
        blocks=tuple(blocks),
    )


def _alias_block(alias: AliasView) -> str:
    if alias.recursive:
        text = f'{alias.name} = TypeAliasType("{alias.name}", {alias.expression!r})'
    else:
        text = f"{alias.name}: TypeAlias = {alias.expression}"
    return f"{text}\n{alias.doc}" if alias.doc else text


def definitions(parts: Models) -> dict[str, Any]:
    """The schemas that checks refer to, by the reference that they use."""
    return {
        SCHEMAS + name: schema for name, schema in parts.annotations.fragments.definitions().items()
    }
