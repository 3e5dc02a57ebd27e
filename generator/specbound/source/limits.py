"""How much of anything the source stage takes before it refuses.

Knows numbers only. It must not know what is being counted.
"""

MAX_BYTES = 48_000_000
"""Size of one file."""

MAX_DEPTH = 200
"""Levels of nesting: deep enough for any real document (the deepest known has 40), and shallow
enough that every recursive reader that comes later stays within Python's own limit."""

MAX_NODES = 1_000_000
"""Nodes that aliases or references may add to a document."""

MAX_YAML_NODES = 800_000
"""Nodes of one YAML file; each costs some 300 bytes, because its position is kept."""

MAX_JSON_NODES = 1_000_000
"""Members and items of one JSON file, counted by brackets and commas (GitHub: 270,000)."""
