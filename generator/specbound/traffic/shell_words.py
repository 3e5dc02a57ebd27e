"""The words of a shell script: quotes, escapes and continued lines undone, each with its line.

Knows the quoting of POSIX shells and bash (``$'…'``). It must not know any command; variables and
substitutions stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    "e": "\x1b",
}
# A page writes ``<id>`` for what the reader is to fill in, and forgets to quote ``?a=1&b=2``.
_TOKEN = re.compile(
    r"""(?P<continued>\\[ \t]*\r?\n)
    | (?P<space>[ \t\r]+)
    | (?P<comment>(?<![^\s;&|])\#[^\n]*)
    | (?P<query>(?<=\w)&(?=\w))
    | (?P<end>\n|;|&&?|\|\|?)
    | (?P<placeholder><[A-Za-z_][\w.-]*(?:[ ][\w.-]+)*>)
    | (?P<redirect>\d*[<>]+&?)
    | \$'(?P<ansi>(?:[^'\\]|\\.)*)'
    | '(?P<single>[^']*)'
    | \$?"(?P<double>(?:[^"\\]|\\.)*)"
    | (?P<substitution>\$\([^)]*\)|\$\{[^}]*\}|\{\{[^}]*\}\})
    | \\(?P<escaped>.)
    | (?P<plain>[\w./:,=?%@+~-]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_ANSI = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
_BETWEEN = frozenset({"space", "comment", "continued", "end", "redirect"})


class Word(NamedTuple):
    """One word of a command and the line (from 1) on which its text begins.

    `whole` is False where a quote is never closed.
    """

    text: str
    line: int
    whole: bool = True


def commands(text: str) -> Iterator[list[Word]]:
    """The commands of a script, each as its words; redirections are left out."""
    words: list[Word] = []
    drop = False
    for kind, word in _parts(text):
        if kind == "word" and not drop:
            words.append(word)
        drop = kind == "redirect"
        if kind == "end" and words:
            yield words
            words = []
    if words:
        yield words


def _parts(text: str) -> Iterator[tuple[str, Word]]:
    """Words, redirections and ends of commands, in their order."""
    held: list[Word] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind not in _BETWEEN:
            open_quote = kind == "plain" and match[0] in "'\""
            held.append(Word(_undone(kind, match[kind]), line, not open_quote))
        else:
            if held:
                yield "word", _joined(held)
            held = []
            yield kind, Word(match[0], line)
        line += match[0].count("\n")
    if held:
        yield "word", _joined(held)


def _joined(parts: list[Word]) -> Word:
    text = "".join(part.text for part in parts)
    return Word(text, parts[0].line, all(part.whole for part in parts))


def _undone(kind: str, text: str) -> str:
    if kind == "ansi":
        return _ANSI.sub(_ansi, text)
    if kind == "double":
        return re.sub(r'\\(["\\$`])', r"\1", text).replace("\\\n", "")
    return text


def _ansi(match: re.Match[str]) -> str:
    wide, code, octal, other = match.groups()
    if wide or code:
        return chr(int(wide or code, 16))
    return chr(int(octal, 8)) if octal else _ESCAPES.get(other, other)
