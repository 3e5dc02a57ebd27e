"""What tells a union's branches apart: discriminators, constants, kinds, and all who read them.

Knows JSON Schema and OpenAPI's discriminator. It must not know how a room uses the answer.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from check_contracts import explained
from specbound.contract.kinds import KINDS, Kinds
from specbound.contract.tags import Tag, Tags, disjoint, stated
from specbound.runtime.schema import is_valid

Json = dict[str, Any]
NAMED = "#/components/schemas/"


def tags(**named: Any) -> Tags:
    return Tags.reading(lambda reference: named[reference.removeprefix(NAMED)])


def tagged(values: Any, member: str = "type", required: bool = True, **more: Any) -> Json:
    """An object with a member that has one value, or one of a list of them."""
    rule = {"enum": values} if isinstance(values, list) else {"const": values}
    needs = {"required": [member]} if required else {}
    return {"type": "object", "properties": {member: rule, **more}, **needs}


def ref(name: str) -> Json:
    return {"$ref": NAMED + name}


def tag(union: Json, **named: Any) -> Tag | None:
    return tags(**named).tag(union, "oneOf")


def the_tag(union: Json, **named: Any) -> Tag:
    found = tag(union, **named)
    assert found is not None
    return found


def names(union: Json, **named: Any) -> list[tuple[Any, ...]]:
    return list(the_tag(union, **named).names)


# --- constants ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "branches",
    [
        [tagged("a"), tagged("b")],
        [tagged(["a", "c"]), tagged("b")],
        [tagged(1), tagged(2)],
        [tagged(1), tagged(True)],
        [tagged("a"), {"type": "null"}, tagged("b"), {"type": "string"}],
        [{"allOf": [{"type": "object"}, tagged("a")]}, tagged("b")],
        [{"oneOf": [tagged("a"), tagged("b")]}, tagged("c")],
    ],
)
def test_a_member_whose_constants_differ_is_the_tag(branches: list[Json]) -> None:
    found = the_tag({"oneOf": branches})
    assert (found.member, found.stated, found.certain) == ("type", False, True)


@pytest.mark.parametrize(
    "branches",
    [
        [tagged("a"), tagged("a")],
        [tagged(["a", "b"]), tagged("b")],
        [tagged("a"), {"type": "object"}],
        [tagged("a"), {}],
        [tagged("a"), {"type": "string"}],
        [tagged(1), tagged(1.0)],
        [tagged({"a": 1}), tagged({"a": 2})],
        [],
    ],
)
def test_there_is_no_tag_where_a_value_leaves_it_open(branches: list[Json]) -> None:
    assert tag({"oneOf": branches}) is None


def test_a_required_member_comes_before_one_that_may_be_left_out() -> None:
    one, other = ({**tagged(name, "kind", size={"const": name})} for name in "ab")
    for each in (one, other):
        each["properties"] = dict(reversed(each["properties"].items()))
    found = the_tag({"oneOf": [one, other]})
    assert (found.member, found.required) == ("kind", True)
    found = the_tag({"oneOf": [tagged("a", required=False), tagged("b", required=False)]})
    assert (found.member, found.required) == ("type", False)


def test_overlapping_members_are_passed_over() -> None:
    one = tagged("a", "model", ratio={"enum": ["1:1", "2:1"]})
    other = tagged("b", "model", ratio={"enum": ["1:1"]})
    for each in (one, other):
        each["required"] = ["ratio", "model"]
    found = the_tag({"oneOf": [one, other]})
    assert found.member == "model"


def test_a_list_of_the_base_is_narrowed_by_the_constant() -> None:
    base = tagged(["a", "b"])
    one = {"allOf": [ref("Base"), {"properties": {"type": {"const": "a"}}}]}
    other = {"allOf": [ref("Base"), {"properties": {"type": {"const": "b"}}}]}
    assert names({"oneOf": [one, other]}, Base=base) == [("a",), ("b",)]


def test_values_may_be_a_union_themselves() -> None:
    either = {"anyOf": [{"const": "a"}, {"const": "b"}]}
    one = {"type": "object", "properties": {"type": either}, "required": ["type"]}
    assert names({"oneOf": [one, tagged("c")]}) == [("a", "b"), ("c",)]


def test_what_is_required_in_every_inner_branch_is_required() -> None:
    inner = {"oneOf": [tagged("a"), tagged("b")]}
    assert tags().said(inner, "type") == (False, True, ("a", "b"))
    inner = {"oneOf": [tagged("a"), tagged("b", required=False)]}
    assert not tags().said(inner, "type").required


# --- discriminators -------------------------------------------------------------------------------


def with_tag(*branches: Any, **mapping: str) -> Json:
    found: Json = {"propertyName": "type"}
    if mapping:
        found["mapping"] = {value: NAMED + name for value, name in mapping.items()}
    return {"oneOf": list(branches), "discriminator": found}


def test_a_mapping_names_branches_before_their_constants_do() -> None:
    every = tagged(["a", "b"])
    union = with_tag(ref("A"), ref("B"), a="A", b="B")
    found = the_tag(union, A=every, B=every)
    assert found.names == (("a",), ("b",))
    assert not found.certain, "both branches allow both values"


def test_what_no_mapping_names_is_named_by_constants_else_by_its_name() -> None:
    plain = {"type": "object", "properties": {"type": {"type": "string"}}}
    union = with_tag(ref("A"), ref("B"), ref("C"), a="A")
    assert names(union, A=plain, B=tagged("b"), C=plain) == [("a",), ("b",), ("C",)]


def test_two_branches_may_share_a_value_and_the_rest_keep_theirs() -> None:
    union = with_tag(ref("A"), ref("B"), ref("C"))
    found = the_tag(union, A=tagged("message"), B=tagged("message"), C=tagged("call"))
    assert found.names == (("message",), ("message",), ("call",))
    assert found.certain


def test_shared_lists_that_hold_the_names_of_schemas_leave_the_names() -> None:
    every = tagged(["Cat", "Dog"])
    assert names(with_tag(ref("Cat"), ref("Dog")), Cat=every, Dog=every) == [("Cat",), ("Dog",)]


@pytest.mark.parametrize(
    "odd", [None, "type", {}, {"propertyName": 1}, {"propertyName": None}, [{"propertyName": "a"}]]
)
def test_a_discriminator_that_names_no_member_states_nothing(odd: Any) -> None:
    assert stated({"discriminator": odd}) == ""


def test_a_mapping_that_is_none_is_passed_over() -> None:
    union = with_tag(ref("A"), ref("B"))
    union["discriminator"]["mapping"] = ["a"]
    assert names(union, A=tagged("a"), B=tagged("b")) == [("a",), ("b",)]


# --- what does not end, what leads nowhere --------------------------------------------------------


def test_recursion_ends() -> None:
    tree = {"oneOf": [ref("Tree"), ref("Leaf")]}
    many = {"anyOf": [ref("Many")] * 40}
    reading = tags(Tree=tree, Leaf=tagged("leaf"), Many=many, Self=ref("Self"))
    assert reading.tag({"oneOf": [ref("Tree"), tagged("a")]}, "oneOf") is None
    assert reading.tag({"oneOf": [ref("Many"), tagged("a")]}, "oneOf") is None
    assert reading.kinds.of(ref("Self")) == KINDS
    assert not reading.apart([ref("Self"), ref("Many")])


def test_references_that_lead_nowhere_allow_everything() -> None:
    assert tags().kinds.of(ref("Gone")) == KINDS
    assert tag({"oneOf": [ref("Gone"), tagged("a")]}) is None
    assert tags().kinds.of({"$ref": 1}) == KINDS


# --- laws -----------------------------------------------------------------------------------------

VALUES = st.sampled_from(["a", "b", 1, 1.0, True, None])
MEMBER = st.one_of(
    st.builds(lambda value: {"const": value}, VALUES),
    st.builds(lambda values: {"enum": values}, st.lists(VALUES, min_size=1, max_size=3)),
    st.just({"type": "string"}),
)


@st.composite
def branches_of(draw: st.DrawFn) -> Any:
    objects = st.builds(
        lambda members, needs: {"type": "object", "properties": members, "required": needs},
        st.dictionaries(st.sampled_from(["x", "y"]), MEMBER),
        st.lists(st.sampled_from(["x", "y"]), unique=True),
    )
    others = st.sampled_from([{}, {"type": "string"}, {"type": ["null", "integer"]}, False])
    some = st.recursive(
        objects | others,
        lambda inner: st.builds(
            lambda keyword, parts: {keyword: parts},
            st.sampled_from(["allOf", "oneOf", "anyOf"]),
            st.lists(inner, min_size=1, max_size=2),
        ),
        max_leaves=4,
    )
    return draw(st.lists(some, min_size=2, max_size=3))


INSTANCES = st.one_of(
    st.dictionaries(st.sampled_from(["x", "y"]), VALUES), VALUES, st.just([]), st.just(2.5)
)


@given(branches_of(), INSTANCES)
def test_no_value_fits_two_branches_that_are_apart(branches: list[Any], value: Any) -> None:
    fitting = [branch for branch in branches if is_valid(branch, value, {})]
    assert len(fitting) < 2 or not tags().apart(branches)


@given(branches_of(), INSTANCES)
def test_kinds_are_never_too_few(branches: list[Any], value: Any) -> None:
    which = Kinds(lambda _: True).of
    for branch in branches:
        assert not is_valid(branch, value, {}) or Tags.reading(lambda _: True).kinds.of(
            branch
        ) >= which({"const": value})


@given(branches_of(), st.dictionaries(st.sampled_from(["x", "y"]), VALUES))
def test_a_tag_leads_to_every_branch_that_fits(branches: list[Any], value: Json) -> None:
    found = tags().tag({"oneOf": branches}, "oneOf")
    if found is None or found.member not in value:
        return
    for branch, allowed in zip(branches, found.names, strict=True):
        fits = is_valid(branch, value, {})
        assert not fits or is_valid({"enum": list(allowed)}, value[found.member], {})


@given(st.lists(st.sets(st.integers(0, 3), max_size=2), max_size=3))
def test_disjoint_groups(groups: list[set[int]]) -> None:
    union = set().union(*groups)
    assert disjoint(groups) == (all(groups) and len(union) == sum(map(len, groups)))


# --- as the checker tells it ----------------------------------------------------------------------


def test_a_shared_value_does_not_make_the_others_unknown() -> None:
    message = tagged("message", text={"type": "string"})
    call = tagged("call", id={"type": "integer"})
    union = with_tag(ref("In"), ref("Out"), ref("Call"))
    faults = explained(union, {"type": "call", "id": "x"}, In=message, Out=message, Call=call)
    assert [(fault.code, fault.pointer) for fault in faults] == [("type", "/id")]


def test_of_branches_that_share_a_value_the_nearest_is_explained() -> None:
    ask = {**tagged("message", ask={"type": "string"}), "additionalProperties": False}
    tell = {**tagged("message", tell={"type": "string"}), "additionalProperties": False}
    union = with_tag(ref("Ask"), ref("Tell"))
    faults = explained(union, {"type": "message", "tell": 1}, Ask=ask, Tell=tell)
    assert [(fault.code, fault.pointer) for fault in faults] == [("type", "/tell")]
