"""What is secret never survives, wherever it stands; what is not stays readable."""

from __future__ import annotations

import base64
import json
import random
import string
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specbound.traffic.secrets import (
    MARKER,
    redacted,
    redacted_headers,
    redacted_url,
    shown,
)

SECRET_NAMES = [
    "authorization", "Authorization", "cookie", "Set-Cookie", "api_key", "apikey", "apiKey",
    "x-api-key", "X-API-Key", "access_token", "accessToken", "refresh_token", "id_token",
    "clientSecret", "client_secret", "password", "passwd", "newPassword2", "secret", "token",
    "sessionKey", "session_key", "privateKey", "private_key", "credential", "credentials",
    "signature", "RUNWAYML_API_SECRET", "awsSecretAccessKey", "db_password", "passwordConfirmation",
    "secret_value", "jwt", "auth", "OPENAI_API_KEY", "webhookSecret", "bearer_token", "sessionId",
    "APIkey", "openaiapikey",
    "/login/password", "/credentials/0/value",
]  # fmt: skip

OPEN_NAMES = [
    "max_tokens", "completion_tokens", "tokenCount", "total_tokens", "token_type", "tokens",
    "next_page_token", "nextPageToken", "cursor", "author", "authority", "key", "keyframes",
    "passwordPolicy", "cookie_policy", "secret_name", "model", "ratio", "id", "signature_version",
    "authorized", "keyboard", "tokenizer", "bearing", "", "/paths/0/ratio", "api_key_id",
]  # fmt: skip

ORDINARY = [
    "1280:768", "gen4_turbo", "gen3a_turbo", "gpt-4o-mini-2024-07-18", "RUNNING", "a cat on a mat",
    "497f6eca-6276-4993-bfeb-53cbbbba6f08", "task_497f6eca-6276-4993-bfeb-53cbbbba6f08",
    "2024-11-06", "2024-08-01T12:00:00.123456+00:00", "application/json; charset=utf-8",
    "https://example.com/assets/a-long-name-of-a-picture-of-a-cat-2024.png?w=1280&h=720",
    "videoGenerationImageToVideoPromptImageRatio", "über naïve façade 東京", "x" * 1001,
    "very_long_snake_case_identifier_names_are_fine_2024_10_01", "Unexpected token: foo", "0" * 40,
    "send Bearer authentication", "a risk-taking disk-jockey", "key_frames", "sk-SK", "Basic plan",
    "sha256:2fad4e086d609e120eae60334ad8f4e20829d97f24a7627a57f399ef4b588d41", "1/2", "", " ",
    "/v1/organization/usage/image_to_video/{id}", "data:image/png;base64,AAAA", "task-1", "12:30",
    "https://api.example.com/repos/octokit/octokit.rb/actions/artifacts?per_page=1&page=2",
    "eleven_multilingual_v2", "gen4_image_turbo", "Field required", "tokens: 12", "a=b&c=d",
]  # fmt: skip


def hexadecimal(chance: random.Random, size: int) -> str:
    return "".join(chance.choices("0123456789abcdef", k=size))


def key(chance: random.Random, size: int) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits, k=size))


def planted(seed: int) -> list[str]:
    """Secrets of every known look."""
    chance = random.Random(seed)
    part = base64.urlsafe_b64encode(chance.randbytes(24)).decode()
    return [
        f"eyJhbGciOiJIUzI1NiJ9.{part}.{key(chance, 43)}",
        f"sk-{key(chance, 48)}",
        f"sk-proj-{key(chance, 20)}_{key(chance, 20)}",
        f"sk_live_{key(chance, 24)}",
        f"key_{hexadecimal(chance, 128)}",
        f"ghp_{key(chance, 36)}",
        f"github_pat_{key(chance, 22)}_{key(chance, 59)}",
        f"AKIA{key(chance, 16).upper()}",
        f"xoxb-{hexadecimal(chance, 12)}-{key(chance, 24)}",
        f"AIza{key(chance, 35)}",
        f"1{hexadecimal(chance, 40)}e2f",
        base64.b64encode(b"\x00\xfb" + chance.randbytes(40)).decode(),
        f"-----BEGIN PRIVATE KEY-----\n{key(chance, 64)}\n-----END PRIVATE KEY-----",
        f"-----BEGIN RSA PRIVATE KEY-----\n{key(chance, 64)}\n",
    ]


