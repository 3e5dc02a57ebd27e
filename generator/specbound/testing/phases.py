"""One test after the other: which exchanges are whose, and how a test that drifted fails.

Knows the hooks of pytest's run of a test. It must not know how an exchange is seen or checked, nor
what stands at the end of a run.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from specbound.testing.book import Book, Page
from specbound.testing.closing import Judge
from specbound.testing.marks import mark_of
from specbound.testing.replies import Ears

SECTION = "specbound"
_PAGE = pytest.StashKey[Page]()


class Phases:
    """The plugin's part that stands beside every test; `fails` says whether drift is a failure."""

    def __init__(self, book: Book, judge: Judge, fails: bool) -> None:
        self.book, self.judge, self.fails = book, judge, fails
        self.ears = Ears(book)
        self.numbers: dict[str, int] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Number the tests; every process has collected the same."""
        self.numbers = {item.nodeid: number for number, item in enumerate(session.items)}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """What its fixtures send is the test's own."""
        wrong = self._begin(item)
        result = yield
        if wrong:
            pytest.fail(wrong, pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test that passes fails for what it or its fixtures sent."""
        try:
            result = yield
        finally:
            self.ears.settle()
        self._fail(item)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """What is sent while fixtures end is told apart from what the test sent."""
        self._begin(item)
        try:
            result = yield
            self.ears.settle()
            self._fail(item)
        finally:
            self.ears.settle()
            self.book.end()
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A phase that ends for a reason of its own keeps it; ours stands below it."""
        report = yield
        if _PAGE in item.stash and (report.when != "setup" or not report.passed):
            drift = self.judge.drift(item.stash[_PAGE].tally)
            reason = getattr(call.excinfo and call.excinfo.value, "msg", "")
            if drift and reason != drift:
                report.sections.append((SECTION, drift))
        return report

    def _begin(self, item: pytest.Item) -> str:
        """A page for what comes now; says what is wrong with the test's marks."""
        file, line = str(item.path), item.location[1]
        number = self.numbers.get(item.nodeid, -1)
        name = told(item.path, item.config.invocation_params.dir)
        page = Page(number, file, name, None if line is None else line + 1)
        item.stash[_PAGE] = self.book.begin(page)
        try:
            page.mark = mark_of(item)
        except pytest.UsageError as error:
            return str(error)
        return ""

    def _fail(self, item: pytest.Item) -> None:
        __tracebackhide__ = True
        drift = self.judge.drift(item.stash[_PAGE].tally)
        if drift and self.fails:
            pytest.fail(drift, pytrace=False)


def told(file: Path, start: Path) -> str:
    """A file as seen from where the run began, if it lies below; a test may go elsewhere."""
    return (file.relative_to(start) if file.is_relative_to(start) else file).as_posix()
