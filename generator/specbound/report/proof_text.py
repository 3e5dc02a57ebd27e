"""A run of `specbound fuzz` for a person: every fault with its test, then what was exercised.

Knows the layout. It must not know how anything was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from specbound.origin import Origin
from specbound.prove.proof import Counterexample, Place, Proof, Run, Status
from specbound.prove.reproduce import acceptance_test, call_text, refusal_test
from specbound.report.phrases import encodable, spec_place
from specbound.report.terminal import BLUE, BOLD, clean, counted

#: Of what one builder lets through so much is written out, each keyword once; `-v` writes all.
_MOST = 5
_ERROR = "1;31"
_STATUSES = (Status.HELD, Status.LET_THROUGH, Status.MENDED, Status.NOT_REACHED)


def proof_text(run: Run, color: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """The report; `verbose` writes out every fault and every place, `quiet` the faults alone."""
    blocks = [block for proof in run.proofs for block in _faults(proof, color, verbose)]
    if not quiet:
        blocks.append(_table(run.proofs))
        blocks += [text for text in (_through(run), _unreached(run), _notes(run)) if text]
        blocks += [_places(proof) for proof in run.proofs if verbose and proof.places]
    if not quiet or run.faults:
        blocks.append(_closing(run))
    return encodable("\n\n".join(blocks) + "\n") if blocks else ""


# --- faults ---------------------------------------------------------------------------------------


def _faults(proof: Proof, color: bool, verbose: bool) -> Iterator[str]:
    for found in proof.counterexamples:
        yield _counterexample(proof, found, color)
    chosen = proof.through if verbose else _few(proof.through)
    for place in chosen:
        yield _let_through(proof, place, color)
    if rest := len(proof.through) - len(chosen):
        more = counted(rest, "constraint")
        yield f"{proof.name} lets {more} more through (run with -v to see them)"


def _few(places: Sequence[Place]) -> list[Place]:
    """One of each keyword, as many as are shown."""
    first: dict[str, Place] = {}
    for place in places:
        first.setdefault(place.keyword, place)
    return list(first.values())[:_MOST]


def _counterexample(proof: Proof, found: Counterexample, color: bool) -> str:
    head = _paint(f"fault[{found.kind}]", _ERROR, color)
    lines = [f"{head}: {_paint(f'{proof.name} {clean(found.message)}', BOLD, color)}"]
    told = {
        "called": "\n".join(found.steps) or call_text(proof.code.expression, found.call),
        "expected": found.expected,
        "made": found.request or "no request",
        "test": acceptance_test(proof, found),
    }
    return "\n".join([*lines, *_rule(found.rule, color), *_told(told, color)])


def _let_through(proof: Proof, place: Place, color: bool) -> str:
    head = _paint(f"fault[let-through, {place.keyword}]", _ERROR, color)
    lines = [
        f"{head}: {_paint(f'{proof.name} takes a wrong value: {clean(place.says)}', BOLD, color)}"
    ]
    told = {
        "called": call_text(proof.code.expression, place.call),
        "expected": "a refusal, before anything is sent",
        "made": place.request,
        "test": refusal_test(proof, place),
    }
    return "\n".join([*lines, *_rule(place.rule, color), *_told(told, color)])


def _rule(rule: Origin | None, color: bool) -> list[str]:
    return [f"  {_paint('-->', BLUE, color)} {clean(spec_place(rule))}"] if rule else []


def _told(told: dict[str, str], color: bool) -> Iterator[str]:
    """Labelled texts; what has several lines stands below its label."""
    for label, text in told.items():
        first, *rest = clean(text).splitlines() or [""]
        if not first:
            continue
        start = f"   {_paint('=', BLUE, color)} {_paint(label, BOLD, color)}:"
        if label == "test" or (rest and label != "made"):
            yield start
            yield from (f"       {line}".rstrip() for line in (first, *rest))
        else:
            yield f"{start} {first}"
            yield from (f"       {line}".rstrip() for line in rest)


# --- what was exercised ---------------------------------------------------------------------------


def _table(proofs: Iterable[Proof]) -> str:
    head = ["builder", "examples", "places", *map(str, _STATUSES)]
    rows = [head, *(_row(proof) for proof in proofs)]
    if len(rows) > 2:
        rows.append(["all", *(_sum(rows[1:], index) for index in range(1, len(head)))])
    widths = [max(len(row[index]) for row in rows) for index in range(len(head))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if not index else text.rjust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(proof: Proof) -> list[str]:
    counts = [proof.counts[status] for status in _STATUSES]
    return [clean(proof.name), *(f"{n:,}" for n in (proof.examples, sum(counts), *counts))]


def _sum(rows: list[list[str]], index: int) -> str:
    return f"{sum(int(row[index].replace(',', '')) for row in rows):,}"


def _through(run: Run) -> str:
    keywords = Counter(place.keyword for proof in run.proofs for place in proof.through)
    if not keywords:
        return ""
    each = ", ".join(f"{name} {number:,}" for name, number in keywords.most_common())
    return f"let through: {each}"


def _unreached(run: Run) -> str:
    reasons = Counter(
        place.reason
        for proof in run.proofs
        for place in proof.places
        if place.status is Status.NOT_REACHED
    )
    return "\n".join(f"not reached: {number:,}, {why}" for why, number in reasons.most_common())


def _notes(run: Run) -> str:
    return "\n".join(
        f"note: {clean(proof.name)}: {clean(note)}" for proof in run.proofs for note in proof.notes
    )


def _places(proof: Proof) -> str:
    widest = max(len(place.status) for place in proof.places)
    lines = [f"{clean(proof.name)}, place by place:"]
    for place in proof.places:
        at = f"{place.part} {place.pointer}".replace(".", " ", 1).strip()
        why = f" ({clean(place.reason).splitlines()[0]})" if place.reason else ""
        told = place.status.ljust(widest)
        lines.append(f"  {told}  {at}  {place.keyword}: {clean(place.says)}{why}")
    return "\n".join(lines)


def _closing(run: Run) -> str:
    examples = sum(proof.examples for proof in run.proofs)
    sums = [
        counted(len(run.proofs), "builder"),
        counted(examples, "example"),
        f"{counted(run.counts.total(), 'place')}",
        counted(run.faults, "fault") if run.faults else "no fault",
    ]
    seed = next((proof.seed for proof in run.proofs), None)
    with_seed = "" if seed is None else f", seed {seed}"
    return f"{', '.join(sums)} ({run.seconds:.1f} s{with_seed})"


def _paint(text: str, shade: str, color: bool) -> str:
    return f"\x1b[{shade}m{text}\x1b[0m" if color else text
