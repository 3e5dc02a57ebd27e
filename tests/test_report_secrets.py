"""Whatever secret a recording holds, wherever it stands, no report shows it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound import Contract
from specbound.check import baseline
from specbound.check.checker import Checker
from specbound.check.groups import Tally
from specbound.report.findings import Look, text
from specbound.report.github import github, github_summary
from specbound.report.json_report import json_report
from specbound.report.junit import junit
from specbound.report.sarif import sarif
from specbound.traffic.exchange import Exchange, Request, Response, Source

CONTRACT = Contract.load(Path(__file__).parent / "cases" / "report" / "secrets.yaml")

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
RANDOM = st.text(LETTERS, min_size=40, max_size=60)
#: Secrets that show by their look, wherever they stand.
LOOKS = st.one_of(
    RANDOM.map(lambda rest: f"sk_live_{rest}"),
    RANDOM.map(lambda rest: f"ghp_{rest[:36]}"),
    RANDOM.map(lambda rest: f"eyJhbGciOiJIUzI1NiJ9.eyJ{rest}.{rest}"),
)
#: Secrets that only the name of their place tells.
PLAIN = st.text("bcdfghjklmnpqrstvwxz", min_size=12, max_size=20).map(lambda word: f"zq{word}")
SIGNED = PLAIN.map(
    lambda word: f"https://cdn.example/a.mp4?X-Amz-Signature={word}&Expires=1&token={word}"
)

BODY = st.fixed_dictionaries(
    {},
    optional={
        "password": PLAIN | LOOKS,
        "token": PLAIN | LOOKS,
        "apiKey": PLAIN,
        "plain": LOOKS,
        "url": SIGNED,
        "list": st.lists(LOOKS | SIGNED, max_size=2),
        "nested": st.dictionaries(
            LOOKS, LOOKS | st.fixed_dictionaries({"secret": PLAIN}), max_size=2
        ),
        "undeclared": LOOKS | SIGNED | st.fixed_dictionaries({"client_secret": PLAIN}),
    },
)
REPLY = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from("abc") | LOOKS, "n": LOOKS | SIGNED, "t": LOOKS,
                  "access_token": PLAIN}
)  # fmt: skip


def secrets_of(value, name=""):
    """The texts that were planted in a value; of a signed URL its signature."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from [key] if len(key) > 30 else []
            yield from secrets_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from secrets_of(each)
    elif isinstance(value, str) and value.startswith("https:"):
        yield value.partition("Signature=")[2].partition("&")[0]
    elif isinstance(value, str) and len(value) > 12:
        yield value


def reports(*exchanges):
    """Every report on some exchanges, of new causes, of known ones, and of single findings."""
    checker = Checker(CONTRACT)
    for keep_all in (False, True):
        tally = Tally(keep_all=keep_all)
        for exchange in exchanges:
            tally.add(exchange, checker.check(exchange))
        account = tally.account(CONTRACT, 1)
        page = baseline.updated(account, baseline.Baseline())
        entries = tuple(baseline.Entry(group.cause, 1) for group in account.groups)
        known = baseline.apply(account, baseline.Baseline(entries), date(2026, 1, 1))
        yield page
        yield repr(account)
        for each in (account, known):
            yield text(each, Look(verbose=True))
            yield from (report(each) for report in (json_report, junit, sarif, github))
            yield github_summary(each)


def assert_hidden(planted, *exchanges):
    planted = [secret for secret in planted if secret]
    for report in reports(*exchanges):
        for secret in planted:
            assert secret not in report


@settings(max_examples=60)
@given(BODY, REPLY, st.booleans())
def test_bodies(body, reply, as_bytes):
    headers = (("Content-Type", "application/json"),)

    def side(value):
        return {"content": json.dumps(value).encode()} if as_bytes else {"json": value}

    request = Request("POST", "/things/1", headers, **side(body))
    response = Response(200, headers, **side(reply))
    planted = [secret for secret in [*secrets_of(body), *secrets_of(reply)] if len(secret) > 12]
    assert_hidden(planted, Exchange(request, response, Source("t", 1)))


@settings(max_examples=60)
@given(PLAIN, LOOKS, st.sampled_from(["/things/", "/nowhere/", "https://u:{0}@h/things/"]))
def test_urls_and_headers(word, look, start):
    query = f"api_key={word}&plain={look}&signature={word}&undeclared={look}&access_token={word}"
    url = f"{start.format(word)}{quote(look)}?{query}"
    headers = (
        ("Authorization", f"Bearer {word}"),
        ("Cookie", f"session={word}; other={word}"),
        ("X-Api-Key", word),
        ("X-Mode", look),
    )
    replied = (("Set-Cookie", f"session={word}; Path=/"), ("X-Rate", look))
    for method in ("POST", "DELETE"):
        exchange = Exchange(Request(method, url, headers), Response(200, replied), Source("t", 1))
        assert_hidden([word, look], exchange)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", "password=zqhunterhunter&a=1"),
        ("application/json", '{"password": "zqhunterhunter", oops'),
        ("text/plain", "password: zqhunterhunter"),
        ("application/xml", "<password>zqhunterhunter</password>"),
    ],
)
def test_bodies_that_are_no_json(media_type, body):
    headers = (("Content-Type", media_type),)
    request = Request("POST", "/things/1", headers, content=body.encode())
    assert_hidden(["zqhunterhunter"], Exchange(request, None, Source("t", 1)))


def test_the_page_hides_them_too():
    from specbound.report.html import html

    key, word = "sk_live_4eC39HqLyjWDarjtT1zdp7dcAbCdEfGh", "zqbcdfghjklmnp"
    body = {"password": word, "token": key, "nested": {key: {"secret": word}}, "plain": [key]}
    url = f"https://u:{word}@h/things/1?api_key={word}&plain={key}"
    headers = (("Cookie", f"session={word}"), ("X-Api-Key", word), ("X-Mode", key))
    reply = {"kind": "a", "n": f"https://h/x?token={word}&X-Amz-Signature={word}", "t": key}
    exchange = Exchange(Request("POST", url, headers, body), Response(200, (), reply), Source("t"))
    tally = Tally()
    tally.add(exchange, Checker(CONTRACT).check(exchange))
    page = html(tally.account(CONTRACT, 1), CONTRACT)
    assert "[redacted]" in page
    assert key not in page
    assert word not in page
