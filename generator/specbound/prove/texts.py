"""Texts: lengths, patterns and formats that one string must satisfy together.

Knows how to make texts that are likely to fit, and tests each. It must not know objects or arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Any

from specbound.contract.patterns import PatternError, compiled
from specbound.contract.values import length
from specbound.prove import forms
from specbound.prove.alphabet import ALL, ASCII
from specbound.prove.conjunction import Bounds, Part, Unsatisfiable, bounds, limits
from specbound.prove.patterned import Pattern, pattern
from specbound.prove.pick import Chance, Least, Pick, Rejected, edged
from specbound.runtime.formats import FORMATS, conforms

#: How much longer than it must be a text is, where nothing asks for a bound.
_MORE = 24
#: Above this many characters a bound is met by one text that is made once and kept.
HUGE = 4_096
_ATTEMPTS = 20
_PROBES = 24
#: So many texts of a source that seldom fits are looked at, and so many patterns joined.
_SEARCH = 600
_JOINED = 3

Maker = Callable[[Pick], str]


@dataclass(frozen=True, slots=True)
class Demands:
    """What a text must be."""

    size: Bounds
    patterns: tuple[str, ...]
    formats: tuple[str, ...]
    utf16: bool
    at: str

    def fits(self, text: str) -> bool:
        """Whether a text is all of it."""
        size = length(text, "utf-16" if self.utf16 else "characters")
        if size < self.size.least or (self.size.most is not None and size > self.size.most):
            return False
        if not all(compiled(each).search(text) for each in self.patterns):
            return False
        return all(conforms(text, name) for name in self.formats)


def demands(parts: Sequence[Part]) -> Demands:
    """What the parts ask of a text, taken together."""
    patterns = tuple(dict.fromkeys(limits(parts, "pattern")))
    for each in patterns:
        try:
            compiled(each)
        except PatternError as error:
            raise Unsatisfiable(parts[0].at, f"`{each}` is no pattern: {error.reason}") from None
    formats = tuple(dict.fromkeys(name for name in limits(parts, "format") if name in FORMATS))
    units = [unit for unit in limits(parts, "x-specbound") if isinstance(unit, Mapping)]
    utf16 = any(unit.get("length-unit") == "utf-16" for unit in units)
    return Demands(bounds(parts, "Length"), patterns, formats, utf16, parts[0].at if parts else "")


def maker(wanted: Demands) -> Maker:
    """A function of choices to texts that fit; raises `Unsatisfiable` where none was found."""
    sources = [source for source in _sources(wanted) if _works(source, wanted)]
    sources = sources or _rare(wanted)
    if not sources:
        raise Unsatisfiable(wanted.at, f"no text was found for {_words(wanted)}")

    def make(pick: Pick) -> str:
        for _ in range(_ATTEMPTS):
            text = sources[pick.integer(0, len(sources) - 1)](pick)
            if wanted.fits(text):
                return text
        pick.reject()

    edges = [text for size in _edges(wanted) if (text := _at_size(sources, wanted, size))]
    return _with_edges(make, edges) if edges else make


def _with_edges(make: Maker, edges: list[str]) -> Maker:
    """Now and then a bound that is too far to be met by chance; zero stands for the plain way."""

    def choose(pick: Pick) -> str:
        # One in ten: a text of megabytes is to be seen, not to be seen often.
        number = pick.integer(0, 10 * len(edges) - 1) - 9 * len(edges)
        return edges[number] if number >= 0 else make(pick)

    return choose


def _edges(wanted: Demands) -> list[int]:
    """The bounds that are too large to be drawn."""
    both = (wanted.size.least, wanted.size.most)
    return sorted({size for size in both if size is not None and size > HUGE})


def _at_size(sources: Sequence[Maker], wanted: Demands, size: int) -> str:
    exact = Demands(Bounds(size, size), wanted.patterns, wanted.formats, wanted.utf16, wanted.at)
    for source in _sources(exact):
        for pick in (Least(), Chance(size)):
            try:
                text = source(pick)
            except Rejected:
                continue
            if wanted.fits(text) and length(text, _unit(wanted)) == size:
                return text
    return ""


def _unit(wanted: Demands) -> str:
    return "utf-16" if wanted.utf16 else "characters"


def _works(source: Maker, wanted: Demands) -> bool:
    """Whether one in a few of a source's texts fits; a source that never hits is not asked."""
    probes = _PROBES if wanted.size.least <= HUGE else 2
    hits = 0
    for seed in range(probes):
        try:
            hits += wanted.fits(source(Chance(seed)))
        except Rejected:
            continue
    return hits * 4 >= probes


