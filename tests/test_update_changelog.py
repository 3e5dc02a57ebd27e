"""An entry into a changelog: the newest first, and what people wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.update.changelog import MARK, with_entry

LINES = st.lists(st.sampled_from(["# Log", "## one", "text", "- row", "", MARK]), max_size=8)


def test_a_new_changelog_gets_a_heading_and_a_mark():
    assert with_entry("", "## b\n\nB\n").startswith("# Changes of the API\n")
    assert MARK in with_entry("", "## b\n")


def test_the_newest_entry_stands_first():
    text = with_entry(with_entry("", "## a\n\nA\n"), "## b\n\nB\n")
    assert text.index("## b") < text.index("## a")
    assert text.count(MARK) == 1


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("# Log\n\nWords.\n\n## old\n\nx\n", "# Log\n\nWords.\n\n## new\n\n## old\n\nx\n"),
        ("# Log\n", "# Log\n\n## new\n"),
        ("words\n", "words\n\n## new\n"),
        (f"# Log\n{MARK}\n## old\n", f"# Log\n{MARK}\n\n## new\n\n## old\n"),
        ("# Log\r\n\r\n## old\r\n", "# Log\r\n\r\n## new\r\n\r\n## old\r\n"),
    ],
)
def test_an_entry_goes_before_the_newest(text, done):
    assert with_entry(text, "## new\n") == done


@given(LINES)
def test_nothing_is_lost_and_twice_is_once(lines):
    text = "\n".join(lines) + "\n"
    once = with_entry(text, "## new\n\nentry\n")
    kept = [line for line in once.split("\n") if line and line not in ("## new", "entry")]
    assert [line for line in lines if line] == kept or text.strip() == ""
    assert with_entry(once, "## new\n\nentry\n") == once
