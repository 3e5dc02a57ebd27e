"""What an update comes to: methods and names that change, recordings, uses, lint, all as values.

Knows the shapes that every report of an update reads. It must not know how they were found, nor
how they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.check.account import Account
from specbound.diagnostics import Diagnostic
from specbound.diff.changes import Change


@dataclass(frozen=True, slots=True)
class ArgumentChange:
    """One argument or member: its code before and after, None where there is none.

    `lost` and `gained` are values that a type listed or lists, where aliases hide them.
    """

    name: str
    old: str | None
    new: str | None
    lost: tuple[Any, ...] = ()
    gained: tuple[Any, ...] = ()
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class FormChange:
    """One form (overload) of a method; `label` tells it from the others, if it has others."""

    label: str
    old: str | None
    new: str | None
    arguments: tuple[ArgumentChange, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether a call that fitted this form may not fit any more."""
        return self.new is None or any(one.breaks for one in self.arguments)


@dataclass(frozen=True, slots=True)
class MethodChange:
    """One operation's method, under its name before and after; None where it is not there.

    `taken` is the operation that has the old name now, if another one has taken it over.
    """

    operation: str
    old: str | None
    new: str | None
    forms: tuple[FormChange, ...] = ()
    returned: str = ""
    returns: str = ""
    taken: str = ""

    @property
    def breaks(self) -> bool:
        """Whether a call that worked may not work any more, its reply left out of account."""
        gone = self.old is not None and self.new != self.old
        return gone or (self.old is not None and any(one.breaks for one in self.forms))


@dataclass(frozen=True, slots=True)
class NameChange:
    """One model: its name before and after, and its members where these changed."""

    old: str | None
    new: str | None
    members: tuple[ArgumentChange, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What became of all names: how many are as they were, and the rest by what happened."""

    kept: int = 0
    changed: tuple[NameChange, ...] = ()
    renamed: tuple[NameChange, ...] = ()
    gone: tuple[NameChange, ...] = ()
    added: tuple[NameChange, ...] = ()
    package: tuple[str, str] = ("", "")
    client: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Use:
    """One place in the user's code that uses what is gone; `sure` unless only a name says so."""

    file: str
    line: int
    column: int
    code: str
    reason: str
    method: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Uses:
    """What was found under a folder, in how many files, and which could not be read and why."""

    files: int = 0
    found: tuple[Use, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """One change of the document and what it comes to in the client and in the user's code."""

    change: Change
    method: str = ""
    forms: tuple[FormChange, ...] = ()
    names: tuple[NameChange, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Recheck:
    """The same recordings against both documents: how many fit which, and why no longer or now.

    `stopped` groups what the new document finds in exchanges that fitted the old one; `started`
    what the old one found in those that fit now; `places` are the exchanges themselves.
    """

    exchanges: int
    both: int
    neither: int
    broken: int
    stopped: Account
    started: Account
    stopped_at: tuple[str, ...] = ()
    started_at: tuple[str, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LintNews:
    """What is wrong with the new document and was not with the old one, and how much is mended."""

    found: tuple[Diagnostic, ...] = ()
    mended: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Stray:
    """An overlay action that matches nothing any more, and what stands nearest now.

    `matched` counts its places in the old document; `nearest` is a target that matches now, empty
    where there is nothing like it; `why` says what became of the old place.
    """

    diagnostic: Diagnostic
    target: str
    matched: int = 0
    nearest: str = ""
    place: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """The whole of an update before anything is written."""

    title: str
    version: str
    operations: int
    models: int
    changes: tuple[Change, ...]
    methods: tuple[MethodChange, ...]
    names: Names
    impacts: tuple[Impact, ...] = ()
    lint: LintNews = field(default_factory=LintNews)
    strays: tuple[Stray, ...] = ()
    recordings: Recheck | None = None
    uses: Uses | None = None

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break."""
        return tuple(one for one in self.changes if one.severity == "breaking")
