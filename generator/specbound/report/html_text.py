"""Text into HTML: what may steer a page is spelt out, and what is markup already says so.

Knows HTML's syntax and Unicode's invisible characters. It must not know what a page shows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

#: Characters that turn the direction of text around, hide, or are no text at all.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

#: What a sentence sets in code; never more than a line.
_NAMED = re.compile("`([^`\n]{1,200})`")

#: Attributes of one element; `xmlattr` quotes and escapes them, and leaves None out.
Attributes = Mapping[str, str | int | bool | None]


class Html(str):
    """Markup that was escaped already; templates insert it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def visible(text: str) -> str:
    """Spell out characters that nobody sees, so that no text can pretend to be another."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def escaped(text: str) -> str:
    """Text for a place between tags."""
    return html.escape(visible(text), quote=False)


def element(name: str, text: str, kind: str = "") -> Html:
    """One element around a text; `kind` is its class."""
    opening = f'{name} class="{html.escape(kind)}"' if kind else name
    return Html(f"<{opening}>{escaped(text)}</{name}>")


def sentence(text: str) -> Html:
    """A sentence in which names stand between backticks, as code."""
    return Html(_NAMED.sub(r"<code>\1</code>", escaped(text)))


def cut(text: str, most: int) -> str:
    """The beginning of a text, and how much of it is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text):,} characters)"
