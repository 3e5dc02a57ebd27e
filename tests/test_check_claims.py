"""What pages claim against the contract: differences told, agreement never.

Pages that are made from a contract say nothing wrong of it; each fault put into one is told.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import contract_of
from specbound.check.pages.claims import judge, judged
from specbound.check.pages.operations import Known
from specbound.check.pages.surface import Surface, surface
from specbound.check.pages.values import NO_DEFAULT, default, finite
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.traffic.claims import Kind
from specbound.traffic.exchange import Claim, Exchange, Source
from specbound.traffic.readers import markdown

TEXT = {"type": "string"}
CIRCLE = {
    "type": "object",
    "required": ["kind", "radius"],
    "properties": {
        "kind": {"const": "circle"},
        "radius": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
        "color": {"enum": ["red", "blue", "green-2"]},
        "label": {"type": "string", "maxLength": 20},
        "owner": {"type": "object", "properties": {"ownerId": {**TEXT, "format": "uuid"}}},
    },
}
SQUARE = {
    "type": "object",
    "required": ["kind", "color"],
    "properties": {
        "kind": {"const": "square"},
        "color": {"enum": ["red", "black-1", "white-1"]},
        "label": {"type": "string", "maxLength": 20},
    },
}


def reply(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


STATES = {"type": "object", "properties": {"state": {"enum": ["NEW", "RUNNING", "DONE", "LOST"]}}}
ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shapes", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "paths": {
        "/shapes": {
            "post": {
                "tags": ["Shapes"],
                "requestBody": reply(
                    {"oneOf": [CIRCLE, SQUARE], "discriminator": {"propertyName": "kind"}}
                ),
                "responses": {"201": reply(STATES), "409": {"description": ""}},
            },
            "get": {
                "tags": ["Shapes"],
                "parameters": [
                    {
                        "name": "page[size]",
                        "in": "query",
                        "schema": {"type": "integer", "default": 5},
                    }
                ],
                "responses": {"200": reply(STATES)},
            },
        },
        "/shapes/{id}": {
            "get": {"tags": ["Shapes"], "parameters": [ID], "responses": {"200": reply(STATES)}},
            "delete": {
                "tags": ["Shapes"],
                "parameters": [ID],
                "responses": {"204": {"description": ""}},
            },
        },
    },
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contract_of(DOCUMENT)


def told(contract: Contract, text: str) -> list[tuple[str, str, int | None]]:
    """What is said of a page: severity and code, the message, and the line."""
    records = markdown.read(io.BytesIO(text.encode()), "page.md")
    found = judged(contract, [one for one in records if isinstance(one, Claim)])
    return [(f"{one.severity} {one.code}", one.message, one.line) for one in found]


def codes(contract: Contract, text: str) -> list[str]:
    return [code for code, _, _ in told(contract, text)]


PAGE = """\
## Create a shape

`POST /v1/shapes`

- `kind` (string, required): must be set to the exact value `circle`.
- `radius` (integer, required): between 1 and 9. Defaults to `3`.
- `color` (string, optional): one of `red`, `blue` or `green-2`.
- `label` (string, optional): up to 20 characters.
- `owner` (object, optional): whose it is.

### Responses

#### 201 Created

