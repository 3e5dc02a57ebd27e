"""Members of bodies and parameters as pages describe them: in rows, in lines, in stacked words.

Knows the three layouts of API references. It must not know what is claimed by a description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from specbound.traffic.readers.page_tables import Row, Table, plain
from specbound.traffic.readers.page_words import TYPES, bare

_MORE = r"[\w$-]*(?:(?:\[\]|\[\d*\])?[./][A-Za-z_$][\w$-]*|\[\w*\])*"
_NAME = rf"[A-Za-z_$]{_MORE}"
_NAMES = re.compile(
    r"(?:(?:body|request|query|path)\s+)?"
    r"(?:parameter|param|name|field|property|attribute|key|argument|member|option)s?"
    r"(?:\s+name)?",
    re.I,
)
_TYPE = re.compile(r"(?:data ?)?types?|format", re.I)
_REQUIRED = re.compile(r"required\??|mandatory\??|optional\??|req\.?|presence", re.I)
_DEFAULT = re.compile(r"defaults?(?: values?)?", re.I)
_VALUES = re.compile(
    r"(?:(?:allowed|accepted|possible|valid|supported) )?(?:values|options)|enum", re.I
)
_PLACE = re.compile(r"in|location|where|placement|sent in", re.I)
_TEXT = re.compile(r"descriptions?|details?|notes?|meaning|about", re.I)
_YES = re.compile(r"yes|y|true|required|always|✓|✔|✅|x|●|mandatory", re.I)
_NO = re.compile(r"no|n|false|optional|never|✗|✘|❌|-|–|—|", re.I)
_MARKED = re.compile(
    rf"\s*(?:[-*+]\s+)?(?P<mark>`|\*\*`?|__)(?P<name>{_NAME})(?:`?\*\*|`|__)(?P<star>\*)?"
    r"\s*(?P<about>\([^)]*\)|\*[^*]+\*)?\s*(?::|—|–|-)\s*(?P<text>.*)",
    re.DOTALL,
)
_BARE = re.compile(rf"(?P<name>[a-z_]{_MORE}): (?P<text>.+)", re.DOTALL)
# A new entry begins after a bracket or a dot, or where a word is followed by what only types say.
_STARTS = (
    r"(?<=[)\]}.])(?=[a-z_]\w*: )"
    r"|(?<=\s)(?=[a-z_]\w*: (?:optional|required|string|integer|number|boolean|array|object)\b)"
)
_PIECE = re.compile(
    rf"(?:(?!{_STARTS}).)(?:(?!{_STARTS}).)*|(?:{_STARTS}).(?:(?!{_STARTS}).)*", re.DOTALL
)
_SPEAKS = re.compile(
    r"\b(?:required|optional|string|integer|number|boolean|array|object)\b|one of|e\.g\.|\{ ?\w+: ",
    re.I,
)
_STACKED_NAME = re.compile(_NAME)
_STACKED_TYPE = re.compile(
    r"(?:(?:array|list) of\b.*|(?:string|integer|number|boolean|object|array|null|enum|float|any)s?"
    r"(?:\[\])*(?:(?:\s+or\s+|\s*\|\s*|\s+of\s+|\s*<|\s*\().*)?)",
    re.I,
)
_MARKS = {"required": "required", "optional": "optional"}
_CAPTIONS = re.compile(r"(?:accepted|allowed|possible|valid|enum)(?: values| options)?:?", re.I)
_LONGEST_TYPE = 60


class Described(NamedTuple):
    """One member as a page describes it; fields that the page leaves out are empty.

    `listed` are values that stand below each other, one a line; `format` is a type in ``<…>``;
    `glued` is True where a save may have run the name together with the word before it.
    """

    name: str
    line: int
    text: str
    type: str = ""
    required: str = ""
    default: str = ""
    listed: tuple[str, ...] = ()
    format: str = ""
    glued: bool = False


def of_table(table: Table) -> list[Described]:
    """The members that a table of parameters describes; none if it is no such table."""
    names = table.column(_NAMES)
    if names is None or (table.column(_TYPE) is None and table.column(_TEXT) is None):
        return []
    found = [_of_row(table, row, names) for row in table.rows]
    return [one for one in found if one is not None]


def _of_row(table: Table, row: Row, names: int) -> Described | None:
    head = plain(row.cells[names])
    match = re.match(_NAME, head)
    if not match or _cell(table, row, _PLACE).lower() in ("header", "cookie"):
        return None
    rest = head[match.end() :].strip(" ()*")
    must = _MARKS.get(rest.lower(), "")
    # A star at a name means what the legend of the page says: mostly, but not always, required.
    return Described(
        _path(match[0]),
        row.line,
        _description(table, row),
        _type(table, row),
        must or _presence(table, row),
        bare(_cell(table, row, _DEFAULT)) if _cell(table, row, _DEFAULT) not in "-–—" else "",
    )


def _description(table: Table, row: Row) -> str:
    parts = [row.cells[index] for index in (table.column(_TEXT),) if index is not None]
    listed = table.column(_VALUES)
    if listed is not None and row.cells[listed].strip(" -–—"):
        parts.insert(0, f"Values: {row.cells[listed]}.")
    return " ".join(parts)


def _cell(table: Table, row: Row, header: re.Pattern[str]) -> str:
    index = table.column(header)
    return plain(row.cells[index]) if index is not None else ""


def _type(table: Table, row: Row) -> str:
    """A type with its format, which is no markup here: ``string <uuid>``."""
    index = table.column(_TYPE)
    return row.cells[index].replace("\\", "").strip("` ") if index is not None else ""


def _presence(table: Table, row: Row) -> str:
    index = table.column(_REQUIRED)
    if index is None:
        return ""
    said, head = plain(row.cells[index]), plain(table.header[index]).lower()
    turned = head.startswith("optional")
    if _YES.fullmatch(said) and said.lower() != "optional":
        return "optional" if turned else "required"
    return ("required" if turned else "optional") if _NO.fullmatch(said) else ""


def of_line(text: str, line: int) -> list[Described]:
    """The members that a line describes; there are several where a save lost the line ends."""
    found: list[Described] = []
    for match in _PIECE.finditer(text):
        piece = match[0].strip()
        one = _of_piece(piece, line)
        if one is None:
            return found
        before = text[: match.start()][-1:]
        found.append(_unglued(one) if before.isspace() else one)
    return found


def _unglued(one: Described) -> Described:
    """``… voice objectlanguageCode: …``: a type is told from the name that was run into it."""
    for word in sorted(TYPES, key=len, reverse=True):
        if one.name.startswith(word) and one.name[len(word) :][:1].islower():
            return one._replace(name=one.name.removeprefix(word))
    return one._replace(glued=True)


def _of_piece(text: str, line: int) -> Described | None:
    """The member of one entry: ```name` (string): …``, or ``name: string, …``."""
    match = _MARKED.fullmatch(text)
    if match:
        about = (match["about"] or "").strip("()* ")
        return Described(
            _path(match["name"]), line, f"{about}. {match['text']}".lstrip(". "), about
        )
    match = _BARE.fullmatch(text)
    if match and _SPEAKS.search(match["text"]):
        return Described(_path(match["name"]), line, match["text"])
    return None


def _path(name: str) -> str:
    """``page[size]`` and ``voice.presetId`` as a path; an index is no step."""
    name = re.sub(r"\[\d*\]", "", name)
    return re.sub(r"\[(\w+)\]|\.", r"/\1", name).strip("/")


# --- one word a line, as reference pages are saved ------------------------------------------------


def stacked(lines: Sequence[tuple[int, str]]) -> Iterator[Described]:
    """The members in lines of which each says one thing: name, ``Required``, type, values, text."""
    starts = [at for at in range(len(lines) - 1) if _starts(lines[at][1], lines[at + 1][1])]
    for at, after in zip(starts, [*starts[1:], len(lines)], strict=False):
        yield _of_stack(lines[at:after])


def _starts(text: str, following: str) -> bool:
    if not _STACKED_NAME.fullmatch(text) or _is_type(text) or text.lower() in _MARKS:
        return False
    # A title of a shape (``CharacterVideo``) has its type below it as well.
    return following.lower() in _MARKS or (_is_type(following) and not text[0].isupper())


def _is_type(text: str) -> bool:
    return len(text) <= _LONGEST_TYPE and _STACKED_TYPE.fullmatch(text) is not None


def _of_stack(lines: Sequence[tuple[int, str]]) -> Described:
    line, name = lines[0]
    texts = [text for _, text in lines[1:]]
    required = _MARKS.get(texts[0].lower(), "")
    rest = texts[1:] if required else texts
    kind = rest[0] if rest and _is_type(rest[0]) else ""
    listed, default, said = _attributes(rest[1:] if kind else rest)
    format_ = rest[1].strip("<>") if len(rest) > 1 and re.fullmatch(r"<[\w-]+>", rest[1]) else ""
    return Described(_path(name), line, "\n".join(said), kind, required, default, listed, format_)


def _attributes(texts: Sequence[str]) -> tuple[tuple[str, ...], str, list[str]]:
    """The values listed one below the other, the default, and the other lines."""
    listed: list[str] = []
    said: list[str] = []
    default, taking = "", ""
    for text in texts:
        quoted = len(text) > 1 and text[0] == text[-1] == '"'
        if _CAPTIONS.fullmatch(text):
            taking = "values"
        elif re.fullmatch(r"defaults?:", text, re.I):
            taking = "default"
        elif taking == "default":
            default, taking = bare(text), ""
        elif taking == "values" and (quoted or " " not in text):
            listed.append(bare(text))
        else:
            taking = ""
            said.append(text)
    return tuple(listed), default, said
