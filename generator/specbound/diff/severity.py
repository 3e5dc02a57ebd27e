"""Breaking or not: the one place that decides, from who sends a thing and what became of it.

Knows that whoever narrows what it takes, or widens what it gives, breaks the other side. It must
not know any keyword, nor any part of a document.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """What a change means to a client that was written against the old document."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"


class Sender(StrEnum):
    """Who sends the value that a schema describes; a webhook's request comes from the service."""

    CLIENT = "client"
    SERVICE = "service"

    @property
    def other(self) -> Sender:
        """Who answers."""
        return Sender.SERVICE if self is Sender.CLIENT else Sender.CLIENT


class Effect(NamedTuple):
    """Whether the new side refuses what the old one took, and takes what the old one refused.

    None is what cannot be decided.
    """

    narrower: bool | None
    wider: bool | None

    @property
    def word(self) -> str:
        """``narrowed``, ``widened``, or ``changed`` where it is both, neither or unknown."""
        if self.narrower and self.wider is False:
            return "narrowed"
        return "widened" if self.wider and self.narrower is False else "changed"


NARROWER = Effect(True, False)
WIDER = Effect(False, True)
BOTH = Effect(True, True)
NEITHER = Effect(False, False)
UNKNOWN = Effect(None, None)

#: Something that the old side could rely on is gone, whoever sends it.
WITHDRAWN = BOTH
#: Something that nobody has to use has come.
OFFERED = NEITHER


def severity(sender: Sender, effect: Effect) -> Severity:
    """Judge an effect: a narrowed request breaks, a widened reply breaks, the unknown is told."""
    hurts = undecided(sender, effect)
    if hurts is None:
        return Severity.WARNING
    return Severity.BREAKING if hurts else Severity.INFO


def undecided(sender: Sender, effect: Effect) -> bool | None:
    """Whether the client is hurt; None if that cannot be decided."""
    return effect.narrower if sender is Sender.CLIENT else effect.wider
