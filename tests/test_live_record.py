"""Recording: what is written is read back as it was, but for its secrets, and is always whole."""

from __future__ import annotations

import base64
import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live_cases import BASE, CREATE, DRIFTED, KEY, SENT, TASK, runway_contract, task
from specbound.check.checker import Checker
from specbound.check.wire.decode import json_value
from specbound.live import Recorder, Watch
from specbound.live.recorded import line
from specbound.prove import exchanges, near_misses
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source, header
from specbound.traffic.read import read_file
from specbound.traffic.secrets import MARKER

PLACE = Source("<test>")
RANDOM = "Zx8Qw3Er7Ty2Ui9Op4As6Df1Gh5Jk0LzXcVbNm"


def recorded(path: Path, *these: Exchange) -> list[Any]:
    """Exchanges as they are read back."""
    recorder = Recorder(path)
    for each in these:
        recorder.add(each)
    recorder.close()
    return list(read_file(path, "ndjson"))


def posted(content: bytes, content_type: str | None = "application/json") -> Exchange:
    headers = () if content_type is None else (("content-type", content_type),)
    request = Request("POST", f"{BASE}/v1/image_to_video", headers, ABSENT, content)
    return Exchange(request, Response(200, (), ABSENT, b""), PLACE)


def body_of(found: Any) -> Any:
    """A body as the checker will see it: JSON, or bytes."""
    request = found.request
    return request.json if request.json is not ABSENT else request.content


# --- bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", None),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b'"{\\"not\\": an object}"', "application/json"),
        (b"5", "application/json; charset=utf-8"),
        (b"true", "application/problem+json"),
        (b"123456789012345678901234567890", "application/json"),
        (b'{"a": 1e400, "b": -0.0, "c": 1.0, "d": 1.10}', "application/json"),
        (b'{"a": 1, "a": 2}', "application/json"),
        (b'["\\ud800"]', "application/json"),
        (b"{no json", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"a": 1}', None),
        (b"plain", None),
        (b"plain", "text/plain"),
        (b" \n ", "text/plain"),
        (b'{"a": 1}', "text/plain"),
        (b"\x00\xff\x89PNG", "image/png"),
        (b"a=1&b=%20x", "application/x-www-form-urlencoded"),
        ("äöü 🎬".encode(), "text/plain; charset=utf-8"),
        ("äöü".encode("latin-1"), "text/plain; charset=latin-1"),
        (b'data: {"a":  1}\r\n\r\ndata: [DONE]\n\n', "text/event-stream"),
        (b'{"a": 1}\n{"a":2}\n', "application/x-ndjson"),
    ],
)
def test_bodies_are_read_back_as_they_were(
    tmp_path: Path, content: bytes, content_type: str | None
) -> None:
    exchange = posted(content, content_type)
    (found,) = recorded(tmp_path / "r.ndjson", exchange)
    assert isinstance(found, Exchange), found
    body = body_of(found)
    if isinstance(body, bytes) and "1e400" in content.decode(errors="ignore"):
        assert json_value(body) == json_value(content)
    elif isinstance(body, bytes):
        assert body == content
    else:
        assert "json" in (content_type or "")
        assert repr(body) == repr(json.loads(content))
    assert found.request
    assert exchange.request
    assert found.request.headers == exchange.request.headers
    assert found.response
    assert found.response.content == b""


def test_a_multipart_body_keeps_its_files_and_its_boundary(tmp_path: Path) -> None:
    boundary = RANDOM
    content = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="api_key"\r\n\r\nopen\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nvideo\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
        ).encode()
        + b"\x00\xffbinary\r\n--"
        + f"{boundary}--\r\n".encode()
    )
    content_type = f"multipart/form-data; boundary={boundary}"
    (found,) = recorded(tmp_path / "r.ndjson", posted(content, content_type))
    assert header(found.request.headers, "content-type") == content_type
    assert found.request.content == content.replace(b"\r\nopen\r\n", b"\r\n[redacted]\r\n")


def test_what_was_not_whole_is_not_whole_when_read(tmp_path: Path) -> None:
    request = Request("POST", f"{BASE}/v1/image_to_video", (), ABSENT, None, whole=False)
    partly = Exchange(request, Response(200, (), ABSENT, None, whole=False), PLACE)
    (found,) = recorded(tmp_path / "r.ndjson", partly)
    assert (found.request.whole, found.response.whole) == (False, False)
    result = Checker(runway_contract()).check(found)
    assert "not checked: bodies that were recorded in part" in result.unchecked
    assert [each.code for each in result.findings] == ["missing-parameter"]


