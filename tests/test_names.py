"""Spelling: words, singulars, identifiers, class names, and what others have reserved."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.contract.words import (
    RESERVED_ARGUMENTS,
    RESERVED_MEMBERS,
    class_name,
    identifier,
    joined,
    shared_words,
    singular,
)
from specbound.runtime.model import RESERVED


def test_reserved_members_are_those_of_the_runtime() -> None:
    assert RESERVED_MEMBERS == RESERVED


def test_reserved_arguments_are_python_names() -> None:
    assert all(name.isidentifier() for name in RESERVED_ARGUMENTS)
    assert {"options", "self"} <= RESERVED_ARGUMENTS


@pytest.mark.parametrize(
    ("text", "class_", "name"),
    [
        ("promptText", "PromptText", "prompt_text"),
        ("prompt-text", "PromptText", "prompt_text"),
        ("HTTPServer", "HTTPServer", "http_server"),
        ("CANCELLED", "Cancelled", "cancelled"),
        ("veo3.1_fast", "Veo31Fast", "veo3_1_fast"),
        ("class", "Class", "class_"),
        ("2fa", "N2fa", "n2fa"),
        ("None", "NoneSchema", "none"),
        ("int", "Int", "int"),
        ("Exception", "ExceptionSchema", "exception"),
        ("…", "Unnamed", "u2026"),
        ("don't", "Dont", "dont"),
    ],
)
def test_spelling(text: str, class_: str, name: str) -> None:
    assert (class_name(text), identifier(text)) == (class_, name)


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("avatars", "avatar"),
        ("entries", "entry"),
        ("statuses", "status"),
        ("addresses", "address"),
        ("toolResults", "toolResult"),
        ("media", "media"),
        ("analysis", "analysis"),
        ("boxes", "box"),
        ("sizes", "size"),
        ("people", "person"),
        ("bus", "bus"),
        ("", ""),
    ],
)
def test_singular(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ("RunwayPreset", "PresetId", "RunwayPresetId"),
        ("ElevenVoiceDubbing", "VoiceDubbing", "ElevenVoiceDubbing"),
        ("Avatar", "Voice", "AvatarVoice"),
        ("", "Voice", "Voice"),
    ],
)
def test_joined_says_no_word_twice(left: str, right: str, both: str) -> None:
    assert joined(left, right) == both


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (["AvatarReady", "AvatarFailed"], "Avatar"),
        (["ImageReference", "GptReference"], "Reference"),
        (["Veo3", "Veo31", "Veo31Fast"], "Veo"),
        (["Gen4", "ActTwo"], ""),
    ],
)
def test_shared_words(names: list[str], common: str) -> None:
    assert shared_words(names) == common


@given(st.text())
def test_every_text_has_a_name_that_python_takes(text: str) -> None:
    assert class_name(text).isidentifier()
    assert not keyword.iskeyword(class_name(text))
    assert class_name(text) not in dir(builtins)
    assert identifier(text).isidentifier()
    assert not keyword.iskeyword(identifier(text))
