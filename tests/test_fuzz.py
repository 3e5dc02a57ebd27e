"""`specbound fuzz`: what a target may be, how a run ends, and that every test to paste is red.

Nothing here knows how values are made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import prove_builders as shop
from conftest import ROOT
from specbound.commands.fuzz_arguments import add_fuzz_options
from specbound.diagnostics import SpecError

Fuzz = Callable[..., tuple[int, str]]

MODULE = """
import httpx
from pydantic import BaseModel, Field

HOST = "http://service.invalid"
SESSION = httpx.Client(headers={"Authorization": "Bearer sk-live-51H8xVbqT2Zz9"})


def create_order(**given):
    '''Trims texts, and checks nothing.'''
    if isinstance(given.get("text"), str):
        given["text"] = given["text"].strip() or given["text"]
    return SESSION.post(HOST + "/orders", json=given)


class Orders:
    def __init__(self, key):
        self.key = key

    def create(self, **given):
        return httpx.Request("POST", HOST + "/orders", json=given)

    def list(self, limit=None, state=None):
        given = {} if limit is None else {"limit": limit}
        given |= {} if state is None else {"state": ",".join(map(str, state))}
        return httpx.Request("GET", HOST + "/orders", params=given)


class Client:
    def __init__(self, api_key):
        assert api_key
        self.orders = Orders(api_key)


class Needy:
    def __init__(self, region):
        self.orders = Orders(region)


def make():
    return Client("x" * 12)


class OrderCreateRequest(BaseModel, extra="forbid"):
    model: str
    text: str = Field(min_length=1, max_length=40)
    size: int = Field(ge=1, le=64)


def shy(**given):
    raise ValueError("not today")


number = 5
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "openapi.json").write_text(json.dumps(shop.SHOP, indent=1), "utf-8")
    (folder / "mine.py").write_text(MODULE, "utf-8")
    (folder / "broken.py").write_text("import nothing_like_this\n", "utf-8")
    (folder / "loud.py").write_text("1 / 0\n", "utf-8")
    return folder


@pytest.fixture
def fuzz(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fuzz:
    from specbound.commands.fuzz import fuzz as command
    from specbound.commands.inputs import choose

    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))

    def run(*given: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        add_fuzz_options(parser)
        parser.add_argument("--overlay", dest="overlays", action="append", default=[])
        parser.add_argument("-q", "--quiet", action="store_true")
        parser.add_argument("-v", "--verbose", action="store_true")
        arguments = parser.parse_args(["--spec", "openapi.json", "--seed", "1", *given])
        with choose(arguments) as inputs:
            status = command(inputs, arguments)
        return status, capsys.readouterr().out

    return run


def refused(fuzz: Fuzz, *given: str) -> str:
    with pytest.raises(SpecError) as caught:
        fuzz(*given)
    return str(caught.value.diagnostics[0])


# --- targets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("mine:create_order", ["orders.create"]),
        ("mine:Client", ["orders.list", "orders.create"]),
        ("mine:make", ["orders.list", "orders.create"]),
        ("mine:Client.orders", ["orders.list", "orders.create"]),
        ("mine:Client.orders.create", ["orders.create"]),
        ("mine:OrderCreateRequest", ["OrderCreateRequest"]),
    ],
)
def test_targets(fuzz: Fuzz, target: str, names: list[str]) -> None:
    status, text = fuzz(target, "--report", "json", "--examples", "10", "--mode", "invalid")
    told = json.loads(text)
    assert status == 1
    assert sorted(one["name"] for one in told["proofs"]) == sorted(names)
    assert told["target"] == target


