"""Which document, overlays and baseline a test run uses: options, ini file, pyproject.toml.

Knows the precedence, and how a document that cannot be used is told. It must not know what a run
does with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from specbound.check.baseline import Baseline, read
from specbound.config import Configuration, nearest
from specbound.config import read as read_table
from specbound.diagnostics import SpecError
from specbound.library import Contract
from specbound.report.rendered import KINDS
from specbound.report.terminal import render

_CONTRACT = pytest.StashKey[Contract]()


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run, as paths from the working directory."""

    spec: Path
    overlays: tuple[Path, ...]
    baseline: Path | None = None


def files(config: pytest.Config) -> Files:
    """Settle the files: the option wins over the ini file, and that over pyproject.toml.

    Raises `UsageError` where none of them names a document, or one cannot be read.
    """
    named, here = config.getoption("--specbound"), config.invocation_params.dir
    table, overlays = Configuration(), tuple[Path, ...]()
    if named:
        spec = _found(named, here, config.rootpath)
    elif ini := config.getini("specbound_spec"):
        base = config.inipath.parent if config.inipath else config.rootpath
        spec = _relative(base / ini)
        overlays = tuple(_relative(base / each) for each in config.getini("specbound_overlays"))
    else:
        table = _table(config.rootpath)
        if table.spec is None:
            raise pytest.UsageError(
                "specbound: no document is named; name one (--specbound=openapi.json), set"
                ' `specbound_spec` in the ini file, or write `spec = "openapi.json"` under'
                " [tool.specbound] in pyproject.toml"
            )
        spec, overlays = table.spec, table.overlays
    asked = tuple(_found(each, here, config.rootpath) for each in _overlays(config))
    known = config.getoption("--specbound-baseline")
    baseline = _found(known, here, config.rootpath) if known else table.baseline
    return Files(spec, asked or overlays, baseline)


def contract_of(config: pytest.Config) -> Contract:
    """The run's contract, read once; raises `UsageError` with every reason where it cannot be."""
    if _CONTRACT not in config.stash:
        chosen = files(config)
        try:
            config.stash[_CONTRACT] = Contract.load(chosen.spec, chosen.overlays)
        except SpecError as error:
            raise unusable(error) from None
    return config.stash[_CONTRACT]


def baseline_of(config: pytest.Config) -> Baseline:
    """The causes that do not fail a test; raises `UsageError` where the file cannot be read."""
    file = files(config).baseline
    try:
        return read(file) if file else Baseline()
    except SpecError as error:
        raise unusable(error) from None


def reports_of(config: pytest.Config) -> list[tuple[str, str]]:
    """The reports that were asked for, as kind and absolute file; no file is the terminal."""
    wanted, here = [], config.invocation_params.dir
    for text in config.getoption("--specbound-report") or []:
        kind, _, file = text.partition("=")
        if kind not in ("text", *KINDS):
            listed = ", ".join(("text", *KINDS))
            raise pytest.UsageError(f"--specbound-report: {kind!r} is none of {listed}")
        if text.endswith("="):
            raise pytest.UsageError(f"--specbound-report: {text!r} names no file")
        if file and not (here / file).parent.is_dir():
            raise pytest.UsageError(f"--specbound-report: the folder of {file} does not exist")
        wanted.append((kind, str(here / file) if file not in ("", "-") else ""))
    if twice := [file for _, file in wanted if [each for _, each in wanted].count(file) > 1]:
        place = twice[0] or "the terminal"
        raise pytest.UsageError(f"--specbound-report: two reports go to {place}; use KIND=FILE")
    return wanted


def unusable(error: SpecError) -> pytest.UsageError:
    """What is wrong with a file, as every command tells it."""
    return pytest.UsageError("specbound\n" + render(error.diagnostics, False, False).rstrip())


def _overlays(config: pytest.Config) -> Iterable[str]:
    asked: list[str] = config.getoption("--specbound-overlay") or []
    return asked


def _table(root: Path) -> Configuration:
    try:
        file = nearest(root)
        return (read_table(file) if file else None) or Configuration()
    except SpecError as error:
        raise unusable(error) from None


def _found(name: str, *folders: Path) -> Path:
    """A file named on the command line: from where pytest was started, else from its root."""
    every = [folder / name for folder in folders]
    return _relative(next((each for each in every if each.is_file()), every[0]))


def _relative(file: Path) -> Path:
    """As short as it can be told from the working directory."""
    short = os.path.relpath(file)
    return file if short.startswith("..") else Path(short)
