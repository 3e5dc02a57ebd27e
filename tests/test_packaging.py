"""What is installed has everything that it needs: wheel, sdist and editable install.

Everything is built offline, with the build backend that the test extra brings.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import house

pytest.importorskip("hatchling", reason="the build backend is in the extra `test`")

#: What the build reads; everything else in a checkout (environments, caches) stays where it is.
SOURCES = ("generator", "templates", "pyproject.toml", "LICENSE", "README.md", ".gitignore")

FIND = (
    "from specbound.emit import files; import pathlib; p = files.templates(); "
    "print(p.resolve()); print(len([*p.rglob('*.jinja*')]))"
)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """A copy of what the build reads, so that building leaves the checkout alone."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "README.md").touch()
    for name in SOURCES:
        path = house.ROOT / name
        if path.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, folder / name, ignore=ignore)
        elif path.is_file():
            shutil.copy(path, folder / name)
    return folder


@pytest.fixture(scope="session")
def sdist(checkout) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", cwd=checkout)
    (found,) = (checkout / "dist").glob("*.tar.gz")
    return found


@pytest.fixture(scope="session", params=["checkout", "sdist"])
def wheel(request, checkout, sdist, tmp_path_factory) -> Path:
    """The wheel of the checkout, and the one of the sdist, which is what a registry's users get."""
    folder = checkout
    if request.param == "sdist":
        unpacked = tmp_path_factory.mktemp("sdist")
        with tarfile.open(sdist) as archive:
            archive.extractall(unpacked, filter="data")
        (folder,) = unpacked.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", cwd=folder)
    (found,) = (folder / "dist").glob("*.whl")
    return found


def expected() -> set[str]:
    """Every file of the package and every template, where the wheel has them."""
    package = (
        path
        for path in house.PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "README.md"
    )
    inside = {f"specbound/{path.relative_to(house.PACKAGE).as_posix()}" for path in package}
    layouts = (path.relative_to(house.TEMPLATES).as_posix() for path in house.templates())
    return inside | {f"specbound/templates/{name}" for name in layouts}


def test_the_wheel_has_all_files_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in names if ".dist-info/" not in name} == expected()
    assert {name.partition("/")[2] for name in names} >= {"METADATA", "entry_points.txt"}


def test_what_must_not_be_missing(wheel):
    """Named one by one: a file that is lost in the checkout too would not be missed above."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "specbound/py.typed" in names
    assert "specbound/contract/extension.schema.json" in names
    assert any(name.startswith("specbound/templates/") for name in names)


def environment(folder: Path) -> Path:
    """A virtual environment that sees this one's packages, but for specbound."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    (site,) = (folder / "lib").glob("python*/site-packages")
    # Appended after the environment's own folder: what is installed there is found first.
    paths = [path for path in sys.path if path.endswith("site-packages")]
    (site / "zz_outer.pth").write_text("\n".join(paths) + "\n", "utf-8")
    return python


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", python)
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall")
    run(*pip, "install", *offline, *what, cwd=cwd)


@pytest.fixture
def python(tmp_path) -> Path:
    return environment(tmp_path / "venv")


def test_an_installed_wheel_finds_its_templates(wheel, python, tmp_path):
    install(python, wheel, cwd=tmp_path)
    folder, count = run(python, "-I", "-c", FIND, cwd=tmp_path).splitlines()
    assert Path(folder).is_relative_to(tmp_path / "venv")
    assert int(count) == len(house.templates())
    assert "COMMAND" in run(python.with_name("specbound"), "--help", cwd=tmp_path)


def test_an_editable_install_reads_the_templates_of_the_checkout(checkout, python, tmp_path):
    install(python, "-e", checkout, cwd=tmp_path)
    live = checkout / "templates" / "added.jinja"
    live.write_text("", "utf-8")
    try:
        folder, count = run(python, "-I", "-c", FIND, cwd=tmp_path).splitlines()
    finally:
        live.unlink()
    assert Path(folder) == (checkout / "templates").resolve()
    assert int(count) == len(house.templates()) + 1