def test_headers_of_one_name_stay_several(tmp_path: Path) -> None:
    headers = (("vary", "accept"), ("vary", "origin"), ("content-type", "text/plain"))
    exchange = task()._replace(response=Response(200, headers, ABSENT, b"x"))
    (found,) = recorded(tmp_path / "r.ndjson", exchange)
    assert found.response.headers == headers


# --- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (
            json.dumps({"deep": [{"password": "hunter22"}], "note": KEY}).encode(),
            "application/json",
        ),
        (b'{"password": "hunter22", ' + KEY.encode(), "application/json"),
        (b"password=hunter22&note=" + KEY.encode(), "application/x-www-form-urlencoded"),
        (b'data: {"password": "hunter22"}\n\ndata: ' + KEY.encode(), "text/event-stream"),
        (b"password: hunter22\n" + KEY.encode(), "text/plain"),
        (b"password: hunter22\n" + KEY.encode(), None),
    ],
)
def test_secrets_are_not_written(content: bytes, content_type: str | None) -> None:
    exchange = posted(content, content_type)
    url = f"{BASE}/v1/image_to_video?api_key=hunter22&x={RANDOM}"
    cookies = (("cookie", "sid=hunter22; theme=dark"), ("set-cookie", "sid=hunter22"))
    assert exchange.request
    request = exchange.request._replace(
        url=url, headers=(*SENT.items(), *cookies, *(exchange.request.headers or ()))
    )
    text = line(exchange._replace(request=request))
    found = json.loads(text)["request"]
    written = text.decode()
    if found.get("encoding") == "base64":
        written += base64.b64decode(found["body"]).decode()
    for secret in ("hunter22", KEY.split()[1], RANDOM, "dark"):
        assert secret not in written
    assert MARKER in written
    assert found["headers"]["x-runway-version"] == SENT["x-runway-version"]
    assert found["headers"]["cookie"] == f"sid={MARKER}; theme={MARKER}"


def test_long_texts_and_data_uris_are_whole(tmp_path: Path) -> None:
    image = "data:image/png;base64," + base64.b64encode(os.urandom(9000)).decode()
    value = {**CREATE, "promptImage": image, "promptText": "a long story " * 1000}
    (found,) = recorded(tmp_path / "r.ndjson", posted(json.dumps(value).encode()))
    assert found.request.json == value


# --- the verdict ----------------------------------------------------------------------------------

