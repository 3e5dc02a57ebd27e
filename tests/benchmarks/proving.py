"""What proving costs: strategies a value, near misses of a whole document, one fuzzed builder.

Knows what is run. It must not know how anything is measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import Row, Run, alone, compare, process

ROOT = Path(__file__).resolve().parent.parent.parent
RUNWAY = ROOT / "spec" / "runway"
#: Values drawn of each request body, for each side of a comparison.
_DRAWN = 200


def proving(folder: Path, rounds: int) -> list[Row]:
    """Issue 4's targets: 300 values a second, near misses in 20 s, one builder in 10 s."""
    contract = _contract()
    here = f"import sys; sys.path.insert(0, {str(ROOT / 'generated')!r}); "
    command = [
        sys.executable,
        "-c",
        f"{here}from specbound.cli import main; raise SystemExit(main())",
        *("fuzz", "runwayml_client:RunwayML.image_to_video.create", "--seed", "1"),
        *("--spec", str(RUNWAY / "openapi.json"), "--overlay", str(RUNWAY / "overlay.yaml")),
        *("--overlay", str(RUNWAY / "rules.yaml")),
    ]
    ours, floor = _drawing(_ours(contract)), _drawing(_floor(contract))
    return [
        compare("a value of a request body / a hypothesis dictionary", (ours, floor), rounds),
        alone("a value of a request body, on average", ours, rounds, 1 / 300),
        alone("every near miss of every operation", _near_misses(contract), 1, 20.0),
        alone("specbound fuzz of one builder", process(command, folder), rounds, 10.0),
    ]


def _contract() -> Any:
    from specbound.contract.load import Contract

    return Contract.load(RUNWAY / "openapi.json", [RUNWAY / "overlay.yaml", RUNWAY / "rules.yaml"])


def _bodies(contract: Any) -> list[Any]:
    found = [one.body for one in contract.operations.values() if one.body is not None]
    return [next(iter(body.content.values())) for body in found]


def _ours(contract: Any) -> list[Any]:
    from specbound.prove import values

    return [values(schema, contract, "request") for schema in _bodies(contract)]


def _floor(contract: Any) -> list[Any]:
    """As many dictionaries of one text and one number: what hypothesis itself takes."""
    from hypothesis import strategies

    one = strategies.fixed_dictionaries({"a": strategies.text(), "b": strategies.integers()})
    return [one for _ in _bodies(contract)]


def _drawing(each: list[Any]) -> Run:
    """CPU seconds of one value, over all strategies."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    limits = settings(
        max_examples=_DRAWN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def draw(strategy: Any, seen: Callable[[Any], None]) -> None:
        seed(1)(limits(given(strategy)(lambda value: seen(value))))()

    def run() -> float:
        drawn: list[int] = []
        started = time.process_time()
        for strategy in each:
            draw(strategy, lambda value: drawn.append(1))
        return (time.process_time() - started) / len(drawn)

    return run


def _near_misses(contract: Any) -> Run:
    from specbound.prove import mutants

    def run() -> float:
        started = time.process_time()
        for key in contract.operations:
            for _ in mutants(contract, key):
                pass
        return time.process_time() - started

    return run
