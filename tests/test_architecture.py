"""The house holds: who imports whom, how large things get, what may stand in a name.

No rule has exemptions. Where one hurts, the code is changed, or ARCHITECTURE's rule is, here.
"""

from __future__ import annotations

import ast
import os
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch

import pytest

import house
from house import Function, Module
from specbound.diagnostics import DOCS, Code

MODULES = house.modules()

FILE, FILE_MEDIAN = 350, 150
FUNCTION, FUNCTION_MEDIAN = 50, 8
PARAMETERS = 5
CLASS = 150
TEMPLATE = 80

#: Rooms behind the waist: they read the Contract, never the document.
BEHIND_THE_WAIST = {
    "emit",
    "check",
    "prove",
    "diff",
    "lint",
    "report",
    "live",
    "mock",
    "testing",
}

#: Where each third party lives, and nowhere else.
HOMES = {
    "black": ["emit/files.py"],
    "ruff": ["emit/files.py"],
    "jinja2": ["emit/files.py", "report/html.py"],
    "datamodel_code_generator": ["emit/models.py"],
    "openapi_spec_validator": ["source/*.py"],
    "openapi_schema_validator": ["source/spec_validator.py"],
    "jsonschema_path": ["source/spec_validator.py"],
    "yaml": ["source/*.py", "traffic/readers/*.py"],
    "orjson": ["traffic/*.py", "check/*.py", "report/*.py", "live/recorded.py"],
    "brotli": ["traffic/bodies.py"],
    "zstandard": ["traffic/bodies.py"],
    "mitmproxy": ["traffic/readers/*.py", "live/mitmproxy_addon.py"],
    "tree_sitter": ["traffic/*.py"],
    "tree_sitter_typescript": ["traffic/*.py"],
    "markdown_it": ["traffic/readers/*.py"],
    "rich": ["report/*.py"],
    "jsonpath": ["source/overlay.py", "update/strays.py"],
    "hypothesis": ["prove/*.py"],
    "jsonschema": ["check/*.py", "contract/rules.py", "contract/extension.py"],
    "jsonschema_rs": ["check/*.py", "contract/rules.py", "source/spec_validator.py"],
    "httpx": ["runtime/*.py", "traffic/*.py", "live/*.py"],
    "uvicorn": ["commands/serving.py"],
    "h11": ["live/proxy*.py"],
    "requests": ["live/adapter.py"],
    "opentelemetry": ["live/telemetry.py"],
    "anyio": ["live/*.py", "runtime/server/*.py", "mock/*.py"],
    "pytest": ["testing/*.py"],
    "pydantic": ["runtime/*.py", "prove/models.py"],
    "pydantic_core": ["runtime/*.py", "contract/patterns.py"],
    "annotated_types": ["runtime/*.py"],
    "typing_extensions": ["runtime/*.py"],
}

#: What a generated package may need: its users install httpx and pydantic, which bring the rest.
COPIED = {"httpx", "pydantic", "pydantic_core", "annotated_types", "typing_extensions"}

#: What its server needs besides, which only those install who serve.
SERVED = COPIED | {"anyio"}


def names(items: Iterable[Module]) -> list[str]:
    return [module.name for module in items]


def everywhere(rooms: Iterable[str] = ()) -> pytest.MarkDecorator:
    """Run a test on every module, or on every module of some rooms."""
    some = [module for module in MODULES if not rooms or module.room in rooms]
    return pytest.mark.parametrize("module", some, ids=names(some))


# --- imports


