"""Builders of every form pass; every slip of the pen is found within the default budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import prove_builders as shop
from contracts import contract_of
from specbound.prove import BuilderFault, Case, build, check_builder
from specbound.prove.proof import Kind, Proof, Status

CONTRACT = contract_of(shop.SHOP)
CREATE, LIST, DELETE = "POST /orders", "GET /orders", "DELETE /orders/{id}"


def fault(builder: Any, operation: str = CREATE, **more: Any) -> Proof:
    with pytest.raises(BuilderFault) as caught:
        check_builder(builder, CONTRACT, operation, **more)
    return caught.value.proof


# --- forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", shop.FORMS, ids=lambda one: one.__name__)
def test_a_right_builder_of_every_form_holds(builder: Any) -> None:
    proof = check_builder(builder, CONTRACT, CREATE, examples=20)
    assert proof.counts[Status.LET_THROUGH] == proof.counts[Status.NOT_REACHED] == 0
    assert proof.counts[Status.HELD] >= 35
    assert proof.examples >= 20


def test_adapt_maps_a_value_to_the_call() -> None:
    def create(text: str, *, rest: dict[str, Any]) -> httpx.Request:
        return shop.create(text=text, **rest)

    def adapt(case: Case) -> Any:
        body = dict(case.body) if isinstance(case.body, dict) else {"text": case.body}
        return (body.pop("text", None),), {"rest": body}

    proof = check_builder(create, CONTRACT, CREATE, adapt, examples=20)
    assert proof.holds


def test_a_builder_is_called_inside_a_running_loop() -> None:
    async def test() -> Proof:
        return check_builder(shop.create_later, CONTRACT, CREATE, examples=5)

    assert asyncio.run(test()).holds


def test_nothing_leaves_the_machine() -> None:
    import socket

    def create(**given: Any) -> Any:
        shop.create(**given)
        return socket.create_connection(("192.0.2.1", 80), timeout=5)

    proof = fault(create, examples=2)
    assert proof.counterexamples[0].kind is Kind.REFUSED
    assert "nothing may be sent" in proof.counterexamples[0].message
    assert socket.socket.connect is not create


@pytest.mark.parametrize(
    ("builder", "operation"),
    [(shop.create, CREATE), (shop.list_orders, LIST), (shop.delete_order, DELETE)],
)
def test_the_operation_is_found_out(builder: Any, operation: str) -> None:
    assert check_builder(builder, CONTRACT, examples=5).operation == operation


def test_what_cannot_be_told_is_asked_for() -> None:
    with pytest.raises(ValueError, match="cannot be told; name it"):
        check_builder(lambda: 5, CONTRACT)
    with pytest.raises(KeyError):
        check_builder(shop.create, CONTRACT, "POST /nothing")


def test_queries_and_paths_hold() -> None:
    assert check_builder(shop.list_orders, CONTRACT, LIST).holds
    assert check_builder(shop.delete_order, CONTRACT, DELETE).holds


# --- one subtle slip each -------------------------------------------------------------------------


def wrong(name: str, change: Callable[[dict[str, Any]], Any], kind: Kind) -> Any:
    return pytest.param(shop.changing(change), kind, id=name)


def only_if(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda given: {**given, name: change(given[name])} if name in given else given


@pytest.mark.parametrize(
    ("builder", "kind"),
    [
        wrong(
            "drops a member",
            lambda given: {k: v for k, v in given.items() if k != "note"},
            Kind.CHANGED,
        ),
        wrong(
            "drops what is false",
            lambda given: {k: v for k, v in given.items() if v is not False},
            Kind.CHANGED,
        ),
        wrong(
            "drops what is null",
            lambda given: {k: v for k, v in given.items() if v is not None},
            Kind.CHANGED,
        ),
        wrong("null for absent", lambda given: {"url": None, **given}, Kind.INVALID),
        wrong(
            "forgets a required member",
            lambda given: {k: v for k, v in given.items() if k != "size"},
            Kind.INVALID,
        ),
        wrong("wrong case of a value", only_if("model", str.title), Kind.INVALID),
        wrong("trims a text", only_if("text", lambda text: text.strip() or "x"), Kind.CHANGED),
        wrong("cuts a text", only_if("text", lambda text: text[:39]), Kind.CHANGED),
        wrong(
            "ASCII only",
            only_if("text", lambda text: text.encode("ascii", "replace").decode()),
            Kind.CHANGED,
        ),
        wrong("text for number", only_if("size", str), Kind.INVALID),
        wrong(
            "rounds a number",
            only_if("weight", lambda number: round(number, 1) or 0.1),
            Kind.CHANGED,
        ),
        wrong("off by one", only_if("size", lambda number: min(number, 63)), Kind.CHANGED),
        wrong("sorts a list", only_if("tags", sorted), Kind.CHANGED),
        wrong(
            "renames a member",
            lambda given: {("Text" if k == "text" else k): v for k, v in given.items()},
            Kind.INVALID,
        ),
        wrong("adds a member", lambda given: {**given, "client": "me"}, Kind.INVALID),
        wrong("wraps the body", lambda given: {"order": given}, Kind.INVALID),
    ],
)
def test_each_slip_is_found(builder: Any, kind: Kind) -> None:
    (found,) = fault(builder).counterexamples
    assert found.kind is kind
    assert found.call


def test_a_wrong_method_and_a_wrong_path() -> None:
    def put(**given: Any) -> Any:
        shop.create(**given)
        return shop.post(given, "PUT")

    def elsewhere(**given: Any) -> Any:
        shop.create(**given)
        return httpx.Request("POST", f"{shop.HOST}/order", json=given)

    for builder in (put, elsewhere):
        assert fault(builder).counterexamples


def test_a_list_of_the_wrong_style_and_a_path_that_is_not_escaped() -> None:
    (found,) = fault(shop.list_exploded, LIST).counterexamples
    assert found.call == {"state": ["new", "new"]} or "state" in found.call
    (found,) = fault(shop.delete_unescaped, DELETE).counterexamples
    assert len(found.call["id"]) <= 3


def test_a_refused_value_and_a_result_that_is_no_request() -> None:
    def shy(**given: Any) -> Any:
        if given["size"] > 50:
            raise ValueError("too many")
        return shop.create(**given)

    (found,) = fault(shy).counterexamples
    assert found.kind is Kind.REFUSED
    assert found.call["size"] == 51
    assert "too many" in found.message
    (found,) = fault(lambda **given: {"sent": True}).counterexamples
    assert found.kind is Kind.STRANGE


def test_a_counterexample_is_as_small_as_can_be() -> None:
    (found,) = fault(shop.changing(only_if("size", lambda number: min(number, 63)))).counterexamples
    assert found.call == {"model": "small", "text": "0", "size": 64}


# --- every keyword --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keyword",
    [
        *("enum", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"),
        *("multipleOf", "pattern", "format", "type", "minItems", "maxItems", "uniqueItems"),
        *("propertyNames", "maxProperties", "required", "additionalProperties"),
    ],
)
def test_a_keyword_that_is_not_checked_is_let_through_and_named(keyword: str) -> None:
    proof = fault(shop.loosened(keyword))
    assert not proof.counterexamples
    also = {"pattern": {"propertyNames"}, "additionalProperties": {"type", "maxLength"}}
    assert {place.keyword for place in proof.through} - also.get(keyword, set()) == {keyword}


def test_a_parameter_that_is_not_checked() -> None:
    def anything(limit: Any = None, state: Any = None) -> httpx.Request:
        given = [] if limit is None else [f"limit={limit}"]
        given += [] if state is None else [f"state={','.join(state)}"]
        return httpx.Request("GET", f"{shop.HOST}/orders?{'&'.join(given)}")

    through = {(place.keyword, place.says) for place in fault(anything, LIST).through}
    assert ("minimum", "limit: not at least 1") in through
    assert any(keyword == "enum" for keyword, _ in through)


def test_build_gives_the_request_or_raises() -> None:
    request = build(shop.create_and_send, model="small", text="x", size=1)
    assert (request.method, request.url) == ("POST", f"{shop.HOST}/orders")
    with pytest.raises(AssertionError):
        build(shop.create_and_send, model="small", text="x", size=0)
    with pytest.raises(TypeError, match="not a request"):
        build(dict, a=1)
