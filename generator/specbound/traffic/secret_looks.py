"""The look of secrets: keys, tokens and long random text, wherever in a string they stand.

Knows the shapes that issuers give their keys. It must not know where a string came from.
"""

from __future__ import annotations

import re

from specbound.traffic.secret_names import is_public, is_secret

MARKER = "[redacted]"
LONGEST_ID = 80
LONGEST_NAME = 60

#: Shapes that are secret wherever they stand.
KEYS = re.compile(
    r"""
    -----BEGIN\ [A-Z0-9 ]{1,40}-----.*?(?:-----END\ [A-Z0-9 ]{1,40}-----|\Z)   # PEM
  | \beyJ[\w-]{6,}={0,2}(?:\.[\w-]*={0,2}){1,4}                                # JWT, JWE
  | (?<![A-Za-z0-9])(?:
        [spr]k[-_](?:(?=[\w-]*\d)[\w-]{6,}|[\w-]{16,})                         # OpenAI, Stripe
      | key_(?:(?=[\w-]*\d)[\w-]{9,}|[A-Za-z0-9]{24,})                           # Runway
      | gh[pousr]_[A-Za-z0-9]{8,} | github_pat_\w{8,} | glpat-[\w-]{10,}
      | xox[abeoprs]-[\w-]{8,} | xapp-[\w-]{8,} | hf_[A-Za-z0-9]{16,} | npm_[A-Za-z0-9]{16,}
      | whsec_[\w+/=]{8,} | shp(?:at|ca|pa|ss)_\w{8,} | dop_v1_\w{8,} | pypi-[\w-]{16,}
      | (?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{12,}
      | AIza[\w-]{20,} | ya29\.[\w-]{8,} | SG\.[\w-]{8,}\.[\w-]{8,}
    )
    """,
    re.VERBOSE | re.DOTALL,
)
HINT = re.compile(
    r"eyJ|[spr]k[-_]|key_|-----BEGIN|gh[pousr]_|github_pat|glpat|xox|xapp|hf_|npm_|whsec_|shp|dop_|pypi"
    r"|AKIA|ASIA|AGPA|AIDA|AROA|ANPA|AIza|ya29|SG\."
)
SCHEME = re.compile(
    r"\b(Bearer|Negotiate|Digest)(\s+|%20)"
    r"(?!(?:auth\w*|tokens?|scheme|format|header|realm|error)\b)[^\s\"',;&\[\]]{4,}",
    re.IGNORECASE,
)
BASIC = re.compile(r"\b(Basic)(\s+|%20)(?=[A-Za-z]*[\dA-Z=+/])([A-Za-z0-9+/]{8,}={0,2})(?![\w+/])")
#: A name is taken whole and never again from its middle: megabytes of base64 have but one.
ASSIGNED = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]++)(?P<between>\\?["']?\s{0,3}(?P<sign>[:=])\s{0,3}"""
    r"""(?:(?:token|bearer|basic|digest|negotiate|apikey)[ ]+(?=[^\s\[]))?)"""
    r"""(?P<value>\\?"(?:[^"\\]|\\.)*\\?"?|'[^']*'?|[^\s"'&;,}\]\[)]+)"""
)
RUN = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DIGEST = re.compile(r"(?:sha-?(?:1|224|256|384|512)|md5|blake\w{1,3})[:=-]$", re.IGNORECASE)
#: The name that a text gives what follows: ``"id": "``, ``etag=``.
NAMED = re.compile(r"""([A-Za-z][\w-]{0,60})\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?$""")
CHUNKS = re.compile(r"[-_/+=]+")
PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
UNSPOKEN = frozenset(("null", "true", "false", "none", '""', "''", MARKER))


def spotted(text: str, public: bool = False) -> str:
    """`text` with everything in it that looks like a secret replaced by the marker.

    UUIDs and digests that say so (``sha256:…``) stay; so does long random text of at most 80
    characters where `public` says that its name makes it an id or a digest.
    """
    if HINT.search(text):
        text = KEYS.sub(MARKER, text)
    if " " in text or "%20" in text:
        text = SCHEME.sub(rf"\1\2{MARKER}", text)
        text = BASIC.sub(rf"\1\2{MARKER}", text)
    if ":" in text or "=" in text:
        text = ASSIGNED.sub(_assigned, text)
    if len(text) < 32 or (public and len(text) <= LONGEST_ID):
        return text
    return RUN.sub(_random, text)


def _assigned(found: re.Match[str]) -> str:
    """``password=…``, ``"api_key": "…"``, ``X-Api-Key: …`` inside a text."""
    name, value = found["name"], found["value"]
    told = name[-LONGEST_NAME:].lstrip("-.0123456789")
    # A permission (`secrets=read`), not one secret.
    if told.lower() in ("secrets", "cookies"):
        return found[0]
    if value.lower() in UNSPOKEN or value.startswith(MARKER) or not is_secret(told):
        return found[0]
    bare = value.strip("\\\"'")
    plain = found["sign"] == ":" and bare == value and bare.isalpha() and bare.islower()
    if plain or not bare or _is_number(bare) or bare.lower() in ("bearer", "basic"):
        return found[0]
    opening = value[: len(value) - len(value.lstrip("\\\"'"))]
    closing = value[len(value.rstrip("\\\"'")) :] if opening else ""
    return f"{name}{found['between']}{opening}{MARKER}{closing}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,6}(\.\d+)?", text) is not None


def _random(found: re.Match[str]) -> str:
    run = found[0]
    rest = UUID.sub("", run)
    before = found.string[max(0, found.start() - 80) : found.start()]
    if len(rest) < 32 or len(set(rest)) < 9 or DIGEST.search(before):
        return run
    if DIGEST.search(run.split("-", 1)[0] + "-"):
        return run
    named = NAMED.search(before)
    if named and len(run) <= LONGEST_ID and is_public(named[1]):
        return run
    if _is_base64(rest):
        return MARKER
    strange = sum(len(chunk) for chunk in CHUNKS.split(rest) if _is_strange(chunk))
    return MARKER if strange >= 20 else run


def is_random(text: str) -> bool:
    """Whether a short text looks random in part, which says something beside a token only."""
    return any(_is_strange(chunk) for chunk in CHUNKS.split(UUID.sub("", text)))


def _is_base64(run: str) -> bool:
    """Whether all the letters' cases and digits change places as often as chance has it."""
    digits, low, high = (any(map(kind, run)) for kind in (str.isdigit, str.islower, str.isupper))
    return low and high and len(run) < (3 if digits else 2.4) * len(PIECE.findall(run))


def _is_strange(chunk: str) -> bool:
    """Whether letters and digits, or letters of both cases, alternate as no words do."""
    if len(chunk) < 6 or chunk.isdigit():
        return False
    if chunk.isupper():
        return len(chunk) >= 16
    pieces = len(PIECE.findall(chunk))
    if not any(char.isdigit() for char in chunk):
        return len(chunk) >= 16 and len(chunk) < 4 * pieces
    return pieces > 3 or len(chunk) < 8 * (pieces - 1)
