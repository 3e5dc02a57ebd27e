"""A run of `specbound fuzz` for programs: one JSON object.

Its members: `contract` {title, version}, `target`, `summary` {builders, examples, places, held,
let_through, mended, not_reached, faults, seconds}, and `proofs`, one for each builder: {operation,
name, target, seed, examples, seconds, counts, faults, places, notes}. A fault is {kind, message,
expected, call, request, spec, test}, its kind `let-through` or one of `proof.Kind`; a place is
{part, pointer, keyword, says, status, tried, reason, spec}. `spec` is {file, pointer, line,
column}.

Knows the names and the order of these members. It must not know how anything was tried.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from specbound.origin import Origin
from specbound.prove.proof import Place, Proof, Run, Status
from specbound.prove.reproduce import acceptance_test, call_text, refusal_test
from specbound.report.phrases import encodable, relative


def proof_json(run: Run) -> str:
    """The report as indented JSON that ends with a newline."""
    summary = {
        "builders": len(run.proofs),
        "examples": sum(proof.examples for proof in run.proofs),
        "places": run.counts.total(),
        **_counts(run.counts),
        "faults": run.faults,
        "seconds": round(run.seconds, 3),
    }
    told = {
        "contract": {"title": run.title, "version": run.version},
        "target": run.target,
        "summary": summary,
        "proofs": [_proof(proof) for proof in run.proofs],
    }
    return encodable(json.dumps(told, indent=2, ensure_ascii=False, default=str)) + "\n"


def _counts(counts: Counter[Status]) -> dict[str, int]:
    return {status.replace(" ", "_"): counts[status] for status in Status}


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "operation": proof.operation,
        "name": proof.name,
        "target": proof.target,
        "seed": proof.seed,
        "examples": proof.examples,
        "seconds": round(proof.seconds, 3),
        "counts": _counts(proof.counts),
        "faults": list(_faults(proof)),
        "places": [_place(place) for place in proof.places],
        "notes": list(proof.notes),
    }


def _faults(proof: Proof) -> Iterator[dict[str, Any]]:
    function = proof.code.expression
    for found in proof.counterexamples:
        yield {
            "kind": str(found.kind),
            "message": found.message,
            "expected": found.expected,
            "call": "; ".join(found.steps) or call_text(function, found.call),
            "request": found.request or None,
            "spec": _spec(found.rule),
            "test": acceptance_test(proof, found) or None,
        }
    for place in proof.through:
        yield {
            "kind": "let-through",
            "message": place.says,
            "expected": "a refusal",
            "call": call_text(function, place.call),
            "request": place.request or None,
            "spec": _spec(place.rule),
            "test": refusal_test(proof, place),
        }


def _place(place: Place) -> dict[str, Any]:
    return {
        "part": str(place.part),
        "pointer": place.pointer,
        "keyword": place.keyword,
        "says": place.says,
        "status": str(place.status),
        "tried": place.tried,
        "reason": place.reason or None,
        "spec": _spec(place.rule),
    }


def _spec(rule: Origin | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    file = relative(rule.file)
    return {"file": file, "pointer": rule.pointer, "line": rule.line, "column": rule.column}
