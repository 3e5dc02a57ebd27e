"""The modules of a generated server: handlers by resource, facts, the app, and the document.

Knows what each module imports. It must not know what a handler is given, nor how it is called.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.words import pascal
from specbound.emit import imports
from specbound.emit.annotations import Expression
from specbound.emit.arguments import Arguments
from specbound.emit.client import Tree, tag_texts, trees
from specbound.emit.files import render
from specbound.emit.package import Models
from specbound.emit.server_facts import server_facts, servers
from specbound.emit.server_handlers import HandlerView, HandlerViews, handler_names, usual_name
from specbound.emit.signatures import Signatures
from specbound.emit.text import docstring, literal

#: What modules of the server use of the runtime, and where it is.
_RUNTIME = {
    "Encoding": "route",
    "Facts": "server.facts",
    "Files": "server.bodies",
    "Reads": "server.meaning",
    "Received": "server.facts",
    "Returned": "server.replies",
    "Taken": "server.facts",
    "Unimplemented": "server.stubs",
}

#: How a server is written, in its own package's words; it runs as it stands.
_USE = """\
    from {package}.server import Handlers, Problem, create_app

    class Mine(Handlers):
        async def {handler}:
            raise Problem(503, "Not today")  # or return the typed reply

    app = create_app(Mine())  # served by: uvicorn this_module:app

Each method's arguments and reply stand in `Handlers`; operations without a method answer 501.
A method returns the typed reply, or a `Reply` where the status or header fields matter, or raises
a `Problem`, which becomes an error reply in the service's own shape. `current()` is the request at
hand, with whom `authenticate` said it is from. A `Finding` is a reply that breaks the contract.
`File` and `Files` are what was uploaded. Any ASGI server takes the app, and other apps mount it;
no package is needed but those of the client."""


@dataclass(frozen=True, slots=True)
class HandlersModule:
    """The handlers of one resource."""

    name: str
    doc: str
    class_doc: str
    class_name: str
    imports: str
    protocol: str
    unimplemented: str
    handlers: tuple[HandlerView, ...]


@dataclass(frozen=True, slots=True)
class FactsModule:
    """What the routes of the client leave out, by operation."""

    imports: str
    type: str
    facts: tuple[tuple[str, str], ...]
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServerModule:
    """The package of the server: its parts and its words."""

    package: str
    doc: str
    modules: tuple[HandlersModule, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """Names of the runtime in modules that import models too: a model of that name keeps it."""

    models: frozenset[str]

    def own(self, name: str) -> str:
        """What a name of the runtime is called here."""
        while name in self.models:
            name += "_"
        return name

    def imported(self, names: Iterable[str], level: int) -> dict[str, set[str]]:
        """The imports of the runtime's names."""
        found: dict[str, set[str]] = {}
        for name in names:
            own = self.own(name)
            home = _RUNTIME.get(name)
            module = f"{'.' * level}_runtime.{home}" if home else "typing"
            found.setdefault(module, set()).add(name if own == name else f"{name} as {own}")
        return found


def server_files(models: Models, package: str) -> dict[str, str]:
    """The text of every module of the server, by path."""
    contract = models.contract
    naming = Naming(frozenset(models.annotations.schemas))
    modules = tuple(_handler_modules(models, naming))
    view = _server_module(contract, package, modules)
    folder = f"{package}/server"
    texts = {
        f"{folder}/{name}.py": render(f"server/{name.strip('_')}.py.jinja", view)
        for name in ("__init__", "app", "handlers")
    }
    texts[f"{folder}/facts.py"] = render("server/facts.py.jinja", _facts(models, naming))
    doc = docstring("Handlers by resource: one method an operation.")
    texts[f"{folder}/resources/__init__.py"] = render("client/empty.py.jinja", doc)
    for one in modules:
        texts[f"{folder}/resources/{one.name}.py"] = render("server/resource.py.jinja", one)
    return texts


def document_text(contract: Contract) -> str:
    """The contract's document, which the server can publish."""
    return json.dumps(contract.document(), indent=1) + "\n"


