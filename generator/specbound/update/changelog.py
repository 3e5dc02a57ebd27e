"""An entry into a changelog: the newest stands first, and what people wrote stays.

Knows Markdown's headings and one mark. It must not know what an entry says.
"""

from __future__ import annotations

import re

#: New entries go below this line, where a file has it.
MARK = "<!-- specbound update: new entries go below this line -->"

HEAD = f"""# Changes of the API

{MARK}
"""

_ENTRY = re.compile(r"^## ", re.MULTILINE)
_TITLE = re.compile(r"^# .*\n", re.MULTILINE)


def with_entry(text: str, entry: str) -> str:
    """A changelog with one more entry: below the mark, else before the newest, else at the end.

    A text with Windows line ends keeps them; an entry that stands there already changes nothing.
    """
    crlf = "\r\n" in text
    plain = text.replace("\r\n", "\n") or HEAD
    if entry.strip() in plain:
        return text
    at = _place(plain)
    before, after = plain[:at].rstrip("\n"), plain[at:].lstrip("\n")
    parts = [part for part in (before, entry.strip("\n"), after.rstrip("\n")) if part]
    done = "\n\n".join(parts) + "\n"
    return done.replace("\n", "\r\n") if crlf else done


def _place(text: str) -> int:
    if MARK in text:
        return text.index(MARK) + len(MARK)
    if first := _ENTRY.search(text):
        return first.start()
    title = _TITLE.search(text)
    return title.end() if title else len(text)
