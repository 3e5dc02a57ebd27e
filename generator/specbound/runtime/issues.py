"""What pydantic says about a bad value, as short issues in the service's words.

It knows pydantic's error records and the codes of Zod; it must not know operations or requests.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from .errors import Issue

Record = Mapping[str, Any]
Path = list[str | int]
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
FORMATS = ("uuid", "datetime", "date", "time", "url", "ip_", "timezone", "json_invalid")
RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_short": lambda ctx: f"must be at least {_count(ctx['min_length'], 'character')} long",
    "string_too_long": lambda ctx: f"must be at most {_count(ctx['max_length'], 'character')} long",
    "too_short": lambda ctx: f"must have at least {_count(ctx['min_length'], 'item')}",
    "too_long": lambda ctx: f"must have at most {_count(ctx['max_length'], 'item')}",
    "greater_than": lambda ctx: f"must be greater than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']}",
    "less_than": lambda ctx: f"must be less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']}",
    "multiple_of": lambda ctx: f"must be a multiple of {ctx['multiple_of']}",
    "literal_error": lambda ctx: f"must be {ctx['expected']}",
    "enum": lambda ctx: f"must be {ctx['expected']}",
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
DATA_URI = re.compile(r"^(data:[^,]{0,80},)(.{33,})$", re.S)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shown(value: Any, limit: int = 80) -> str:
    """`value` for a message: JSON-like, cut to about `limit` characters, data URIs only by their size."""
    if isinstance(value, str):
        cut = DATA_URI.match(value)
        if cut:
            return f'"{cut[1]}…({len(cut[2])} characters)"'
        if len(value) > limit:
            return f'"{value[:limit]}…" ({len(value)} characters)'
        return f'"{value}"'
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


def issues_of(error: ValidationError, value: Any, kind: Any, at: Path) -> list[Issue]:
    """The issues of one refused `value` of type `kind` at `at`, one union branch each, in order."""
    names = wire_names(kind)
    faults = [_Fault(record, value) for record in error.errors(include_url=False)]
    issues = [_issue(group, names, at) for group in _folded(faults, 0)]
    seen: dict[tuple[Any, ...], Issue] = {}
    for issue in issues:
        seen.setdefault((issue.code, *issue.path, issue.message), issue)
    return list(seen.values())


class _Fault:
    """One error record, its location told apart into path steps and union branch labels."""

    __slots__ = ("record", "steps")

    def __init__(self, record: Record, value: Any) -> None:
        self.record = record
        target = record["input"]
        if record["type"] == "missing":
            walked = _walk(value, record["loc"][:-1], target)
            self.steps = [*walked, ("path", record["loc"][-1])]
        else:
            self.steps = _walk(value, record["loc"], target)

    @property
    def path(self) -> Path:
        return [step for what, step in self.steps if what == "path"]

    def label(self, depth: int) -> Any:
        """The branch label at `depth`, None where a path step or the end is there."""
        if depth < len(self.steps) and self.steps[depth][0] == "label":
            return self.steps[depth][1]
        return None


Steps = list[tuple[str, Any]]


def _walk(value: Any, loc: Sequence[Any], target: Any) -> Steps:
    """`loc` as path steps and labels: the reading that ends at `target`, or the most path-like one."""
    return _reading(value, loc, target) or _reading(value, loc, _ANY) or [("path", s) for s in loc]


_ANY = object()


def _reading(value: Any, loc: Sequence[Any], target: Any) -> Steps | None:
    if not loc:
        return [] if target is _ANY or value is target or value == target else None
    step, rest = loc[0], loc[1:]
    found, inner = _member(value, step)
    if found:
        steps = _reading(inner, rest, target)
        if steps is not None:
            return [("path", step), *steps]
    if isinstance(step, str):
        steps = _reading(value, rest, target)
        if steps is not None:
            return [("label", step), *steps]
    return None


def _member(value: Any, step: Any) -> tuple[bool, Any]:
    if isinstance(value, dict):
        return (True, value[step]) if step in value else (False, None)
    if isinstance(value, list) and isinstance(step, int) and -1 < step < len(value):
        return True, value[step]
    return False, None


def _folded(faults: list[_Fault], depth: int) -> list[list[_Fault]]:
    """Groups of faults that make one issue each, only of the union branches that were meant."""
    groups: list[list[_Fault]] = []
    for prefix, members in _by(faults, lambda fault: tuple(fault.steps[:depth])).items():
        branches = _by(members, lambda fault: fault.label(depth))
        plain = branches.pop(None, [])
        for ended in _by(plain, lambda fault: tuple(fault.steps[depth : depth + 1])).items():
            step, inner = ended
            groups += _folded(inner, depth + 1) if step else [inner]
        if branches:
            groups += _branch_meant(branches, len(prefix))
    return groups


def _by(faults: list[_Fault], key: Callable[[_Fault], Any]) -> dict[Any, list[_Fault]]:
    groups: dict[Any, list[_Fault]] = {}
    for fault in faults:
        groups.setdefault(key(fault), []).append(fault)
    return groups


def _branch_meant(branches: dict[Any, list[_Fault]], depth: int) -> list[list[_Fault]]:
    """The faults of the branch nearest to the value: right kind first, then right constants."""
    if len(branches) == 1:
        return _folded(next(iter(branches.values())), depth + 1)
    scores = {label: _distance(faults, depth + 1) for label, faults in branches.items()}
    best = min(scores.values())
    meant = [label for label, score in scores.items() if score == best]
    if best[0] or (len(meant) > 1 and not best[1]):
        ended = [f for label in meant for f in branches[label] if len(f.steps) == depth + 1]
        if ended:
            return [ended]
    return _folded(branches[meant[0]], depth + 1)


def _distance(faults: list[_Fault], depth: int) -> tuple[bool, bool, int, int]:
    """How far a branch is from the value: wrong kind, wrong constant, nothing deeper, how many faults."""
    ended = [fault for fault in faults if _ends(fault, depth)]
    wrong_kind = any(code_of(fault.record) == "invalid_type" for fault in ended)
    if ended and wrong_kind and any(code_of(f.record) != "invalid_type" for f in ended):
        wrong_kind = False
    members = [fault for fault in faults if len(fault.path) and not _ends(fault, depth)]
    constants = sum(fault.record["type"] == "literal_error" for fault in members)
    return wrong_kind, constants > 0 and len(members) > 0, constants, len(faults)


def _ends(fault: _Fault, depth: int) -> bool:
    return all(what == "label" for what, _ in fault.steps[depth:])


def code_of(record: Record) -> str:
    """The Zod code of one pydantic error record."""
    kind = record["type"]
    if kind in CODES:
        return CODES[kind]
    if kind.endswith("_type") or kind == "is_instance_of":
        return "invalid_type"
    if kind.startswith(FORMATS) or kind.endswith("_parsing"):
        return "invalid_format"
    return "custom"


def _issue(group: list[_Fault], names: Mapping[str, str], at: Path) -> Issue:
    first = group[0]
    path = at + [names.get(step, step) if isinstance(step, str) else step for step in first.path]
    kind, given = first.record["type"], first.record["input"]
    if kind == "missing":
        return Issue("invalid_type", path, f"`{field_name(path)}` is required")
    if kind == "extra_forbidden":
        return _unrecognized(path, names)
    if kind.startswith("union_tag"):
        return _tag(first.record, path, names)
    codes = dict.fromkeys(code_of(fault.record) for fault in group)
    rules = list(dict.fromkeys(rule_of(fault.record) for fault in group))
    said = " or ".join([rules[0], *(rule.removeprefix("must be ") for rule in rules[1:])])
    words = [w for f in group for w in _expected(f.record)]
    hint = nearest(given, words) if isinstance(given, str) else ""
    name = field_name(path) or "body"
    return Issue(_one(list(codes)), path, f"`{name}` is {shown(given)}, but {said}{hint}")


def _one(codes: list[str]) -> str:
    if len(codes) == 1:
        return codes[0]
    return "invalid_format" if "invalid_format" in codes else "invalid_union"


def rule_of(record: Record) -> str:
    """What a value must be, in words, from one pydantic error record."""
    kind, context = record["type"], record.get("ctx", {})
    if kind in RULES:
        return RULES[kind](context)
    for suffix in ("_type", "_parsing", ""):
        if kind.endswith(suffix) and kind.removesuffix(suffix) in KINDS:
            return f"must be {KINDS[kind.removesuffix(suffix)]}"
    text = str(record["msg"]).removeprefix("Value error, ").removeprefix("Input should ")
    return text[:1].lower() + text[1:]


def _expected(record: Record) -> list[str]:
    context = record.get("ctx", {})
    listed = context.get("expected") or context.get("expected_tags") or ""
    return re.findall(r"'([^']*)'", listed) if isinstance(listed, str) else []


def _unrecognized(path: Path, names: Mapping[str, str]) -> Issue:
    *parent, key = path
    known = [name for name in names.values() if name != key]
    where = f" in `{field_name(parent)}`" if parent else ""
    return Issue("unrecognized_keys", parent, f"`{key}` is not known{where}{nearest(str(key), known)}")


def _tag(record: Record, path: Path, names: Mapping[str, str]) -> Issue:
    context = record.get("ctx", {})
    name = str(context.get("discriminator", "")).strip("'")
    at = [*path, names.get(name, name)]
    if record["type"] == "union_tag_not_found":
        return Issue("invalid_union", at, f"`{field_name(at)}` is required: it says which kind is meant")
    hint = nearest(str(context.get("tag")), _expected(record))
    allowed = context.get("expected_tags")
    message = f"`{field_name(at)}` is {shown(context.get('tag'))}, but must be one of {allowed}{hint}"
    return Issue("invalid_union", at, message)


def wire_names(kind: Any) -> dict[str, str]:
    """Python name -> wire name of every member that models within the type `kind` have."""
    names: dict[str, str] = {}
    todo, seen = [kind], set()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        todo += getattr(each, "__args__", ()) or ()
        todo += [each.__value__] if hasattr(each, "__value__") else []
        if isinstance(each, type) and issubclass(each, BaseModel):
            for name, field in each.model_fields.items():
                names.setdefault(name, _alias(name, field))
                todo.append(field.annotation)
    return names


def _alias(name: str, field: Any) -> str:
    for alias in (field.validation_alias, field.serialization_alias, field.alias):
        if isinstance(alias, str):
            return alias
    return name