def _handler_modules(models: Models, naming: Naming) -> Iterator[HandlersModule]:
    contract = models.contract
    facts = server_facts(contract, models.annotations)
    arguments = Arguments(models.annotations.schemas, models.annotations.classes)
    signatures = Signatures(arguments, models.docs, contract.tree)
    own = naming.own("Returned"), naming.own("Files")
    views = HandlerViews(models.annotations, signatures, facts, *own)
    names = handler_names(contract.operations.values())
    tags = tag_texts(contract)
    for tree in trees(contract):
        operations = list(_operations(tree))
        handlers = tuple(views.of(one, names[one.key]) for one in operations)
        yield _handlers_module(models, naming, tree, handlers, _about(operations, tags))


def _handlers_module(
    models: Models, naming: Naming, tree: Tree, handlers: tuple[HandlerView, ...], about: str
) -> HandlersModule:
    texts = [text for one in handlers for text in (*one.arguments, one.returns)]
    used = imports.symbols(texts)
    names = {name for one in handlers for name in one.names}
    files = {"Files"} if naming.own("Files") in used - names else set[str]()
    more = models.imported(names & used, 3)
    more.update(naming.imported({"Protocol", "Returned", "Unimplemented", *files}, 3))
    title = tree.path[0]
    return HandlersModule(
        name=title,
        doc=docstring(f"The handlers of `{title}`: one method an operation."),
        class_doc=docstring(about or f"What answers the calls of `{title}`.", 4),
        class_name=naming.own(f"{pascal(title)}Handlers"),
        imports=imports.block(used - naming.models, 3, more),
        protocol=naming.own("Protocol"),
        unimplemented=naming.own("Unimplemented"),
        handlers=handlers,
    )


def _about(operations: list[Operation], tags: Mapping[str, str]) -> str:
    found = (tags.get(tag, "").strip() for one in operations for tag in one.tags)
    return next(filter(None, found), "")


def _operations(tree: Tree) -> Iterator[Operation]:
    yield from tree.operations
    for child in tree.below:
        yield from _operations(child)


def _facts(models: Models, naming: Naming) -> FactsModule:
    contract = models.contract
    maker = server_facts(contract, models.annotations)
    found: dict[str, Expression] = {}
    names = handler_names(contract.operations.values())
    for key, one in sorted(contract.operations.items()):
        handler = "" if names[key] == usual_name(one) else names[key]
        if facts := maker.of(one, handler):
            found[key] = facts
    mentioned = {name for one in found.values() for name in one.names}
    texts = {key: _renamed(one.text, naming) for key, one in found.items()}
    used = imports.symbols([*texts.values()])
    runtime = {name for name in _RUNTIME if naming.own(name) in used} | {"Facts"}
    more = {**models.imported(mentioned & used, 2), **naming.imported(runtime, 2)}
    return FactsModule(
        imports=imports.block(used - naming.models - {*_RUNTIME}, 2, more),
        type=naming.own("Facts"),
        facts=tuple((literal(key), text) for key, text in texts.items()),
        servers=tuple(map(literal, servers(contract))),
    )


def _renamed(text: str, naming: Naming) -> str:
    """The constructors of the runtime under the names that they have here."""
    for name in ("Encoding", "Facts", "Reads", "Received", "Taken"):
        if naming.own(name) != name:
            text = text.replace(f"{name}(", f"{naming.own(name)}(")
    return text


def _server_module(
    contract: Contract, package: str, modules: tuple[HandlersModule, ...]
) -> ServerModule:
    title = " ".join(f"{contract.title}, version {contract.version}".split())
    every = [one for module in modules for one in module.handlers]
    every.sort(key=lambda one: not one.name.endswith("_create"))
    handler = f"{every[0].name}({every[0].taken})" if every else "…"
    use = _USE.format(package=package, handler=handler)
    doc = docstring(f"A server of {title}: write the handlers, and serve the app.\n\n{use}")
    return ServerModule(package, doc, modules)
