"""The command line as its users meet it: help, exit statuses, streams, and how a run ends."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import house
from specbound import cli
from specbound.commands import inputs
from specbound.diagnostics import Code, Diagnostic, Severity, SpecError

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {
        "/ping": {"get": {"operationId": "ping", "responses": {"200": {"description": "x"}}}}
    },
}

#: Seconds of CPU that `--help` and `--version` may take, start of Python included.
COLD_START = 0.3

HEAVY = ("pydantic", "httpx", "jinja2", "black", "yaml", "jsonschema", "datamodel_code_generator")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "SPECBOUND_TRACEBACK"}
    return {**kept, "PYTHONPATH": str(house.PACKAGE.parent), **more}


def specbound(*arguments: str, **more) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "specbound", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment(), **more
    )


@pytest.fixture
def document(tmp_path, monkeypatch) -> Path:
    """A small document in a folder of its own, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(DOCUMENT), "utf-8")
    return file


# --- help, version, wrong use


@pytest.mark.parametrize("command", [[], *([name] for name in cli.COMMANDS)])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as done:
        cli.main([*command, "--help"])
    text = capsys.readouterr().out
    assert done.value.code == 0
    assert ("examples:" if command else "exit status:") in text


def test_version(capsys):
    try:
        version = metadata.version("specbound")
    except metadata.PackageNotFoundError:
        pytest.skip("specbound is not installed, only on the path")
    with pytest.raises(SystemExit) as done:
        cli.main(["--version"])
    assert (done.value.code, capsys.readouterr().out) == (0, f"specbound {version}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["generate", "--no-such-option"],
        ["generate", "a.json", "b.json"],
        ["generate", "--package", "my-client"],
        ["generate", "-q", "-v"],
        ["inspect", "--stage", "kitchen"],
    ],
)
def test_wrong_use(arguments, capsys):
    with pytest.raises(SystemExit) as done:
        cli.main(arguments)
    seen = capsys.readouterr()
    assert (done.value.code, seen.out) == (2, "")
    assert "usage: specbound" in seen.err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_cold_start(option):
    """The least of three: what else the machine does is not the command's."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        specbound(option)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(taken) < COLD_START


def test_nothing_heavy_is_imported_before_a_command_is_chosen():
    script = "import sys, specbound.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment()
    )
    assert not set(HEAVY) & set(done.stdout.split())


# --- how a run ends


def raising(monkeypatch, error: BaseException) -> None:
    def fail(_arguments):
        raise error

    monkeypatch.setitem(cli.RUNS, "generate", fail)


def test_an_interrupted_run(monkeypatch, capsys):
    raising(monkeypatch, KeyboardInterrupt())
    assert cli.main(["generate"]) == 130
    assert capsys.readouterr().err == ""


def test_an_unexpected_exception_is_one_line(monkeypatch, capsys):
    monkeypatch.delenv("SPECBOUND_TRACEBACK", raising=False)
    raising(monkeypatch, ValueError("two\nlines"))
    assert cli.main(["generate"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("specbound: internal error: ValueError: two lines; please report")


def test_its_traceback_on_request(monkeypatch, capsys):
    monkeypatch.setenv("SPECBOUND_TRACEBACK", "1")
    raising(monkeypatch, ValueError("why"))
    assert cli.main(["generate"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_file_that_cannot_be_written(monkeypatch, capsys):
    raising(monkeypatch, PermissionError(13, "Permission denied", "out/x.py"))
    assert cli.main(["generate"]) == 2
    assert capsys.readouterr().err == "specbound: error: Permission denied: out/x.py\n"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], "error[syntax]: bad\n1 warning: 1 unsupported (run with -v to see them)\n"),
        (["-v"], "error[syntax]: bad\nwarning[unsupported]: odd\n"),
        (["-q"], "error[syntax]: bad\n"),
    ],
)
def test_a_refused_document(monkeypatch, capsys, options, shown):
    bad = Diagnostic(Code.SYNTAX, "bad")
    odd = Diagnostic(Code.UNSUPPORTED, "odd", severity=Severity.WARNING)
    raising(monkeypatch, SpecError([bad, odd]))
    assert cli.main(["generate", *options]) == 2
    seen = capsys.readouterr()
    assert (seen.out, seen.err) == ("", shown)


def test_a_reader_that_leaves_early(document):
    """`specbound inspect | head -1` ends without a word."""
    big = {**DOCUMENT, "info": {**DOCUMENT["info"], "description": "x" * 1_000_000}}
    document.write_text(json.dumps(big), "utf-8")
    command = [sys.executable, "-m", "specbound", "inspect", "openapi.json", "--stage", "source"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 128 + signal.SIGPIPE


# --- which files


def chosen(*arguments: str) -> inputs.Inputs:
    with inputs.choose(cli._parser().parse_args(["generate", *arguments])) as found:
        return found


def test_arguments_alone(document):
    found = chosen("openapi.json", "--overlay", "a.yaml", "--overlay", "b.yaml", "-o", "out")
    assert found.spec == Path("openapi.json")
    assert found.overlays == (Path("a.yaml"), Path("b.yaml"))
    assert (found.output, found.package) == (Path("out"), None)


TABLE = '[tool.specbound]\nspec = "x.json"\noverlays = ["y.yaml"]\noutput = "o"\npackage = "p"\n'


def test_the_table_without_spec(document):
    Path("pyproject.toml").write_text(TABLE, "utf-8")
    assert chosen() == inputs.Inputs(Path("x.json"), (Path("y.yaml"),), Path("o"), "p")


def test_an_argument_wins_over_the_table(document):
    Path("pyproject.toml").write_text(TABLE, "utf-8")
    found = chosen("--overlay", "z.yaml", "-o", "q", "--package", "r")
    assert found == inputs.Inputs(Path("x.json"), (Path("z.yaml"),), Path("q"), "r")


def test_the_table_says_nothing_about_another_document(document):
    Path("pyproject.toml").write_text(TABLE, "utf-8")
    assert chosen("openapi.json") == inputs.Inputs(
        Path("openapi.json"), (), Path("generated"), None
    )


@pytest.mark.parametrize("table", [None, "[tool.specbound]\n", "[project]\n"])
def test_no_document_is_named(document, capsys, table):
    # A pyproject.toml of its own, since one may stand above the folder of the tests.
    Path("pyproject.toml").write_text(table or "", "utf-8")
    assert cli.main(["generate"]) == 2
    assert "error[invalid-configuration]: no document is named" in capsys.readouterr().err


def test_a_wrong_table(document, capsys):
    Path("pyproject.toml").write_text("[tool.specbound]\nspecs = 'x'\n", "utf-8")
    assert cli.main(["inspect"]) == 2
    assert "--> pyproject.toml:2:1  /tool/specbound/specs" in capsys.readouterr().err


def test_standard_input_is_read_once(document, capsys):
    assert cli.main(["generate", "-", "--overlay", "-"]) == 2
    assert "standard input can be read for one file only" in capsys.readouterr().err


# --- the commands


@pytest.mark.parametrize("stage", ["source", "contract"])
def test_inspect(document, capsysbinary, stage):
    assert cli.main(["inspect", "openapi.json", "--stage", stage]) == 0
    seen = capsysbinary.readouterr()
    assert json.loads(seen.out)["info"]["title"] == "Acme"
    assert seen.err == b""


def test_inspect_into_a_file(document, capsysbinary):
    assert cli.main(["inspect", "openapi.json", "-o", "out.json"]) == 0
    assert capsysbinary.readouterr().out == b""
    assert json.loads(Path("out.json").read_bytes())["openapi"].startswith("3.1")


def test_a_lone_surrogate_comes_out_as_it_went_in(document, capsysbinary):
    document.write_text(json.dumps(DOCUMENT).replace("Acme", "Acme \\ud800"), "utf-8")
    status = cli.main(["inspect", "openapi.json", "--stage", "source"])
    seen = capsysbinary.readouterr()
    assert status == 2 or json.loads(seen.out)["info"]["title"] == "Acme \ud800"
    assert b"internal error" not in seen.err


def test_standard_input(document):
    done = specbound("inspect", "-", "--stage", "source", input=json.dumps(DOCUMENT))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["info"]["title"] == "Acme"


@pytest.mark.parametrize("text", ["{", "[]", "openapi: 3.1.0\n  bad: [", '{"openapi": "2.0"}', ""])
def test_bad_standard_input_is_called_so(document, text):
    done = specbound("inspect", "-", input=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--> <stdin>" in done.stderr
    assert "specbound-" not in done.stderr, "the folder that held it is nobody's business"
    assert "Traceback" not in done.stderr


def test_a_missing_file(document, capsys):
    assert cli.main(["inspect", "nowhere.json"]) == 2
    seen = capsys.readouterr()
    assert "error[unreadable]" in seen.err
    assert "nowhere.json" in seen.err


def test_generate_and_check(document, capsys):
    arguments = ["generate", "openapi.json", "-o", "out", "--package", "acme"]
    assert cli.main([*arguments, "--check"]) == 1
    seen = capsys.readouterr()
    assert "+++ " in seen.out
    assert "out of date" in seen.err
    assert not Path("out").exists(), "--check writes nothing"

    assert cli.main(arguments) == 0
    closing = capsys.readouterr().out.splitlines()[-1]
    assert closing.startswith("generated 1 operation, ")
    assert closing.endswith("; 0 names changed")
    assert Path("out/acme/__init__.py").is_file()

    assert cli.main([*arguments, "--check"]) == 0
    assert capsys.readouterr().out == "up to date\n"

    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.startswith("up to date: 1 operation, ")

    assert cli.main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_inspect_views(document, capsysbinary):
    assert cli.main(["inspect", "openapi.json", "--stage", "views"]) == 0
    assert json.loads(capsysbinary.readouterr().out)
