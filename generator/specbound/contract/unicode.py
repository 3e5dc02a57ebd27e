"""Unicode properties as regular expressions name them (ECMA-262 22.2.1.1), and their code points.

Knows general categories, by Python's own tables, and which other properties there are. It must not
know how a pattern is written.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from specbound.contract.ecma import LAST, Range, complement

#: Long names of the general categories; a group of categories has one letter.
_LONG_NAMES = {
    "Cased_Letter": "LC",
    "Close_Punctuation": "Pe",
    "Connector_Punctuation": "Pc",
    "Control": "Cc",
    "Currency_Symbol": "Sc",
    "Dash_Punctuation": "Pd",
    "Decimal_Number": "Nd",
    "Enclosing_Mark": "Me",
    "Final_Punctuation": "Pf",
    "Format": "Cf",
    "Initial_Punctuation": "Pi",
    "Letter": "L",
    "Letter_Number": "Nl",
    "Line_Separator": "Zl",
    "Lowercase_Letter": "Ll",
    "Mark": "M",
    "Combining_Mark": "M",
    "Math_Symbol": "Sm",
    "Modifier_Letter": "Lm",
    "Modifier_Symbol": "Sk",
    "Nonspacing_Mark": "Mn",
    "Number": "N",
    "Open_Punctuation": "Ps",
    "Other": "C",
    "Other_Letter": "Lo",
    "Other_Number": "No",
    "Other_Punctuation": "Po",
    "Other_Symbol": "So",
    "Paragraph_Separator": "Zp",
    "Private_Use": "Co",
    "Punctuation": "P",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Spacing_Mark": "Mc",
    "Surrogate": "Cs",
    "Symbol": "S",
    "Titlecase_Letter": "Lt",
    "Unassigned": "Cn",
    "Uppercase_Letter": "Lu",
    "cntrl": "Cc",
    "digit": "Nd",
    "punct": "P",
}
_CATEGORIES = frozenset(_LONG_NAMES.values())
_SPECIAL = frozenset({"Any", "ASCII", "Assigned"})

#: Properties that exist, but that Python has no table of.
_NAMES = """
Alphabetic Alpha ASCII_Hex_Digit AHex Bidi_Control Bidi_C Bidi_Mirrored Case_Ignorable Cased
Changes_When_Casefolded Changes_When_Casemapped Changes_When_Lowercased
Changes_When_NFKC_Casefolded Changes_When_Titlecased Changes_When_Uppercased Dash
Default_Ignorable_Code_Point Deprecated Diacritic Emoji Emoji_Component Emoji_Modifier
Emoji_Modifier_Base Emoji_Presentation Extended_Pictographic Extender Grapheme_Base
Grapheme_Extend Hex_Digit Hex IDS_Binary_Operator IDS_Trinary_Operator ID_Continue IDC
ID_Start IDS Ideographic Ideo Join_Control Logical_Order_Exception Lowercase Lower Math
Noncharacter_Code_Point Pattern_Syntax Pattern_White_Space Quotation_Mark Radical
Regional_Indicator Sentence_Terminal Soft_Dotted Terminal_Punctuation Unified_Ideograph
Uppercase Upper Variation_Selector White_Space space XID_Continue XID_Start
"""
_UNLISTED = frozenset(_NAMES.split())
_SCRIPTS = ("Script=", "sc=", "Script_Extensions=", "scx=")


def is_property(name: str) -> bool:
    """Whether ``\\p{name}`` means something; values of Script are not looked up."""
    return (
        _category(name) is not None
        or name in _SPECIAL
        or name in _UNLISTED
        or name.startswith(_SCRIPTS)
    )


def code_points(name: str) -> tuple[Range, ...] | None:
    """The code points of a property, or None where Python has no table of it."""
    if name == "Any":
        return (Range(0, LAST),)
    if name == "ASCII":
        return (Range(0, 0x7F),)
    if name == "Assigned":
        return complement(_table()["Cn"])
    category = _category(name)
    if category is None:
        return None
    members = ("Lu", "Ll", "Lt") if category == "LC" else None
    table = _table()
    found = [
        one
        for key, ranges in table.items()
        if (key in members if members else key.startswith(category))
        for one in ranges
    ]
    return complement(complement(found))


def _category(name: str) -> str | None:
    value = name.removeprefix("General_Category=").removeprefix("gc=")
    value = _LONG_NAMES.get(value, value)
    return value if value in _CATEGORIES else None


@cache
def _table() -> dict[str, list[Range]]:
    """Ranges of every two-letter category, in one pass over all code points."""
    table: dict[str, list[Range]] = {}
    first, current = 0, unicodedata.category("\0")
    for code in range(1, LAST + 1):
        category = unicodedata.category(chr(code))
        if category != current:
            table.setdefault(current, []).append(Range(first, code - 1))
            first, current = code, category
    table.setdefault(current, []).append(Range(first, LAST))
    return table
