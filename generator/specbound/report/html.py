"""An account as one web page that stands alone: no network, and nothing in it can run but its own.

Knows the page as a whole and its templates. It must not know how a finding was made, nor write to
any file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import jinja2

from specbound.check.account import Account, Entry
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.installed import templates
from specbound.report import phrases
from specbound.report.html_findings import Cards, filters
from specbound.report.html_map import coverage_map
from specbound.report.html_text import Attributes, Html, visible
from specbound.report.html_views import Listing, Map, Page, Text
from specbound.report.terminal import counted

_STYLE = ("look", "layout", "findings", "code", "coverage", "small")
_SCRIPT = ("theme", "filter")
_WIDTH = 1_000


def html(account: Account, contract: Contract) -> str:
    """The whole page as one text in UTF-8; what comes from recordings is inert in it."""
    text = (
        _environment().get_template("report/page.html.jinja").render(view=_page(account, contract))
    )
    # A lone surrogate has no place in UTF-8, wherever it came from.
    return text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )


def _page(account: Account, contract: Contract) -> Page:
    style, script = _joined(_STYLE, "css"), _joined(_SCRIPT, "js")
    found = coverage_map(account.coverage) if account.coverage else None
    return Page(
        title=visible(f"{account.title} {account.version}".strip()) or "API",
        subtitle=_subtitle(account),
        outcome=_outcome(account),
        policy=_policy(style, script),
        style=style,
        script=script,
        bar=tuple(_figures(account)),
        shares=tuple(_shares(account)),
        links=tuple(_links(account, found)),
        filters=tuple(filters(account)),
        sections=tuple(Cards(account, contract).sections(account)),
        listings=tuple(_listings(account)),
        map=found,
        footer=visible(phrases.closing(account)),
    )


def _joined(names: tuple[str, ...], kind: str) -> Html:
    each = (_environment().get_template(f"report/{name}.{kind}.jinja").render() for name in names)
    return Html("\n".join(each))


def _policy(style: Html, script: Html) -> Attributes:
    """Content-Security-Policy: only this style and this script, told by their hashes."""
    rules = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    content = f"{rules}; base-uri 'none'; form-action 'none'"
    return {"http-equiv": "Content-Security-Policy", "content": content}


def _hash(text: Html) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _subtitle(account: Account) -> str:
    read = f"{counted(account.exchanges, 'exchange')} from {counted(account.files, 'file')}"
    return f"{read} against {counted(account.operations, 'operation')}"


def _outcome(account: Account) -> Text:
    if not account.exchanges:
        return Text("No exchange was judged", {"class": "outcome warning"})
    errors = phrases.severities(account)[Severity.ERROR]
    if errors:
        return Text(f"{counted(errors, 'new error')}", {"class": "outcome error"})
    return Text("No new errors", {"class": "outcome ok"})


def _figures(account: Account) -> Iterator[Text]:
    yield Text("valid", {"class": "figure ok"}, f"{account.valid:,}")
    yield Text("invalid", {"class": "figure error"}, f"{account.invalid:,}")
    yield Text("undocumented", {"class": "figure warning"}, f"{account.undocumented:,}")
    causes = len(account.groups) + len(account.known)
    yield Text(
        f"findings of {counted(causes, 'cause')}", {"class": "figure"}, f"{account.findings:,}"
    )


def _shares(account: Account) -> Iterator[Attributes]:
    """The parts of the bar: where each begins and how wide it is."""
    start = 0
    each = ((account.valid, "ok"), (account.invalid, "error"), (account.undocumented, "warning"))
    for count, kind in each:
        if count:
            width = max(round(_WIDTH * count / max(account.exchanges, 1)), 4)
            yield {"class": kind, "x": start, "y": 0, "width": width, "height": 10}
            start += width


def _links(account: Account, found: Map | None) -> Iterator[Text]:
    yield Text("Findings", {"href": "#findings"}, f"{len(account.groups):,}")
    if account.known:
        yield Text("Known", {"href": "#known"}, f"{len(account.known):,}")
    if found:
        yield Text("Coverage", {"href": "#coverage"}, found.percent)
    if any(_listings(account)):
        yield Text("Notes", {"href": "#notes"})


def _listings(account: Account) -> Iterator[Listing]:
    """What stands beside the findings."""
    every: list[tuple[str, str, list[str]]] = [
        ("Expired", "Accepted once, and not any more.", _entries(account.expired)),
        ("Stale", "The baseline accepts these; nobody met them.", _entries(account.stale)),
        ("Not judged", "", phrases.reasons(account.unchecked.items())),
        ("Passed over", "", phrases.reasons(account.skipped.items())),
    ]
    for title, note, rows in every:
        if rows:
            yield Listing(title, note, tuple(visible(row) for row in rows))


def _entries(entries: Iterable[Entry]) -> list[str]:
    return [
        " · ".join(filter(None, (phrases.entry_line(one), one.reason, one.expires)))
        for one in entries
    ]
