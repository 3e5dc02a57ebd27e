"""The formats of JSON Schema 2020-12 as exact predicates on text.

Knows the grammars (RFC 3339, 4122, 6901 and their like). It must not know types or schemas;
internet names and addresses are `addresses`' business.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from . import addresses
from .grammar import grammar, is_date, is_date_time, is_time, is_uuid

_SPAN = r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)"
_DAYS = r"(?:\d+D|\d+M(?:\d+D)?|\d+Y(?:\d+M(?:\d+D)?)?)"
_VARIABLE = r"(?:\w|%[0-9A-Fa-f]{2})+(?:\.(?:\w|%[0-9A-Fa-f]{2})+)*(?::[1-9]\d{0,3}|\*)?"


def is_duration(text: str) -> bool:
    """RFC 3339 appendix A duration."""
    return bool(grammar(rf"P(?:\d+W|{_DAYS}(?:T{_SPAN})?|T{_SPAN})").fullmatch(text))


def is_json_pointer(text: str) -> bool:
    """RFC 6901 JSON Pointer in its string form."""
    return bool(grammar(r"(?:/(?:[^~/]|~[01])*)*").fullmatch(text))


def is_relative_json_pointer(text: str) -> bool:
    """The Relative JSON Pointer draft: levels up, then a pointer or #."""
    return bool(grammar(r"(?:0|[1-9]\d*)(?:#|(?:/(?:[^~/]|~[01])*)*)").fullmatch(text))


def is_uri_template(text: str) -> bool:
    """RFC 6570 URI Template."""
    literal = r"[^\x00-\x20\x7f-\x9f\"'%<>\\^`{|}]|%[0-9A-Fa-f]{2}"
    expression = rf"\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*\}}"
    return bool(grammar(f"(?:{literal}|{expression})*").fullmatch(text))


def is_regex(text: str) -> bool:
    """A regular expression, as far as Python can tell; ECMA-262 names and classes pass."""
    adapted = re.sub(r"\(\?<(?![=!])", "(?P<", text)
    adapted = re.sub(r"\\k<(\w+)>", r"(?P=\1)", adapted)
    adapted = re.sub(r"\\[pP]\{[^{}]*\}|\\u\{[0-9A-Fa-f]+\}|\\c[A-Za-z]|\\/|\\-", "x", adapted)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(adapted)
    except (re.error, RecursionError, OverflowError):
        return False
    return not re.search(r"(?<!\\)(?:\\\\)*\\[zZAa]", text)


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_date,
    "date-time": is_date_time,
    "time": is_time,
    "duration": is_duration,
    "uuid": is_uuid,
    "email": addresses.is_email,
    "idn-email": addresses.is_idn_email,
    "hostname": addresses.is_hostname,
    "idn-hostname": addresses.is_idn_hostname,
    "ipv4": addresses.is_ipv4,
    "ipv6": addresses.is_ipv6,
    "uri": addresses.is_uri,
    "uri-reference": addresses.is_uri_reference,
    "iri": addresses.is_iri,
    "iri-reference": addresses.is_iri_reference,
    "json-pointer": is_json_pointer,
    "relative-json-pointer": is_relative_json_pointer,
    "uri-template": is_uri_template,
    "regex": is_regex,
}


def conforms(text: str, name: str) -> bool:
    """Whether `text` has the format `name`; a format that nobody defined asserts nothing."""
    predicate = FORMATS.get(name)
    return predicate is None or predicate(text)
