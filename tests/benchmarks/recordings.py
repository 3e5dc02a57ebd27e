"""What checking recordings costs, beside parsing alone and beside the one real rival.

Knows the labelled corpus of the shared bench and how its bodies become recordings. It must not
know how anything is measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from random import Random

from processes import ROOT, RUNWAY

MAKE = ROOT.parent / "shared" / "bench" / "make_corpus.py"
BODY = b', "body": '
SEED = 7


@dataclass(frozen=True, slots=True)
class Corpus:
    """One labelled corpus as recordings: a line an exchange, a HAR, and what was planted."""

    lines: Path
    har: Path
    valid: tuple[bool, ...]


def corpus(folder: Path, number: int) -> Corpus:
    """Make a corpus of `number` exchanges, about 5 % of them with one planted fault."""
    bodies, har = folder / "bodies.ndjson", folder / "traffic.har"
    command = [sys.executable, str(MAKE), str(RUNWAY / "openapi.json"), str(bodies)]
    command += ["--n", str(number), "--seed", str(SEED), "--har", str(har)]
    subprocess.run(command, check=True, capture_output=True)
    lines, valid, ids = folder / "traffic.ndjson", [], Random(SEED)
    with bodies.open("rb") as source, lines.open("wb") as target:
        for line in source:
            head, _, body = line.partition(BODY)
            label = json.loads(head + b"}")
            target.write(_exchange(label, body.rstrip()[:-1], ids))
            valid.append(label["valid"])
    return Corpus(lines, har, tuple(valid))


def _exchange(label: dict[str, object], body: bytes, ids: Random) -> bytes:
    """One body as the exchange that it is a half of; its text is kept to the byte."""
    method, path = str(label["op"]).split(" ", 1)
    some = str(uuid.UUID(int=ids.getrandbits(128), version=4))
    url = "https://api.dev.runwayml.com" + path.replace("{id}", some)
    head = json.dumps({"method": method, "url": url})[:-1].encode()
    if label["kind"] == "request":
        return b'{"request": ' + head + b', "body": ' + body + b"}}\n"
    status = str(label["status"]).encode()
    reply = b'{"status": ' + status + b', "body": ' + body + b"}"
    return b'{"request": ' + head + b'}, "response": ' + reply + b"}\n"
