"""`check_builder`: a builder proved inside a test; it raises where something is wrong.

Knows how a proof becomes an exception. It must not know how a proof is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specbound.contract.load import Contract
from specbound.prove.builder import Adapt, Builder
from specbound.prove.design import find
from specbound.prove.identify import operations_of
from specbound.prove.proof import Code, Proof, Status
from specbound.prove.reproduce import acceptance_test, call_text, refusal_test
from specbound.prove.runner import Effort, Runner

#: So many faults are written out; the rest is counted.
_MOST = 5


class BuilderFault(AssertionError):
    """A builder refused something valid, sent something else, or let a near miss through.

    `proof` has every place and counterexample.
    """

    def __init__(self, proof: Proof) -> None:
        super().__init__(words(proof))
        self.proof = proof


def check_builder(
    builder: Callable[..., Any],
    contract: Contract,
    operation: str | None = None,
    adapt: Adapt | None = None,
    examples: int = 100,
) -> Proof:
    """Prove a request builder; raises `BuilderFault` with a shrunk counterexample.

    `operation` is ``METHOD /path`` or the generated method's name, found out where it is None.
    `adapt` maps a `Case` to the call's keyword arguments. Returns the proof where all is well.
    """
    name = getattr(builder, "__qualname__", type(builder).__name__)
    if operation is None:
        found = operations_of(contract, name, builder)
        if len(found) != 1:
            raise ValueError(f"which operation {name} builds cannot be told; name it")
        chosen = found[0]
    else:
        chosen = find(contract, operation)
    made = Builder(builder, contract, chosen, adapt)
    module = getattr(builder, "__module__", "")
    first = name.partition(".")[0]
    imports = "" if "<" in name else f"from {module} import {first}"
    code = Code(imports, name if imports else "builder", contract.files)
    proof = Runner(made, Effort(examples=examples), f"{module}:{name}", code).run()
    if not proof.holds:
        raise BuilderFault(proof)
    return proof


def words(proof: Proof) -> str:
    """What went wrong, for the report of a failed test."""
    lines = [f"{proof.name} ({proof.operation})"]
    for found in proof.counterexamples:
        lines += ["", found.message, f"  called: {call_text('builder', found.call)}"]
        lines += [f"  rule: {found.rule}"] if found.rule else []
        lines += _indented("sent", found.request) + _indented("test", acceptance_test(proof, found))
    through = [place for place in proof.places if place.status is Status.LET_THROUGH]
    for place in through[:_MOST]:
        lines += ["", f"let through: {place.says}", f"  rule: {place.rule}"]
        lines += [f"  called: {call_text('builder', place.call)}"]
        lines += _indented("test", refusal_test(proof, place))
    if len(through) > _MOST:
        lines.append(f"\nand {len(through) - _MOST} more constraints that it lets through")
    return "\n".join(lines)


def _indented(label: str, text: str) -> list[str]:
    return [f"  {label}:", *(f"    {line}" for line in text.splitlines())] if text else []
