"""The client's views: resources with their calls, both clients, and the table of operations.

Knows how calls are grouped and what a call returns in each client. It must not know schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from specbound.contract.credentials import Place, asked, places
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.problems import doc_url
from specbound.contract.words import pascal
from specbound.emit.operation import OperationView
from specbound.emit.package import Models
from specbound.emit.returns import Returned, Returns
from specbound.emit.text import docstring, literal


@dataclass(frozen=True, slots=True)
class CallView:
    """One call of a resource: its attribute, its class, what it returns and how it is made."""

    attribute: str
    class_name: str
    returns: str
    arguments: str
    summary: str


@dataclass(frozen=True, slots=True)
class ResourceView:
    """One resource class of one kind of client, with its calls and the resources below it."""

    class_name: str
    runner: str
    doc: str
    calls: tuple[CallView, ...]
    children: tuple[ChildView, ...]


@dataclass(frozen=True, slots=True)
class ChildView:
    """A resource below a resource."""

    attribute: str
    class_name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A resource, its operations, and the resources below it."""

    path: tuple[str, ...]
    operations: tuple[Operation, ...]
    below: tuple[Tree, ...]


def trees(contract: Contract) -> list[Tree]:
    """The resources of a contract, in alphabetical order."""
    found = sorted(contract.operations.values(), key=lambda one: one.name)
    return _below((), found)


def _below(path: tuple[str, ...], operations: Sequence[Operation]) -> list[Tree]:
    depth = len(path)
    heads = sorted({one.resource[depth] for one in operations if len(one.resource) > depth})
    result = []
    for head in heads:
        here = (*path, head)
        inside = [one for one in operations if one.resource[: depth + 1] == here]
        own = tuple(one for one in inside if one.resource == here)
        result.append(Tree(here, own, tuple(_below(here, inside))))
    return result


@dataclass(frozen=True, slots=True)
class Resources:
    """Makes resource views, given what each operation is called and returns."""

    operations: Mapping[str, OperationView]
    returns: Returns
    tags: Mapping[str, str]
    taken: frozenset[str]

    def of(self, tree: Tree) -> Iterator[ResourceView]:
        """The resource classes of a tree for both clients, inner ones first."""
        for child in tree.below:
            yield from self.of(child)
        for prefix in ("", "Async"):
            yield self._view(tree, prefix)

    def class_name(self, path: tuple[str, ...], prefix: str) -> str:
        """``Avatars``, ``AsyncAvatars``; a model of that name keeps it."""
        name = prefix + "".join(map(pascal, path))
        return name + "Resource" if name in self.taken or iskeyword(name) else name

    def words(self, tree: Tree) -> str:
        """What a resource is, in the words of its tag, and its calls."""
        tags = [self.tags.get(tag, "") for one in tree.operations for tag in one.tags]
        own = next(filter(None, tags), "")
        calls = ", ".join(f"`{one.call}`" for one in tree.operations)
        calls = f"Calls: {calls}." if calls else f"What stands below `{'.'.join(tree.path)}`."
        return f"{own.strip()}\n\n{calls}" if own else calls

    def _view(self, tree: Tree, prefix: str) -> ResourceView:
        return ResourceView(
            class_name=self.class_name(tree.path, prefix),
            runner=f"{prefix}Transport",
            doc=docstring(self.words(tree), 4),
            calls=tuple(self._call(one, prefix) for one in tree.operations),
            children=tuple(
                ChildView(
                    child.path[-1],
                    self.class_name(child.path, prefix),
                    docstring(self.words(child), 8),
                )
                for child in tree.below
            ),
        )

    def _call(self, operation: Operation, prefix: str) -> CallView:
        view = self.operations[operation.key]
        returned: Returned = self.returns.of(operation, view.reply, prefix == "Async")
        handle = f", {returned.handle}" if returned.handle else ""
        return CallView(
            attribute=operation.call,
            class_name=view.class_name,
            returns=returned.text,
            arguments=f"self._transport{handle}",
            summary=docstring(
                (
                    operation.summary.strip().rstrip(".") + "."
                    if operation.summary.strip()
                    else f"`{operation.key}`."
                ),
                8,
            ),
        )


def tag_texts(contract: Contract) -> dict[str, str]:
    """Tag name to description."""
    return {
        str(tag.get("name")): str(tag.get("description", ""))
        for tag in contract.tree.get("tags", ())
        if isinstance(tag, dict)
    }


def service(contract: Contract, package: str) -> str:
    """The expression of the runtime's `Service` for a contract."""
    secret, prefix = _environment(contract, package)
    schemes = ", ".join(
        f"{literal(key)}: {_scheme(one, secret)}" for key, one in places(contract).items()
    )
    security = asked(contract, contract.tree.get("security", ()))
    url = contract.servers[0].url if contract.servers else ""
    for variable, value in (contract.servers[0].variables if contract.servers else {}).items():
        url = url.replace("{" + variable + "}", value)
    known = doc_url(contract)
    told = f", doc_url={literal(known)}" if known else ""
    return (
        f"Service(package={literal(package)}, agent={literal(f'{package}/{contract.version}')}, "
        f"server={literal(url)}, prefix={literal(prefix)}, schemes={{{schemes}}}, "
        f"security={security!r}{told})"
    )


def _environment(contract: Contract, package: str) -> tuple[str, str]:
    """The variable that holds the key, and how the names of all variables begin."""
    key = contract.facts.environment.key
    prefix = (key or f"{package.removesuffix('_client')}_API_KEY").upper()
    for end in ("_API_SECRET", "_API_KEY", "_KEY", "_SECRET", "_TOKEN"):
        prefix = prefix.removesuffix(end)
    return key or f"{prefix}_API_KEY", prefix


def settings_doc(contract: Contract, package: str) -> str:
    """What the arguments of both clients mean."""
    secret, prefix = _environment(contract, package)
    return (
        f"Where they are not given, `api_key` is read from {secret} and `base_url` from "
        f"{prefix}_BASE_URL.\n\n`timeout` is in seconds (60), `max_retries` counts the repetitions "
        "of what may be repeated, and `on_drift` says what becomes of a reply that strays from the "
        "contract: ignore, warn, raise, or a function to be told. `http_client` is used as it is "
        "and not closed; `transport` is for a client of our own. More settings: `with_options`."
    )


def _scheme(place: Place, environment: str) -> str:
    return (
        f"Scheme(kind={literal(place.kind)}, name={literal(place.name)}, "
        f"environment={literal(environment)})"
    )


def documented(models: Models, name: str) -> str:
    """What the client's class and its package say of themselves."""
    contract = models.contract
    title = " ".join(f"{contract.title}, version {contract.version}".split())
    return f"{name}: a client for {title}.\n\n{contract.description}".strip()
