"""Which operations and tags the document itself speaks about, and which stand in it unexplained.

Knows the document's texts. It must not know names: it only says how much a place may decide, so
that a copy of an operation or of a branch under a word that is new renames nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specbound.contract.shapes import Place, Shape, Step
from specbound.contract.words import singular, words

_LETTERS = re.compile(r"[a-z0-9]+")
_TOKEN = re.compile(r"\w(?:[\w.\-]*\w)?")
_SPOKEN = ("summary", "description", "tags", "x-codeSamples", "x-code-samples")


class Speech:
    """How many distinct texts of a document mention each tag of its unions."""

    def __init__(self, document: Mapping[str, Any], shapes: Iterable[Shape]) -> None:
        wanted = {
            step.word
            for shape in shapes
            for place in shape.places
            for step in place.trail
            if step.kind == "branch" and _TOKEN.fullmatch(step.word)
        }
        self._mentions: Counter[str] = Counter(dict.fromkeys(wanted, 0))
        for text in set(_texts(document)) if wanted else ():
            self._mentions.update(wanted.intersection(_TOKEN.findall(text)))

    def is_new(self, place: Place) -> bool:
        """Whether a tag on the way is mentioned nowhere else, not even in its branch's title."""
        return any(
            step.kind == "branch" and self._mentions.get(step.word, 2) < 2 and not _titled(step)
            for step in place.trail
        )


def _titled(step: Step) -> bool:
    title = {word.lower() for word in words(step.title)}
    return title >= {word.lower() for word in words(step.word)}


def _texts(node: Any) -> Iterator[str]:
    """Every text, and the values of an enumeration as one text more."""
    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, dict):
            pending += here.values()
        elif isinstance(here, list):
            plain = [one for one in here if isinstance(one, str)]
            if len(plain) > 1:
                yield "\n".join(sorted(plain))
            pending += here


def standing(path_words: Iterable[str], node: Mapping[str, Any]) -> tuple[float, int]:
    """How far an operation's own text speaks of what its path names, up to 1; and how much it says.

    Half of the words are enough. The volume is a power of two: small corrections change nothing.
    """
    text = "\n".join(_texts({key: node[key] for key in _SPOKEN if key in node})).lower()
    spoken = {singular(word) for word in _LETTERS.findall(text)}
    named = {singular(word.lower()) for name in path_words for word in words(name)}
    share = len(named & spoken) / len(named) if named else 0.0
    return min(1.0, 2 * share), len(text).bit_length()
