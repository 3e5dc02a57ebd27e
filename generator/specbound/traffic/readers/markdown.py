"""Documentation pages as recordings: every body and every request that a page shows.

Knows how pages show exchanges, in Markdown and in what is left of it in a plain-text save. It must
not know a contract: what a page says of an API in words is `page_claims`' to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from specbound.traffic.documented import UNSTATED
from specbound.traffic.exchange import Exchange, Record, Request, Response, Skipped, Source
from specbound.traffic.readers import page_json
from specbound.traffic.readers.page_claims import claims
from specbound.traffic.readers.page_code import READERS
from specbound.traffic.readers.page_context import BODYLESS, Context
from specbound.traffic.readers.page_operations import Mention, is_open, templated
from specbound.traffic.readers.page_pairs import pairs
from specbound.traffic.readers.page_parts import Kind, Part, loose, parts
from specbound.traffic.samples import SampleError
from specbound.traffic.shell import curl_commands

_SHELLS = frozenset({"bash", "sh", "shell", "console", "curl", "zsh", "shell-session"})
_PLAIN = frozenset({"", "json", "json5", "jsonc", "http", "text", "txt", "plaintext"})


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield what one page shows, in its order; each record is `documented`."""
    text = stream.read().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    page, found = _Page(file), list(parts(text))
    for part in found:
        yield from page.part(part)
    yield from claims(found, file)


@dataclass
class _Page:
    """One page while it is read."""

    file: str
    context: Context = field(default_factory=Context)
    number: int = 0

    def part(self, part: Part) -> Iterator[Record]:
        """What one part shows."""
        match part.kind:
            case Kind.JSON:
                yield from self._json(part)
            case Kind.CURL:
                yield from self._curl(part)
            case Kind.FENCE:
                yield from self._fence(part)
            case _:
                self.context.see(part)

    def _fence(self, part: Part) -> Iterator[Record]:
        language, _, title = part.info.partition(" ")
        language = language.lower().strip("{.}")
        if title:
            self.context.see(Part(Kind.LINE, title.replace("title=", " ").strip(" \"'"), part.line))
        if language in READERS:
            yield from self._sample(part, language)
        elif language in _SHELLS:
            yield from self._curl(part)
        elif language in _PLAIN:
            yield from self._plain(part, language)
        else:
            yield self._skipped(part.line, f"a sample in {language[:20]} is not read")

    def _plain(self, part: Part, language: str) -> Iterator[Record]:
        """A fence with JSON, an HTTP message, or anything else that its author did not name."""
        bodies = 0
        for inner in loose(part.text, part.line, fenced=bool(language)):
            bodies += inner.kind in (Kind.JSON, Kind.CURL)
            yield from self.part(inner)
        if not bodies and language.startswith("json"):
            yield self._skipped(part.line, "not JSON")

    def _curl(self, part: Part) -> Iterator[Record]:
        for command in curl_commands(part.text):
            at = part.line + command.line - 1
            if command.missing:
                yield self._skipped(at, f"a curl command of which {command.missing}")
                continue
            body_line = command.request.body_line
            line = part.line + body_line - 1 if body_line else None
            url = templated(command.request.url)
            yield self._sent(command.request._replace(url=url, body_line=line), at)

    def _sample(self, part: Part, language: str) -> Iterator[Record]:
        try:
            samples = READERS[language](part.text)
        except SampleError as error:
            at = part.line + error.line - 1
            yield self._skipped(at, f"a sample that is not valid {language}")
            return
        if not samples:
            yield self._skipped(part.line, "a sample that names no URL, as those of SDKs")
        for sample in samples:
            at = part.line + sample.line - 1
            if sample.request is None:
                yield self._skipped(at, f"a call in a sample: {sample.missing}")
            else:
                yield self._sent(sample.request, at)

    def _sent(self, request: Request, at: int) -> Exchange:
        """A request that the page shows as a whole."""
        here = Mention(request.method, request.url, 0, 0)
        before = self.context.operation
        if before is None or before.key != here.key:
            self.context.enter(here)
        self.context.sent = True
        return self._exchange(request, None, at)

    def _json(self, part: Part) -> Iterator[Record]:
        shown = page_json.read(part.text)
        if shown.fault:
            yield self._skipped(part.line, shown.fault)
            return
        source = Source(self.file, part.line, self.number)
        found = list(pairs(shown, source, alone=self.context.operation is None))
        self.number += len(found)
        if found:
            yield from found
        elif self.context.operation is None:
            yield self._skipped(part.line, "a body under no operation")
        elif is_open(self.context.operation.url):
            yield self._skipped(part.line, "a body under a path that is left open")
        else:
            yield self._body(shown, part.line, self.context.operation)

    def _body(self, shown: page_json.Shown, line: int, operation: Mention) -> Record:
        """A body under an operation: of the request or of the reply, by caption and method."""
        label, content = self.context.label, shown.content.encode()
        side = label.side if label else self._side(operation.method)
        if side == "other" or (label and label.error and not label.status):
            return self._skipped(line, "a body that is neither request nor told reply")
        if shown.content in self.context.shown:
            return self._skipped(line, "a body that is shown above already")
        self.context.shown.add(shown.content)
        method, url = operation.method, operation.url
        if side == "request" and method in BODYLESS:
            return self._skipped(line, f"a request body under {method}")
        if side == "request":
            self.context.sent = True
            request = Request(method, url, content=content, body_line=line)
            return self._exchange(request, None, line)
        if not side:
            return self._skipped(line, "a body that may be request or reply")
        status = label.status if label and label.status else UNSTATED
        response = Response(status, content=content, body_line=line)
        return self._exchange(Request(method, url), response, line)

    def _side(self, method: str) -> str:
        """Of what an uncaptioned body is; empty where it may be either."""
        if method in BODYLESS or (self.context.sent and not self.context.shown):
            return "reply"
        return "request" if not self.context.sent else ""

    def _exchange(self, request: Request, response: Response | None, line: int) -> Exchange:
        source = Source(self.file, line, self.number)
        self.number += 1
        return Exchange(request, response, source, documented=True)

    def _skipped(self, line: int, reason: str) -> Skipped:
        return Skipped(Source(self.file, line), reason)
