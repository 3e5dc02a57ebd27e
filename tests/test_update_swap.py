"""Many files replaced as one: all or none, whatever fails and wherever the process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.diagnostics import SpecError
from specbound.update import swap
from specbound.update.swap import FOLDER, Swap, recover
from test_cli import environment
from updates import snapshot

#: File name to what it holds before and after; None is no file.
FILES = st.dictionaries(
    st.sampled_from(["a", "b", "in/c", "in/d", "deep/er/e", "deep/f"]),
    st.tuples(st.none() | st.binary(max_size=3), st.none() | st.binary(max_size=3)),
    min_size=1,
)


def begin(folder: Path, files: dict[str, tuple[bytes | None, bytes | None]]) -> Swap:
    for name, (before, _) in files.items():
        if before is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(before)
    return Swap(folder, {folder / name: after for name, (_, after) in files.items()})


def expected(files: dict[str, tuple[bytes | None, bytes | None]], side: int) -> dict[str, bytes]:
    return {name: data for name, both in sorted(files.items()) if (data := both[side]) is not None}


@settings(max_examples=60)
@given(FILES)
def test_all_files_are_replaced(files):
    with TemporaryDirectory() as name:
        folder = Path(name)
        changed = begin(folder, files).perform()
        assert snapshot(folder) == expected(files, 1)
        assert changed == sum(before != after for before, after in files.values())


@settings(max_examples=80)
@given(FILES, st.integers(0, 6), st.sampled_from([OSError, KeyboardInterrupt]))
def test_none_is_replaced_where_a_step_fails(files, step, kind):
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        work = begin(folder, files)
        before = snapshot(folder)
        real, calls = swap._move, iter(range(100))

        def move(draft: Path, target: Path) -> None:
            if next(calls) == step:
                raise kind("no")
            real(draft, target)

        patch.setattr(swap, "_move", move)
        folders = sorted(path for path in folder.rglob("*") if path.is_dir())
        try:
            work.perform()
        except kind:
            assert snapshot(folder) == before
            assert sorted(path for path in folder.rglob("*") if path.is_dir()) == folders
        else:
            assert snapshot(folder) == expected(files, 1)


KILLED = """
import os, sys
from pathlib import Path
from specbound.update import swap

folder, step = Path(sys.argv[1]), int(sys.argv[2])
real, done = swap.{name}, []

def stop(*arguments):
    if len(done) == step:
        os._exit(9)
    done.append(1)
    return real(*arguments)

swap.{name} = stop
swap.Swap(folder, {{folder / "a": b"2", folder / "in/b": b"2", folder / "c": None}}).perform()
"""


@pytest.mark.parametrize(("name", "step"), [("_move", 0), ("_move", 1), ("_backup", 0)])
def test_a_killed_process_is_undone_by_the_next_run(tmp_path, name, step):
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "c").write_bytes(b"1")
    before = snapshot(tmp_path)
    script = KILLED.format(name=name)
    command = [sys.executable, "-c", script, str(tmp_path), str(step)]
    assert subprocess.run(command, env=environment()).returncode == 9
    assert (tmp_path / FOLDER).is_dir()
    recover(tmp_path)
    assert snapshot(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def test_recovering_twice_is_recovering_once(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"1")
    work = Swap(tmp_path, {tmp_path / "a": b"2", tmp_path / "b": b"2"})
    real = swap._move

    def move(draft: Path, target: Path) -> None:
        if target.name == "b":
            raise OSError("no")
        real(draft, target)

    with monkeypatch.context() as patch:
        patch.setattr(swap, "recover", lambda folder: 0)  # as if killed on the way
        patch.setattr(swap, "_move", move)
        with pytest.raises(OSError, match="no"):
            work.perform()
    assert snapshot(tmp_path)["a"] == b"2"
    assert recover(tmp_path) == 2
    assert snapshot(tmp_path) == {"a": b"1"}
    assert recover(tmp_path) == 0


def test_a_broken_journal_is_one_error(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "journal.json").write_text("[]")
    with pytest.raises(SpecError, match="journal"):
        recover(tmp_path)


def test_a_mode_and_a_link_stay_what_they_are(tmp_path):
    real = tmp_path / "real"
    real.write_bytes(b"1")
    real.chmod(0o640)
    (tmp_path / "link").symlink_to(real)
    Swap(tmp_path, {tmp_path / "link": b"2"}).perform()
    assert (tmp_path / "link").is_symlink()
    assert real.read_bytes() == b"2"
    assert real.stat().st_mode & 0o777 == 0o640


def test_nothing_is_touched_where_nothing_differs(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    before = os.stat(tmp_path / "a").st_mtime_ns
    assert Swap(tmp_path, {tmp_path / "a": b"1", tmp_path / "b": None}).perform() == 0
    assert os.stat(tmp_path / "a").st_mtime_ns == before
