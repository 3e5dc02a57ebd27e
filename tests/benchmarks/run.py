"""All benchmarks in one table: `python tests/benchmarks/run.py [--rounds N] [--large]`.

Knows which there are and how often each is run. It must not fail on a missed target: it reports.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from client_calls import client_calls
from live import live
from measure import Row, table
from processes import generation, large, starts, updates
from proving import proving
from recordings import recordings

GROUPS = ("generation", "starts", "calls", "recordings", "proving", "updates", "live")


def main() -> None:
    """Measure and print; takes about three minutes, with `--large` a minute more."""
    parser = argparse.ArgumentParser(description="specbound's benchmarks, side by side in CPU time")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs of each row (5)")
    parser.add_argument("--number", type=int, default=200, help="calls in a run of a client (200)")
    parser.add_argument("--only", choices=GROUPS, help="one group")
    parser.add_argument("--records", type=int, default=20_000, help="exchanges to check (20,000)")
    parser.add_argument("--large", action="store_true", help="generate github as well")
    chosen = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.only in (None, "generation"):
            rows += generation(folder, chosen.rounds)
        if chosen.only in (None, "starts"):
            rows += starts(folder, 3 * chosen.rounds)
        if chosen.only in (None, "calls"):
            rows += client_calls(3 * chosen.rounds, chosen.number)
        if chosen.only in (None, "recordings"):
            rows += recordings(folder, chosen.rounds, chosen.records)
        if chosen.only in (None, "proving"):
            rows += proving(folder, chosen.rounds)
        if chosen.only in (None, "updates"):
            rows += updates(folder, chosen.rounds)
        if chosen.only in (None, "live"):
            rows += live(3 * chosen.rounds, chosen.number)
        if chosen.large:
            rows += large(folder)
    print(table(rows))


if __name__ == "__main__":
    main()
