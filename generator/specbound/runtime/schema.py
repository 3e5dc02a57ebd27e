"""An exact evaluator of JSON Schema 2020-12 for the fragments that a type cannot say.

Knows every keyword that applies sub-schemas, and joins them with the assertions. It must not
know pydantic; patterns are in Python's syntax, definitions are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .assertions import ASSERTIONS, Keyword
from .evaluation import Definitions, Run, Schema, Violation, parts
from .grammar import compiled
from .words import shown

__all__ = ["Definitions", "Schema", "Violation", "is_valid", "violations"]


def ref(run: Run, reference: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 8.2.3.1 of the core vocabulary: the definition has to hold as well."""
    run.follow(reference, value)


def all_of(run: Run, branches: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.1.1."""
    for branch in branches:
        run.require(branch, value)


def any_of(run: Run, branches: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.1.2; all branches are tried, since each may have looked at other members."""
    tried = [run.test(branch, value) for branch in branches]
    for each in tried:
        run.adopt(each)
    if all(each.violations for each in tried):
        run.fail("anyOf", f"fits none of the {len(tried)} alternatives: {_reasons(tried)}")


def one_of(run: Run, branches: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.1.3."""
    tried = [run.test(branch, value) for branch in branches]
    fitting = [each for each in tried if not each.violations]
    for each in fitting:
        run.adopt(each)
    if not fitting:
        run.fail("oneOf", f"fits none of the {len(tried)} alternatives: {_reasons(tried)}")
    elif len(fitting) > 1:
        run.fail("oneOf", f"fits {len(fitting)} of {len(tried)} alternatives, must fit exactly one")


def _reasons(tried: list[Run]) -> str:
    first = [each.violations[0] for each in tried[:3]]
    return "; ".join(
        f"{'/'.join(map(str, each.path)) or 'it'} {each.message[:100]}" for each in first
    )


def not_(run: Run, branch: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.1.4."""
    if not run.test(branch, value).violations:
        plain = isinstance(branch, dict) and list(branch) == ["pattern"]
        run.fail("not", f"must not match {branch['pattern']}" if plain else "is excluded")


def if_(run: Run, condition: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.2."""
    tried = run.test(condition, value)
    run.adopt(tried)
    run.require(schema.get("else" if tried.violations else "then", True), value)


def dependent_schemas(run: Run, needs: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.2.2.4."""
    if isinstance(value, dict):
        for name, branch in needs.items():
            if name in value:
                run.require(branch, value)


def prefix_items(run: Run, schemas: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.1.1."""
    if isinstance(value, list):
        for index, (each, item) in enumerate(zip(schemas, value, strict=False)):
            run.require(each, item, index)


def items(run: Run, each: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.1.2: what `prefixItems` leaves."""
    if isinstance(value, list):
        for index in range(len(schema.get("prefixItems", ())), len(value)):
            run.require(each, value[index], index)


def contains(run: Run, wanted: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.1.3, with `minContains` and `maxContains`."""
    if not isinstance(value, list):
        return
    found = [i for i, item in enumerate(value) if not run.test(wanted, item, i).violations]
    run.seen.update(found)
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    if len(found) < least:
        keyword = "minContains" if "minContains" in schema else "contains"
        run.fail(keyword, f"must contain at least {least} such item, has {len(found)}")
    if most is not None and len(found) > most:
        run.fail("maxContains", f"must contain at most {most} such items, has {len(found)}")


def properties(run: Run, schemas: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.2.1."""
    if isinstance(value, dict):
        for name, each in schemas.items():
            if name in value:
                run.require(each, value[name], name)


def pattern_properties(run: Run, schemas: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.2.2."""
    if isinstance(value, dict):
        for expression, each in schemas.items():
            for name in value:
                if compiled(expression).search(name):
                    run.require(each, value[name], name)


def additional_properties(run: Run, each: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.2.3."""
    if not isinstance(value, dict):
        return
    patterns = [compiled(expression) for expression in schema.get("patternProperties", ())]
    for name in value:
        if name in schema.get("properties", ()) or any(p.search(name) for p in patterns):
            continue
        if each is False:
            run.fail("additionalProperties", f"must not have the member {shown(name)}")
        run.seen.add(name)
        run.require(each is False or each, value[name], name)


def property_names(run: Run, each: Any, schema: Mapping[str, Any], value: Any) -> None:
    """Section 10.3.2.4."""
    if isinstance(value, dict):
        for name in value:
            for found in run.test(each, name).violations:
                run.fail("propertyNames", f"has the member {shown(name)}, which {found.message}")


def unevaluated(keyword: str, kind: type, noun: str) -> Keyword:
    """Make the check of the parts that no other keyword has looked at (section 11)."""

    def check(run: Run, each: Any, schema: Mapping[str, Any], value: Any) -> None:
        if not isinstance(value, kind):
            return
        for step, part in parts(value):
            if step in run.seen:
                continue
            if each is False:
                run.fail(keyword, f"must not have the {noun} {shown(step)}")
            run.require(each is False or each, part, step)

    return check


KEYWORDS: dict[str, Keyword] = {
    **ASSERTIONS,
    "$ref": ref,
    "prefixItems": prefix_items,
    "items": items,
    "contains": contains,
    "properties": properties,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "propertyNames": property_names,
    "dependentSchemas": dependent_schemas,
    "allOf": all_of,
    "anyOf": any_of,
    "oneOf": one_of,
    "not": not_,
    "if": if_,
    # These two look at what all the others have left, so they come last.
    "unevaluatedItems": unevaluated("unevaluatedItems", list, "item"),
    "unevaluatedProperties": unevaluated("unevaluatedProperties", dict, "member"),
}


def violations(
    schema: Schema, value: Any, definitions: Definitions | None = None
) -> list[Violation]:
    """Everything in which a JSON value breaks a schema; empty if it is valid.

    `$ref` is looked up in `definitions` by its pointer or by the pointer's last part (LookupError).
    """
    run = Run(KEYWORDS, definitions or {})
    run.evaluate(schema, value)
    return run.violations


def is_valid(schema: Schema, value: Any, definitions: Definitions | None = None) -> bool:
    """Whether a JSON value fits a schema."""
    return not violations(schema, value, definitions)
