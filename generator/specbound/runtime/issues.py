"""What pydantic says about a bad value, as short issues in the service's words.

It knows pydantic's error records and the codes of Zod; it must not know operations or requests.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from .issue import Issue
from .scalars import literals
from .wording import (
    Record,
    below,
    code_of,
    expected,
    field_name,
    limit_in,
    nearest,
    rule_of,
    shown,
)

Path = list[str | int]


def issues_of(error: ValidationError, value: Any, kind: Any, at: Path) -> list[Issue]:
    """The issues of one refused `value` of type `kind` at `at`, one union branch each, in order."""
    faults = [_Fault(record, value) for record in error.errors(include_url=False)]
    issues = [_issue(group, kind, at) for group in _folded(faults, 0)]
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
    """`loc` as path steps and labels: the reading that ends at `target`, else the longest path."""
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
    if best.wrong_kind or len(meant) > 1:
        ended = [f for label in meant for f in branches[label] if _ends(f, depth + 1)]
        if ended:
            return [ended]
    return _folded(branches[meant[0]], depth + 1)


class _Distance(NamedTuple):
    """How far a union branch is from the value; the nearest is the least."""

    wrong_kind: bool
    wrong_constants: int
    wrong_members: int


def _distance(faults: list[_Fault], depth: int) -> _Distance:
    ended = {code_of(fault.record) for fault in faults if _ends(fault, depth)}
    members = [fault for fault in faults if not _ends(fault, depth)]
    constants = sum(fault.record["type"] in ("literal_error", "enum") for fault in members)
    return _Distance(ended == {"invalid_type"} and not members, constants, len(members))


def _ends(fault: _Fault, depth: int) -> bool:
    return all(what == "label" for what, _ in fault.steps[depth:])


def _issue(group: list[_Fault], kind: Any, at: Path) -> Issue:
    record = group[0].record
    names = wire_names(kind)
    path = at + [names.get(step, step) if isinstance(step, str) else step for step in group[0].path]
    if record["type"] == "missing":
        said = f"`{field_name(path)}` is required{_choice(kind, path[-1], record['input'])}"
        return Issue("invalid_type", path, said)
    if record["type"] == "extra_forbidden":
        return _unrecognized(path, names)
    if record["type"].startswith("union_tag"):
        return _tag(record, path, kind)
    inner, given = below(record)
    codes = list(dict.fromkeys(code_of(fault.record) for fault in group))
    words = [word for fault in group for word in expected(fault.record)]
    hint = nearest(given, words) if words and isinstance(given, str) else ""
    place = field_name([*path, *inner]) or "body"
    said = f"`{place}` is {shown(given)}, but {_alternatives(group, codes)}{hint}"
    return Issue(_one(codes), [*path, *inner], said)


def _alternatives(group: list[_Fault], codes: list[str]) -> str:
    """The rules of several branches in one sentence; of several limits only the widest."""
    rules = list(dict.fromkeys(rule_of(fault.record) for fault in group))
    if codes in (["too_big"], ["too_small"]):
        rules.sort(key=limit_in, reverse=codes == ["too_big"])
        return rules[0]
    heads = ("must be ", "must match ")
    others = [rule.removeprefix(head) for rule in rules[1:] for head in heads if head in rule[:11]]
    return " or ".join([rules[0], *others, *(r for r in rules[1:] if not r.startswith(heads))])


def _choice(kind: Any, name: Any, given: Any) -> str:
    """The values that a missing member may have, where the type lists them."""
    for model in models_in(kind):
        fields = {_alias(at, field): field for at, field in model.model_fields.items()}
        if name in fields and _fits(given, fields):
            values = literals(fields[name].annotation)
            if values:
                return f"; one of {', '.join(shown(value) for value in values)}"
    return ""


def _fits(given: Any, fields: Mapping[str, Any]) -> bool:
    """Whether the constants of a model are those of the object given."""
    if not isinstance(given, dict):
        return False
    for name, field in fields.items():
        values = literals(field.annotation)
        if name in given and len(values) == 1 and given[name] != values[0]:
            return False
    return not (given.keys() - fields.keys())


def _one(codes: list[str]) -> str:
    if len(codes) == 1:
        return codes[0]
    return "invalid_format" if "invalid_format" in codes else "invalid_union"


def _unrecognized(path: Path, names: Mapping[str, str]) -> Issue:
    *parent, key = path
    known = [name for name in names.values() if name != key]
    where = f" in `{field_name(parent)}`" if parent else ""
    return Issue(
        "unrecognized_keys", parent, f"`{key}` is not known{where}{nearest(str(key), known)}"
    )


def _tag(record: Record, path: Path, kind: Any) -> Issue:
    context = record.get("ctx", {})
    name = str(context.get("discriminator", "")).strip("'")
    at = [*path, wire_names(kind).get(name, name)]
    place = field_name(at)
    if record["type"] == "union_tag_not_found":
        return Issue("invalid_union", at, f"`{place}` is required{_tags(kind, at[-1])}")
    hint = nearest(str(context.get("tag")), expected(record))
    allowed = ", ".join(f'"{tag}"' for tag in expected(record))
    said = f"`{place}` is {shown(context.get('tag'))}, but must be one of {allowed}{hint}"
    return Issue("invalid_union", at, said)


def _tags(kind: Any, name: Any) -> str:
    """The values that tell the variants of a union apart."""
    tags: dict[str, None] = {}
    for model in models_in(kind):
        for at, field in model.model_fields.items():
            if _alias(at, field) == name:
                tags.update(dict.fromkeys(shown(each) for each in literals(field.annotation)))
    return f"; one of {', '.join(tags)}" if tags else ""


def wire_names(kind: Any) -> dict[str, str]:
    """Python name -> wire name of every member that models within the type `kind` have."""
    names: dict[str, str] = {}
    for model in models_in(kind):
        for name, field in model.model_fields.items():
            names.setdefault(name, _alias(name, field))
    return names


def models_in(kind: Any) -> list[type[BaseModel]]:
    """Every model that the type `kind` is made of, outermost first."""
    models: list[type[BaseModel]] = []
    todo, seen = [kind], set()
    while todo:
        each = todo.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        todo += getattr(each, "__args__", ())
        todo += [each.__value__] if hasattr(each, "__value__") else []
        if isinstance(each, type) and issubclass(each, BaseModel):
            models.append(each)
            todo += [field.annotation for field in each.model_fields.values()]
    return models


def _alias(name: str, field: Any) -> str:
    for alias in (field.validation_alias, field.serialization_alias, field.alias):
        if isinstance(alias, str):
            return alias
    return name
