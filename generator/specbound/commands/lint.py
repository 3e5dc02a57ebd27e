"""`specbound lint`: the document against itself, and the overlay that mends it.

Knows what is read and written, and how a run ends. It must not know any rule, nor how findings are
laid out.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from specbound.commands.inputs import Inputs
from specbound.commands.lint_reports import REPORTS, Told
from specbound.commands.lint_text import text
from specbound.commands.writing import replace
from specbound.contract.load import Contract
from specbound.diagnostics import Code, Severity, failure
from specbound.lint.lint import lint as findings
from specbound.lint.mend import Mended, mend
from specbound.lint.problem import Problem
from specbound.origin import Origin
from specbound.report.terminal import counted, wants_color


def lint(inputs: Inputs, arguments: Namespace) -> int:
    """Report what is wrong; 1 if an error or a warning is left, 0 where there are notes alone."""
    fix = Path(arguments.fix) if arguments.fix else None
    overlays = [*inputs.overlays]
    if fix is not None and fix.exists() and not _among(fix, overlays):
        overlays.append(fix)
    contract = Contract.load(inputs.spec, overlays)
    problems = findings(contract)
    if fix is not None:
        problems = _fix(inputs, fix, overlays, problems, arguments.quiet)
    told = [_named(problem, inputs) for problem in problems]
    _print(contract, told, arguments)
    severities = {problem.diagnostic.severity for problem in problems}
    return int(bool(severities - {Severity.NOTE}))


def _among(file: Path, files: Sequence[Path]) -> bool:
    return file.resolve() in {one.resolve() for one in files}


def _print(contract: Contract, problems: list[Problem], arguments: Namespace) -> None:
    if arguments.report == "text":
        color = wants_color(sys.stdout)
        written = text(problems, color, arguments.verbose, arguments.quiet)
    else:
        told = Told(contract.title, contract.version, len(contract.operations), problems)
        written = REPORTS[arguments.report](told)
    # A lone surrogate of the document cannot be UTF-8.
    sys.stdout.write(written.encode("utf-8", "backslashreplace").decode("utf-8"))


def _named(problem: Problem, inputs: Inputs) -> Problem:
    """The problem with standard input under its own name."""
    named = inputs.named([problem.diagnostic])[0]
    return Problem(named, problem.kind, problem.mend)


def _fix(
    inputs: Inputs, fix: Path, overlays: list[Path], problems: list[Problem], quiet: bool
) -> list[Problem]:
    """Write the mends into the overlay, and say what is left; an unchanged file is not touched."""
    existing = _existing(fix)
    outcome = mend(problems, existing, lambda text: _tried(inputs, fix, overlays, text))
    if outcome.text is None:
        message = f"`{fix}` is laid out so that no action can be added to it"
        raise failure(
            Code.INVALID_OVERLAY, message, Origin(str(fix)), "name a file that is not there yet"
        )
    if outcome.actions:
        fix.parent.mkdir(parents=True, exist_ok=True)
        replace(fix, outcome.text.encode())
    if not quiet:
        print(_closing(fix, outcome), file=sys.stderr)
    return list(outcome.left)


def _existing(fix: Path) -> str:
    from specbound.source.overlay import actions
    from specbound.source.text import read_file

    if not fix.exists():
        return ""
    content = fix.read_bytes().decode("utf-8")
    if content.strip():
        actions(read_file(fix, str(fix)))
    return content


def _tried(inputs: Inputs, fix: Path, overlays: list[Path], text: str) -> Contract:
    """The contract with the overlay as it would be; the file itself is not touched yet."""
    with tempfile.TemporaryDirectory(prefix="specbound-") as folder:
        draft = Path(folder, fix.name or "overlay.yaml")
        draft.write_text(text, "utf-8", newline="")
        others = [one for one in overlays if one.resolve() != fix.resolve()]
        place = next((i for i, one in enumerate(overlays) if one not in others), len(others))
        return Contract.load(inputs.spec, [*others[:place], draft, *others[place:]])


def _closing(fix: Path, outcome: Mended) -> str:
    if not outcome.actions:
        return f"{fix}: nothing new to mend"
    wrote = counted(len(outcome.actions), "action")
    mended = counted(len(outcome.mended), "finding")
    return f"{fix}: wrote {wrote}, which mend {mended}; pass it with --overlay {fix}"
