"""Findings are grouped by cause, and the sums of several workers are those of one process."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import accounts
from specbound.check.causes import general, general_path, is_made
from specbound.check.excerpt import MAX_BYTES, cut
from specbound.check.finding import Part, Result, Verdict
from specbound.check.groups import MAX_PLACES, Tally, cause, sample
from specbound.diagnostics import Severity
from specbound.origin import Origin, tokens
from specbound.traffic.exchange import Broken, Exchange, Request, Response, Source

# --- causes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pointer", "schema", "expected"),
    [
        ("/data/17/id", "", "/data/[]/id"),
        ("/ratio", accounts.RATIO, "/ratio"),
        ("/output/3086d332-1963-4c9d-8103-0f90efa72e20/0", "", "/output/{}/[]"),
        # The schema shows that any name may stand there, however plain it looks.
        ("/nodes/start/id", "/components/schemas/X/properties/nodes/additionalProperties/"
         "properties/id/type", "/nodes/{}/id"),
        # … and that a name is declared, however odd it looks.
        ("/sizes/512", "/components/schemas/X/properties/sizes/properties/512/type", "/sizes/512"),
        ("/a/0", "/components/schemas/X/properties/a/items/type", "/a/[]"),
        ("/a/0/b", "/paths/~1x/get/schema/properties/a/prefixItems/0/required", "/a/[]/b"),
        # A finding may point to the member that is wrong with an object.
        ("/nodes/start/eta", "/components/schemas/X/properties/nodes/additionalProperties/"
         "additionalProperties", "/nodes/{}/eta"),
        ("/a/x", "/components/schemas/X/oneOf/1/properties/a/patternProperties/^x/enum", "/a/{}"),
        ("/not~1a~0name", "", "/not~1a~0name"),
        ("", accounts.RATIO, ""),
    ],
)  # fmt: skip
def test_a_cause_has_no_index_and_no_made_name(pointer, schema, expected):
    assert general(pointer, schema) == expected


@pytest.mark.parametrize(
    "name",
    ["42", "3086d332-1963-4c9d-8103-0f90efa72e20", "9f86d081884c7d659a2feaa0c55ad015", "2026-01-31",
     "task_8f3a91c0aa", "wrun-01ARZ3NDEK",
     "run_12345678", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
     "a@b.example", "https://x.example/y", "z" * 70],
)  # fmt: skip
def test_made_names(name):
    assert is_made(name)


@pytest.mark.parametrize(
    "name", ["promptText", "image_to_video", "v1", "gen4_turbo", "gen3a_turbo", "organization",
             "avatar_conversations", "seed_image2video", "imageGenerationV2Settings",
             "text-to-speech", "X-Runway-Version", "deadbeef", ""]
)  # fmt: skip
def test_names_of_people(name):
    assert not is_made(name)


def test_paths_lose_identifiers_and_query():
    path = "/v1/tasks/3086d332-1963-4c9d-8103-0f90efa72e20/frames/7?key=secret"
    assert general_path(path) == "/v1/tasks/{}/frames/{}"


@given(st.text(), st.text())
def test_any_text_is_a_pointer_and_a_schema_place(pointer, schema):
    found = general("/" + pointer, "/" + schema)
    assert len(tokens(found)) == len(tokens("/" + pointer))


def test_lines_values_and_indexes_do_not_tell_causes_apart():
    one = accounts.finding(pointer="/items/1/ratio", value="a", message="one")
    other = accounts.finding(
        pointer="/items/20/ratio", value="b", message="two", line=7, source=Source("other", 1)
    )
    assert cause(one) == cause(other)


def test_operations_parts_codes_and_rules_do():
    plain = accounts.finding()
    others = [
        replace(plain, operation="GET /x"),
        replace(plain, part=Part.RESPONSE_BODY),
        replace(plain, code="type"),
        replace(plain, spec=Origin("", "/components/schemas/Veo3/properties/ratio/enum")),
        replace(plain, names=("eta",)),
    ]
    assert len({cause(each) for each in [plain, *others]}) == 6


# --- tallies --------------------------------------------------------------------------------------


def test_sums_and_order():
    account = accounts.rich_account()
    assert (account.exchanges, account.valid, account.invalid, account.undocumented) == (6, 2, 3, 1)
    assert account.findings == 7
    assert [group.finding.code for group in account.groups] == [
        "enum", "undocumented-operation", "broken-record", "undeclared-member", "deprecated",
    ]  # fmt: skip
    assert account.groups[0].count == 3
    assert [place.source.line for place in account.groups[0].places] == [41, 57, 90]
    assert account.groups[0].finding.spec.line == 812
    assert account.skipped == {"an OPTIONS request": 1}


def test_a_group_keeps_the_first_places_and_one_sample():
    tally = Tally()
    for line in range(1, 1001):
        accounts.judged(tally, accounts.finding(source=Source("t", line)))
    (group,) = tally.account(accounts.contract(), 1).groups
    assert group.count == 1000
    assert [place.source.line for place in group.places] == list(range(1, MAX_PLACES + 1))
    assert group.sample == {"model": "gen4_turbo", "ratio": "1280:768"}


def test_the_worst_severity_of_a_cause_is_the_groups():
    tally = Tally()
    accounts.judged(tally, accounts.finding(severity=Severity.WARNING))
    accounts.judged(tally, accounts.finding(severity=Severity.ERROR, message="later"))
    (group,) = tally.account(accounts.contract(), 1).groups
    assert group.finding.severity is Severity.ERROR
    assert group.finding.message != "later"


def test_broken_records_of_one_kind_are_one_cause():
    tally = Tally()
    tally.add_broken(Broken(Source("t", 3), "no JSON: column 3"))
    tally.add_broken(Broken(Source("t", 9), "no JSON: column 118"))
    tally.add_broken(Broken(Source("t", 10), "the method is missing"))
    account = tally.account(accounts.contract(), 1)
    assert [group.count for group in account.groups] == [2, 1]
    assert {group.finding.part for group in account.groups} == {Part.RECORD}
    assert account.exchanges == 0


def test_all_keeps_every_finding():
    assert len(accounts.rich_account(keep_all=True).all) == 7
    assert accounts.rich_account().all is None


PATHS = st.sampled_from(["/a", "/b", "/c/1", "/c/22", "/d/x"])
FINDINGS = st.builds(
    accounts.finding,
    pointer=PATHS,
    code=st.sampled_from(["enum", "type"]),
    severity=st.sampled_from(list(Severity)),
    source=st.builds(Source, st.just("t"), st.integers(1, 99)),
)


@given(st.lists(st.lists(FINDINGS, max_size=3), max_size=30), st.integers(1, 5), st.booleans())
def test_workers_and_one_process_give_the_same_account(records, workers, keep_all):
    def add(tally, findings):
        accounts.judged(tally, *findings, verdict=Verdict.INVALID if findings else Verdict.VALID)
        tally.skip("odd" if len(findings) % 2 else "even")

    alone = Tally(keep_all=keep_all)
    for findings in records:
        add(alone, findings)
    merged = Tally(keep_all=keep_all)
    share = len(records) // workers + 1
    for start in range(0, len(records), share):
        part = Tally(keep_all=keep_all)
        for findings in records[start : start + share]:
            add(part, findings)
        merged.merge(pickle.loads(pickle.dumps(part)))
    one, other = (tally.account(accounts.contract(), 1) for tally in (alone, merged))
    assert repr(one) == repr(other)


def test_memory_does_not_grow_with_the_findings():
    def peak(number):
        tally = Tally()
        tracemalloc.start()
        for at in range(number):
            accounts.judged(tally, accounts.finding(source=Source("t", at), pointer=f"/a/{at}"))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(2000) < 1.1 * peak(200)


# --- samples --------------------------------------------------------------------------------------


def resolve(value, pointer):
    for token in tokens(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def test_a_sample_is_redacted_and_the_pointer_leads_to_the_fault():
    body = {"items": [{"n": at, "text": "word " * 900} for at in range(400)], "password": "hunter2"}
    body["items"][300]["n"] = "wrong"
    finding = accounts.finding(pointer="/items/300/n")
    found = sample(accounts.exchange(body), finding)
    assert len(json.dumps(found, ensure_ascii=False)) <= MAX_BYTES
    assert resolve(found, "/items/300/n") == "wrong"
    assert "hunter2" not in json.dumps(found)


def test_a_large_value_is_cut():
    tally = Tally()
    accounts.judged(tally, accounts.finding(value={"n": list(range(100_000))}))
    (group,) = tally.account(accounts.contract(), 1).groups
    assert len(json.dumps(group.finding.value)) <= MAX_BYTES


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=300),
    lambda each: st.lists(each, max_size=40) | st.dictionaries(st.text(max_size=9), each),
    max_leaves=60,
)


@given(JSON, st.lists(st.text(max_size=9) | st.integers(0, 99).map(str), max_size=4))
def test_a_cut_value_is_small(value, path):
    assert len(json.dumps(cut(value, path), ensure_ascii=False)) <= MAX_BYTES


def test_a_sample_of_each_part():
    reply = Response(418, (), content=b"\xff\xfe")
    request = Request("GET", "https://h/x?api_key=abcdef123456&a=1", (), content=b"{broken")
    exchange = Exchange(request, reply, Source("t", 1))

    def of(part):
        return sample(exchange, accounts.finding(part=part))

    assert of(Part.STATUS) == 418
    assert "abcdef123456" not in of(Part.QUERY)
    assert of(Part.QUERY).startswith("GET https://h/x?")
    assert of(Part.REQUEST_BODY) == "… 7 bytes"
    assert of(Part.RESPONSE_BODY) == "… 2 bytes"
    assert of(Part.RESPONSE_HEADER) is None
    assert of(Part.RECORD) is None


def test_a_form_is_shown_as_its_fields():
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    request = Request("POST", "/x", headers, content=b"name=a&password=hunter2")
    found = sample(Exchange(request, None, Source("t")), accounts.finding(pointer="/name"))
    assert found["name"] == "a"
    assert "hunter2" not in str(found)


def test_a_secret_that_is_a_members_name_is_not_kept():
    key = "sk_live_51H8xYzAbCdEfGhIjKlMnOpQrStUvWx"
    tally = Tally(keep_all=True)
    body = {key: {"n": 1}}
    finding = accounts.finding(pointer=f"/{key}/n")
    tally.add(accounts.exchange(body), Result(Verdict.INVALID, accounts.VIDEO, (finding,)))
    account = tally.account(accounts.contract(), 1)
    assert key not in repr(account)
    assert resolve(account.groups[0].sample, account.groups[0].finding.pointer) == 1
