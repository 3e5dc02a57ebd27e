"""One operation as a frozen view: all that its template prints, and the symbols that it mentions.

Knows the parts of a generated operation class. It must not know how they were found.
"""

from __future__ import annotations

from dataclasses import dataclass

from specbound.contract.model import Operation
from specbound.emit.signatures import Signature
from specbound.emit.text import docstring, literal


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature among several, as it is printed."""

    arguments: tuple[str, ...]
    doc: str
    returns: str = "R"
    deprecated: str = ""


#: How a file is uploaded in one call, besides the documented first step.
_FILE = Overload(
    ("*", "file: Uploadable", "on_progress: Callable[[int, int], object] | None = None"),
    docstring(
        "Upload a file in one call: the address of the uploaded file, to be passed on as a URI.\n\n"
        "`file` is a path, a file open in binary mode, bytes, or a name and one of these. "
        "`on_progress` gets the bytes sent and the size. The builder does not take a file.",
        8,
    ),
    "U",
)


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation class, as it is printed."""

    class_name: str
    attribute: str
    key: str
    reply: str
    doc: str
    route: tuple[str, ...]
    signatures: tuple[Signature, ...]
    deprecated: str
    names: frozenset[str]
    operation: Operation

    @property
    def only(self) -> Signature:
        """The signature where there is one; the first of several."""
        return self.signatures[0]

    @property
    def uploads(self) -> bool:
        """Whether one call also uploads a file."""
        return self.operation.facts.upload is not None and not self.only.positional

    @property
    def overloads(self) -> tuple[Overload, ...]:
        """The signatures where there are several: the branches of a body, or a file to upload."""
        own = tuple(
            Overload(
                tuple(one.arguments if one.keywords else [*one.arguments, "*"]),
                one.doc or "...",
                deprecated=self.deprecated
                or (deprecation(f"this form of {self.operation.name}") if one.deprecated else ""),
            )
            for one in self.signatures
        )
        several = (_FILE, *own) if self.uploads else own
        return several if len(several) > 1 else ()

    @property
    def explains(self) -> bool:
        """Whether Python itself would refuse a call that lacks an argument or has one too many."""
        return not self.overloads or bool(self.only.positional)

    @property
    def bases(self) -> str:
        """What the class derives from."""
        return f"Operation[{self.reply}, R]" + (", Generic[R, U]" if self.uploads else "")

    @property
    def built(self) -> str:
        """What the builder's calls return."""
        return "httpx.Request, Never" if self.uploads else "httpx.Request"

    @property
    def result(self) -> str:
        """What the implementation of several signatures returns."""
        return "Any" if self.uploads else "R"

    @property
    def items(self) -> str:
        """The arguments of the only signature as the items of a dict, `options` last."""
        return ", ".join(f"{literal(name)}: {name}" for name in (*self.only.names, "options"))

    @property
    def path_arguments(self) -> str:
        """The positional arguments that all overloads share."""
        return "".join(f"{one.name}: {one.type}, " for one in self.only.positional)

    @property
    def passed(self) -> str:
        """Those arguments and all others as one dict."""
        items = "".join(f"{literal(one.name)}: {one.name}, " for one in self.only.positional)
        return "{" + f"{items}**arguments" + "}" if items else "arguments"

    @property
    def expressions(self) -> list[str]:
        """Everything printed that may mention an imported symbol."""
        several = self.overloads
        arguments = [text for one in several for text in one.arguments] or self.only.arguments
        flags = ["overload", "Any"] if several else []
        old = self.deprecated or any(one.deprecated for one in several)
        return [
            *(*arguments, *self.route, self.bases, self.built, *flags),
            "deprecated" if old else "",
            "explained" if self.explains else "",
        ]


def deprecation(what: str) -> str:
    """The literal that a deprecated thing is marked with."""
    return literal(f"{what} is deprecated")
