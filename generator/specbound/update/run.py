"""An update in its order: read both documents, compare, make the client, then replace all or none.

Knows which step needs what. It must not know how any step does its work, nor what is reported.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from specbound.contract import lock
from specbound.contract.load import Contract, deep_recursion
from specbound.diagnostics import SpecError
from specbound.diff.diff import diff
from specbound.diff.routes import paired, routes
from specbound.emit import stamp
from specbound.emit.assemble import assemble, package_name
from specbound.emit.files import Files
from specbound.traffic.exchange import Record
from specbound.update import strays
from specbound.update.changelog import with_entry
from specbound.update.exports import exports
from specbound.update.impact import Places, impacts
from specbound.update.methods import methods
from specbound.update.names import names
from specbound.update.news import lint_news
from specbound.update.outcome import Impact, Stray, Update, Uses
from specbound.update.place import below, documents, foreign, text_of
from specbound.update.recordings import recheck
from specbound.update.surface import Surface, surface
from specbound.update.swap import Swap
from specbound.update.uses import Gone, uses


@dataclass(frozen=True, slots=True)
class Asked:
    """What is updated: the document and its overlays, where the client goes, what it is now."""

    spec: Path
    new: Path
    overlays: tuple[Path, ...]
    output: Path
    package: str | None = None
    server: bool = False

    def stamped(self, package: str | None) -> stamp.Asked:
        """The same as `generate` is asked; stubs that are there are kept up to date."""
        stubs = package is not None and (self.output / package / "server" / "app.py").is_file()
        return stamp.Asked(
            self.spec, self.overlays, self.output, self.package, self.server or stubs
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is known before a file is touched."""

    asked: Asked
    update: Update
    old: Contract
    new: Contract
    files: Files
    documents: Mapping[Path, bytes]


class Sides(NamedTuple):
    """Both clients, and the operations of one that the other has too, by their keys."""

    old: Surface
    new: Surface
    twins: Mapping[str, str]


def prepare(
    asked: Asked, records: Iterable[Record] | None = None, code: Path | None = None
) -> Prepared:
    """Read, compare and generate in memory; raises `SpecError` for an unusable document."""
    with _without_collector(), deep_recursion():
        old, known = _old(asked)
        new = Contract.load(asked.new, asked.overlays, known)
        kept = documents(asked.spec, asked.new, new, asked.overlays)
        # Before the client is made, which adds its own warnings to the contract's.
        news = lint_news(old, new)
        package = asked.package or package_name(new)
        files = assemble(new, package, known, asked.stamped(package).server)
        clients = surface(old, _package(asked, old)), surface(new, package)
        sides = Sides(*clients, _twins(old, new))
        update = _update(asked, (old, new), sides)
        found = _uses(asked, sides, files, code) if code else None
        again = recheck(old, new, records) if records is not None else None
        update = replace(update, lint=news, uses=found, recordings=again)
        update = replace(update, impacts=_impacts(update, sides))
        foreign(files, asked.output)
    return Prepared(asked, update, old, new, files, kept)


def perform(prepared: Prepared, changelog: Path | None = None, entry: str = "") -> int:
    """Put everything into its place, all or none; how many files were changed."""
    asked, files = prepared.asked, prepared.files
    targets: dict[Path, bytes | None] = dict(prepared.documents)
    if changelog is not None and entry:
        targets[changelog] = with_entry(text_of(changelog), entry).encode()
    targets.update({asked.output / name: text.encode() for name, text in files.texts.items()})
    targets.update({asked.output / name: None for name in files.stale(asked.output)})
    changed = Swap(asked.spec.parent, targets).perform()
    read = tuple(str(path) for path in (*prepared.documents, *asked.overlays))
    words = asked.stamped(files.package)
    stamp.save(words, files, replace(prepared.new, files=read))
    return changed


def _old(asked: Asked) -> tuple[Contract, lock.Lock]:
    """The old contract under the names that the user has; without a lock, those that it gives."""
    stem = _stem(asked)
    known = lock.read(asked.output / f"{stem}.lock.json") if stem else lock.Lock()
    contract = Contract.load(asked.spec, asked.overlays, known)
    if not known.entries:
        schemas = contract.schemas.values()
        entries = {one.name: lock.Entry(one.digest, frozenset(one.at)) for one in schemas}
        calls = {key: one.name for key, one in contract.operations.items()}
        known = lock.Lock(entries, calls)
    return contract, known


def _stem(asked: Asked) -> str:
    words = stamp.Asked(asked.spec, asked.overlays, asked.output, asked.package)
    return asked.package or stamp.package_of(words)


def _package(asked: Asked, old: Contract) -> str:
    return _stem(asked) or package_name(old)


def _twins(old: Contract, new: Contract) -> dict[str, str]:
    both = paired(list(routes(old.bundled)), list(routes(new.bundled))).both
    return {one.key: other.key for one, other in both}


def _update(asked: Asked, contracts: tuple[Contract, Contract], sides: Sides) -> Update:
    old, new = contracts
    left: tuple[Stray, ...] = ()
    if strays.has_strays(old, new):
        left = strays.strays(old, new, _plain(asked, old))
    return Update(
        title=new.title,
        version=new.version,
        operations=len(new.operations),
        models=len(new.schemas),
        changes=tuple(diff(old, new)),
        methods=methods(sides.old, sides.new, sides.twins),
        names=names(sides.old, sides.new),
        strays=left,
    )


def _plain(asked: Asked, old: Contract) -> Mapping[str, Any]:
    """The old document without overlays, in which what they remove still stands."""
    try:
        return Contract.load(asked.spec).bundled
    except SpecError:  # an overlay mends what cannot be read without it
        return old.bundled


def _impacts(update: Update, sides: Sides) -> tuple[Impact, ...]:
    places = Places(update.names, sides.old, sides.new)
    found = update.uses.found if update.uses else ()
    return impacts(update.changes, update.methods, places, found)


def _uses(asked: Asked, sides: Sides, files: Files, code: Path) -> Uses:
    """The user's own code against both clients; the old one is the one on the disk."""
    before = below(asked.output, sides.old.package)
    tables = exports(before) if before else sides.old.exports, exports(files.texts)
    gone = Gone((sides.old, sides.new), sides.twins, tables)
    return uses(code, gone, asked.output / sides.old.package)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Contracts are millions of objects without cycles; looking for any is waste."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
