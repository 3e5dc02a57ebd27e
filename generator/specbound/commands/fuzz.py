"""`specbound fuzz`: a builder, a client or a model, tried with what the document says of it.

Knows what is asked for and how a run ends. It must not know how a builder is tried, nor how
results are laid out.
"""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import redirect_stdout

from specbound.commands.inputs import Inputs
from specbound.contract.load import Contract
from specbound.diagnostics import Code, SpecError, failure
from specbound.prove.proof import Code as PythonCode
from specbound.prove.proof import Proof, Run
from specbound.prove.runner import Effort, Runner
from specbound.prove.subjects import Subject, subjects
from specbound.prove.target import TargetError, resolve
from specbound.report.proof_json import proof_json
from specbound.report.proof_junit import proof_junit
from specbound.report.proof_text import proof_text
from specbound.report.terminal import wants_color


def fuzz(inputs: Inputs, arguments: Namespace) -> int:
    """Try every builder of the target; 1 if anything is wrong with one."""
    started = time.perf_counter()
    contract = Contract.load(inputs.spec, inputs.overlays)
    # What the target prints must not get into the report.
    with redirect_stdout(sys.stderr):
        found = _subjects(contract, arguments)
        tried = _sequences if arguments.stateful else _proofs
        proofs = tuple(tried(found, inputs, arguments))
    _refuse_emptiness(proofs)
    seconds = time.perf_counter() - started
    run = Run(contract.title, contract.version, arguments.target, proofs, seconds)
    sys.stdout.write(_written(run, arguments))
    return int(run.faults > 0)


def _subjects(contract: Contract, arguments: Namespace) -> list[Subject]:
    try:
        return subjects(contract, resolve(arguments.target), arguments.wanted)
    except TargetError as error:
        raise failure(Code.UNREADABLE, str(error), help=error.help) from error


def _sequences(found: list[Subject], inputs: Inputs, arguments: Namespace) -> Iterator[Proof]:
    """One proof of all calls together; a build that sends nothing stands for its call."""
    from specbound.prove.sequences import Sequences

    calls = {one.builder.operation.key: one.sender or one.builder.function for one in found}
    first = found[0]
    suffix = f".{first.builder.operation.name}"
    expression = first.expression.removesuffix(".build").removesuffix(suffix)
    files = tuple(map(str, (inputs.spec, *inputs.overlays)))
    code = PythonCode(first.imports, expression, files)
    effort = Effort(arguments.examples, seed=arguments.seed)
    yield Sequences(first.builder.contract, calls, effort, first.target, code).run()


def _proofs(found: list[Subject], inputs: Inputs, arguments: Namespace) -> Iterator[Proof]:
    effort = Effort(
        arguments.examples,
        arguments.mode in ("valid", "both"),
        arguments.mode in ("invalid", "both"),
        arguments.seed,
    )
    files = tuple(map(str, (inputs.spec, *inputs.overlays)))
    shown = sys.stderr.isatty() and not arguments.quiet
    for index, one in enumerate(found):
        name = one.builder.operation.name
        if shown:
            print(f"\r\x1b[K{index + 1}/{len(found)} {name}", end="", file=sys.stderr, flush=True)
        code = PythonCode(one.imports, one.expression, files)
        yield Runner(one.builder, effort, one.target, code).run()
    if shown:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _refuse_emptiness(proofs: tuple[Proof, ...]) -> None:
    """A run in which nothing could be tried has proved nothing."""
    if any(proof.examples or proof.places for proof in proofs):
        return
    said = next((note for proof in proofs for note in proof.notes), "there is no operation")
    raise SpecError(failure(Code.UNSUPPORTED, f"nothing could be tried: {said}").diagnostics)


def _written(run: Run, arguments: Namespace) -> str:
    if arguments.report == "json":
        return proof_json(run)
    if arguments.report == "junit":
        return proof_junit(run)
    return proof_text(run, wants_color(sys.stdout), arguments.verbose, arguments.quiet)