#### 409 Conflict
"""

#: A word of the page, what is put in its place, and what is told then.
FAULTS = [
    ("POST /v1/shapes", "POST /v1/shape", "warning undocumented-operation"),
    ("`radius`", "`radiusOfIt`", "warning undeclared-member"),
    ("(integer, required)", "(integer, optional)", "warning required"),
    ("between 1 and 9", "between 1 and 12", "warning maximum"),
    ("between 1 and 9", "between 0 and 9", "warning minimum"),
    ("Defaults to `3`", "Defaults to `4`", "warning default"),
    ("`red`, `blue`", "`red`, `bleu`", "warning enum"),
    ("`red`, `blue` or", "`red` or", "note unlisted-value"),
    ("20 characters", "30 characters", "warning max-length"),
    ("#### 409 Conflict", "#### 404 Not Found", "warning undocumented-status"),
    ("#### 409 Conflict", "#### 200 OK", "note unlisted-status"),
]


def test_a_page_that_agrees_is_silent(contract):
    assert told(contract, PAGE) == [
        (
            "note unlisted-value",
            'the page does not list "square", which `kind` takes as well',
            5,
        )
    ]


@pytest.mark.parametrize(("word", "fault", "code"), FAULTS)
def test_a_fault_of_a_page_is_told_once_with_its_line(contract, word, fault, code):
    assert PAGE.count(word) == 1
    before, after = told(contract, PAGE), told(contract, PAGE.replace(word, fault))
    new = [one for one in after if one not in before]
    line = PAGE[: PAGE.index(word)].count("\n") + 1
    assert [one for one in new if one[0] == code]
    if code.startswith("warning"):
        assert [one[2] for one in new if one[0] == code] == [line]


def test_a_claim_that_is_true_for_one_variant_is_a_note_for_the_other(contract):
    text = PAGE.replace("exact value `circle`", "value one of `circle`, `square`")
    assert told(contract, text) == [
        (
            "note undeclared-member",
            "the page describes `radius` for all variants; square does not have it",
            6,
        ),
        (
            "note unlisted-value",
            'the page does not list "black-1", "white-1", which `color` takes as well',
            7,
        ),
        ("note enum", 'of the values that the page lists for `color`, square takes only "red"', 7),
        ("note required", "the page calls `color` optional; it is required for square", 7),
        (
            "note undeclared-member",
            "the page describes `owner` for all variants; square does not have it",
            9,
        ),
    ]


def test_operations_that_a_table_leaves_out(contract):
    text = "| Method | Path |\n|---|---|\n| GET | /v1/shapes |\n| POST | /v1/shapes |\n"
    text += "| DELETE | /v1/shapes/:id |\n"
    assert told(contract, text) == [
        (
            "note unlisted-operation",
            "the page lists operations of this group, but not GET /shapes/{id}",
            3,
        )
    ]
    assert told(contract, text + "\nSee `GET /v1/shapes/{id}`.\n") == []


def test_paths_of_others_and_open_paths_are_left_alone(contract):
    assert codes(contract, "`POST https://hooks.example.org/services/x`") == []
    assert codes(contract, "`GET /v1/{resource}`") == []
    assert codes(contract, "`GET https://api.example.com/v1/shapes/7`") == []
    assert codes(contract, "`PUT /v1/shapes/{id}`") == ["warning undocumented-operation"]


def test_parameters_with_brackets_and_members_below(contract):
    text = "## GET /v1/shapes\n\n| Name | Type | Default |\n|---|---|---|\n"
    text += "| `page[size]` | integer | 5 |\n"
    assert told(contract, text) == []
    assert codes(contract, text.replace("| 5 |", "| 6 |")) == ["warning default"]
    text = (
        "## POST /v1/shapes\n\n- `owner.ownerId` (string <uuid>): the owner\n- `ownerId`: string\n"
    )
    assert told(contract, text) == []
    assert codes(contract, text.replace("<uuid>", "<date>")) == ["warning format"]


def test_a_table_of_statuses_speaks_of_the_whole_page(contract):
    text = "| Code | Meaning |\n|---|---|\n| 409 | there |\n| 500/503 | broken |\n"
    assert codes(contract, text) == ["warning undocumented-status"] * 2


def test_a_list_without_an_operation_is_known_by_its_values(contract):
    table = "| State | Meaning |\n|---|---|\n| `NEW` | x |\n| `RUNNING` | x |\n| `DONE` | x |\n"
    assert [code for code, message, _ in told(contract, table) if '"LOST"' in message] == [
        "note unlisted-value"
    ]
    assert told(contract, table + "| `LOST` | x |\n") == []
    assert codes(contract, table + "| `LOST` | x |\n| `GONE` | x |\n") == ["warning enum"]
    assert told(contract, table.replace("State", "Plan")) == []


def test_placeholders_are_no_values(contract):
    text = '## POST /v1/shapes\n\n- `owner`: { "ownerId": "<id>" } or { "ownerId": "..." }\n'
    assert told(contract, text) == []


def test_members_of_replies_are_known(contract):
    text = "## POST /v1/shapes\n\n- `state` (string): where it is\n- `color` (string): its color\n"
    assert told(contract, text) == []


def test_a_caption_names_an_operation_in_words(contract):
    text = "Shape creation parameters:\n\n| Parameter | Type |\n|---|---|\n| `kind` | string |\n"
    assert told(contract, text + "| `color` | string |\n") == [
        ("note unlisted-member", "the page lists members of POST /shapes, but not `label`", 5)
    ]


def test_one_claim_alone(contract):
    claim = Claim(Kind.REQUIRED, "POST /shapes", "label", ("required",), Source("p.md", 7))
    (found,) = judge(contract, claim)
    assert (found.code, found.severity, found.line) == ("required", Severity.WARNING, 7)
    assert found.documented
    assert found.spec is not None
    assert found.spec.pointer.endswith("/properties/label")


def test_a_status_that_the_page_does_not_say_is_the_operations_own(contract):
    text = b"## POST /v1/shapes\n\nResponse:\n\n```json\n{}\n```\n"
    (exchange,) = (e for e in markdown.read(io.BytesIO(text), "p") if isinstance(e, Exchange))
    assert Known(contract).settled(exchange).response.status == 201
    said = exchange._replace(response=exchange.response._replace(status=200))
    assert Known(contract).settled(said) is said


# --- the law: what is made from a contract agrees with it -----------------------------------------


def described(one: Surface, variant: Any) -> Iterator[tuple[str, Any, bool]]:
    """Name, member and whether it must be, of the parameters and of one variant's members."""
    for member in one.parameters:
        if member.part.value in ("path", "query"):
            yield member.name, member, member.required
    for name, must in one.names(variant.name).items() if variant else ():
        yield name, next(m for m in one.find(name) if m.variant == variant.name), must