OPERATIONS = (
    "POST /v1/image_to_video",
    "GET /v1/tasks/{id}",
    "GET /v1/avatars",
    "POST /v1/avatars",
    "POST /v1/text_to_speech",
    "DELETE /v1/tasks/{id}",
)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", ["fits", "near miss"])
def test_recorded_exchanges_have_their_verdict_from_live(
    operation: str, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contract = runway_contract()
    path, checker = tmp_path_factory.mktemp("recording") / "r.ndjson", Checker(contract)
    drawn: Any = exchanges(contract, operation)
    if kind == "near miss":
        drawn = near_misses(contract, operation).map(
            lambda miss: Exchange(miss.request, Response(200, (), ABSENT, b""), PLACE)
        )

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(drawn, st.booleans())
    def hold(exchange: Exchange, on_the_wire: bool) -> None:
        exchange = _with_bytes(exchange) if on_the_wire else exchange
        path.unlink(missing_ok=True)
        (found,) = recorded(path, exchange)
        live, later = checker.check(exchange), checker.check(found)
        hidden = {each for each in later.unchecked if "redacted" in each}
        if hidden:
            assert len(later.findings) <= len(live.findings)
            assert checker.judge(found) is later.verdict
        else:
            assert later.verdict is live.verdict
            assert [each.code for each in later.findings] == [each.code for each in live.findings]

    hold()


def _with_bytes(exchange: Exchange) -> Exchange:
    """The exchange as a transport sees it."""
    request, response = exchange.request, exchange.response
    json_type = ("content-type", "application/json")
    if request is not None and request.json is not ABSENT:
        headers = (*(request.headers or ()), json_type)
        request = request._replace(
            json=ABSENT, content=json.dumps(request.json).encode(), headers=headers
        )
    if response is not None and response.json is not ABSENT:
        content = json.dumps(response.json).encode()
        response = response._replace(json=ABSENT, content=content, headers=(json_type,))
    return exchange._replace(request=request, response=response)


def test_a_redacted_value_is_no_fault_and_hides_none() -> None:
    checker = Checker(runway_contract())
    hidden = posted(json.dumps({**CREATE, "promptImage": MARKER}).encode())
    assert hidden.request
    sent = hidden._replace(
        request=hidden.request._replace(
            headers=(*SENT.items(), ("content-type", "application/json"))
        ),
        response=None,
    )
    result = checker.check(sent)
    assert (result.findings, result.verdict.value) == ((), "valid")
    assert result.unchecked == ("not checked: values that were redacted",)
    assert checker.judge(sent).value == "valid"
    both = {**CREATE, "promptImage": MARKER, "ratio": "1:1"}
    assert sent.request
    wrong = sent._replace(request=sent.request._replace(content=json.dumps(both).encode()))
    assert [each.pointer for each in checker.check(wrong).findings] == ["/ratio"]
    assert checker.judge(wrong).value == "invalid"


def test_redacted_parameters_are_no_faults() -> None:
    checker = Checker(runway_contract())
    exchange = task()
    assert exchange.request
    url = f"{BASE}/v1/tasks/{MARKER}"
    found = exchange._replace(request=exchange.request._replace(url=url))
    assert checker.check(found).verdict.value == checker.judge(found).value == "valid"


# --- the file -------------------------------------------------------------------------------------


def test_a_watch_records_what_it_sees(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    looking = Watch(runway_contract(), record=path, on_finding="ignore")
    for each in (task(), task(DRIFTED)):
        looking.saw(each)
    looking.close()
    found = list(read_file(path))
    checker = Checker(runway_contract())
    assert [checker.check(each).verdict.value for each in found] == ["valid", "invalid"]  # type: ignore[arg-type]
    assert KEY.split()[1] not in path.read_text()


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (b"", b"", 0),
        (b'{"request": 1}\n', b'{"request": 1}\n', 0),
        (b'{"request": 1}\n{"requ', b'{"request": 1}\n', 6),
        (b'{"requ', b"", 6),
        (b'{"request": 1}\n{"request": 2}', b'{"request": 1}\n{"request": 2}\n', 0),
        (b'{"request": 1}\n{"request":"' + b"x" * 200_000, b'{"request": 1}\n', 200_012),
    ],
)
def test_a_torn_end_is_cut_off_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, before: bytes, after: bytes, lost: int
) -> None:
    path = tmp_path / "r.ndjson"
    path.write_bytes(before)
    with caplog.at_level(logging.WARNING):
        recorder = Recorder(path)
    assert path.read_bytes() == after
    assert (f"its {lost} bytes were cut off" in caplog.text) == bool(lost)
    recorder.add(task())
    recorder.close()
    assert path.read_bytes() == after + line(task())


def test_where_it_cannot_record_it_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Watch(runway_contract(), record=tmp_path / "missing" / "r.ndjson")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_harms_no_traffic(caplog: pytest.LogCaptureFixture) -> None:
    looking = Watch(runway_contract(), record="/dev/full", on_finding="ignore")
    for _ in range(3):
        assert looking.saw(task())
    assert len(caplog.records) == 1
    assert "could not be recorded: OSError: No space left on device" in caplog.text


def _add(path: Path, number: int) -> None:
    recorder = Recorder(path)
    for turn in range(200):
        recorder.add(task({"id": TASK, "number": number, "turn": turn, "long": "x" * 9000}))
    recorder.close()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_many_may_add_to_one_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "r.ndjson"
    context: Any = threading if kind == "threads" else multiprocessing.get_context("spawn")
    make = threading.Thread if kind == "threads" else context.Process
    workers = [make(target=_add, args=(path, number)) for number in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    lines = path.read_bytes().splitlines()
    seen = [json.loads(each)["response"]["body"] for each in lines]
    assert sorted((each["number"], each["turn"]) for each in seen) == [
        (number, turn) for number in range(3) for turn in range(200)
    ]


KILLED = """
import sys
sys.path[:0] = sys.argv[2].split(":")
from live_cases import task
from specbound.live import Recorder
recorder = Recorder(sys.argv[1])
print("begun", flush=True)
while True:
    recorder.add(task({"long": "x" * 200_000}))
"""


@pytest.mark.parametrize("kill", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_process_leaves_whole_lines(tmp_path: Path, kill: signal.Signals) -> None:
    path, here = tmp_path / "r.ndjson", Path(__file__).parent
    paths = f"{here}:{here.parent / 'generator'}"
    command = [sys.executable, "-c", KILLED, str(path), paths]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"begun\n"
            while path.stat().st_size < 5_000_000:
                assert process.poll() is None
                time.sleep(0.005)
        finally:
            process.send_signal(kill)
    Recorder(path).close()
    found = list(read_file(path))
    assert len(found) > 20
    assert all(isinstance(each, Exchange) for each in found)
