"""How heavy a schema is: what a compiler that follows every reference would have to build.

Knows references. It must not know values, nor any validator.
"""

from __future__ import annotations

from typing import Any

from specbound.check.schema.lookup import Lookup
from specbound.contract.rules import subschemas

#: The library builds a schema anew at each place that refers to it, so that a few dozen schemas
#: that each mention the next one twice would take it for ever.
HEAVIEST = 1_000_000


def weight(lookup: Lookup, schema: Any) -> int:
    """How many schemas there are with all references followed, each cycle once."""
    total = 0
    for _, node in subschemas(schema):
        total += 1
        if isinstance(node, dict) and "$ref" in node:
            total += _referred(lookup, node["$ref"])
    return total


def _referred(lookup: Lookup, reference: str) -> int:
    key = ("weight", reference)
    if key not in lookup.memory:
        lookup.memory[key] = 1  # what leads back here is built once
        lookup.memory[key] = weight(lookup, lookup.target(reference))
    return int(lookup.memory[key])
