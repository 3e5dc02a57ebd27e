"""What costs a whole process: generating, starting, importing.

Knows command lines. It must not know how anything is measured.
"""

from __future__ import annotations

import gzip
import shutil
import sys
from pathlib import Path

from measure import Row, alone, compare, process, usage

ROOT = Path(__file__).resolve().parent.parent.parent
RUNWAY = ROOT / "spec" / "runway"
GENERATED = ROOT / "generated"
LARGE = ROOT.parent / "shared" / "corpus" / "specs"

SPECBOUND = [sys.executable, "-c", "from specbound.cli import main; raise SystemExit(main())"]
DCG = [
    sys.executable,
    "-c",
    "from datamodel_code_generator.__main__ import main; raise SystemExit(main())",
]


def runway_command(output: Path) -> list[str]:
    """The whole generation of Runway, as the project itself does it."""
    overlays = [f"--overlay={RUNWAY / name}" for name in ("overlay.yaml", "rules.yaml")]
    return [*SPECBOUND, "generate", str(RUNWAY / "openapi.json"), *overlays, "-o", str(output)]


def peer_command(output: Path) -> list[str]:
    """datamodel-codegen's default run on the same document: models alone."""
    return [
        *DCG,
        *("--input", str(RUNWAY / "openapi.json"), "--input-file-type", "openapi"),
        *("--openapi-scopes", "schemas", "paths", "parameters", "requestbodies"),
        *("--output-model-type", "pydantic_v2.BaseModel", "--output", str(output)),
    ]


def generation(folder: Path, rounds: int) -> list[Row]:
    """Runway into an empty folder, and again with nothing changed, against datamodel-codegen."""
    cold, warm = folder / "cold", folder / "warm"
    peer = process(peer_command(folder / "models.py"), folder)
    empty = process(runway_command(cold), folder, lambda: shutil.rmtree(cold, ignore_errors=True))
    usage(runway_command(warm), folder)
    again = process(runway_command(warm), folder)
    return [
        compare("generate Runway, empty folder / datamodel-codegen", (empty, peer), rounds, 1.0),
        compare("generate Runway, nothing changed / datamodel-codegen", (again, peer), rounds, 0.3),
    ]


def starts(folder: Path, rounds: int) -> list[Row]:
    """What a user waits for before anything happens."""
    here = f"import sys; sys.path.insert(0, {str(GENERATED)!r}); "
    first = "from runwayml_client import RunwayML; RunwayML(api_key='key').image_to_video.create"

    def python(code: str) -> list[str]:
        return [sys.executable, "-c", code]

    floor = process(python("import httpx, pydantic"), folder)
    ours = process(python(f"{here}import runwayml_client"), folder)
    resource = process(python(here + first), folder)
    sdk = process(python(first.replace("runwayml_client", "runwayml")), folder)
    for run in (floor, ours, resource, sdk):
        run()  # the first run compiles
    return [
        compare("import runwayml_client / import httpx, pydantic", (ours, floor), rounds, 1.3),
        compare("import, client, first resource / official SDK", (resource, sdk), rounds),
        alone("specbound --help", process([*SPECBOUND, "--help"], folder), rounds, 0.3),
    ]


def updates(folder: Path, rounds: int) -> list[Row]:
    """Comparing two states of Runway beside making the client of one."""
    later = folder / "later.json"
    text = (RUNWAY / "openapi.json").read_text("utf-8")
    later.write_text(text.replace('"const": "gen3a_turbo"', '"const": "gen5"'), "utf-8")
    command = [*SPECBOUND, "diff", str(RUNWAY / "openapi.json"), str(later), "--fail-on", "none"]
    client = folder / "client"
    made = process(
        runway_command(client), folder, lambda: shutil.rmtree(client, ignore_errors=True)
    )
    compared = process(command, folder)
    return [
        compare("diff of two Runway states / generating", (compared, made), rounds),
        alone("diff of two Runway states", compared, rounds, 2.0),
    ]


def large(folder: Path) -> list[Row]:
    """The largest document of the corpus, once: CPU seconds and megabytes."""
    found = sorted(LARGE.rglob("*github*"), key=lambda path: path.stat().st_size)
    if not found:
        return []
    document = folder / found[-1].name.removesuffix(".gz")
    data = found[-1].read_bytes()
    document.write_bytes(gzip.decompress(data) if found[-1].suffix == ".gz" else data)
    command = [*SPECBOUND, "generate", str(document), "-o", str(folder / "large")]
    seconds, megabytes = usage(command, folder)
    return [
        Row(f"generate {document.name}", seconds, target=90.0),
        Row(f"generate {document.name}, memory", megabytes, target=2048.0, unit="MB"),
    ]
