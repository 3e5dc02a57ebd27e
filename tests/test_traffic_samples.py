"""Code samples: what Python, JavaScript and curl pass to whom, with lines, and what is unknown."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.traffic.exchange import header
from specbound.traffic.javascript import javascript_calls, javascript_problems
from specbound.traffic.literals import SPREAD, known
from specbound.traffic.python_code import python_calls
from specbound.traffic.samples import UNKNOWN, SampleError
from specbound.traffic.shell import curl_commands, curl_requests

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text("ab'\"\\\n\té{}$`/ "),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_", min_size=1), inner),
    max_leaves=8,
)


# --- Python


def test_python_arguments_and_result():
    call = python_calls(
        "x = client.things.create('a', size=-5, tags=[1, None], **{'n': {'b': True}})"
    )
    assert [(one.callee, one.arguments, one.result, one.line) for one in call] == [
        ("client.things.create", ("a",), "x", 1)
    ]
    assert call[0].keywords == {"size": -5, "tags": [1, None], "n": {"b": True}}


def test_python_chain_gives_two_calls_in_order():
    calls = python_calls("task = client.a.create(\n  n=1,\n).wait()\n")
    assert [(one.callee, one.result, one.line) for one in calls] == [
        ("client.a.create", "", 1),
        ("client.a.create().wait", "task", 3),
    ]


def test_python_unknown_parts_are_unknown_and_nothing_else():
    (call,) = python_calls("f(a, x=[1, y], z=f'{y}', **rest)")
    assert call.arguments == (UNKNOWN,)
    assert call.keywords == {"x": [1, UNKNOWN], "z": UNKNOWN, SPREAD: UNKNOWN}


@pytest.mark.parametrize("text", ["f(", "x = = 1", "a\0b", "(" * 500 + ")" * 500])
def test_python_that_does_not_parse_is_one_error(text):
    with pytest.raises(SampleError):
        python_calls(text)


def test_python_error_has_its_line():
    with pytest.raises(SampleError) as caught:
        python_calls("x = 1\n\nf(a=)\n")
    assert caught.value.line == 3


@given(JSON)
def test_python_literals_are_read_as_they_are(value):
    (call,) = python_calls(f"f(x={value!r})")
    assert call.keywords["x"] == value


def test_python_await_and_annotated_assignment():
    (call,) = python_calls("x: Thing = await client.a(1)")
    assert (call.callee, call.result) == ("client.a", "x")


# --- JavaScript


def test_javascript_object_with_unknown_parts():
    (call,) = javascript_calls("const t = await client.a.b({ id: 'x', n, ...rest, u: undefined });")
    assert (call.callee, call.result) == ("client.a.b", "t")
    assert call.arguments == ({"id": "x", "n": UNKNOWN, SPREAD: UNKNOWN},)


def test_javascript_chain_gives_two_calls_and_the_last_has_the_result():
    text = "const task = await client.x\n  .create({ a: 1 })\n  .waitForTaskOutput();"
    assert [(one.callee, one.result, one.line) for one in javascript_calls(text)] == [
        ("client.x.create", "", 2),
        ("client.x.create().waitForTaskOutput", "task", 3),
    ]


def test_javascript_stringify_is_a_value():
    calls = javascript_calls("fetch(`u`, { body: JSON.stringify({ a: [1, -2.5, 1e3] }) })")
    assert calls[-1].arguments[0] == "u"
    assert json.loads(calls[-1].arguments[1]["body"]) == {"a": [1, -2.5, 1000]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a\\'b\\n\\u0041\\x42'", "a'b\nAB"),
        ("`a${b}`", UNKNOWN),
        ("'a' + \"b\"", "ab"),
        ("{ 'k-1': 0x10, [k]: 1 }", {"k-1": 16, SPREAD: UNKNOWN}),
        ("5.0", 5),
        ("1_000n", 1000),
        ("(x as Y)", UNKNOWN),
        ("{ a: 'b' as const } satisfies T", {"a": "b"}),
        ("{ ...{ a: 1 }, b: 2 }", {"a": 1, "b": 2}),
        ("{ m() {} }", {"m": UNKNOWN}),
    ],
)
def test_javascript_literals(text, value):
    assert javascript_calls(f"f({text})")[-1].arguments[0] == value


@given(JSON)
def test_javascript_reads_json_as_it_is(value):
    assert javascript_calls(f"f({json.dumps(value)})")[-1].arguments[0] == value


@pytest.mark.parametrize("text", ["const = 5", "f({ a: 1, ... })", "f(", "'open"])
def test_javascript_that_does_not_parse_is_one_error(text):
    with pytest.raises(SampleError, match="not valid JavaScript"):
        javascript_calls(text)


def test_typescript_and_jsx_parse():
    assert javascript_calls("const x = f<string>(<T>y); let z: number = g!(1);")
    assert javascript_calls("const x = <Player src={f(1)} />;")[0].callee == "f"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("const a = 1;\nconst a = 2;", [(2, "'a' is declared twice in one scope")]),
        ("const a = 1; { const a = 2; }", []),
        ("name = 'x';", [(1, "'name' is assigned and never declared")]),
        ("let a; a = 1; ({ a } = b); [a] = c;", []),
        ("const a = 1; a = 2;", [(1, "'a' is a constant and is assigned again")]),
        ("function f(a, { b }, ...c) { a = b = c = 1; }", []),
        ("function f(a) { let a; }", [(1, "'a' is declared twice in one scope")]),
        ("for (const i of x) { const i = 1; }", []),
        ("for (i of x) {}", [(1, "'i' is assigned and never declared")]),
        ("try {} catch (e) { e = 1; }", []),
        ("import A from 'a';\nconst A = 1;", [(2, "'A' is declared twice in one scope")]),
        ("var a; var a; function f() {} function f() {}", []),
        ("module.exports = 1; this.x = 2; a.b += 1;", []),
        ("interface A { b: string } class A {}", []),
        (
            "const f = async (x = 1) => { x = 2; y++; };",
            [(1, "'y' is assigned and never declared")],
        ),
    ],
)
def test_javascript_names(text, problems):
    assert javascript_problems(text) == problems


# --- curl


def one(text):
    ((request, line),) = curl_requests(text)
    return request, line


def test_curl_over_several_lines():
    request, line = one(
        "$ curl -sSX POST https://api.example.com/v1/x \\\n"
        '  -d \'{\n    "a": "it\'"\'"\'s"\n  }\' \\\n'
        "  -H \"Content-Type: application/json\" -H 'Authorization: Bearer $KEY'"
    )
    assert (request.method, request.url, line) == ("POST", "https://api.example.com/v1/x", 1)
    assert json.loads(request.content) == {"a": "it's"}
    assert request.body_line == 2
    assert header(request.headers, "authorization") == "Bearer $KEY"


def test_curl_password_is_not_kept():
    request, _ = one("curl -u me:hunter22 https://a.example/x")
    assert "hunter22" not in repr(request)
    assert header(request.headers, "authorization").startswith("Basic")


@pytest.mark.parametrize(
    ("text", "method", "url", "content"),
    [
        ("curl a.example/x", "GET", "a.example/x", None),
        ("curl -I a.example/x", "HEAD", "a.example/x", None),
        ("curl a.example/x -d a=1 -d b=2", "POST", "a.example/x", b"a=1&b=2"),
        (
            "curl -G a.example/x -d a=1 --data-urlencode 'q=x y'",
            "GET",
            "a.example/x?a=1&q=x+y",
            None,
        ),
        ("curl --json '[1]' --url a.example/x", "POST", "a.example/x", b"[1]"),
        ("curl -XDELETE a.example/{id}?a=1&b=2", "DELETE", "a.example/{id}?a=1&b=2", None),
        ("curl $'a.example/\\x41' -o out > f | jq .", "GET", "a.example/A", None),
        ("KEY=1 /usr/bin/curl a.example/<task id>", "GET", "a.example/<task id>", None),
    ],
)
def test_curl_requests(text, method, url, content):
    request, _ = one(text)
    assert (request.method, request.url, request.content) == (method, url, content)


def test_curl_says_what_curl_sends_as_media_type():
    assert header(one("curl a/x -d 1")[0].headers, "content-type").endswith("form-urlencoded")
    assert header(one("curl a/x --json 1")[0].headers, "content-type") == "application/json"
    request, _ = one("curl a/x -F name=x -F 'file=@p.png;type=image/png'")
    assert header(request.headers, "content-type").startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="p.png"\r\nContent-Type: image/png' in request.content


@pytest.mark.parametrize("text", ["curl a/x -d @f", "curl a/x -T f", "curl a/x -d 'open"])
def test_curl_whose_body_is_not_known_is_no_request(text):
    assert curl_requests(text) == []
    assert [bool(each.missing) for each in curl_commands(text)] == [True]


def test_curl_lines_and_other_commands():
    text = "# curl no\necho curl\ncurl a/x; curl a/y\n\ncurl \\\n  a/z\n"
    assert [(request.url, line) for request, line in curl_requests(text)] == [
        ("a/x", 3),
        ("a/y", 3),
        ("a/z", 5),
    ]


@given(st.text("curl -dXH'\"\\$()<>{}|&;\n abc/:@#%"))
def test_no_text_breaks_the_shell_reader(text):
    list(curl_commands("curl " + text))


@given(st.text("fx(){}[]'\"`$=;:,.\n \\0/*"))
def test_no_text_breaks_the_code_readers(text):
    for read in (python_calls, javascript_calls, javascript_problems):
        with suppress(SampleError):
            read(text)


def test_known():
    assert known({"a": [1, {"b": None}]})
    assert not known({"a": [1, {"b": UNKNOWN}]})
