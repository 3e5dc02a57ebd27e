"""Operations as pages write them: ``POST /v1/things``, in headings, rows, sentences and badges.

Knows methods, paths and placeholders in paths. It must not know any API.
"""

from __future__ import annotations

import re
from typing import NamedTuple

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
_METHOD = "|".join(METHODS)
_MARKUP = r"(?:\*\*|__|`|</?\w+>)*"
_VARIABLE = r"(?:\{\{[^{}\s]+\}\}|\$\{\w+\}|\$\w+)"
_STEP = (
    rf"(?:{_VARIABLE}|\{{[\w.-]+\}}|<[A-Za-z][\w .-]*>"
    # Saved pages run two of them together: ``POST /v1/aPOST /v1/a``.
    rf"|(?!(?:{_METHOD})\s/)[\w\-.~%:@+*$!=,/])"
)
_PATH = rf"/(?!(?:{_METHOD})\b){_STEP}*"
_QUERY = r"(?:\?[^\s`|\"'<>()\[\]]*)?"
_URL = rf"(?:https?://[^\s/`|\"'<>]+|{_VARIABLE}|\{{\w+\}})?{_PATH}{_QUERY}"
_BETWEEN = rf"{_MARKUP}(?:\s+requests?)?(?:\s+(?:to|on|at))?\s*[:|\]]?\s*{_MARKUP}\s*"

# A small letter before it is the end of a line that was run together with this one.
OPERATION = re.compile(rf"(?<![A-Z0-9_/-])(?P<method>{_METHOD}){_BETWEEN}(?P<url>{_URL})", re.ASCII)
_LONE_METHOD = re.compile(rf"(?:(?:HTTP )?Method:?)?\W*(?P<method>{_METHOD})\W*", re.IGNORECASE)
_LONE_PATH = re.compile(
    rf"(?:(?:URL|URI|Path|Endpoint|Route)\W*)?[\s*`:]*(?P<url>{_URL})[\s*`]*", re.IGNORECASE
)
_START = re.compile(
    r"[\s#>*_`|\[\]]*(?:(?:\d+(?:\.\d+)*\.?|[A-Za-z][A-Za-z ]{0,20}:)[\s*_`]*)?(?:</?\w+>)*"
)
_PREFIX = re.compile(rf"(?:{_VARIABLE}|\{{\w+\}}|<[\w -]+>)(?=/)")
_ENTRY = re.compile(r"(?:^\s*(?:[-*+]\s+)?|\|\s*)[*_`\[]*(?:</?\w+>)*$")
_TAIL = re.compile(r"[\s*_`|)\].]*(?:HTTP/[\d.]+|[-–—(].{0,60})?")
_FIXED = re.compile(r"v\d+\w*|api", re.IGNORECASE)


class Mention(NamedTuple):
    """An operation that a line names: its method, its URL as a template, and where it stood."""

    method: str
    url: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """``POST /v1/things``: without the server and the query."""
        return f"{self.method} {path(self.url)}"


def mentions(line: str) -> list[Mention]:
    """All operations that a line names, in their order, each once."""
    found: dict[str, Mention] = {}
    for match in OPERATION.finditer(line):
        # ``/tasks/{id}status`` is a path and the word that was run together with it.
        url = re.split(r"(?<=\})(?=\w)", match["url"])[0].rstrip(".,:;!*_")
        end = match.start("url") + len(url)
        one = Mention(match["method"], templated(url), match.start(), end)
        found.setdefault(one.key, one)
    return list(found.values())


def leads(line: str, mention: Mention) -> bool:
    """Whether a line is about its operation: it begins with it, or announces what follows."""
    if line.rstrip(" *_`").endswith(":"):
        return True
    head, tail = line[: mention.start], OPERATION.sub("", line[mention.end :])
    return _START.fullmatch(head) is not None and _TAIL.fullmatch(tail) is not None


def listed(line: str) -> list[Mention]:
    """The operations of a row or an item of a list; none where they stand in its sentences."""
    found = mentions(line)
    return found if found and _ENTRY.search(line[: found[0].start]) else []


def lone_method(line: str) -> str:
    """The method that is all that a line says, as badges are saved; empty if it says more."""
    match = _LONE_METHOD.fullmatch(line.strip())
    return match["method"].upper() if match and match["method"].isupper() else ""


def lone_url(line: str) -> str:
    """The URL or path that is all that a line says; empty if it says more."""
    match = _LONE_PATH.fullmatch(line.strip())
    return templated(match["url"]) if match else ""


def templated(url: str) -> str:
    """A URL with placeholders as OpenAPI writes them: ``<id>``, ``:id``, ``$ID`` are ``{id}``."""
    if match := _PREFIX.match(url):
        url = url[match.end() :]
    scheme, colon, rest = url.partition("://") if "://" in url[:9] else ("", "", url)
    rest = re.sub(r"(?<=/):(\w+)", r"{\1}", rest)
    rest = re.sub(r"<([^<>]+)>", lambda found: "{" + re.sub(r"\W+", "_", found[1]) + "}", rest)
    rest = re.sub(r"\$?\{\{?([^{}]+)\}?\}", r"{\1}", rest)
    return scheme + colon + re.sub(r"\$(\w+)", r"{\1}", rest)


def path(url: str) -> str:
    """The path of a URL, without server, query and a last slash."""
    if "://" in url:
        url = "/" + url.split("://", 1)[1].partition("/")[2]
    return url.partition("?")[0].rstrip("/") or "/"


def is_open(url: str) -> bool:
    """Whether a path names no operation: it has placeholders and nothing of its own."""
    steps = [step for step in path(url).split("/") if step]
    own = [step for step in steps if not step.startswith("{") and not _FIXED.fullmatch(step)]
    return bool(steps) and not own and any(step.startswith("{") for step in steps)
