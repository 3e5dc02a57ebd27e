"""`specbound inspect`: what a stage made of a document, as JSON.

Knows which stage gives what. It must not know how a stage works.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from specbound.commands.inputs import Inputs
from specbound.diagnostics import Diagnostic
from specbound.report.terminal import render, wants_color


def inspect(inputs: Inputs, arguments: Namespace) -> int:
    """Print one stage's result, or write it to the file of `-o`."""
    value, diagnostics = STAGES[arguments.stage](inputs)
    if not arguments.quiet:
        items = inputs.named(diagnostics)
        sys.stderr.write(render(items, wants_color(sys.stderr), arguments.verbose))
    text = json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n"
    # A lone surrogate cannot be UTF-8; spelled `\udXXX` it is still the same JSON.
    data = text.encode("utf-8", "backslashreplace")
    if arguments.file in (None, "-"):
        _print(data)
    else:
        Path(arguments.file).write_bytes(data)
    return 0


def _print(data: bytes) -> None:
    """Write all of it: where Python runs unbuffered, one `write` may take a part only."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def _source(inputs: Inputs) -> tuple[Any, Iterable[Diagnostic]]:
    from specbound.source.load import read

    source = read(inputs.spec, inputs.overlays)
    return source.document, source.diagnostics


def _contract(inputs: Inputs) -> tuple[Any, Iterable[Diagnostic]]:
    from specbound.contract.load import load

    contract = load(inputs.spec, inputs.overlays)
    return contract.document(), contract.diagnostics


def _views(inputs: Inputs) -> tuple[Any, Iterable[Diagnostic]]:
    from specbound.contract.load import load
    from specbound.emit.views import views

    contract = load(inputs.spec, inputs.overlays)
    return views(contract), contract.diagnostics


STAGES = {"source": _source, "contract": _contract, "views": _views}


def _plain(value: object) -> object:
    """Show a view's frozen parts as the JSON that is nearest to them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return dict(value) if isinstance(value, Mapping) else str(value)
