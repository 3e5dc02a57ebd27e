"""Everything that tests send by httpx and requests is seen, whatever answers it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugin_runs import CASES, Run, run, warm

__all__ = ["run", "warm"]

pytest_plugins = ["pytester"]

# Imported here, they need not be imported anew by every run.
requests = pytest.importorskip("requests")


def test_async_clients(run: Run):
    done = run(
        """
import asyncio
def handler(request): return httpx.Response(201, json=BAD)
async def sent():
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        return await asyncio.gather(*[client.post(URL, json={"title": "a"}) for _ in range(3)])
def test_loop(): asyncio.run(sent())

@pytest.mark.anyio
async def test_anyio():
    await sent()
@pytest.fixture
def anyio_backend(): return "asyncio"
""",
        plugins=["anyio"],
    )
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["  --> test_it.py:* POST /books  response body /id", "6 exchan*"])


def test_each_hop_of_a_redirect_is_an_exchange(run: Run):
    done = run("""
def test_httpx():
    moved = httpx.Response(302, headers={"location": "/v1/books/2"})
    with client(moved, httpx.Response(200, json=BAD), follow_redirects=True) as sent:
        assert sent.get(URL + "/1").json() == BAD

def test_requests():
    import requests, responses
    with responses.RequestsMock() as mock:
        mock.get(URL + "/1", status=302, headers={"location": "/v1/books/2"})
        mock.get(URL + "/2", status=302, headers={"location": "/v1/books/3"})
        mock.get(URL + "/3", json=BAD)
        assert requests.get(URL + "/1").json() == BAD
""")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(
        ["  GET /books/{id} * 5 exchanges  200 302", "5 exchanges: 3 valid, 2 invalid; 2 findings*"]
    )


def test_streams_are_heard_while_the_test_reads_them(run: Run):
    done = run("""
import gzip, json, pickle
def pieces(body):
    for at in range(0, len(body), 3): yield body[at:at + 3]

def streamed(reply, **headers):
    return client(httpx.Response(201, content=pieces(reply), headers={
        "content-type": "application/json", **headers}))

def opened(sent): return sent.stream("POST", URL, json={"title": "a"})

def test_read():
    with streamed(json.dumps(BAD).encode()) as sent, opened(sent) as reply:
        assert reply.read() == json.dumps(BAD).encode()
        assert pickle.loads(pickle.dumps(reply)).json() == BAD

def test_zipped():
    zipped = gzip.compress(json.dumps(BAD).encode())
    with streamed(zipped, **{"content-encoding": "gzip"}) as sent, opened(sent) as reply:
        assert b"".join(reply.iter_raw()) == zipped

def test_given_up():
    with streamed(json.dumps(BAD).encode()) as sent, opened(sent) as reply:
        assert next(reply.iter_bytes()) == b'{"i'

def test_never_read():
    with streamed(json.dumps(BAD).encode()) as sent, opened(sent) as reply:
        pass

def test_there_already():
    with client(httpx.Response(201, json=BAD)) as sent, opened(sent) as reply:
        assert reply.read()
""")
    done.assert_outcomes(failed=3, passed=2)
    done.stdout.fnmatch_lines(["5 exchanges: 2 valid, 3 invalid; 3 findings of 1 cause"])


def test_streams_of_async_clients(run: Run):
    done = run("""
import asyncio, json
async def pieces():
    for letter in json.dumps(BAD): yield letter.encode()

async def sent():
    reply = httpx.Response(201, content=pieces(), headers={"content-type": "application/json"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: reply)) as client:
        async with client.stream("POST", URL, json={"title": "a"}) as reply:
            return [line async for line in reply.aiter_lines()]
def test_lines(): assert json.loads("".join(asyncio.run(sent()))) == BAD
""")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["error[[]type[]]: `id`*", "1 exchange: 1 invalid; 1 finding*"])


def test_streams_of_requests(run: Run):
    pytest.importorskip("responses")
    done = run("""
import requests, responses, pickle
@pytest.fixture(autouse=True)
def mock():
    with responses.RequestsMock() as mock:
        mock.post(URL, status=201, json=BAD)
        yield

def opened(): return requests.post(URL, json={"title": "a"}, stream=True)
def test_pieces(): assert b"".join(opened().iter_content(2)) == b'{"id": "one", "title": "a"}'
def test_lines(): assert len(list(opened().iter_lines(decode_unicode=True))) == 1
def test_content():
    reply = opened()
    assert reply.json() == BAD
    assert pickle.loads(pickle.dumps(reply)).json() == BAD
