"""What a documentation page leaves unsaid: statuses, and values that only hold a place.

Knows how pages write placeholders. It must not know any page's layout, nor a contract.
"""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"\.{3}|…|x{3,}|<[^<>]+>|\{\{?[^{}]+\}?\}|\[[^\[\]]+\]|\$\{?\w+\}?|string"
    r"|(?:your|my|insert|replace)[-_ ][\w -]+",
    re.IGNORECASE,
)


class Unstated(int):
    """A success status that the page does not say: to everybody who does not ask, 200."""


#: The status of a documented reply whose page shows the body and says no number.
UNSTATED = Unstated(200)


def is_placeholder(text: str) -> bool:
    """Whether a text only tells the reader to put in his own: ``<avatar-id>``, ``YOUR_KEY``."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None
