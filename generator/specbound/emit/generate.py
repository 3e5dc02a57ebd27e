"""The whole of `specbound generate`: contract, package, files, lock; nothing if nothing changed.

Knows the order of the steps. It must not know what any generated file says.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from specbound.diagnostics import Diagnostics
from specbound.emit import stamp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: counts, warnings, and for `--check` the diffs."""

    operations: int
    models: int
    names_changed: int
    seconds: float
    diagnostics: Diagnostics
    differences: list[str] = field(default_factory=list)
    written: int = 0
    unchanged: bool = False


def run(asked: stamp.Asked, check: bool = False) -> Outcome:
    """Generate the package, or with `check` only compare; raises `SpecError` on unusable input."""
    started = time.perf_counter()
    if known := stamp.unchanged(asked):
        seconds = time.perf_counter() - started
        return Outcome(
            known.operations, known.models, 0, seconds, known.diagnostics, unchanged=True
        )
    with _without_collector():
        return _run(asked, check, started)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Formatting makes millions of short-lived nodes without cycles; looking for any is waste."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # What is alive now stays so until the process ends; going through it takes 0.3 s.
            gc.freeze()
            gc.enable()


def _run(asked: stamp.Asked, check: bool, started: float) -> Outcome:
    from specbound.contract import lock
    from specbound.contract.load import Contract, deep_recursion
    from specbound.emit.assemble import assemble, package_name

    output = asked.output
    with deep_recursion():
        stem = asked.package or stamp.package_of(asked)
        known = lock.read(output / f"{stem}.lock.json") if stem else lock.Lock()
        contract = Contract.load(asked.spec, asked.overlays, known)
        name = asked.package or package_name(contract)
        if stem != name:
            known = lock.read(output / f"{name}.lock.json")
            if known.entries:
                contract = Contract.load(asked.spec, asked.overlays, known)
        files = assemble(contract, name, known, asked.server)
    differences = files.differences(output) if check else []
    written = 0 if check else files.write(output)
    if not check or not differences:
        stamp.save(asked, files, contract)
    named = {one.digest: one.name for one in contract.schemas.values()}
    changed = sum(named.get(entry.shape, old) != old for old, entry in known.entries.items())
    return Outcome(
        operations=len(contract.operations),
        models=len(contract.schemas),
        names_changed=changed,
        seconds=time.perf_counter() - started,
        diagnostics=contract.diagnostics,
        differences=differences,
        written=written,
        unchanged=not written and not differences,
    )