def test_never_read(): opened().close()
""")
    done.assert_outcomes(failed=3, passed=1)
    done.stdout.fnmatch_lines(["4 exchanges: 1 valid, 3 invalid; 3 findings of 1 cause"])


def test_bodies_of_requests_are_kept_as_they_pass(run: Run):
    done = run("""
import io
class Once(httpx.BaseTransport):
    def __init__(self, status=204): self.status = status
    def handle_request(self, request):
        self.read = b"".join(request.stream)
        return httpx.Response(self.status, headers={"location": "/v1/covers"})

COVER = b'--b\\r\\nContent-Disposition: form-data; name="%s"\\r\\n\\r\\n%s\\r\\n--b--\\r\\n'
FORM = {"content-type": "multipart/form-data; boundary=b"}
def sent(**body):
    transport = Once()
    with httpx.Client(transport=transport) as client:
        reply = client.post("https://api.shelf.test/v1/covers", **body)
        assert type(reply.request.stream).__module__.startswith("httpx")
    return transport.read

def test_form(): assert sent(data={"format": "gif"}, files={"file": ("a.png", b"a")})
def test_fits(): assert sent(data={"format": "png"}, files={"file": ("a.png", b"a")})
def test_generator():
    assert sent(content=iter([COVER[:9], COVER[9:] % (b"format", b"gif")]), headers=FORM)
def test_nobody_reads_it():
    moved = httpx.Client(transport=type("Blind", (httpx.BaseTransport,), {
        "handle_request": lambda self, request: httpx.Response(204)})())
    moved.post("https://api.shelf.test/v1/covers", content=iter([b"a"]), headers=FORM)
""")
    done.assert_outcomes(failed=2, passed=2)
    done.stdout.fnmatch_lines(['error[[]enum[]]: `format` is "gif"*', "4 exchanges: 2 valid, 2*"])


def test_httpx_under_its_other_name(run: Run, pytester: pytest.Pytester):
    """Its next generation takes streams of its own classes alone, as a copy of it does."""
    import httpx

    shutil.copytree(Path(httpx.__file__).parent, pytester.path / "httpx2")
    pytester.syspathinsert()
    done = run("""
import asyncio, httpx2, json
def pieces(body): yield from (body[:5], body[5:])
async def slowly(body):
    for piece in pieces(body): yield piece

