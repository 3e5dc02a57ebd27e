"""The one door of this room: files in, one bundled OpenAPI 3.1 tree out.

Knows the order of the passes. It must not know what any of them does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.diagnostics import Code, Diagnostics, SpecError, failure
from specbound.origin import Origin, pointer
from specbound.source import dialect, overlay, structure, validity
from specbound.source.files import Files
from specbound.source.grafts import Grafts
from specbound.source.inline import inline
from specbound.source.limits import MAX_DEPTH
from specbound.source.refs import gather
from specbound.source.text import read_file
from specbound.source.tree import Tree
from specbound.source.unknown import Unknown
from specbound.source.walk import walk


@dataclass(frozen=True, slots=True)
class Source:
    """A document as later stages read it: bundled, with overlays applied, lifted to 3.1."""

    document: dict[str, Any]
    diagnostics: Diagnostics
    files: tuple[str, ...]
    _tree: Tree

    def origin(self, pointer: str) -> Origin:
        """File, pointer, line and column of a node of `document`, or of its nearest parent."""
        return self._tree.origin(pointer)


def read(
    path: str | Path,
    overlays: Sequence[str | Path] = (),
    *,
    remote: bool = False,
    validate: bool = True,
) -> Source:
    """Read a document and its overlays (``-`` is standard input); raises `SpecError`.

    What is invalid but usable is warned of in `diagnostics`. Nothing is fetched: `remote` only
    turns the refusal of URLs into the plain statement that fetching is not supported. Without
    `validate` nobody asks whether the document obeys the OpenAPI Specification, which takes long.
    """
    files = Files.of(path, remote)
    tree = _tree(files)
    gather(tree, files)
    for name in overlays:
        overlay.apply(tree, read_file(name, str(name)))
    try:
        _normalise(tree, validate)
    except SpecError as error:
        others = [item for item in tree.diagnostics if item not in error.diagnostics]
        raise SpecError([*others, *error.diagnostics]) from None
    return Source(tree.document, tree.diagnostics, tuple(tree.texts), tree)


def _tree(files: Files) -> Tree:
    text = files.texts[files.root]
    document = text.data
    if not isinstance(document, dict) or not ({"openapi", "swagger"} & set(document)):
        message = "this is not an OpenAPI document: there is no `openapi`"
        raise failure(Code.NOT_OPENAPI, message, text.place(""))
    version = document.get("openapi", document.get("swagger"))
    where = text.place("/openapi" if "openapi" in document else "/swagger")
    if not isinstance(version, str) or not re.fullmatch(r"3\.[01](\.\d+.*)?", version):
        help = "convert it to OpenAPI 3" if "swagger" in document else "write `openapi: 3.1.0`"
        message = f"the version {version!r:.40} is neither 3.0.x nor 3.1.x"
        raise failure(Code.UNSUPPORTED_VERSION, message, where, help)
    grafts = Grafts({"": Origin(files.root)})
    return Tree(document, version.startswith("3.0"), files.texts, grafts)


def _normalise(tree: Tree, validate: bool) -> None:
    """Check, clean and lift; the order of the passes matters only as far as it is commented."""
    if not isinstance(tree.document, dict) or not isinstance(tree.document.get("openapi"), str):
        raise failure(Code.NOT_OPENAPI, "an overlay took `openapi` away", tree.origin(""))
    # first of all, so that it speaks about the document as published (and as mended by overlays)
    unknown = Unknown(tree, validity.check(tree) if validate else ())
    for node in walk(tree.document):
        structure.check(tree, node)
        unknown.check(node)
        (dialect.lift if tree.is_30 else dialect.mend)(tree, node)
    unknown.report()
    tree.diagnostics.raise_if_errors()
    dialect.finish(tree)
    # last of all, so that what is referred to a thousand times was cleaned only once
    inline(tree)
    _check_depth(tree)


def _check_depth(tree: Tree) -> None:
    level: list[tuple[list[str | int], Any]] = [([], tree.document)]
    for _ in range(MAX_DEPTH + MAX_DEPTH // 2):
        level = [
            ([*path, key] if len(path) < 3 else path, child)
            for path, parent in level
            for key, child in (parent.items() if isinstance(parent, dict) else enumerate(parent))
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    message = "the document, its references resolved, nests too deep"
    raise failure(Code.TOO_DEEP, message, tree.origin(pointer(level[0][0])))
