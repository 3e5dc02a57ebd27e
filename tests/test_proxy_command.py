"""`specbound proxy` as it is run: what is printed, recorded and refused, and how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

import proxies
from proxies import command, document, raw
from servers import served
from specbound.commands.addresses import Address, address
from specbound.commands.proxy_arguments import share, size
from specbound.library import Contract
from specbound.traffic.read import records

GOOD = {"name": "a", "size": 1}
BAD, LARGE = {"Answer": "bad"}, {"Answer": "large"}


async def things(scope, receive, send):
    """Answers with the thing that it is sent; ``Answer: bad`` and ``large`` ask for others."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    fields = [(b"content-type", b"application/json")]
    asked = dict(scope["headers"]).get(b"answer")
    if asked == b"large":
        body = json.dumps({"name": "x" * 5000, "size": 0}).encode()
    if asked == b"bad":
        body = b'{"name": "a", "size": 0}'
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def upstream():
    with served(things) as url:
        yield url


@pytest.fixture
def spec(tmp_path):
    return document(tmp_path)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command where it is not to get as far as listening."""
    return subprocess.run(
        [sys.executable, "-m", "specbound", "proxy", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_lines_findings_and_summary(upstream, spec):
    with command("--upstream", upstream, "--spec", str(spec)) as proxy:
        for body in (GOOD, {"name": "a", "size": 0}, {"name": "b", "size": -1}):
            assert httpx.post(proxy.url + "/things", json=body).json() == body
        httpx.get(proxy.url + "/nothing?key=sk-abcdefghijklmnopqrstuvwxyz0123456789")
        status, out, err = proxy.ended()
    assert status == 1
    lines = out.splitlines()
    heads = [line for line in lines if " ms " in line]
    assert [line.split(" ms ")[1] for line in heads] == [
        "valid",
        "invalid",
        "invalid (2 findings told before)",
        "undocumented",
    ]
    assert heads[0].split()[1:4] == ["POST", "/things", "200"]
    assert out.count("\n  error[minimum]") == 2, "one of the request and one of the reply, once"
    assert "4 exchanges: 1 valid, 2 invalid, 1 undocumented" in lines[-1]
    assert "    --> GET /nothing\n" in out, "a path is told without its query"
    assert "sk-abcdef" not in out + err
    assert "\x1b" not in out


def test_the_first_line_says_where_and_of_what(upstream, spec):
    with command("--upstream", upstream, "--spec", str(spec)) as proxy:
        assert proxy.url.startswith("http://127.0.0.1:")
        assert httpx.post(proxy.url + "/things", json=GOOD).status_code == 200
        status, out, _ = proxy.ended(signal.SIGINT)
    assert status == 0
    assert "1 exchange: 1 valid; no findings" in out


def test_a_report_for_programs_has_the_output_alone(upstream, spec, tmp_path):
    page = tmp_path / "page.html"
    reports = ("--report", "json", "--report", f"html={page}")
    with command("--upstream", upstream, "--spec", str(spec), *reports) as proxy:
        httpx.post(proxy.url + "/things", json=GOOD, headers=BAD)
        status, out, err = proxy.ended()
    told = json.loads(out)
    assert (status, told["summary"]["invalid"]) == (1, 1)
    assert told["findings"][0]["part"] == "response.body"
    assert told["coverage"]["operations"] == {"seen": 1, "of": 2}
    assert " invalid\n" in err
    assert "minimum" in page.read_text("utf-8")


def test_a_recording_is_read_back(upstream, spec, tmp_path):
    file = tmp_path / "traffic.ndjson"
    with command("--upstream", upstream, "--spec", str(spec), "--record", str(file)) as proxy:
        httpx.post(proxy.url + "/things", json=GOOD, headers={"Authorization": "Bearer secret123"})
        httpx.post(proxy.url + "/things", json=GOOD, headers=BAD)
        *_, err = proxy.ended()
    assert f"{file}: 2 exchanges recorded" in err
    assert "secret123" not in file.read_text("utf-8")
    contract = Contract.load(spec)
    found = [[each.code for each in contract.check(one)] for one in records([str(file)], "auto")]
    assert found == [[], ["minimum"]]


def test_what_the_baseline_accepts_is_counted(upstream, spec, tmp_path):
    file = tmp_path / "known.json"
    traffic = tmp_path / "traffic.ndjson"
    base = ("--upstream", upstream, "--spec", str(spec))
    with command(*base, "--record", str(traffic)) as proxy:
        httpx.post(proxy.url + "/things", json=GOOD, headers=BAD)
        proxy.ended()
    validate = [sys.executable, "-m", "specbound", "validate", str(traffic), "--spec", str(spec)]
    path = str(Path(proxies.__file__).resolve().parent.parent / "generator")
    subprocess.run(
        [*validate, "--baseline", str(file), "--update-baseline"],
        capture_output=True,
        env={"PYTHONPATH": path},
        timeout=60,
    )
    with command(*base, "--baseline", str(file), "--fail") as proxy:
        assert httpx.post(proxy.url + "/things", json=GOOD, headers=BAD).status_code == 200
        status, out, _ = proxy.ended()
    assert status == 0
    assert "invalid (1 known finding)" in out


def test_a_bad_exchange_is_refused_with_the_explanation(upstream, spec):
    with command("--upstream", upstream, "--spec", str(spec), "--fail") as proxy:
        url = proxy.url + "/things"
        assert httpx.post(url, json=GOOD).json() == GOOD
        asked = httpx.post(url, json={"name": "a"})
        replied = httpx.post(url, json=GOOD, headers=BAD)
        unknown = httpx.get(proxy.url + "/nothing")
        status, out, _ = proxy.ended()
    assert status == 1
    assert [each.status_code for each in (asked, replied, unknown)] == [502] * 3
    assert "was not passed on" in asked.json()["error"]
    assert asked.json()["issues"][0]["code"] == "required"
    assert "the upstream's reply (200)" in replied.json()["error"]
    assert replied.json()["issues"] == [
        {
            "code": "minimum",
            "path": ["size"],
            "message": replied.json()["issues"][0]["message"],
        }
    ]
    assert unknown.json()["issues"][0]["code"] == "undocumented-operation"
    assert [line.split()[3] for line in out.splitlines() if " ms " in line] == [
        "200",
        "502",
        "502",
        "502",
    ]


def test_what_is_too_long_to_be_held_back_passes_unchecked(upstream, spec):
    options = ("--fail", "--limit", "1000")
    with command("--upstream", upstream, "--spec", str(spec), *options) as proxy:
        reply = httpx.post(proxy.url + "/things", json=GOOD, headers=LARGE)
        assert (reply.status_code, len(reply.json()["name"])) == (200, 5000)
        long = {"name": "x" * 5000, "size": 0}
        assert httpx.post(proxy.url + "/things", json=long).json() == long
        status, out, _ = proxy.ended()
    assert status == 0
    assert "not checked: 2 × bodies that were recorded in part" in out


def test_faults_of_the_upstream_fail_a_run(spec):
    async def closes(reader, writer):
        await proxies.head(reader)

    with raw(closes) as upstream:
        arguments = ("--upstream", upstream, "--spec", str(spec))
        with command(*arguments, "--report", "json") as proxy:
            assert httpx.post(proxy.url + "/things", json=GOOD).status_code == 502
            status, out, err = proxy.ended()
    finding = json.loads(out)["findings"][0]
    assert (status, finding["code"]) == (1, "upstream-broke-off")
    assert "closed the connection before it replied" in err


def test_what_is_not_sampled_is_counted(upstream, spec):
    with command("--upstream", upstream, "--spec", str(spec), "--sample", "0") as proxy:
        for _ in range(3):
            httpx.post(proxy.url + "/things", json=GOOD, headers=BAD)
        status, out, _ = proxy.ended()
    assert status == 0
    assert "skipped: 3 × exchanges that were not sampled" in out
    assert " ms " not in out


def test_what_is_under_way_ends_after_the_first_signal(spec):
    asked, go = threading.Event(), threading.Event()

    async def slow(scope, receive, send):
        if scope["type"] == "http":
            asked.set()
            await asyncio.to_thread(go.wait, 30)
            await things(scope, receive, send)

    replies = []
    with served(slow) as url, command("--upstream", url, "--spec", str(spec)) as proxy:
        ask = threading.Thread(
            target=lambda: replies.append(httpx.post(proxy.url + "/things", json=GOOD))
        )
        ask.start()
        assert asked.wait(30)
        proxy.process.send_signal(signal.SIGTERM)
        go.set()
        ask.join(30)
        status, out, _ = proxy.ended(None)
    assert (replies[0].json(), status) == (GOOD, 0)
    assert "1 exchange: 1 valid" in out


def test_a_second_signal_stops_at_once(spec):
    asked = threading.Event()

    async def silent(reader, writer):
        asked.set()
        await reader.read()

    with raw(silent) as upstream, command("--upstream", upstream, "--spec", str(spec)) as proxy:
        ask = threading.Thread(target=_asks, args=(proxy.url,))
        ask.start()
        assert asked.wait(30)
        proxy.process.send_signal(signal.SIGTERM)
        while proxy.process.poll() is None:
            try:
                proxy.process.wait(0.3)
            except subprocess.TimeoutExpired:
                proxy.process.send_signal(signal.SIGTERM)
        ask.join(30)
    assert proxy.process.returncode == 130


def _asks(url: str) -> None:
    try:
        httpx.get(url, timeout=30)
    except httpx.HTTPError:
        return


def test_a_port_that_is_taken(upstream, spec):
    place = upstream.removeprefix("http://")
    done = run("--upstream", "http://127.0.0.1:1", "--spec", str(spec), "--listen", place)
    assert done.returncode == 2
    assert done.stderr == f"specbound: error: cannot listen: address already in use: {place}\n"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("api.test", "it has to begin with http:// or https://"),
        ("http://nowhere.invalid", "cannot be found"),
        ("http://127.0.0.1:8099", "where the proxy itself would listen"),
    ],
)
def test_upstreams_that_cannot_be_meant(spec, url, words):
    done = run("--upstream", url, "--spec", str(spec), "--listen", ":8099")
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 2, "one sentence and its help"


def test_help_has_examples():
    done = run("--help")
    assert done.returncode == 0
    assert "mitmdump -s" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8080", ("127.0.0.1", 8080)),
        (":0", ("127.0.0.1", 0)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:81", ("::1", 81)),
        ("localhost:65535", ("localhost", 65535)),
    ],
)
def test_addresses(text, found):
    assert address(text) == found
    assert address(str(Address(*found))) == found


@pytest.mark.parametrize("text", ["", "a", "a:", "::1:80", "a:65536", "a:-1", "a:٣", "[::1]"])
def test_what_is_no_address(text):
    with pytest.raises(Exception, match=r"no HOST:PORT|no port"):
        address(text)


def test_shares_and_sizes():
    assert (share("10%"), share("0.25"), share("1")) == (0.1, 0.25, 1)
    assert (size("100"), size("64KiB"), size("1m"), size("2 MB")) == (100, 65536, 1 << 20, 2 << 20)
    for wrong in ("2", "-1", "a%", "nan"):
        with pytest.raises(Exception, match="no share"):
            share(wrong)