def test_operations_are_chosen(fuzz: Fuzz) -> None:
    for chosen in ("GET /orders", "orders.list"):
        _, text = fuzz("mine:make", "--operation", chosen, "--report", "json", "--examples", "5")
        assert [one["operation"] for one in json.loads(text)["proofs"]] == ["GET /orders"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("mine", "`mine` is not written as module:name"),
        ("mine.py:create_order", "`mine.py` is a file, not a module"),
        ("nowhere:f", "there is no module `nowhere`"),
        ("mine:create_ordr", "did you mean `create_order`?"),
        ("mine:Client.orders.creat", "did you mean `create`?"),
        ("mine:number", "`mine:number` is a int: no builder, no client and no model"),
        ("mine:Needy", "cannot be made without arguments: TypeError"),
        ("mine:HOST", "no builder, no client and no model"),
        ("broken:f", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("loud:f", "ZeroDivisionError: division by zero"),
        ("mine:shy", "which operation `mine:shy` builds cannot be told"),
    ],
)
def test_a_wrong_target_is_one_clear_message(fuzz: Fuzz, target: str, words: str) -> None:
    assert words in refused(fuzz, target)


def test_an_unknown_operation_has_its_nearest_names(fuzz: Fuzz) -> None:
    said = refused(fuzz, "mine:make", "--operation", "POST /order")
    assert "the document has no operation `POST /order`" in said
    assert "`POST /orders`" in said


# --- reports --------------------------------------------------------------------------------------


def test_the_text_has_value_rule_request_and_table(fuzz: Fuzz) -> None:
    status, text = fuzz("mine:create_order")
    assert status == 1
    assert "fault[changed]: orders.create did not send what was asked: text is" in text
    assert "fault[let-through, maximum]" in text or "fault[let-through, required]" in text
    assert "--> openapi.json:" in text
    assert "POST http://service.invalid/orders" in text
    assert "from mine import create_order" in text
    assert "let through: " in text
    assert "builder        examples  places  held  let through  mended  not reached" in text
    assert text.splitlines()[-1].startswith("1 builder, ")
    assert "seed 1)" in text
    assert "sk-live" not in text


def test_verbose_names_every_place_and_quiet_only_faults(fuzz: Fuzz) -> None:
    _, text = fuzz("mine:create_order", "-v", "--mode", "invalid")
    assert "orders.create, place by place:" in text
    assert "request body /size  maximum: size: not at most 64" in text
    status, text = fuzz("mine:create_order", "-q", "--mode", "valid")
    assert status == 1
    assert text.startswith("fault[changed]")
    assert "let through" not in text


def test_the_same_seed_is_the_same_report(fuzz: Fuzz) -> None:
    def told() -> Any:
        found = json.loads(fuzz("mine:create_order", "--report", "json")[1])
        return [(one["faults"], one["places"], one["examples"]) for one in found["proofs"]]

    assert told() == told()


def test_junit_fails_what_was_let_through(fuzz: Fuzz) -> None:
    status, text = fuzz("mine:Client.orders.list", "--report", "junit")
    root = ElementTree.fromstring(text)
    assert status == 1
    suite = root.find("testsuite")
    assert suite is not None
    assert int(suite.get("failures", "0")) == len(suite.findall("testcase/failure")) > 0
    assert int(suite.get("tests", "0")) == len(suite.findall("testcase"))


def test_every_test_to_paste_is_red_as_it_stands(fuzz: Fuzz, folder: Path) -> None:
    told: list[str] = []
    for target in ("mine:create_order", "mine:Client.orders.list", "mine:OrderCreateRequest"):
        found = json.loads(fuzz(target, "--report", "json")[1])
        told += [fault["test"] for one in found["proofs"] for fault in one["faults"]][:12]
    for index, text in enumerate(told):
        (folder / f"test_pasted_{index}.py").write_text(text + "\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"]
    path = f"{ROOT / 'generator'}:{folder}"
    run = subprocess.run(
        [*command, str(folder)], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert f"{len(told)} failed" in run.stdout, run.stdout[-2000:]
    assert "error" not in run.stdout.splitlines()[-1]


def test_a_run_without_faults_exits_with_zero(fuzz: Fuzz) -> None:
    import prove_builders

    assert prove_builders.create
    status, text = fuzz("prove_builders:create", "--examples", "10")
    assert status == 0
    assert "no fault" in text


def test_the_command_starts_without_it() -> None:
    code = (
        "import sys, specbound.cli; specbound.cli._parser();"
        "heavy = ('specbound.prove', 'hypothesis');"
        "assert not [one for one in sys.modules if one.startswith(heavy)]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "generator")
