"""What the templates of the page see: frozen views, every text ready to be escaped.

Knows the shape of the page. It must not know how an account is read, nor any markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from specbound.report.html_code import Code
from specbound.report.html_text import Attributes, Html


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the attributes of its element; `note` stands beside it."""

    text: str
    attributes: Attributes
    note: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """One filter: its label, its element's attributes and the options."""

    label: str
    attributes: Attributes
    options: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One group of findings."""

    attributes: Attributes
    details: Attributes
    severity: Text
    code: str
    message: Html
    subject: str
    count: str
    facts: tuple[tuple[str, Html], ...]
    panels: tuple[Code, ...]
    link: Attributes
    places: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of an operation on the map: what it is, how much was seen, and its branches."""

    attributes: Attributes
    name: str
    tally: str
    branches: tuple[Text, ...]
    more: str


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation on the map."""

    attributes: Attributes
    meter: Attributes
    method: str
    path: str
    name: str
    percent: str
    exchanges: str
    parts: tuple[PartRow, ...]
    missing: tuple[tuple[str, str], ...]
    unseen: str
    more: str


@dataclass(frozen=True, slots=True)
class Map:
    """The contract as a map, with the totals by kind above it."""

    percent: str
    sentence: str
    kinds: tuple[tuple[str, str, Attributes], ...]
    cells: tuple[Attributes, ...]
    rows: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A plain list under a heading: stale entries, what was passed over."""

    title: str
    note: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of findings: new ones, or known ones."""

    identity: Attributes
    title: str
    note: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    title: str
    subtitle: str
    outcome: Text
    policy: Attributes
    style: Html
    script: Html
    bar: tuple[Text, ...]
    shares: tuple[Attributes, ...]
    links: tuple[Text, ...]
    filters: tuple[Select, ...]
    sections: tuple[Section, ...]
    listings: tuple[Listing, ...]
    map: Map | None
    footer: str
