"""Parameter styles: the table of the specification, and text that comes back as it went."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.runtime.encode import (
    Unencodable,
    cookie_parts,
    header_text,
    path_text,
    query_parts,
    scalar,
)

ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200}

PATHS = [
    ("simple", False, "blue", "blue"),
    ("simple", False, ARRAY, "blue,black,brown"),
    ("simple", True, ARRAY, "blue,black,brown"),
    ("simple", False, OBJECT, "R,100,G,200"),
    ("simple", True, OBJECT, "R=100,G=200"),
    ("label", False, "blue", ".blue"),
    ("label", False, ARRAY, ".blue,black,brown"),
    ("label", True, ARRAY, ".blue.black.brown"),
    ("label", False, OBJECT, ".R,100,G,200"),
    ("label", True, OBJECT, ".R=100.G=200"),
    ("matrix", False, "blue", ";color=blue"),
    ("matrix", False, ARRAY, ";color=blue,black,brown"),
    ("matrix", True, ARRAY, ";color=blue;color=black;color=brown"),
    ("matrix", False, OBJECT, ";color=R,100,G,200"),
    ("matrix", True, OBJECT, ";R=100;G=200"),
    ("simple", False, "a/b,c", "a%2Fb%2Cc"),
    ("simple", False, True, "true"),
    ("simple", False, 5.0, "5"),
]

QUERIES = [
    ("form", True, "blue", "color=blue"),
    ("form", True, "", "color="),
    ("form", True, ARRAY, "color=blue&color=black&color=brown"),
    ("form", False, ARRAY, "color=blue,black,brown"),
    ("form", True, OBJECT, "R=100&G=200"),
    ("form", False, OBJECT, "color=R,100,G,200"),
    ("form", True, [], ""),
    ("form", False, [], ""),
    ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
    ("spaceDelimited", False, ARRAY, "color=blue%20black%20brown"),
    ("spaceDelimited", True, ARRAY, "color=blue&color=black&color=brown"),
    ("spaceDelimited", False, OBJECT, "color=R%20100%20G%20200"),
    ("pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown"),
    ("pipeDelimited", False, OBJECT, "color=R%7C100%7CG%7C200"),
    ("deepObject", True, OBJECT, "color%5BR%5D=100&color%5BG%5D=200"),
    ("deepObject", True, {"a": {"b": [1]}}, "color%5Ba%5D%5Bb%5D%5B0%5D=1"),
    ("form", True, None, "color=null"),
    ("form", True, False, "color=false"),
    ("form", True, 0.5, "color=0.5"),
]


@pytest.mark.parametrize(("style", "explode", "value", "text"), PATHS)
def test_path_styles(style, explode, value, text):
    assert path_text("color", value, style, explode) == text


@pytest.mark.parametrize(("style", "explode", "value", "text"), QUERIES)
def test_query_styles(style, explode, value, text):
    assert "&".join(query_parts("color", value, (style, explode))) == text


def test_reserved_characters_stay_only_where_they_are_allowed():
    value = "a/b?c:d&e#f+g=h"
    assert query_parts("q", value, ("form", True)) == ["q=a%2Fb%3Fc%3Ad%26e%23f%2Bg%3Dh"]
    assert query_parts("q", value, ("form", True), True) == ["q=a/b?c:d%26e%23f%2Bg=h"]


@pytest.mark.parametrize("value", ["", [], {}, None])
def test_nothing_has_no_place_in_a_path(value):
    with pytest.raises(Unencodable):
        path_text("id", value, "simple", False)


def test_headers_and_cookies():
    assert header_text(ARRAY) == "blue,black,brown"
    assert header_text(OBJECT, True) == "R=100,G=200"
    assert header_text("ü") == "ü"
    assert cookie_parts("c", ARRAY, False) == ["c=blue,black,brown"]
    for bad in ("a\r\nb", "\x00", "\x7f", "ł"):
        with pytest.raises(Unencodable):
            header_text(bad)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT.filter(bool))
def test_a_query_comes_back_as_it_went(value, name):
    (part,) = query_parts(name, value, ("form", True))
    assert part.isascii()
    assert parse_qsl(part, keep_blank_values=True) == [(name, value)]


@given(TEXT.filter(bool))
def test_a_path_segment_comes_back_as_it_went(value):
    text = path_text("id", value, "simple", False)
    assert unquote(text) == value
    assert not set(text) & set("/?#\\ ")


@given(st.lists(TEXT.filter(bool), min_size=1))
def test_items_cannot_be_mistaken_for_separators(value):
    assert [unquote(each) for each in path_text("id", value, "simple", False).split(",")] == value


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_value(value):
    assert float(scalar(value)) == float(value)


def test_lone_surrogates_are_refused():
    with pytest.raises(Unencodable):
        query_parts("q", "\ud800", ("form", True))
    with pytest.raises(Unencodable):
        scalar(float("inf"))
