"""Reads regular expressions as ECMA-262 writes them (22.2.1, with the `u` flag) into a tree.

Knows their grammar; what only browsers allow (`\\-`, a lone brace) is read as browsers read it. It
must not know any other dialect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specbound.contract.ecma import (
    CLASSES,
    LAST,
    LINE_ENDS,
    Boundary,
    Chars,
    Group,
    Node,
    PatternError,
    Property,
    Range,
    Reference,
    Repeat,
)
from specbound.contract.unicode import is_property

_DEEPEST = 100
_LARGEST = 2**31 - 1
_CONTROLS = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_OPENINGS = ("?:", "?=", "?!", "?<=", "?<!")
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_GROUP_NAME = re.compile(r"\?<((?:[^\W\d]|\$)[\w$]*)>")
_HEX = {
    "x": re.compile(r"([0-9A-Fa-f]{2})"),
    "u": re.compile(r"\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{4})"),
}
_BACKREFERENCE = re.compile(r"([1-9][0-9]{0,8})|k<([^>]+)>")
_LOW_SURROGATE = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_PROPERTY = re.compile(r"\{([A-Za-z0-9_]+(?:=[A-Za-z0-9_]+)?)\}")


@dataclass(slots=True)
class Cursor:
    """A place in a pattern, moving from left to right."""

    text: str
    at: int = 0

    def error(self, reason: str, back: int = 0) -> PatternError:
        """What is wrong `back` characters before this place."""
        return PatternError(reason, self.at - back)

    def peek(self) -> str:
        """The next character, or nothing at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """The next character, which is then behind; at the end it is an error."""
        if self.at >= len(self.text):
            raise self.error("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def take(self, text: str) -> bool:
        """Step over a text if it comes next."""
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def match(self, wanted: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what an expression matches here."""
        found = wanted.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def single(code: int) -> Chars:
    """The set of one code point."""
    return Chars((Range(code, code),))


def character_class(cursor: Cursor) -> Chars:
    """What follows ``[``, up to and with its ``]`` (22.2.1 CharacterClass)."""
    start = cursor.at - 1
    inverted = cursor.take("^")
    items: list[Range | Property] = []
    while not cursor.take("]"):
        if cursor.at >= len(cursor.text):
            raise PatternError("`[` without `]`", start)
        first = _class_atom(cursor)
        if cursor.peek() != "-" or cursor.text.startswith("-]", cursor.at):
            items.extend(first.items)
            continue
        cursor.next()
        if cursor.at >= len(cursor.text):
            raise PatternError("`[` without `]`", start)
        items.extend(_range(cursor, first, _class_atom(cursor)))
    return Chars(tuple(items), inverted)


def _range(cursor: Cursor, first: Chars, last: Chars) -> tuple[Range | Property, ...]:
    low, high = _code(first), _code(last)
    if low is None or high is None:
        # A class beside the hyphen: browsers take the hyphen as itself.
        return (*first.items, *single(ord("-")).items, *last.items)
    if low > high:
        raise cursor.error("a range of characters out of order", 1)
    return (Range(low, high),)


def _code(chars: Chars) -> int | None:
    match chars.items:
        case (Range(first, last),) if first == last:
            return first
    return None


def _class_atom(cursor: Cursor) -> Chars:
    char = cursor.next()
    if char != "\\":
        return single(ord(char))
    if cursor.take("b"):
        return single(0x08)
    return escape(cursor)


def escape(cursor: Cursor) -> Chars:
    """The characters that follow ``\\`` stands for (22.2.1 ClassEscape)."""
    char = cursor.next()
    if char in CLASSES:
        return Chars(CLASSES[char])
    if char in "pP":
        return _property(cursor, inverted=char == "P")
    if char in _CONTROLS:
        return single(_CONTROLS[char])
    if char in "xu":
        return single(_hexadecimal(cursor, char))
    if char == "0" and not cursor.peek().isdecimal():
        return single(0)
    if char == "c" and cursor.peek().isascii() and cursor.peek().isalpha():
        return single(ord(cursor.next()) % 32)
    if char.isascii() and char.isalnum():
        raise cursor.error(f"`\\{char}` has no meaning", 2)
    return single(ord(char))


def _property(cursor: Cursor, inverted: bool) -> Chars:
    found = cursor.match(_PROPERTY)
    if found is None:
        raise cursor.error("`\\p` without a property in braces", 2)
    if not is_property(found[1]):
        raise cursor.error(f"Unicode has no property `{found[1]}`", 1)
    return Chars((Property(found[1], inverted),))


def _hexadecimal(cursor: Cursor, kind: str) -> int:
    found = cursor.match(_HEX[kind])
    if found is None:
        raise cursor.error(f"`\\{kind}` without hexadecimal digits", 2)
    code = int(found[found.lastindex or 0], 16)
    if code > LAST:
        raise cursor.error("a code point that Unicode does not have", 1)
    leads = kind == "u" and found.lastindex == 2 and 0xD800 <= code <= 0xDBFF
    low = cursor.match(_LOW_SURROGATE) if leads else None
    return 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00 if low else code


@dataclass(slots=True)
class Parser:
    """Reads one pattern from left to right."""

    cursor: Cursor
    groups: int = 0
    closed: set[int] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)
    referred: list[tuple[int | str, int]] = field(default_factory=list)

    def parse(self) -> Group:
        """The whole pattern as one group that captures nothing; `PatternError` if it is none."""
        whole = Group(self._alternatives(0), "?:")
        if self.cursor.at < len(self.cursor.text):
            raise self.cursor.error("`)` without `(`")
        for which, at in self.referred:
            if which not in self.names if isinstance(which, str) else which > self.groups:
                raise PatternError(f"no group `{which}` to refer to", at)
        return whole

    def _alternatives(self, depth: int) -> tuple[tuple[Node, ...], ...]:
        if depth > _DEEPEST:
            raise self.cursor.error(f"more than {_DEEPEST} groups inside each other")
        out: list[tuple[Node, ...]] = []
        while True:
            nodes: list[Node] = []
            while (
                self.cursor.at < len(self.cursor.text)
                and self.cursor.text[self.cursor.at] not in "|)"
            ):
                nodes.append(self._repeated(self._atom(depth)))
            out.append(tuple(nodes))
            if not self.cursor.take("|"):
                return tuple(out)

    def _repeated(self, atom: Node) -> Node:
        limits = self._limits()
        if limits is None:
            return atom
        if isinstance(atom, Boundary) or (
            isinstance(atom, Group) and atom.opening.startswith("?<")
        ):
            raise self.cursor.error("nothing to repeat", 1)
        least, most = limits
        if most is not None and most < least:
            raise self.cursor.error("numbers out of order in a quantifier", 1)
        repeat = Repeat(atom, least, most, self.cursor.take("?"))
        if self._limits() is not None:
            raise self.cursor.error("a quantifier after a quantifier", 1)
        return repeat

    def _limits(self) -> tuple[int, int | None] | None:
        for sign, limits in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.cursor.take(sign):
                return limits
        found = self.cursor.match(_COUNT)
        if found is None:
            return None
        least = _number(found[1])
        if not found[2]:
            return least, least
        return least, _number(found[3]) if found[3] else None

    def _atom(self, depth: int) -> Node:
        char = self.cursor.text[self.cursor.at]
        if char in "*+?" or (char == "{" and _COUNT.match(self.cursor.text, self.cursor.at)):
            raise self.cursor.error("nothing to repeat")
        self.cursor.at += 1
        if char == "(":
            return self._group(depth)
        if char == "[":
            return character_class(self.cursor)
        if char == "\\":
            return self._escape()
        if char == ".":
            return Chars(LINE_ENDS, inverted=True)
        if char in "^$":
            return Boundary("start" if char == "^" else "end")
        return single(ord(char))

    def _group(self, depth: int) -> Group:
        start = self.cursor.at
        opening = next((one for one in _OPENINGS if self.cursor.take(one)), "")
        name = ""
        if not opening:
            if found := self.cursor.match(_GROUP_NAME):
                name = found[1]
            elif self.cursor.take("?"):
                raise self.cursor.error("a kind of group that ECMA-262 does not have", 1)
            self.groups += 1
            if self.names.setdefault(name or f"#{self.groups}", self.groups) != self.groups:
                raise self.cursor.error(f"a second group called `{name}`")
        number = self.groups
        group = Group(self._alternatives(depth + 1), opening, name)
        if not self.cursor.take(")"):
            raise PatternError("`(` without `)`", start - 1)
        if not opening:
            self.closed.add(number)
        return group

    def _escape(self) -> Node:
        if self.cursor.take("b"):
            return Boundary("word")
        if self.cursor.take("B"):
            return Boundary("no-word")
        start = self.cursor.at - 1
        if found := self.cursor.match(_BACKREFERENCE):
            which: int | str = int(found[1]) if found[1] else found[2]
            self.referred.append((which, start))
            number = self.names.get(which, 0) if isinstance(which, str) else which
            # A group that is still open, or comes later, has matched nothing yet.
            return Reference(number if number in self.closed else 0)
        return escape(self.cursor)


def _number(digits: str) -> int:
    """A count; no text is long enough to tell the largest ones apart."""
    return int(digits) if len(digits) < 10 else _LARGEST


def parse(pattern: str) -> Group:
    """Read a whole pattern; `PatternError` if ECMA-262 does not allow it."""
    return Parser(Cursor(pattern)).parse()