def literal(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def row(one: Surface, name: str, member: Any, must: bool) -> str:
    own, given = finite(one.lookup, member.place) or [], default(one.lookup, member)
    listed = ", ".join(f"`{literal(value)}`" for value in own if value is not None)
    said = f"One of {listed}." if len(own) > 1 else f"The exact value {listed}." if own else ""
    plain = given is not NO_DEFAULT and not isinstance(given, dict | list)
    stated = f"`{literal(given)}`" if plain else ""
    return f"| `{name}` | any | {'yes' if must else 'no'} | {stated} | {said} |"


def stack(one: Surface, name: str, member: Any, must: bool) -> list[str]:
    own = finite(one.lookup, member.place) or []
    listed = [f'"{literal(value)}"' for value in own if value is not None]
    needs = ["Required"] if must else []
    return [name, *needs, "string", *(["Accepted values:", *listed] if own else []), "A sentence."]


def pages(contract: Contract) -> Iterator[tuple[str, str]]:
    """A page for each variant of each operation, in two layouts, with its operation."""
    for key, operation in contract.operations.items():
        one = surface(contract, operation)
        statuses = [status for status in operation.replies if status.isdigit()]
        for variant in one.variants or (None,):
            members = list(described(one, variant))
            head = ["| Name | Type | Required | Default | Description |", "|---|---|---|---|---|"]
            rows = [row(one, *member) for member in members]
            heads = [line for status in statuses for line in (f"#### {status}", "", "Text.", "")]
            yield key, "\n".join([f"## {key}", "", *head, *rows, "", "### Responses", "", *heads])
            if any(must for _, _, must in members):
                stacks = [line for member in members for line in stack(one, *member)]
                lines = [
                    *key.split(),
                    "It does it.",
                    "Request body",
                    *stacks,
                    "Responses",
                    *statuses,
                ]
                yield key, "\n".join(lines)


def disagreements(contract: Contract) -> list[Any]:
    found = []
    for key, page in pages(contract):
        tag = surface(contract, contract.operations[key]).tag
        records = markdown.read(io.BytesIO(page.encode()), "page")
        for one in judged(contract, [each for each in records if isinstance(each, Claim)]):
            # A page about one variant is silent about the others, and is told so.
            if not (one.code == "unlisted-value" and one.pointer == f"/{tag}"):
                found.append((one.code, one.message, page))
    return found


def test_pages_made_from_a_contract_agree_with_it(contract):
    assert len(list(pages(contract))) > 6
    assert disagreements(contract) == []


def test_pages_made_from_the_runway_document_agree_with_it(runway: Path):
    assert disagreements(Contract.load(runway / "openapi.json")) == []
