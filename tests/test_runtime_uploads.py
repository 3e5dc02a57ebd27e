"""Uploads: what a file can be, where it goes, and what stays at home."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import toy
from specbound.runtime import errors
from specbound.runtime.errors import InvalidRequest
from specbound.runtime.uploads import UploadedUri

PNG = b"\x89PNG\r\n" + bytes(1000)
SLOT = {
    "uploadUrl": "https://storage.example/bucket",
    "fields": {"key": "k1", "policy": "p"},
    "runwayUri": "runway://uploads/1",
}


def parts(request: httpx.Request) -> dict[str, tuple[str | None, bytes]]:
    """The parts of a form: name -> (file name, content), in order."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.content)
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    }


def upload(file, *replies, **arguments):
    server = toy.Server(*(replies or (SLOT, httpx.Response(204))))
    return toy.UploadsCreate(toy.client(server))(file, **arguments), server


def test_both_steps(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    uri, server = upload(path)
    first, second = server.requests
    assert json.loads(first.content) == {"filename": "cat.png", "type": "ephemeral"}
    assert first.headers["authorization"] == f"Bearer {toy.KEY}"
    assert str(second.url) == SLOT["uploadUrl"]
    assert parts(second) == {
        "key": (None, b"k1"),
        "policy": (None, b"p"),
        "file": ("cat.png", PNG),
    }
    assert list(parts(second))[-1] == "file", "storage wants the file last"
    assert int(second.headers["content-length"]) == len(second.content)
    for name in ("authorization", "cookie", "x-version"):
        assert name not in second.headers
    assert toy.KEY not in str(second.headers.raw) + str(second.content)
    assert isinstance(uri, UploadedUri)
    assert uri == uri.uri == "runway://uploads/1"


def test_what_a_file_can_be(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    unnamed, named = io.BytesIO(PNG), io.BytesIO(PNG)
    named.name = "dir/cat.png"
    with path.open("rb") as opened:
        opened.read(10)
        for file, name in (
            (str(path), "cat.png"),
            (opened, "cat.png"),
            (named, "cat.png"),
            (unnamed, "upload.png"),
            (PNG, "upload.png"),
            (bytearray(PNG), "upload.png"),
            (("dog.png", PNG), "dog.png"),
            (("dog.png", path), "dog.png"),
            (("dog.png", io.BytesIO(PNG), "image/png"), "dog.png"),
        ):
            _, server = upload(file)
            assert json.loads(server.requests[0].content)["filename"] == name
            assert parts(server.requests[1])["file"] == (name, PNG)
        assert not opened.closed


class Pipe(io.RawIOBase):
    """A file that cannot be rewound."""

    name = "pipe.mp4"

    def __init__(self) -> None:
        self.left = [b"abc", b"def"]

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        content, self.left = b"".join(self.left), []
        return content


def test_a_file_that_cannot_be_rewound():
    _, server = upload(Pipe())
    assert parts(server.requests[1])["file"] == ("pipe.mp4", b"abcdef")


@pytest.mark.parametrize(
    "file", [5, None, b"nameless", io.StringIO("text"), "/no/such/file.png", ("a",)]
)
def test_what_it_cannot_be(file):
    server = toy.Server(SLOT)
    with pytest.raises(InvalidRequest, match="file") as caught:
        toy.UploadsCreate(toy.client(server))(file)
    assert caught.value.issues[0].path == ["file"]
    assert server.count() == 0


def test_the_create_call_checks_its_own_arguments():
    with pytest.raises(InvalidRequest, match="filename"):
        upload(("a", PNG))
    with pytest.raises(errors.UnknownArgument, match="progress"):
        upload(PNG, progress=print)


def test_progress_counts_up_to_the_whole():
    seen = []
    content = bytes(300_000)
    upload(("a.bin", content), on_progress=lambda sent, total: seen.append((sent, total)))
    assert seen[-1] == (300_000, 300_000)
    assert len(seen) > 1
    assert [sent for sent, _ in seen] == sorted({sent for sent, _ in seen})


def test_storage_errors_are_ours():
    with pytest.raises(errors.PermissionDenied, match=r"storage\.example"):
        upload(PNG, SLOT, httpx.Response(403, content=b"<Error>expired</Error>"))
    with pytest.raises(errors.ConnectionFailed):
        upload(PNG, SLOT, httpx.ReadError("reset"))
    with pytest.raises(errors.UnparsableReply):
        upload(PNG, {"fields": {}})
    with pytest.raises(errors.RateLimited):
        upload(PNG, (429, {"error": "slow"}))


def test_storage_that_is_busy_is_asked_again_with_the_whole_file():
    _, server = upload(PNG, SLOT, httpx.Response(503), httpx.Response(204))
    assert [parts(request)["file"] for request in server.requests[1:]] == [("upload.png", PNG)] * 2


def test_async_uploads():
    async def main():
        server = toy.Server(SLOT, httpx.Response(204))
        uri = await toy.UploadsCreate(toy.async_client(server))(PNG)
        assert uri.uri == "runway://uploads/1"
        assert parts(server.requests[1])["file"] == ("upload.png", PNG)

    asyncio.run(main())


def test_through_a_real_socket(tmp_path):
    """Streamed with a length, over the caller's own client, which keeps its headers to itself."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.path, dict(self.headers), body))
            port = self.server.server_address[1]
            reply = json.dumps({**SLOT, "uploadUrl": f"http://127.0.0.1:{port}/storage"}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(reply)))
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(2_000_000))
    try:
        with httpx.Client(headers={"x-own": "1"}, trust_env=False) as own:
            url = f"http://127.0.0.1:{server.server_address[1]}"
            settings = toy.Settings(api_key=toy.KEY, base_url=url)
            toy.UploadsCreate(toy.Transport(toy.SERVICE, settings, http_client=own))(path)
    finally:
        server.shutdown()
        server.server_close()
    (_, first, _), (place, second, body) = got
    assert first["x-own"] == "1"
    assert place == "/storage"
    assert len(body) > 2_000_000
    assert "authorization" not in {name.lower() for name in second}
    assert "x-own" not in second
