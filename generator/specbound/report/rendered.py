"""Every kind of report by its name, each renderer imported when its report is asked for.

Knows which kinds there are. It must not know where a report goes, nor what stands in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from specbound.check.account import Account
from specbound.contract.load import Contract

#: Reports for programs and pages; ``text`` is for a person, who has wishes (`findings.Look`).
KINDS = ("json", "junit", "sarif", "github", "html")


def rendered(kind: str, account: Account, contract: Contract) -> str:
    """An account as one of `KINDS`."""
    if kind == "json":
        from specbound.report.json_report import json_report

        return json_report(account)
    if kind == "junit":
        from specbound.report.junit import junit

        return junit(account)
    if kind == "sarif":
        from importlib.metadata import version

        from specbound.report.sarif import sarif

        return sarif(account, version("specbound"))
    if kind == "github":
        from specbound.report.github import github

        return github(account)
    from specbound.report.html import html

    return html(account, contract)


def summarised(account: Account) -> None:
    """Add an account to the page that GitHub Actions shows of a job, where there is one."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        from specbound.report.github import github_summary

        with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as page:
            page.write(github_summary(account))
