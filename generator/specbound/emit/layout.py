"""The modules of a generated client: one a resource, one a wait, both clients and the table.

Knows what each module imports. It must not know how schemas become types.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from specbound.contract.model import Operation
from specbound.emit import imports
from specbound.emit.arguments import Arguments
from specbound.emit.client import (
    Resources,
    ResourceView,
    Tree,
    documented,
    service,
    settings_doc,
    tag_texts,
    trees,
)
from specbound.emit.endpoints import Endpoints
from specbound.emit.files import render
from specbound.emit.operation import OperationView
from specbound.emit.package import Models
from specbound.emit.parameters import Parameters, SharedParameter
from specbound.emit.returns import Returns
from specbound.emit.signatures import Signatures
from specbound.emit.text import docstring, literal
from specbound.emit.waits import Waits, WaitView

#: The runtime's errors that the package shows; their root is shown under the client's name.
ERRORS = (
    "APIError",
    "Authentication",
    "BadRequest",
    "ClientClosed",
    "Conflict",
    "ConnectionFailed",
    "DriftError",
    "DriftWarning",
    "InvalidRequest",
    "MissingCredentials",
    "NotFound",
    "PaymentRequired",
    "PermissionDenied",
    "RateLimited",
    "ServerError",
    "StatusError",
    "TimedOut",
    "UnknownArgument",
    "UnparsableReply",
    "UnprocessableEntity",
    "WaitFailed",
    "WaitTimeout",
)


#: Operations in one module; nobody should have to scroll 5,000 lines.
_MOST_OPERATIONS = 40


@dataclass(frozen=True, slots=True)
class ResourceModule:
    """One module below `resources`."""

    name: str
    doc: str
    imports: str
    operations: tuple[OperationView, ...]
    resources: tuple[ResourceView, ...]


@dataclass(frozen=True, slots=True)
class WaitModule:
    """One module below `waits`."""

    doc: str
    imports: str
    wait: WaitView


@dataclass(frozen=True, slots=True)
class ServiceModule:
    """The module of what several operations share: the service and some parameters."""

    imports: str
    service: str
    shared: tuple[SharedParameter, ...]


@dataclass(frozen=True, slots=True)
class Top:
    """One resource as an attribute of a client."""

    attribute: str
    module: str
    class_name: str
    doc: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """One of the two client classes."""

    name: str
    transport: str
    http_client: str
    http_transport: str
    resources: tuple[Top, ...]


@dataclass(frozen=True, slots=True)
class ClientModule:
    """`client.py`, `operations.py` and the package's own module."""

    name: str
    package: str
    doc: str
    module_doc: str
    init_doc: str
    error: str
    errors: tuple[str, ...]
    clients: tuple[ClientView, ...]
    typed: str
    table: tuple[tuple[str, str, str], ...]

    @property
    def exported(self) -> list[str]:
        """Every public name of the package."""
        fixed = ("OMIT", "OPERATIONS", "Drift", "Issue", "Omit", "Options", "UploadedUri")
        every = [*fixed, self.error, *self.errors, self.name, f"Async{self.name}"]
        return [literal(one) for one in sorted(every, key=imports.name_order)]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything decided about one client before it is printed."""

    models: Models
    endpoints: Endpoints
    waits: dict[str, WaitView]
    views: dict[str, OperationView]
    resources: Resources
    returns: Returns

    def wait_imports(self, names: Iterable[str]) -> dict[str, set[str]]:
        """Which of the names that a resource mentions come from which module of waits."""
        found: dict[str, set[str]] = {}
        mentioned = set(names)
        for wait in self.waits.values():
            own = {wait.constant, wait.mixin, f"Async{wait.mixin}", f"{wait.mixin}Call"}
            handles = {one.name for one in wait.handles} | {wait.union}
            own |= handles | {f"Async{name}" for name in handles}
            if used := own & mentioned:
                found[f"..waits.{wait.constant.lower()}"] = used
        return found


def layout(models: Models, client: str = "") -> Layout:
    """Decide names, routes and results of every call."""
    contract = models.contract
    annotations = models.annotations
    arguments = Arguments(annotations.schemas, annotations.classes)
    taken = frozenset([*annotations.schemas, *imports.HOMES, client, f"Async{client}"])
    waits = Waits(contract, annotations)
    usable = frozenset(waits.usable())
    signatures = Signatures(arguments, models.docs, contract.tree)
    parameters = Parameters(annotations).sharing(contract.operations.values())
    endpoints = Endpoints(contract, annotations, parameters, signatures, taken, usable)
    views = {key: endpoints.of(one) for key, one in contract.operations.items()}
    class_names = {key: view.class_name for key, view in views.items()}
    declared = dict(zip(waits.usable(), waits.views(class_names), strict=True))
    returns = Returns(contract, annotations, declared)
    resources = Resources(views, returns, tag_texts(contract), taken | {*class_names.values()})
    return Layout(models, endpoints, declared, views, resources, returns)


def client_files(models: Models, package: str, name: str) -> dict[str, str]:
    """The text of every module of the client, by path."""
    found = layout(models, name)
    groups = trees(models.contract)
    texts = {
        f"{package}/resources/__init__.py": render("client/empty.py.jinja", docstring("Resources."))
    }
    for tree in groups:
        for view in _resource_modules(found, tree):
            texts[f"{package}/resources/{view.name}.py"] = render("client/resource.py.jinja", view)
    if found.waits:
        texts[f"{package}/waits/__init__.py"] = render("client/empty.py.jinja", docstring("Waits."))
    for wait in found.waits.values():
        path = f"{package}/waits/{wait.constant.lower()}.py"
        texts[path] = render("client/wait.py.jinja", _wait_module(found, wait))
    texts[f"{package}/_service.py"] = render("client/service.py.jinja", _service(found, package))
    top = _client_module(found, groups, package, name)
    for module in ("client", "operations", "__init__"):
        texts[f"{package}/{module}.py"] = render(f"client/{module.strip('_')}.py.jinja", top)
    return texts


def _service(found: Layout, package: str) -> ServiceModule:
    shared = found.endpoints.parameters.shared
    facts = service(found.models.contract, package)
    used = imports.symbols([facts, *(one.text for one in shared.values())])
    names = {name for one in shared.values() for name in one.names}
    return ServiceModule(
        imports=imports.block(used, 1, found.models.imported(names, 1)),
        service=facts,
        shared=tuple(one for _, one in sorted(shared.items())),
    )


def _resource_modules(found: Layout, tree: Tree) -> Iterator[ResourceModule]:
    """The module of a resource; one of very many operations has these in modules beside it."""
    operations = [found.views[one.key] for one in _operations(tree)]
    resources = tuple(found.resources.of(tree))
    beside: dict[str, set[str]] = {}
    if len(operations) > _MOST_OPERATIONS:
        for part, start in enumerate(range(0, len(operations), _MOST_OPERATIONS)):
            some = operations[start : start + _MOST_OPERATIONS]
            name = f"_{tree.path[0]}_{chr(97 + part % 26) * (1 + part // 26)}"
            beside[f".{name}"] = {one.class_name for one in some}
            yield _resource_module(found, name, some, ())
        operations = []
    yield _resource_module(found, tree.path[0], operations, resources, beside)


def _resource_module(
    found: Layout,
    name: str,
    operations: list[OperationView],
    resources: tuple[ResourceView, ...],
    beside: Mapping[str, set[str]] = MappingProxyType({}),
) -> ResourceModule:
    calls = [call for one in resources for call in one.calls]
    texts = [text for one in operations for text in one.expressions]
    texts += [text for call in calls for text in (call.returns, call.arguments)]
    texts += [one.runner for one in resources]
    texts += ["Options", "Operation", "R", "Route", "httpx", "Any"] if operations else []
    used = imports.symbols(texts)
    names = used & set(found.models.homes)
    more = {**found.models.imported(names, 2), **beside}
    more.update(found.wait_imports(used))
    if shared := used & {"SERVICE", *found.endpoints.parameters.shared}:
        more[".._service"] = shared
    title = name.strip("_")
    return ResourceModule(
        name=name,
        doc=docstring(f"The calls of `{title}`: one class an operation, one a kind of client."),
        imports=imports.block(_plain(used, operations) if operations else used, 2, more),
        operations=tuple(operations),
        resources=resources,
    )


def _plain(used: set[str], operations: Iterable[OperationView]) -> set[str]:
    """The symbols that are really printed: `Any` is there for overloaded calls only."""
    overloaded = any(one.overloads for one in operations)
    texts = [text for one in operations for text in one.expressions]
    return used if overloaded or "Any" in imports.symbols(texts) else used - {"Any"}


def _operations(tree: Tree) -> Iterator[Operation]:
    yield from tree.operations
    for child in tree.below:
        yield from _operations(child)


def _wait_module(found: Layout, wait: WaitView) -> WaitModule:
    used = {"Callable", "Route", "SyncWait", "AsyncWait", "AsyncCall", "Wait", "TypeVar", "Generic"}
    used |= {"TypeAlias"} if wait.union else set()
    used |= imports.symbols([wait.success, wait.polled]) & {"Any"}
    return WaitModule(
        doc=docstring(
            f"How to wait for a {wait.constant.lower().replace('_', ' ')}, and replies that can."
        ),
        imports=imports.block(used, 2, found.models.imported(wait.names, 2)),
        wait=wait,
    )


def _client(found: Layout, groups: list[Tree], name: str, prefix: str) -> ClientView:
    return ClientView(
        name=f"{prefix}{name}",
        transport=f"{prefix}Transport",
        http_client=f"httpx.{prefix}Client",
        http_transport=f"httpx.{prefix}BaseTransport",
        resources=tuple(
            Top(
                attribute=tree.path[0],
                module=tree.path[0],
                class_name=found.resources.class_name(tree.path, prefix),
                doc=docstring(found.resources.words(tree), 8),
            )
            for tree in groups
        ),
    )


def _client_module(found: Layout, groups: list[Tree], package: str, name: str) -> ClientModule:
    contract = found.models.contract
    clients = (_client(found, groups, name, ""), _client(found, groups, name, "Async"))
    classes: dict[str, set[str]] = {}
    for one in (top for each in clients for top in each.resources):
        classes.setdefault(f".resources.{one.module}", set()).add(one.class_name)
    return ClientModule(
        name=name,
        package=package,
        doc=docstring(documented(found.models, name), 4),
        module_doc=docstring(documented(found.models, name)),
        init_doc=docstring(settings_doc(contract, package), 8),
        error=f"{name}Error",
        errors=ERRORS,
        clients=clients,
        typed=textwrap.indent(imports.block((), 1, classes), "    "),
        table=tuple(
            (literal(key), literal(one.operation.resource[0]), literal(one.class_name))
            for key, one in sorted(found.views.items())
        ),
    )