SEEDS = st.integers(0, 10_000)
LOOKS = st.builds(lambda seed, which: planted(seed)[which], SEEDS, st.integers(0, 13))
NAMES = st.sampled_from(["a", "items", "note", "next_page_token", "cursor", "url", "max_tokens"])
AROUND = st.tuples(
    st.sampled_from(["", "see ", "key: ", '{"a": "', "<", "https://h.com/", "x=", "über "]),
    st.sampled_from(["", " for it", '"}', "&y=1", ">", ", and more", "?a=b"]),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value somewhere inside objects and arrays, among other values."""
    other = st.none() | st.integers() | st.text(max_size=5)
    return st.recursive(
        inner,
        lambda deeper: st.one_of(
            st.tuples(other, deeper).map(list),
            st.builds(lambda name, value, rest: {name: value, "z": rest}, NAMES, deeper, other),
            deeper.map(lambda value: [value]),
        ),
        max_leaves=6,
    ).filter(lambda value: isinstance(value, dict | list))


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_names_of_secrets(name: str) -> None:
    assert redacted("hunter2", name) == MARKER
    assert redacted(["hunter2"], name) == [MARKER]
    assert redacted({name.rsplit("/", 1)[-1]: {"a": "hunter2"}}, name)
    assert "hunter2" not in shown({"deep": ["hunter2"]}, name)
    # Numbers, booleans and null are never secret; nothing is nothing to hide.
    assert redacted([12, 1.5, True, None, ""], name) == [12, 1.5, True, None, ""]


@pytest.mark.parametrize("name", OPEN_NAMES)
def test_names_of_other_things(name: str) -> None:
    assert redacted("hunter2", name) == "hunter2"
    assert redacted({name.rsplit("/", 1)[-1]: "hunter2"}) == {name.rsplit("/", 1)[-1]: "hunter2"}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_values_stay(text: str) -> None:
    assert redacted(text) == text
    assert redacted({"a": [text], "model": text}, "body") == {"a": [text], "model": text}
    assert json.loads(shown(text, limit=2000)) == text


@pytest.mark.parametrize(
    "name", ["id", "node_id", "taskIds", "etag", "content_sha256", "commit", "system_fingerprint"]
)
def test_digests_and_ids_stay_by_their_name(name: str) -> None:
    chance = random.Random(1)
    for text in (hexadecimal(chance, 64), f"resp_{hexadecimal(chance, 50)}", key(chance, 40)):
        assert redacted(text, name) == text
        assert redacted({name: [text]}) == {name: [text]}
        assert redacted(text, "note") == MARKER
        inside = f'data: {{"{name}": "{text}", "a": 1}}'
        assert redacted(inside) == inside
    # … but a key is a key, whatever it is called.
    assert redacted(f"sk-{key(chance, 40)}", name) == MARKER
    assert redacted(key(chance, 400), name) == MARKER


@given(nested(LOOKS), AROUND)
def test_no_look_of_a_secret_survives_any_nesting(value: Any, around: tuple[str, str]) -> None:
    secrets = list(leaves(value))
    text = json.dumps([redacted(value), shown(value, limit=10_000), redacted(json.dumps(value))])
    for secret in secrets:
        inside = f"{around[0]}{secret}{around[1]}"
        text += redacted(inside) + redacted(inside.encode()) + shown(inside, limit=10_000)
    for secret in secrets:
        # The known beginning may stay, the part that counts may not.
        tail = secret.strip().split("\n")[0][-20:] if "BEGIN" not in secret else secret[32:64]
        assert tail not in text


@given(nested(st.just("hunter2")), st.sampled_from(SECRET_NAMES))
def test_nothing_below_a_secret_name_survives(value: Any, name: str) -> None:
    label = name.rsplit("/", 1)[-1] if "credentials" not in name else "credentials"
    told = {"a": [{label: value, "b": "hunter3"}]}
    assert "hunter2" not in json.dumps(redacted(told))
    assert "hunter2" not in shown(told, limit=10_000)
    assert "hunter3" in json.dumps(redacted(told))


def leaves(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if len(value) > 8 else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [leaf for item in inside for leaf in leaves(item)]


PLAIN = st.text(alphabet=string.ascii_letters + " ,.!?éß東", max_size=30)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | PLAIN
        | st.uuids().map(str) | st.sampled_from(ORDINARY),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(OPEN_NAMES[:-3]), inner),
    )
)  # fmt: skip
def test_ordinary_documents_come_back_unchanged(value: Any) -> None:
    assert redacted(value) == value
    assume(not isinstance(value, str | bytes))
    if len(said := shown(value, limit=10**6)) < 10**6 and isinstance(value, dict | list):
        assert json.loads(said) == value


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), st.text())
def test_types_are_kept(value: Any, name: str) -> None:
    assert type(redacted(value, name)) is type(value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p@h.com/a", "https://redacted@h.com/a"),
        ("https://h.com/a?key=1&w=3", "https://h.com/a?key=[redacted]&w=3"),
        (
            "https://b.s3.amazonaws.com/k.mp4?X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-Date=d"
            "&X-Amz-Expires=60&X-Amz-Signature=s&X-Amz-Security-Token=t",
            "https://b.s3.amazonaws.com/k.mp4?X-Amz-Algorithm=A&X-Amz-Credential=[redacted]"
            "&X-Amz-Date=d&X-Amz-Expires=60&X-Amz-Signature=[redacted]"
            "&X-Amz-Security-Token=[redacted]",
        ),
        (
            "https://d1.cloudfront.net/v.mp4?Expires=1&Policy=p&Signature=s&Key-Pair-Id=K",
            "https://d1.cloudfront.net/v.mp4?Expires=1&Policy=[redacted]&Signature=[redacted]"
            "&Key-Pair-Id=[redacted]",
        ),
        ("https://h.com/v.mp4?_jwt=abc", "https://h.com/v.mp4?_jwt=[redacted]"),
        ("https://h.com/?sig=a%2Fb&sv=2020", "https://h.com/?sig=[redacted]&sv=2020"),
        ("/v1/x?token=&a=1", "/v1/x?token=&a=1"),
        ("/v1/x?api%5Fkey=abc", "/v1/x?api%5Fkey=[redacted]"),
        ("/cb#access_token=abc&b=1", "/cb#access_token=[redacted]&b=1"),
        ("/x?next=https%3A%2F%2Fh.com%3Fsig%3Dabc", "/x?next=[redacted]"),
        ("/v1/tasks/497f6eca-6276-4993-bfeb-53cbbbba6f08", None),
        ("/v1/tasks/{id}?max_tokens=5&page=2#top", None),
        ("https://h.com:8080/a%20b/@me?email=a@b.c", None),
        ("", None),
        ("?", None),
        ("//h.com/x", None),
    ],
)
def test_urls(url: str, expected: str | None) -> None:
    assert redacted_url(url) == (expected if expected is not None else url)
    urlsplit(redacted_url(url))
    if url.startswith("https"):
        assert redacted(f"see {url} there") == f"see {redacted_url(url)} there"
        assert redacted({"uri": [url]}) == {"uri": [redacted_url(url)]}


def test_path_segments_that_are_tokens() -> None:
    token = key(random.Random(3), 48)
    assert redacted_url(f"https://h.com/hooks/{token}/x") == "https://h.com/hooks/[redacted]/x"
    host = "https://dnznrvs05pmza.cloudfront.net"
    assert redacted_url(f"{host}/{token}.mp4") == f"{host}/[redacted]"
    # base64 has slashes: what stands on both sides of one is one token.
    split = f"https://h.com/v1/x/{token}/txG7vJRlCFnHyGUmeeGCcr/y"
    assert redacted_url(split) == "https://h.com/v1/x/[redacted]/[redacted]/y"
    assert redacted_url(f"runway://{token}") == "runway://[redacted]"


def test_headers() -> None:
    fields = (
        ("Authorization", "Bearer x"), ("cookie", "a=b"), ("Set-Cookie", "a=b"),
        ("Proxy-Authorization", "x"), ("X-Api-Key", "x"), ("openai-api-key", "x"),
        ("Ocp-Apim-Subscription-Key", "x"), ("X-Auth-Token", "1234"), ("X-Hub-Signature-256", "x"),
        ("X-Session-Id", "x"), ("My-Secret-Thing", "x"), ("X-Amz-Security-Token", "x"),
    )  # fmt: skip
    assert redacted_headers(fields) == tuple((name, MARKER) for name, _ in fields)
    plain = (
        ("Content-Type", "application/json; charset=utf-8"), ("X-Runway-Version", "2024-11-06"),
        ("X-RateLimit-Remaining-Tokens", "150000"), ("x-ratelimit-limit-tokens", "6ms"),
        ("ETag", 'W/"2fad4e086d609e120eae60334ad8f4e20829d97f24a7627a57f399ef4b588d41"'),
        ("WWW-Authenticate", 'Bearer realm="api"'), ("Content-Length", "12"),
        ("Idempotency-Key", "a"), ("X-OAuth-Scopes", "admin:org"),
        ("Token-Expiration", "2023-09-13"), ("X-Permissions", "secrets=read,environments=read"),
        ("traceparent", "00-6695233f0a0097fad8af43e9493ee4be-e0bc3797798f93f5-01"),
        ("Access-Control-Allow-Credentials", "true"), ("Keep-Alive", "timeout=5"),
    )  # fmt: skip
    assert redacted_headers(plain) == plain
    assert redacted_headers((("Location", "https://h.com/?sig=x"),)) == (
        ("Location", "https://h.com/?sig=[redacted]"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("client_secret=abc&x=1", "client_secret=[redacted]&x=1"),
        ('{"password": "hunter2", "a": 1}', '{"password": "[redacted]", "a": 1}'),
        ('{"password": "hunter2', '{"password": "[redacted]'),
        ("X-Api-Key: abc123", "X-Api-Key: [redacted]"),
        ("Authorization: Bearer abc123", "Authorization: Bearer [redacted]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted]"),
        ("curl -H 'Authorization: token abc123'", "curl -H 'Authorization: token [redacted]'"),
        ("password='a b' and more", "password='[redacted]' and more"),
        ("max_tokens=5&token_type=bearer", "max_tokens=5&token_type=bearer"),
        ("postgres://user:pass@host/db", "postgres://redacted@host/db"),
    ],
)
def test_secrets_inside_texts(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_large_values_are_cut_and_say_so() -> None:
    assert redacted("ab " * 2000) == f"{('ab ' * 2000)[:200]}… (6,000 characters)"
    assert (
        redacted(f"data:image/png;base64,{'A' * 500}") == "data:image/png;base64,… (522 characters)"
    )
    assert shown("x" * 1001) == f'"{"x" * 79}…" (1,001 characters)'
    assert shown(list(range(10**6))).endswith("…")
    assert len(shown({"a": ["b" * 50] * 50}, limit=60)) <= 60
    assert shown({"text": "y" * 10**7}, limit=300).startswith('{"text": "yyy')
    assert len(redacted(f"{'a ' * 3000}sk-{'1a' * 40}")) < 300


def test_a_secret_across_the_cut_is_gone() -> None:
    for size in range(150, 201):
        assert "aB3dE5gH7" not in redacted(f"{'x ' * (size // 2)}sk-aB3dE5gH7jK9{' y' * 3000}")
    assert "aB3dE5gH7" not in shown(f"{'x ' * 38}sk-aB3dE5gH7jK9{' y' * 30}")


def test_nothing_invisible_is_printed() -> None:
    said = shown("a\x1b[31m\x00\x7f\u202eb\u2028\ue000\ud800c\n\t😀é")
    assert said.isprintable()
    assert json.loads(said) == "a\x1b[31m\x00\x7f\u202eb\u2028\ue000\ud800c\n\t😀é"
    assert "\\u001b" in said
    assert "😀é" in said
    assert shown({"\x1b": 1}) == '{"\\u001b": 1}'


def test_odd_values_are_shown_all_the_same() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert shown(deep).endswith("…")
    assert json.dumps(redacted(deep))
    assert shown(10**5000) == "an integer of 16,610 bits"
    assert shown(2**70) == str(2**70)
    assert [shown(value) for value in (None, True, 1.5, "a", [], {})] == [
        "null", "true", "1.5", '"a"', "[]", "{}"
    ]  # fmt: skip
    assert shown(b"\xff") == '"\ufffd"'


def test_member_names_that_are_secrets() -> None:
    one, two = f"sk-{'1a' * 20}", f"sk-{'2b' * 20}"
    assert redacted({one: 1, two: 2, "c": 3}) == {MARKER: 1, f"{MARKER} 2": 2, "c": 3}
    assert "1a1a" not in shown({one: 1})
