"""Hypothesis strategies of values: straight from a contract's schemas, nothing inlined.

Knows how a plan becomes a strategy. It must not know HTTP.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies
from hypothesis.strategies import SearchStrategy

from specbound.contract.load import Contract
from specbound.contract.model import Schema
from specbound.prove.drawn import Drawn
from specbound.prove.planner import Direction, planner
from specbound.prove.plans import ROOM, Plan


def values(
    schema: Schema, contract: Contract | None = None, direction: Direction = "both"
) -> SearchStrategy[Any]:
    """JSON values that fit a schema; its `$ref`s lead into the contract.

    Raises `Unsatisfiable`, naming the place, where no value fits.
    """
    return strategy(planner(contract, direction).root(schema))


def strategy(plan: Plan) -> SearchStrategy[Any]:
    """A strategy that makes the values of a plan."""

    @strategies.composite
    def made(draw: Any) -> Any:
        return plan.make(Drawn(draw), ROOM)

    return made()
