"""Cassettes that the real libraries record against a server on the loopback, read back."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from specbound.traffic.exchange import Exchange, header
from specbound.traffic.readers.cassette import read

ANSWER = json.dumps({"text": "über\n東京", "ratio": 1.5}, ensure_ascii=False).encode()
QUESTION = {"name": "ü", "ids": [1, 2]}


class Service(BaseHTTPRequestHandler):
    """Answers everything with the same JSON, packed where the path says so."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        packed = "gzip" in self.path
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Two", "a")
        self.send_header("X-Two", "b")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(gzip.compress(ANSWER) if packed else ANSWER)

    do_POST = do_GET


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def check(path: Path, urls: list[str]) -> None:
    """Each URL was fetched, then posted to."""
    with path.open("rb") as stream:
        found = list(read(stream, path.name))
    exchanges = [record for record in found if isinstance(record, Exchange)]
    assert found == exchanges
    assert [exchange.source.number for exchange in exchanges] == list(range(2 * len(urls)))
    for exchange, url in zip(exchanges, [url for url in urls for _ in range(2)], strict=True):
        request, response = exchange.request, exchange.response
        assert request is not None
        assert response is not None
        assert (request.url, response.status) == (url, 200)
        if request.method == "POST":
            assert json.loads(request.content or b"") == QUESTION
            assert header(request.headers, "content-type") == "application/json"
        else:
            assert (request.method, request.content) == ("GET", None)
        assert json.loads(response.content or b"") == json.loads(ANSWER)
        assert response.whole
        assert header(response.headers, "X-Two") == "a, b"


@pytest.mark.parametrize("client", ["httpx", "urllib"])
@pytest.mark.parametrize("serializer", ["yaml", "json"])
@pytest.mark.parametrize("unpacks", [True, False])
def test_vcrpy(client: str, serializer: str, unpacks: bool, service: str, tmp_path: Path) -> None:
    vcr = pytest.importorskip("vcr")
    # VCR.py cannot write packed bytes as JSON.
    paths = ["/plain", "/gzip"] if unpacks or serializer == "yaml" else ["/plain"]
    path = tmp_path / f"cassette.{serializer}"
    recorder = vcr.VCR(serializer=serializer, decode_compressed_response=unpacks)
    with recorder.use_cassette(str(path)):
        for url in [service + each for each in paths]:
            if client == "httpx":
                httpx.get(url)
                httpx.post(url, json=QUESTION)
            else:
                urllib.request.urlopen(url).read()
                data = json.dumps(QUESTION).encode()
                kind = {"Content-Type": "application/json"}
                urllib.request.urlopen(urllib.request.Request(url, data, kind)).read()
    check(path, [service + each for each in paths])


@pytest.mark.parametrize("exact", [True, False])
def test_betamax(exact: bool, service: str, tmp_path: Path) -> None:
    betamax = pytest.importorskip("betamax")
    session = pytest.importorskip("requests").Session()
    options = {"preserve_exact_body_bytes": exact, "record_mode": "all"}
    recorder = betamax.Betamax(
        session, cassette_library_dir=str(tmp_path), default_cassette_options=options
    )
    urls = [f"{service}/plain", f"{service}/gzip"]
    with recorder.use_cassette("cassette"):
        for url in urls:
            session.get(url)
            session.post(url, json=QUESTION)
    check(tmp_path / "cassette.json", urls)
