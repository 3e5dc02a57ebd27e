"""`specbound validate`: recorded exchanges against the contract, and how the run ends.

Knows what is asked for, where reports go, and when a run has failed. It must not know how anything
is checked or shown.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date

from specbound.check import baseline
from specbound.check.account import Account
from specbound.check.run import Wanted
from specbound.commands.inputs import Inputs
from specbound.commands.outputs import Output, outputs, write
from specbound.commands.sharing import Job, account_of
from specbound.commands.writing import replace
from specbound.contract.load import Contract, load
from specbound.diagnostics import Code, Severity, failure
from specbound.origin import Origin
from specbound.report.progress import progress
from specbound.report.terminal import counted, render, wants_color
from specbound.traffic.read import files

OK, FINDINGS = 0, 1


def validate(inputs: Inputs, arguments: Namespace) -> int:
    """Check, report, and say by the exit status whether anything new is wrong."""
    wanted = outputs(arguments)
    known = _baseline(inputs, arguments)
    # Whether the document is in order is for `lint` to say; it would take a third of the time.
    contract = load(inputs.spec, inputs.overlays, validate=arguments.verbose)
    if arguments.verbose:
        items = inputs.named(contract.diagnostics)
        sys.stderr.write(render(items, wants_color(sys.stderr), arguments.verbose))
    account = _checked(inputs, arguments, contract, wanted)
    if account.exchanges + account.findings == 0:
        raise _nothing(arguments.paths)
    if arguments.update_baseline:
        _update(inputs, account, known, arguments.quiet)
        known = _baseline(inputs, arguments)
    account = baseline.apply(account, known, date.today())
    for output in wanted:
        write(output, account, contract, arguments)
    return _status(account, arguments)


def _checked(
    inputs: Inputs, arguments: Namespace, contract: Contract, wanted: list[Output]
) -> Account:
    covered = arguments.coverage or arguments.fail_under is not None
    page = any(output.kind == "html" for output in wanted)
    job = Job(
        contract,
        tuple(arguments.paths),
        arguments.format,
        Wanted(arguments.strict, arguments.all, covered or page, page),
        arguments.workers,
    )
    with progress(files(arguments.paths), arguments.quiet) as advance:
        return account_of(job, advance)


def _baseline(inputs: Inputs, arguments: Namespace) -> baseline.Baseline:
    file = inputs.baseline
    if file is None:
        if arguments.update_baseline:
            raise failure(
                Code.INVALID_CONFIGURATION,
                "no baseline is named that could be updated",
                help="name one: --baseline FILE, or `baseline` under [tool.specbound]",
            )
        return baseline.Baseline()
    if arguments.update_baseline and not file.exists():
        return baseline.Baseline()
    return baseline.read(file)


def _update(inputs: Inputs, account: Account, known: baseline.Baseline, quiet: bool) -> None:
    file = inputs.baseline
    assert file is not None
    text = baseline.updated(account, known)
    replace(file, text.encode("utf-8", "backslashreplace"))
    if not quiet:
        causes = counted(len(account.groups), "cause")
        print(f"{file}: accepts {causes}", file=sys.stderr)


def _nothing(paths: list[str]) -> Exception:
    return failure(
        Code.UNREADABLE,
        f"no exchange was found in {', '.join(paths)}, so nothing was checked",
        Origin(paths[0]),
        "an empty run is no success; see --format for what a recording may be",
    )


def _status(account: Account, arguments: Namespace) -> int:
    new = any(group.finding.severity is Severity.ERROR for group in account.groups)
    under = arguments.fail_under
    if under is not None and account.coverage is not None:
        percent = account.coverage["percent"]
        if percent < under:
            print(f"coverage is {percent} %, less than {under:g} %", file=sys.stderr)
            return FINDINGS
    return FINDINGS if new else OK
