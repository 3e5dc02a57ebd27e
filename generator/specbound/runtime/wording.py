"""The words of messages about bad values: codes, rules, values cut to size, and near misses.

It knows pydantic's error types and the codes of Zod; it must not know where in a request a value
stands.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
CODES = {
    "missing": "invalid_type",
    "int_from_float": "invalid_type",
    "none_required": "invalid_type",
    "string_too_short": "too_small",
    "bytes_too_short": "too_small",
    "too_short": "too_small",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "string_too_long": "too_big",
    "bytes_too_long": "too_big",
    "too_long": "too_big",
    "less_than": "too_big",
    "less_than_equal": "too_big",
    "literal_error": "invalid_value",
    "enum": "invalid_value",
    "string_pattern_mismatch": "invalid_format",
    "extra_forbidden": "unrecognized_keys",
    "multiple_of": "not_multiple_of",
    "union_tag_invalid": "invalid_union",
    "union_tag_not_found": "invalid_union",
}
#: JSON Schema keywords, which checks use as error types, by how they begin.
KEYWORDS = {
    "min-": "too_small",
    "minimum": "too_small",
    "exclusive-minimum": "too_small",
    "max-": "too_big",
    "maximum": "too_big",
    "exclusive-maximum": "too_big",
    "pattern": "invalid_format",
    "format": "invalid_format",
    "enum": "invalid_value",
    "const": "invalid_value",
    "additional-prop": "unrecognized_keys",
    "unevaluated-prop": "unrecognized_keys",
    "one-of": "invalid_union",
    "any-of": "invalid_union",
}
FORMATS = ("uuid", "datetime", "date", "time", "url", "ip_", "timezone", "json_invalid")
RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_short": lambda ctx: f"must have at least {_count(ctx['min_length'], 'character')}",
    "string_too_long": lambda ctx: f"must have at most {_count(ctx['max_length'], 'character')}",
    "too_short": lambda ctx: f"must have at least {_count(ctx['min_length'], 'item')}",
    "too_long": lambda ctx: f"must have at most {_count(ctx['max_length'], 'item')}",
    "greater_than": lambda ctx: f"must be greater than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']}",
    "less_than": lambda ctx: f"must be less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']}",
    "multiple_of": lambda ctx: f"must be a multiple of {ctx['multiple_of']}",
    "literal_error": lambda ctx: f"must be {_listed(ctx['expected'])}",
    "enum": lambda ctx: f"must be {_listed(ctx['expected'])}",
    "string_pattern_mismatch": lambda ctx: f"must match {ctx['pattern']}",
}
KINDS = {
    "string": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "list": "an array",
    "tuple": "an array",
    "dict": "an object",
    "mapping": "an object",
    "model": "an object",
    "model_attributes": "an object",
    "none_required": "null",
    "int_from_float": "an integer",
    "uuid": "a UUID",
    "datetime": "a date-time",
    "date": "a date",
    "bytes": "bytes",
}
DATA_URI = re.compile(r"^(data:[^,]{0,80},)(.{33,})$", re.DOTALL)


def _listed(expected: str) -> str:
    """Pydantic's list of literals, in double quotes as JSON has them."""
    words = re.findall(r"'([^']*)'", expected)
    if not words or "\\" in expected:
        return f"one of {expected}" if ", " in expected else expected
    quoted = [f'"{word}"' for word in words]
    return f"one of {', '.join(quoted)}" if len(quoted) > 1 else quoted[0]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shown(value: Any, limit: int = 80) -> str:
    """`value` for a message: JSON-like, cut to about `limit` characters, data URIs only by their
    size.
    """
    if isinstance(value, str):
        cut = DATA_URI.match(value)
        if cut:
            return f'"{cut[1]}…({len(cut[2])} characters)"'
        if len(value) > limit:
            return f'"{value[:limit]}…" ({len(value)} characters)'
        return f'"{value}"'
    if value in ({}, []):
        return "{}" if value == {} else "[]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'an array'} of {len(value)}"
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def nearest(word: str, words: Iterable[str]) -> str:
    """A "did you mean" sentence with the nearest of `words`, empty where none is near."""
    import difflib

    known = {each.replace("_", "").lower(): each for each in words}
    found = difflib.get_close_matches(word.replace("_", "").lower(), known, n=1)
    return f'; did you mean "{known[found[0]]}"?' if found else ""


def field_name(path: Sequence[str | int]) -> str:
    """A path as people write it: `references[0].uri`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def code_of(record: Record) -> str:
    """The Zod code of one pydantic error record."""
    kind = record["type"]
    if kind in CODES:
        return CODES[kind]
    if kind.endswith("_type") or kind in ("is_instance_of", "type", "required"):
        return "invalid_type"
    if kind.endswith("multiple-of"):
        return "not_multiple_of"
    for start, code in KEYWORDS.items():
        if kind.startswith(start):
            return code
    if kind.startswith(FORMATS) or kind.endswith("_parsing"):
        return "invalid_format"
    return "custom"


def rule_of(record: Record) -> str:
    """What a value must be, in words, from one pydantic error record."""
    kind, context = record["type"], record.get("ctx", {})
    if kind in RULES:
        return RULES[kind](context)
    for suffix in ("_type", "_parsing", ""):
        if kind.endswith(suffix) and kind.removesuffix(suffix) in KINDS:
            return f"must be {KINDS[kind.removesuffix(suffix)]}"
    text = str(context.get("message") or record["msg"])
    for subject in ("Value error, ", "Assertion failed, ", "Input ", "Value "):
        text = text.removeprefix(subject)
    return text.replace("should ", "must ", 1) if text.startswith("should ") else text


def limit_in(rule: str) -> float:
    """The limit that a rule speaks of."""
    found = re.search(r"-?\d+(?:\.\d+)?", rule)
    return float(found[0]) if found else 0.0


def below(record: Record) -> tuple[list[str | int], Any]:
    """Where below its location an error record points, and the value there."""
    value, steps = record["input"], list[str | int]()
    for token in str(record.get("ctx", {}).get("pointer") or "").split("/")[1:]:
        step = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
            steps.append(int(step))
        elif isinstance(value, dict):
            value = value.get(step)
            steps.append(step)
    return steps, value


def expected(record: Record) -> list[str]:
    """The values that a record says were expected."""
    context = record.get("ctx", {})
    listed = context.get("expected") or context.get("expected_tags") or ""
    return re.findall(r"'([^']*)'", listed) if isinstance(listed, str) else []
