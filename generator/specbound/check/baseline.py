"""The baseline: causes that are known and accepted, with reasons and the days on which they end.

Knows the baseline's file and how it divides an account. It must not know files that were checked,
lines, or how what it says is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from specbound.check.account import Account, Cause, Entry, Group
from specbound.check.causes import cause
from specbound.check.finding import Part
from specbound.diagnostics import Code, failure
from specbound.origin import Origin

VERSION = 1
ABOUT = (
    "Causes that specbound validate accepts as known. Write a `reason` beside each; a day in "
    "`expires` (YYYY-MM-DD) ends it. `message` and `count` are for the reader only. "
    "--update-baseline rewrites the file, keeps reasons and days, and drops what is gone."
)
TEXTS = ("operation", "part", "code", "pointer", "schema", "reason", "expires", "message")
REQUIRED = ("part", "code")
PARTS = tuple(str(part) for part in Part)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline file, in its order; none where there is no file yet."""

    entries: tuple[Entry, ...] = ()


def read(path: str | Path) -> Baseline:
    """Read a baseline file; raises `SpecError` with file, line and reason where it cannot."""
    text = _text(path)
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = getattr(error, "msg", "it nests too deeply")
        place = Origin(str(path), "", line, getattr(error, "colno", None))
        raise failure(Code.SYNTAX, f"the baseline is not JSON: {reason}", place) from None
    if not isinstance(data, Mapping) or not isinstance(data.get("known"), list):
        raise _wrong(path, 1, "", 'the baseline is not an object with a list "known"')
    if data.get("version") != VERSION:
        raise _wrong(path, 1, "/version", f"the baseline's version is not {VERSION}")
    return Baseline(tuple(_entry(node, at, path, text) for at, node in enumerate(data["known"])))


def apply(account: Account, baseline: Baseline, today: date) -> Account:
    """Move the groups that the baseline accepts to `known`; tell stale and expired entries.

    An entry is in force through the day on which it expires; after it, its group counts as new.
    A count that grew stays known: a baseline speaks of causes. `all` keeps what is new.
    """
    over = today.isoformat()
    entries = {entry.cause: entry for entry in baseline.entries}
    found = {group.cause for group in account.groups}
    expired = {why for why, entry in entries.items() if entry.expires and entry.expires < over}
    force = {why: entry for why, entry in entries.items() if why not in expired}
    known = {cause(group.finding) for group in account.groups if group.cause in force}
    every = account.all and tuple(each for each in account.all if cause(each) not in known)
    return replace(
        account,
        groups=tuple(group for group in account.groups if group.cause not in force),
        known=tuple((each, force[each.cause]) for each in account.groups if each.cause in force),
        stale=tuple(entry for why, entry in entries.items() if why not in found),
        all=every,
        expired=tuple(entries[why] for why in entries if why in expired and why in found),
    )


def updated(account: Account, baseline: Baseline) -> str:
    """The baseline file that accepts all of an account, new and known.

    Entries that still match keep their reason and their day, even a day that is over: only a
    person may put it off. Ordered by operation, part and place, so that a change shows as itself.
    """
    before = {entry.cause: entry for entry in baseline.entries}
    groups = [*account.groups, *(group for group, _ in account.known)]
    known = [_block(each, before.get(each.cause)) for each in sorted(groups, key=_order)]
    page = {"version": VERSION, "about": ABOUT, "known": known}
    text = json.dumps(page, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def _order(group: Group) -> Cause:
    return group.cause


def _block(group: Group, before: Entry | None) -> dict[str, Any]:
    why = group.cause
    names = {"names": list(why.names)} if why.names else {}
    return {
        "message": group.finding.message,
        "operation": why.operation,
        "part": str(why.part),
        "code": why.code,
        "pointer": why.pointer,
        "schema": why.schema,
        **names,
        "count": group.count,
        "reason": before.reason if before else "",
        "expires": before.expires if before else "",
    }


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its bytes are not UTF-8"
        help = "--update-baseline writes the file" if isinstance(error, FileNotFoundError) else ""
        message = f"the baseline cannot be read: {reason}"
        raise failure(Code.UNREADABLE, message, Origin(str(path)), help) from None


def _entry(node: Any, at: int, path: str | Path, text: str) -> Entry:
    complaint = _complaint(node)
    if complaint:
        raise _wrong(path, _line(text, at), f"/known/{at}", complaint)
    why = Cause(
        node.get("operation", ""),
        Part(node["part"]),
        node["code"],
        node.get("pointer", ""),
        node.get("schema", ""),
        tuple(node.get("names", ())),
    )
    return Entry(why, node.get("count", 1), node.get("reason", ""), node.get("expires", ""))


def _complaint(node: Any) -> str:
    """What is wrong with one entry, empty where nothing is."""
    if not isinstance(node, Mapping):
        return "an entry of the baseline is not an object"
    missing = [name for name in REQUIRED if name not in node]
    if missing:
        return f"an entry of the baseline has no `{missing[0]}`"
    unknown = [name for name in node if name not in (*TEXTS, "names", "count")]
    if unknown:
        return f"`{unknown[0]}` is not a member of a baseline's entry"
    return _wrong_value(node)


def _wrong_value(node: Mapping[str, Any]) -> str:
    for name in TEXTS:
        if not isinstance(node.get(name, ""), str):
            return f"`{name}` of a baseline's entry is not a text"
    names, count = node.get("names", []), node.get("count", 1)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return "`names` of a baseline's entry is not a list of texts"
    if not isinstance(count, int) or isinstance(count, bool):
        return "`count` of a baseline's entry is not an integer"
    if node["part"] not in PARTS:
        return f"`part` of a baseline's entry is none of {', '.join(PARTS)}"
    if node.get("expires") and not _is_day(node["expires"]):
        return f'`expires` is "{node["expires"]}", which is no day such as 2026-12-31'
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _wrong(path: str | Path, line: int | None, place: str, message: str) -> Exception:
    return failure(Code.INVALID_CONFIGURATION, message, Origin(str(path), place, line))


def _line(text: str, number: int) -> int | None:
    """The line on which the entry of that number begins."""
    for at, offset in enumerate(_offsets(text)):
        if at == number:
            return text.count("\n", 0, offset) + 1
    return None


def _offsets(text: str) -> Iterator[int]:
    """Where each entry of `known` begins in a text that is known to be JSON."""
    decoder, gap = json.JSONDecoder(), re.compile(r"[\s,]*")
    start = re.search(r'"known"\s*:\s*\[', text)
    at = start.end() if start else len(text)
    while (found := gap.match(text, at)) and found.end() < len(text) and text[found.end()] != "]":
        yield found.end()
        _, at = decoder.raw_decode(text, found.end())
