"""Our types beside datamodel-code-generator's own on the same named document, as a table.

Knows which subjects there are: `python tests/fidelity/compare.py [--each N]`. It must not assert.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from scoring import cases, score
from subjects import BEST, RUNWAY, UNTYPED, generate, ours, peer

from specbound.contract.load import load


def main() -> None:
    """Print agreement with both oracles, requests and responses apart; takes about a minute."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=200, help="cases a body (200)")
    each = parser.parse_args().each
    document = json.loads((RUNWAY / "openapi.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contract = load(RUNWAY / "openapi.json", [RUNWAY / "overlay.yaml"]).document()
        source = folder / "contract.json"
        source.write_text(json.dumps(contract), encoding="utf-8")
        generate(folder)
        subjects = {
            "specbound": ours(folder),
            "specbound, strict": ours(folder, True),
            "datamodel-codegen, default": peer(contract, source, ()),
            "datamodel-codegen, best": peer(contract, source, BEST),
            "datamodel-codegen, best, nothing typed": peer(contract, source, BEST + UNTYPED),
        }
        for what, requests in (("requests", True), ("responses", False)):
            found = list(cases(document, 1, each, requests))
            valid = sum(case.valid for case in found)
            print(f"\n{what}: {len(found)} cases, {valid} of them valid")
            for subject, lookup in subjects.items():
                print(f"  {subject:40} {score(found, lookup)}")


if __name__ == "__main__":
    main()
