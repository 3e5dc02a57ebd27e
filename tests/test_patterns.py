"""Regular expressions: one meaning in Python, in pydantic (Rust) and in jsonschema-rs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import SchemaValidator, ValidationError, core_schema

from specbound.contract.patterns import (
    PatternError,
    UnsupportedPattern,
    compiled,
    literal_prefix,
    to_python,
    to_rust,
)

CORPUS = Path(__file__).parents[1] / ".." / "shared" / "corpus"
TRICKY = [
    "",
    "a",
    "a\n",
    "\n",
    "٣",
    "é",
    "\u2028",
    "\u2029",
    "\r",
    "\v",
    "\ufeff",
    "\x1c",
    "\U0001f600",
    "_",
    "-",
]


@pytest.mark.parametrize(
    ("pattern", "matches", "refuses"),
    [
        (r"^a$", ["a"], ["a\n", "ab", ""]),
        (r"^\d$", ["7"], ["٣", "x"]),
        (r"^\D$", ["٣", "x"], ["7"]),
        (r"^\w$", ["a", "_", "7"], ["é", "-"]),
        (r"^\s$", [" ", "\ufeff", "\u2028", "\xa0", "\u3000"], ["\x1c", "\x85", "x"]),
        (r"^\S$", ["\x1c", "\x85", "x"], ["\ufeff"]),
        (r"^.$", ["x", "\v", "\x85", "\U0001f600"], ["\n", "\r", "\u2028", "\u2029", ""]),
        (r"^[^]$", ["\n", "x"], [""]),
        (r"[]", [], ["", "x"]),
        (r"\bé", ["aé"], ["é"]),
        (r"^\B$", [""], ["a"]),
        (r"a\Bb", ["ab"], ["a-b"]),
        (r"^[\d-x]$", ["1", "-", "x"], ["y"]),
        (r"^[\b]$", ["\b"], ["b"]),
        (r"^[--/]$", ["-", ".", "/"], ["0"]),
        (r"^[[\]&&~|^]$", ["[", "]", "&", "~", "|", "^"], ["a"]),
        (r"^\uD83D\uDE00$", ["\U0001f600"], ["\ud83d"]),
        (r"^\u{1F600}$", ["\U0001f600"], []),
        (r"^[\u{1F600}-\u{1F602}]$", ["\U0001f601"], ["\U0001f603"]),
        (r"^\cJ\x41\0$", ["\nA\0"], []),
        (r"^\p{Lu}\P{L}$", ["Ä1"], ["ä1", "ÄA"]),
        (r"^[^\p{L}\d]$", ["-"], ["ä", "1"]),
        (r"^\p{General_Category=Decimal_Number}$", ["٣"], ["a"]),
        (r"^(?<a>x|y)\k<a>$", ["xx", "yy"], ["xy"]),
        (r"^(?:(a)|b)\1$", ["aa", "b"], ["ba", "a"]),
        (r"^\1(a)$", ["a"], ["aa"]),
        (r"(?<=a|bc)d", ["ad", "bcd"], ["cd"]),
        (r"(?<!a|bc)d", ["cd"], ["ad", "bcd"]),
        (r"^(?=a)\w(?!c)", ["ab"], ["ac", "b"]),
        (r"^a{2}b{1,}?c{0,1}$", ["aab", "aabbc"], ["ab", "aacc"]),
        (r"^\/\-\_\@$", ["/-_@"], []),
        (r"^{$|^}$|^]$|^a{$|^a{,2}$", ["{", "}", "]", "a{", "a{,2}"], ["aa", "a"]),
        (r"", ["", "x"], []),
        (r"^a|b$", ["ax", "xb"], ["xa"]),
    ],
)
def test_meaning(pattern: str, matches: list[str], refuses: list[str]) -> None:
    for text in matches:
        assert compiled(pattern).search(text), text
    for text in refuses:
        assert not compiled(pattern).search(text), text
    rust = to_rust(pattern)
    if rust is not None:
        for text in [*matches, *refuses]:
            assert in_rust(rust, text) == (text in matches), text


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(", 0),
        ("a)", 1),
        ("x[", 1),
        ("a**", 2),
        ("*", 0),
        ("a|+", 2),
        ("a++", 2),
        ("^*", 1),
        ("(?P<n>a)", 1),
        ("(?i)a", 1),
        (r"\Z", 0),
        (r"a\1", 1),
        (r"(a)\2", 3),
        (r"\k<x>", 0),
        ("a{3,2}", 5),
        ("[b-a]", 3),
        (r"\p{Nonsense}", 11),
        (r"\pL", 0),
        ("\\", 1),
        (r"\x1", 0),
        (r"\u{110000}", 9),
        ("(?<n>a)(?<n>b)", 12),
        ("(" * 200 + ")" * 200, 101),
        ("(?<=a)*", 6),
    ],
)
def test_no_expression_at_all(pattern: str, position: int) -> None:
    for translate in (to_python, to_rust, compiled, literal_prefix):
        with pytest.raises(PatternError) as caught:
            translate(pattern)
        assert caught.value.position == position
        assert caught.value.reason


@pytest.mark.parametrize("pattern", [r"\p{Script=Greek}", r"\p{Emoji}", r"(?<=a+)b"])
def test_beyond_python(pattern: str) -> None:
    with pytest.raises(UnsupportedPattern):
        to_python(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(?=a)", r"(?<!a)b", r"(a)\1", r"a\B", "(a{1000}){1000}{0}"[:-3]]
)
def test_beyond_rust(pattern: str) -> None:
    assert to_rust(pattern) is None
    compiled(pattern)


def test_rust_has_scripts() -> None:
    assert in_rust(to_rust(r"^\p{Script=Greek}$") or "", "α")


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        (r"^https:\/\/.*", "https://"),
        (r"^data:image\/.*", "data:image/"),
        (r"^https?", "http"),
        (r"^abc$", "abc"),
        (r"https", ""),
        (r"^a|^b", ""),
        (r"^(a)b", ""),
        (r"^a[b]c", "abc"),
        (r"", ""),
    ],
)
def test_literal_prefix(pattern: str, prefix: str) -> None:
    assert literal_prefix(pattern) == prefix


def test_numbers_beyond_reason_are_read() -> None:
    assert compiled("a{99999999999999999999}").search("a") is None
    assert compiled("^a{1,99999999999999999999}$").search("aaa")


# jsonschema-rs lets `.` match U+000D, U+2028 and U+2029, which ECMA-262 (22.2.2.7) does not.
DOT = "\ue000"
DOT_IN_FULL = r"[^\n\r\u2028\u2029]"

# --- properties -----------------------------------------------------------------------------------

ATOMS = [r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", DOT, "a", "b", "-", "_", r"\/", r"\n", "é", "٣"]
SETS = [
    "[a-c]",
    "[^a]",
    r"[\d_]",
    r"[^\s]",
    r"[\w-]",
    r"[^\d\s]",
    r"[\-.]",
    "\U0001f600",
    r"\u2028",
]
CLASSES = st.sampled_from([*ATOMS, *SETS])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = inner.map(lambda text: f"(?:{text})")
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(group, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "+?"])).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        inner.map(lambda text: f"({text})"),
    )


PATTERNS = st.tuples(
    st.sampled_from(["", "^"]),
    st.recursive(CLASSES, _grown, max_leaves=6),
    st.sampled_from(["", "$"]),
).map("".join)
TEXTS = st.lists(st.sampled_from([*TRICKY, "b", "c", "1", " ", "/", ".", "\t"]), max_size=6).map(
    "".join
)


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_three_engines_agree(generated: str, texts: list[str]) -> None:
    pattern = generated.replace(DOT, ".")
    rust = to_rust(pattern)
    assert rust is not None
    in_full = generated.replace(DOT, DOT_IN_FULL)
    reference = jsonschema_rs.Draft202012Validator({"pattern": in_full})
    for text in [*texts, *TRICKY]:
        here = compiled(pattern).search(text) is not None
        assert here == in_rust(rust, text), text
        assert here == reference.is_valid(text), text


@given(st.text(max_size=12) | st.text(alphabet="()[]{}|*+?^$\\.-,:=!<>kpuxcdw19a", max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_text_is_translated_or_refused(text: str) -> None:
    translated, position = "", 0
    try:
        translated = to_python(text)
    except PatternError as error:
        position = error.position
    assert 0 <= position <= len(text)
    assert re.compile(translated)


# --- patterns of published documents --------------------------------------------------------------


def test_patterns_of_the_corpus() -> None:
    files = [*(CORPUS / "specs").rglob("*"), *(CORPUS / "runway-history").glob("*.json")]
    if not files:
        pytest.skip("../shared/corpus is not here")
    patterns = {one for file in files if file.is_file() for one in _patterns(file)}
    assert len(patterns) > 50
    refused = {}
    for pattern in patterns:
        try:
            rust = to_rust(pattern)
        except PatternError as error:
            refused[pattern] = error.reason
            continue
        assert rust is not None or "(?" in pattern, pattern
        _same_as_reference(pattern, rust)
    assert len(refused) <= len(patterns) // 50, refused


def _same_as_reference(pattern: str, rust: str | None) -> None:
    try:
        reference = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return
    for text in [
        *TRICKY,
        "2024-01-01",
        "https://a.b/c",
        "abc-1",
        "abc-1\n",
        "A_b",
        "1.5",
        "#aaaaaa",
    ]:
        here = compiled(pattern).search(text) is not None
        assert here == reference.is_valid(text), (pattern, text)
        assert rust is None or here == in_rust(rust, text), (pattern, text)


def _patterns(file: Path) -> Iterator[str]:
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text = raw.decode("utf-8")
    if ".json" in file.name:
        for found in re.finditer(r'"pattern"\s*:\s*("(?:[^"\\]|\\.)*")', text):
            yield json.loads(found[1])
    else:
        for found in re.finditer(r"^\s*pattern:\s*'([^'\n]*)'\s*$", text, re.MULTILINE):
            yield found[1]


@cache
def _rust_validator(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


def in_rust(pattern: str, text: str) -> bool:
    """Whether pydantic's engine finds the pattern."""
    try:
        _rust_validator(pattern).validate_python(text)
    except ValidationError:
        return False
    return True