JSON, WRONG = {"content-type": "application/json"}, b'{"title": "a", "format": "vinyl"}'
class Books(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    def reply(self, body): return httpx2.Response(201, content=body, headers=JSON)
    def handle_request(self, request):
        assert b"".join(request.stream) == WRONG
        return self.reply(pieces(json.dumps(BAD).encode()))
    async def handle_async_request(self, request):
        assert [piece async for piece in request.stream] == [*pieces(WRONG)]
        return self.reply(slowly(json.dumps(BAD).encode()))

def test_sync():
    with httpx2.Client(transport=Books()) as client:
        with client.stream("POST", URL, content=pieces(WRONG), headers=JSON) as reply:
            assert json.loads(reply.read()) == BAD
async def sent():
    async with httpx2.AsyncClient(transport=Books()) as client:
        async with client.stream("POST", URL, content=slowly(WRONG), headers=JSON) as reply:
            assert json.loads(await reply.aread()) == BAD
def test_async(): asyncio.run(sent())
""")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["2 exchanges: 2 invalid; 4 findings of 2 causes"])


def test_bodies_that_requests_sends_are_kept_as_they_pass(run: Run):
    """Over a real connection, which reads them; a redirect sends them once more."""
    done = run(
        SERVICE
        + """
    def do_POST(self):
        left = int(self.headers.get("content-length") or 0)
        while not left and (size := int(self.rfile.readline(), 16)): self.rfile.read(size + 2)
        if left: self.rfile.read(left)
        else: self.rfile.readline()
        moved = self.path.endswith("moved")
        self.answer(307 if moved else 201, b"" if moved else json.dumps(GOOD).encode())
"""
        + SERVED
        + """
import io
WRONG, JSON = b'{"title": "a", "format": "vinyl"}', {"content-type": "application/json"}
def test_generator(books):
    assert requests.post(books, data=iter([WRONG[:5], WRONG[5:]]), headers=JSON).ok
def test_file(books, tmp_path):
    tmp_path.joinpath("a.json").write_bytes(WRONG)
    with tmp_path.joinpath("a.json").open("rb") as file:
        reply = requests.post(books + "/moved", data=file, headers=JSON)
        assert reply.request.body is file and reply.history[0].request.body is file
@pytest.mark.parametrize("body", [WRONG, iter([WRONG])], ids=["bytes", "generator"])
def test_httpx(books, body):
    if isinstance(body, bytes):
        httpx.post(books + "/moved", content=body, headers=JSON, follow_redirects=True)
    else:
        httpx.post(books, content=body, headers=JSON)
"""
    )
    done.assert_outcomes(failed=4)
    found = "6 exchanges: 4 invalid, 2 undocumented; 6 findings of 2 causes"
    done.stdout.fnmatch_lines(['*`format` is "vinyl"*', found])


def test_applications_without_a_network(run: Run):
    pytest.importorskip("starlette")
    done = run("""
import asyncio, warnings
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
with warnings.catch_warnings(action="ignore"):
    from starlette.testclient import TestClient

async def make(request): return JSONResponse(BAD, 201)
app = Starlette(routes=[Route("/v1/books", make, methods=["POST"])])

def test_client(): assert TestClient(app).post("/v1/books", json={"title": "a"}).json() == BAD

async def sent():
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/v1") as client:
        assert (await client.post("/books", json={"title": "a"})).json() == BAD
def test_transport(): asyncio.run(sent())
""")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["2 exchanges: 2 invalid; 2 findings of 1 cause"])


def test_what_an_application_asks_of_others_is_seen_too(run: Run):
    pytest.importorskip("starlette")
    pytest.importorskip("respx")
    done = run(
        """
import warnings
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
with warnings.catch_warnings(action="ignore"):
    from starlette.testclient import TestClient

def make(request): return JSONResponse(httpx.post(URL, json={"title": "a"}).json(), 201)
def listed(request): return StreamingResponse(iter([b"[", b'{"id": ""}', b"]"]),
                                              media_type="application/json")
app = Starlette(routes=[Route("/v1/books", make, methods=["POST"]), Route("/v1/books", listed)])

def test_both(respx_mock):
    respx_mock.post(URL).respond(201, json=BAD)
    TestClient(app).post("/v1/books", json={"title": "a"})
def test_stream():
    with TestClient(app).stream("GET", "/v1/books") as reply:
        assert list(reply.iter_text())
""",
        plugins=["respx"],
    )
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["3 exchanges: 3 invalid; 4 findings of 3 causes"])


SERVICE = """
import http.server, json, requests, threading
class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        moved = self.path.endswith("/1")
        self.answer(302 if moved else 200, b"" if moved else json.dumps(BAD).encode())
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("location", "/v1/books" + "/2" * (self.command == "GET"))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
"""

SERVED = """
@pytest.fixture(scope="module")
def books():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/books"
    server.shutdown()
    server.server_close()
"""


def test_a_service_on_loopback(run: Run):
    done = run(SERVICE + SERVED + """
def test_requests(books): assert requests.get(books + "/1", stream=True).json() == BAD
def test_httpx(books): assert httpx.get(books + "/1", follow_redirects=True).json() == BAD
def test_below_the_library(books):
    with requests.get(books + "/2", stream=True) as reply: assert json.load(reply.raw) == BAD
def test_given_up(books):
    with requests.get(books + "/2", stream=True) as reply: assert reply.raw.read(2) == b'{"'
def test_one_session(books):
    with requests.Session() as session:
        session.get(books + "/1")
        session.get(books + "/1", allow_redirects=False)
""")
    done.assert_outcomes(failed=4, passed=1)
    done.stdout.fnmatch_lines(["9 exchanges: 5 valid, 4 invalid; 4 findings of 1 cause"])


def test_a_service_that_cannot_be_reached_got_a_request_all_the_same(run: Run):
    done = run("""
def refused(request): raise httpx.ConnectError("refused")
def sent(**body):
    with httpx.Client(transport=httpx.MockTransport(refused)) as client:
        with pytest.raises(httpx.ConnectError):
            client.post(URL, json=body)
def test_fits(): sent(title="a")
def test_drifted(): sent(title=1)
def test_nothing_is_sent():
    with pytest.raises(httpx.UnsupportedProtocol):
        httpx.post("/v1/books", json={"title": 1})
""")
    done.assert_outcomes(passed=2, failed=1)


def test_respx(run: Run):
    pytest.importorskip("respx")
    done = run(
        """
import respx
@respx.mock
def test_decorated():
    route = respx.post(URL).respond(201, json=BAD)
    httpx.post(URL, json={"title": "a"})
    assert route.called
def test_fixture(respx_mock):
    respx_mock.post(URL).respond(201, json=GOOD)
    httpx.post(URL, json={"title": "a"})
""",
        plugins=["respx"],
    )
    done.assert_outcomes(failed=1, passed=1)


def test_pytest_httpx(run: Run):
    pytest.importorskip("pytest_httpx")
    done = run(
        """
def test_bad(httpx_mock):
    httpx_mock.add_response(201, json=BAD)
    httpx.post(URL, json={"title": "a"})
""",
        plugins=["pytest_httpx"],
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["1 exchange: 1 invalid; 1 finding of 1 cause"])


@pytest.mark.parametrize("library", ["httpx", "requests"])
def test_replayed_cassettes(run: Run, pytester: pytest.Pytester, library: str):
    pytest.importorskip("vcr")
    shutil.copy(CASES / "books.cassette.yaml", pytester.path)
    done = run(f"""
import vcr, {library} as library
@vcr.use_cassette("books.cassette.yaml", record_mode="none")
def test_replayed():
    reply = library.post(URL, json={{"title": "a", "format": "vinyl"}})
    assert reply.json() == BAD
""")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["1 exchange: 1 invalid; 2 findings of 2 causes"])


def test_pytest_recording_and_respx_in_one_test(run: Run, pytester: pytest.Pytester):
    pytest.importorskip("pytest_recording")
    pytest.importorskip("respx")
    folder = pytester.mkdir("cassettes") / "test_it"
    folder.mkdir()
    shutil.copy(CASES / "books.cassette.yaml", folder / "test_both.yaml")
    done = run(
        """
import requests
MOCKED = "https://eu.shelf.example:8443/v1/books"
@pytest.mark.vcr(ignore_hosts=["eu.shelf.example"])
def test_both(respx_mock):
    respx_mock.post(MOCKED).respond(201, json=GOOD)
    assert httpx.post(MOCKED, json={"title": "a"}).json() == GOOD
    assert requests.post(URL, json={"title": "a", "format": "vinyl"}).json() == BAD
""",
        plugins=["recording", "respx"],
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["2 exchanges: 1 valid, 1 invalid; 2 findings of 2 causes"])


def test_responses_and_requests_mock(run: Run):
    pytest.importorskip("responses")
    pytest.importorskip("requests_mock")
    done = run(
        """
import requests, responses, requests_mock
@responses.activate
def test_responses():
    responses.post(URL, status=201, json=BAD)
    requests.Session().post(URL, json={"title": "a"})

def test_fixture(requests_mock):
    requests_mock.post(URL, status_code=201, json=BAD)
    requests.post(URL, json={"title": "a"})

def test_context():
    with requests_mock.Mocker() as mock:
        mock.post(URL, status_code=201, json=BAD)
        requests.Session().post(URL, json={"title": "a"})
""",
        plugins=["requests_mock"],
    )
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["3 exchanges: 3 invalid; 3 findings of 1 cause"])


def test_afterwards_everything_is_as_it_was(run: Run):
    import httpx

    plain = [httpx.Client.send, httpx.AsyncClient.send, requests.Session.send]
    run("def test_bad(): post(BAD)").assert_outcomes(failed=1)
    assert [httpx.Client.send, httpx.AsyncClient.send, requests.Session.send] == plain


def test_an_error_of_ours_never_reaches_the_test(run: Run):
    done = run("""
class Odd(httpx.Response):
    @property
    def content(self): raise KeyError("odd")
    def read(self): return b""
def test_odd():
    with client(Odd(201)) as sent:
        sent.post(URL, json={"title": "a"})
def test_not_even_a_reply(monkeypatch):
    monkeypatch.setattr(httpx.Client, "_send_handling_auth", lambda *_, **__: None)
    with client() as sent, pytest.raises(AttributeError, match="NoneType"):
        sent.post(URL, json={"title": "a"})
""")
    done.assert_outcomes(passed=2)
