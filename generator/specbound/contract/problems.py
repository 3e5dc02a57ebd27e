"""What is told beside a problem: where people read about the service's errors.

Knows the facts of an overlay and `externalDocs` (OpenAPI 3.1 section 4.8.11). It must not know a
problem, nor how it is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from specbound.contract.load import Contract


def doc_url(contract: Contract) -> str:
    """The URL that problems give as `docUrl`: the declared one, else that of `externalDocs`."""
    known = contract.tree.get("externalDocs")
    found = known.get("url") if isinstance(known, Mapping) else None
    return contract.facts.problems.doc_url or (found if isinstance(found, str) else "")
