"""Requests that curl commands send, as far as the command itself says what is sent.

Knows curl's options and what each adds to a request. It must not know any API, and reads no file
that a command names. Variables stay as they are written; a password (``-u``) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote_plus

from specbound.traffic.exchange import Request, header
from specbound.traffic.shell_words import Word, commands

_BOUNDARY = "specbound-part"
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_PROMPTS = frozenset({"$", "%", ">", "sudo", "time", "command", "-"})
_DATA = frozenset({"-d", "--data", "--data-ascii", "--data-raw", "--data-binary"})

#: Options with a value that says nothing about the request; the rest of the unknown ones have none.
_VALUED = frozenset(
    {"-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--retry"}
    | {"--retry-delay", "--retry-max-time", "-x", "--proxy", "--cacert", "--capath", "-E", "--cert"}
    | {"--key", "--cert-type", "--key-type", "-c", "--cookie-jar", "-D", "--dump-header", "-K"}
    | {"--config", "--resolve", "--interface", "--limit-rate", "-r", "--range", "-C"}
    | {"--continue-at", "-y", "-Y", "-z", "--time-cond", "--max-redirs", "--ciphers", "--proto"}
    | {"--proxy-user", "-U", "--unix-socket", "--netrc-file", "--aws-sigv4", "--stderr", "-t"}
)


class Curl(NamedTuple):
    """One curl command: its request, its lines (from 1), and why its body is not known, if so."""

    request: Request
    line: int
    last: int
    missing: str = ""


@dataclass
class _Draft:
    """What the options have said so far."""

    line: int
    method: str = ""
    urls: list[str] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    body_line: int | None = None
    json: bool = False
    get: bool = False
    head: bool = False
    missing: str = ""


def curl_requests(text: str) -> list[tuple[Request, int]]:
    """The requests of all curl commands whose body is known, each with its line (from 1)."""
    return [(one.request, one.line) for one in curl_commands(text) if not one.missing]


def curl_commands(text: str) -> Iterator[Curl]:
    """All curl commands of a script that name a URL, in their order."""
    for words in commands(text):
        given = _arguments(words)
        if given and (drafted := _draft(given)).urls:
            last = max(word.line + word.text.count("\n") for word in given)
            yield Curl(_request(drafted), drafted.line, last, drafted.missing)


def _arguments(words: list[Word]) -> list[Word]:
    """The words from ``curl`` on; none where another command is run."""
    for index, word in enumerate(words):
        if word.text.rpartition("/")[2] in ("curl", "curl.exe"):
            return words[index:]
        if word.text not in _PROMPTS and not _ASSIGNMENT.match(word.text):
            return []
    return []


def _draft(words: list[Word]) -> _Draft:
    draft = _Draft(words[0].line)
    rest = iter(words[1:])
    for word in rest:
        if not word.whole:
            draft.missing = "a quote is never closed"
        _option(draft, word, rest)
    return draft


def _option(draft: _Draft, word: Word, rest: Iterator[Word]) -> None:
    """Read one word, and the value that belongs to it."""
    text = word.text
    if text.startswith("--") and len(text) > 2:
        name, equals, tail = text.partition("=")
        _long(draft, name, Word(tail, word.line) if equals else None, rest)
    elif text.startswith("-") and len(text) > 1:
        _short(draft, word, rest)
    elif text:
        draft.urls.append(text)


def _short(draft: _Draft, word: Word, rest: Iterator[Word]) -> None:
    """``-sSX POST`` and ``-XPOST``: flags in one word, the last of which may take a value."""
    for index in range(1, len(word.text)):
        name, tail = f"-{word.text[index]}", word.text[index + 1 :]
        if name in _TAKES or name in _VALUED:
            _long(draft, name, word._replace(text=tail) if tail else None, rest)
            return
        _long(draft, name, None, iter(()))


def _long(draft: _Draft, name: str, value: Word | None, rest: Iterator[Word]) -> None:
    if name in ("-G", "--get"):
        draft.get = True
    elif name in ("-I", "--head"):
        draft.head = True
    elif name in _TAKES or name in _VALUED:
        value = value or next(rest, None)
        if value is not None and name in _TAKES:
            if not value.whole:
                draft.missing = "a quote is never closed"
            _TAKES[name](draft, value, name)


def _method(draft: _Draft, value: Word, name: str) -> None:
    draft.method = value.text.upper()


def _url(draft: _Draft, value: Word, name: str) -> None:
    draft.urls.append(value.text)


def _header(draft: _Draft, value: Word, name: str) -> None:
    field_name, colon, text = value.text.partition(":")
    if colon and text.strip():
        draft.headers.append((field_name.strip(), text.strip()))


def _named_header(field_name: str) -> Callable[[_Draft, Word, str], None]:
    return lambda draft, value, name: draft.headers.append((field_name, value.text))


def _user(draft: _Draft, value: Word, name: str) -> None:
    draft.headers.append(("Authorization", "Basic (not kept)"))


def _data(draft: _Draft, value: Word, name: str) -> None:
    draft.json = draft.json or name == "--json"
    if value.text.startswith("@") and name != "--data-raw":
        draft.missing = "its body is in another file"
    draft.data.append(value.text)
    draft.body_line = draft.body_line or value.line


def _encoded(draft: _Draft, value: Word, name: str) -> None:
    key, equals, text = value.text.partition("=")
    if "@" in key:
        draft.missing = "its body is in another file"
    draft.data.append(f"{key}={quote_plus(text)}" if key and equals else quote_plus(text or key))
    draft.body_line = draft.body_line or value.line


def _form(draft: _Draft, value: Word, name: str) -> None:
    draft.form.append(value.text)
    draft.body_line = draft.body_line or value.line


def _upload(draft: _Draft, value: Word, name: str) -> None:
    draft.method = draft.method or "PUT"
    draft.missing = "its body is in another file"


_TAKES: dict[str, Callable[[_Draft, Word, str], None]] = {
    **dict.fromkeys(("-X", "--request"), _method),
    "--url": _url,
    **dict.fromkeys(("-H", "--header"), _header),
    **dict.fromkeys(("-A", "--user-agent"), _named_header("User-Agent")),
    **dict.fromkeys(("-e", "--referer"), _named_header("Referer")),
    **dict.fromkeys(("-b", "--cookie"), _named_header("Cookie")),
    "--oauth2-bearer": _user,
    **dict.fromkeys(("-u", "--user"), _user),
    **dict.fromkeys((*_DATA, "--json"), _data),
    "--data-urlencode": _encoded,
    **dict.fromkeys(("-F", "--form", "--form-string"), _form),
    **dict.fromkeys(("-T", "--upload-file"), _upload),
}


def _request(draft: _Draft) -> Request:
    url, content = draft.urls[0], None
    if draft.get and draft.data:
        url += ("&" if "?" in url else "?") + "&".join(draft.data)
    elif draft.data:
        content = ("" if draft.json else "&").join(draft.data).encode()
    elif draft.form:
        content = _multipart(draft.form)
    return Request(
        _chosen(draft, content is not None),
        url,
        _headers(draft, content is not None),
        content=content,
        body_line=draft.body_line if content is not None else None,
    )


def _chosen(draft: _Draft, body: bool) -> str:
    """The method that curl uses where the command does not say one."""
    return draft.method or ("HEAD" if draft.head else "POST" if body else "GET")


def _headers(draft: _Draft, body: bool) -> tuple[tuple[str, str], ...]:
    """The header fields of the command and those that curl itself adds to say what a body is."""
    found = list(draft.headers)
    if draft.json and header(tuple(found), "accept") is None:
        found.append(("Accept", "application/json"))
    if body and header(tuple(found), "content-type") is None:
        found.append(("Content-Type", _media_type(draft)))
    return tuple(found)


def _media_type(draft: _Draft) -> str:
    if draft.json:
        return "application/json"
    if draft.data:
        return "application/x-www-form-urlencoded"
    return f"multipart/form-data; boundary={_BOUNDARY}"


def _multipart(fields: list[str]) -> bytes:
    """The fields as RFC 7578 writes them; a file's part is empty."""
    lines: list[str] = []
    for one in fields:
        name, _, value = one.partition("=")
        value, _, about = value.partition(";type=") if value[:1] in "@<" else (value, "", "")
        file = f'; filename="{value[1:]}"' if value[:1] == "@" else ""
        lines += [f"--{_BOUNDARY}", f'Content-Disposition: form-data; name="{name}"{file}']
        lines += [f"Content-Type: {about or 'application/octet-stream'}"] if file else []
        lines += ["", "" if value[:1] in ("@", "<") else value]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()
