"""What a request asks of the mock beside the contract: preferences of RFC 7240 in `Prefer`.

Knows their names and what values they may have. It must not know how any of them is fulfilled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_ONE = re.compile(
    r"(?<![\w!#$%&\'*+.^`|~-])([\w!#$%&\'*+.^`|~-]++)"
    r'(?:\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^,;\s]*+))?\s*+(?:[,;]|\Z)'
)
_LONGEST_DELAY = 3600.0

#: Every preference, and what it asks for.
KNOWN = {
    "code": "the reply of this status",
    "example": "the document's example of this name",
    "dynamic": "a drawn body, though the document has examples",
    "delay": "seconds to wait before the reply",
    "drift": "a reply that breaks one rule of the document; drift=KEYWORD chooses which",
    "throttle": "429 with Retry-After, in seconds",
    "state": "the state in which what is created will end, or is now",
    "rate": "the share of requests that a server-wide fault is for",
    "stall": "half of the reply, and then nothing",
    "reset": "half of the reply, and then the connection is closed",
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of one request; those that make no sense are as if they were not there."""

    asked: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int | None:
        """The status that is asked for."""
        text = self.asked.get("code", "")
        return int(text) if re.fullmatch("[1-5][0-9]{2}", text) and text >= "200" else None

    @property
    def delay(self) -> float:
        """Seconds to wait."""
        return min(_number(self.asked.get("delay", "")) or 0.0, _LONGEST_DELAY)

    @property
    def throttle(self) -> float | None:
        """Seconds after which to come again."""
        if "throttle" not in self.asked:
            return None
        return _number(self.asked["throttle"] or "1")

    @property
    def drift(self) -> str | None:
        """The keyword that is to be broken; empty for any."""
        text = self.asked.get("drift")
        return "" if text in ("", "true") else text

    @property
    def rate(self) -> float:
        """The share of requests, 1 if nothing is said."""
        found = _number(self.asked.get("rate", "1"))
        return 1.0 if found is None else found

    @property
    def applied(self) -> str:
        """What is fulfilled whatever the operation, as `Preference-Applied` says it."""
        found = [f"delay={self.asked['delay']}"] if self.delay else []
        if self.throttle is not None:
            found.append("throttle")
        elif self.code is not None:
            found.append(f"code={self.code}")
        found += [name for name in ("dynamic", "stall", "reset") if self.wants(name)]
        return ", ".join(found)

    @property
    def senseless(self) -> str:
        """The first preference whose value makes no sense; empty if all do."""
        numbers = [name for name in ("delay", "throttle", "rate") if self.asked.get(name)]
        bad = [name for name in numbers if _number(self.asked[name]) is None]
        if "code" in self.asked and self.code is None:
            bad.insert(0, "code")
        if self.rate > 1:
            bad.append("rate")
        return bad[0] if bad else ""

    def wants(self, name: str) -> bool:
        """Whether something that is on or off is asked for."""
        return name in self.asked and self.asked[name] not in ("false", "0")


def read(texts: Iterable[str]) -> Preferences:
    """The preferences of header fields (RFC 7240 section 2); of several with a name the first.

    What RFC 7240 calls a parameter counts as a preference too: ``code=503; delay=2``.
    """
    asked: dict[str, str] = {}
    for text in texts:
        for name, value in _ONE.findall(text):
            if name.lower() in KNOWN:
                asked.setdefault(name.lower(), _unquoted(value))
    return Preferences(asked)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' and len(value) > 1 else value


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", text) else None