def test_import_contracts():
    script = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    path = os.pathsep.join([str(house.PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=house.ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@everywhere(BEHIND_THE_WAIST)
def test_the_document_stays_before_the_waist(module):
    assert not [name for _, name in module.imports() if name.startswith("specbound.source")]


@everywhere(["runtime"])
def test_runtime_stands_alone(module):
    """It is copied into packages whose users have never heard of specbound."""
    served = module.name.startswith("runtime/server/")
    depth = 2 if served else 1
    assert module.name.count("/") == depth, "runtime is flat but for its server"
    assert not [name for level, name in module.imports() if name.startswith("specbound")]
    levels = max((level for level, _ in module.imports()), default=0)
    assert levels <= depth, "an import leaves runtime"
    assert module.third_parties() <= (SERVED if served else COPIED)
    assert served or not [name for _, name in module.imports() if name.split(".")[0] == "server"]


@everywhere()
def test_third_parties_have_homes(module):
    for party in module.third_parties():
        homes = HOMES.get(party)
        assert homes, f"{party} has no home; give it one in HOMES"
        assert any(fnmatch(module.name, home) for home in homes), f"{party} lives in {homes}"


def test_third_parties_are_declared():
    project = tomllib.loads((house.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    imported = {"yaml": "pyyaml", "jsonpath": "python-jsonpath", "markdown_it": "markdown-it-py"}
    # Two that pydantic itself requires at versions that fit it, and those that are used where the
    # user has them: an extra, and libraries that are looked at from the side.
    declared |= {"pydantic-core", "annotated-types", "mitmproxy"}
    declared |= {"requests", "opentelemetry", "pytest"}
    for module in MODULES:
        for party in module.third_parties():
            assert imported.get(party, party).replace("_", "-") in declared, module.name


@everywhere()
def test_no_import_for_type_checkers_only(module):
    assert "TYPE_CHECKING" not in module.text


@pytest.mark.parametrize("room", [".", "live", "mock", "prove"])
def test_names_imported_late_are_typed(room):
    """A stub beside tells type checkers what `__getattr__` would hide from them."""
    init = house.PACKAGE / room / "__init__.py"
    late = ast.parse(init.read_text("utf-8"))
    homes = next(
        ast.literal_eval(node.value)
        for node in late.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES"
    )
    stub = ast.parse(init.with_suffix(".pyi").read_text("utf-8"))
    typed = {
        name.name: node.module
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    start = "specbound." + ("" if room == "." else f"{room}.")
    assert typed == {
        name: home if home.startswith("specbound.") else start + home
        for name, home in homes.items()
    }


# --- sizes


def lines(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


def body_lines(function: Function) -> int:
    """Lines from the docstring or first statement to the last; the signature does not count."""
    return function.body[-1].end_lineno - function.body[0].lineno + 1


def parameters(function: Function) -> int:
    """All parameters, keyword-only and starred ones too, but for `self` and `cls`."""
    form = function.args
    plain = [*form.posonlyargs, *form.args]
    owner = bool(plain) and plain[0].arg in ("self", "cls")
    return len(plain) - owner + len(form.kwonlyargs) + bool(form.vararg) + bool(form.kwarg)


@everywhere()
def test_sizes(module):
    total = len(module.text.splitlines())
    assert total <= FILE, f"{total} lines"
    for function in module.functions():
        assert body_lines(function) <= FUNCTION, f"{function.name}: {body_lines(function)} lines"
        count = parameters(function)
        assert count <= PARAMETERS, f"{function.name}: {count} parameters"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            assert lines(node) <= CLASS, f"{node.name}: {lines(node)} lines"


def test_medians():
    files = [len(module.text.splitlines()) for module in MODULES]
    functions = [body_lines(function) for module in MODULES for function in module.functions()]
    assert statistics.median(files) <= FILE_MEDIAN
    assert statistics.median(functions) <= FUNCTION_MEDIAN


@pytest.mark.parametrize("template", house.templates(), ids=lambda path: path.name)
def test_template_sizes(template):
    assert len(template.read_text("utf-8").splitlines()) <= TEMPLATE


# --- names and words


@everywhere()
def test_names(module):
    assert module.path.stem not in ("utils", "util", "helpers", "common", "misc")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", node.name)
            assert not {"Manager", "Helper", "Base"} & set(words), node.name


@everywhere()
def test_modules_and_public_things_say_what_they_promise(module):
    assert ast.get_docstring(module.tree), "the module has no docstring"
    for node in module.tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_every_code_is_documented():
    assert set(DOCS) == set(Code)
    for code, text in DOCS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code
        assert text.endswith("."), code


# --- tables


def table_against_tree(folder: str, real: set[str]) -> None:
    """Compare a README's table, both ways, with what there is."""
    readme = house.ROOT / folder / "README.md"
    listed = house.rows(readme)
    assert sorted(set(listed)) == sorted(listed), "a row stands twice"
    assert set(listed) == real


def test_table_of_modules():
    table_against_tree("generator", set(names(MODULES)))


def test_table_of_templates():
    files = {path.relative_to(house.TEMPLATES).as_posix() for path in house.templates()}
    table_against_tree("templates", files)


def test_table_of_tests():
    folder = house.ROOT / "tests"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    listed = {name for name in files if not name.startswith("cases/")}
    table_against_tree("tests", listed)


# --- what no committed text says

#: Pieces, so that this file does not say them either.
PLACES = re.compile(
    r"(?<![\w/.-])/(?:work|tmp)/"
    r"|(?<!\w)[.]library\b"
    r"|\b(?:" + "|".join(("pypi", "pythonhosted", "registry.npmjs", "debian")) + r")\.org\b"
)


def test_no_text_names_this_machine():
    files = house.repository_files()
    if files is None:
        pytest.skip("not a git checkout")
    found = []
    for path in files:
        text = path.read_text("utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), start=1):
            if hit := PLACES.search(line):
                found.append(f"{path.relative_to(house.ROOT)}:{number}: {hit[0]}")
    assert not found, "\n".join(found)