def _rare(wanted: Demands) -> list[Maker]:
    """A source that gives what a long search has found, where texts seldom fit by chance."""
    if wanted.size.least > HUGE:
        return []
    found: dict[str, None] = {}
    for source in _sources(wanted):
        for seed in range(_SEARCH):
            try:
                text = source(Chance(seed))
            except Rejected:
                continue
            if wanted.fits(text):
                found[text] = None
    kept = sorted(found, key=lambda text: (len(text), text))
    return [lambda pick: kept[pick.integer(0, len(kept) - 1)]] if kept else []


def _sources(wanted: Demands) -> list[Maker]:
    """Ways of making such a text, the likeliest first."""
    found: list[Maker] = []
    known = [forms.FORMS[name] for name in wanted.formats if name in forms.FORMS]
    if len(known) == 1 or known:
        found += [_form(form, wanted) for form in known]
    found += [_pattern(pattern(each), wanted) for each in wanted.patterns]
    if 1 < len(wanted.patterns) <= _JOINED:
        found += [_chain(order, wanted) for order in permutations(wanted.patterns)]
    return found or [lambda pick: _plain(pick, wanted)]


def _form(form: forms.Form, wanted: Demands) -> Maker:
    return lambda pick: form(pick, wanted.size)


def _pattern(one: Pattern, wanted: Demands) -> Maker:
    def sizes(rest: int) -> tuple[int, int]:
        least = max(0, wanted.size.least - rest)
        most = None if wanted.size.most is None else max(0, wanted.size.most - rest)
        return least, _reachable(least, most)

    return lambda pick: one.text(_Clamped(pick), sizes)


def _chain(order: Sequence[str], wanted: Demands) -> Maker:
    """Texts of several patterns, one behind the other: ``^a`` and ``z$``."""
    makers = [_pattern(pattern(each), wanted) for each in order]
    return lambda pick: "".join(make(pick) for make in makers)


def _reachable(least: int, most: int | None) -> int:
    """How far a draw may go: to the bound, where a text of that size can be drawn at all."""
    if most is not None and most <= HUGE:
        return most
    return least + _MORE if most is None else min(most, least + _MORE)


class _Clamped:
    """Passes every question on, but draws lengths so that both bounds are met often."""

    def __init__(self, pick: Pick) -> None:
        self._pick = pick
        self.text, self.number, self.branch = pick.text, pick.number, pick.branch
        self.present, self.size, self.reject = pick.present, pick.size, pick.reject

    def integer(self, least: int, most: int) -> int:
        """A whole number; where there are many, every sixth is a bound."""
        return edged(self._pick, least, most)


def _plain(pick: Pick, wanted: Demands) -> str:
    least, most = wanted.size.least, wanted.size.most
    size = edged(pick, least, _reachable(least, most))
    # Nobody's alphabet ends with Z: every fourth text is of characters of one to four bytes.
    text = pick.text(ALL if pick.integer(0, 3) == 3 else ASCII, size)
    text = _edge(pick, text)
    if wanted.utf16 and most is not None and length(text, "utf-16") > most:
        text = "".join(char for char in text if char <= "\uffff").ljust(least, "x")
    return text


def _edge(pick: Pick, text: str) -> str:
    """Now and then a text begins or ends with what is easily trimmed."""
    side = pick.integer(0, 15)
    if side >= 13 and text:
        return (text[:-1] + " ", " " + text[1:], text[:-1] + "\n")[side - 13]
    return text


def _words(wanted: Demands) -> str:
    said = [f"pattern `{each}`" for each in wanted.patterns]
    said += [f"format `{name}`" for name in wanted.formats]
    most = "" if wanted.size.most is None else f" to {wanted.size.most:,}"
    return ", ".join([*said, f"length {wanted.size.least:,}{most}"])


@lru_cache(1024)
def cached_maker(wanted: Demands) -> Maker:
    """`maker`, made once for equal demands."""
    return maker(wanted)


def text_of(parts: Sequence[Part]) -> Callable[[Pick], Any]:
    """The maker for what some parts ask of a text."""
    return cached_maker(demands(parts))
