"""Names of secrets: which member, header, cookie or query parameter holds one, by the words in it.

Knows how names are spelt (snake_case, camelCase, kebab-case). It must not look at any value.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

#: A name is secret if one of these is its last word, tails left out: `newPassword2`.
LAST = _set(
    "apikey auth authorization bearer cookie cookies credential credentials csrf jwt passcode "
    "passphrase passwd password passwords pwd secret secrets sessid signature token xsrf "
)
#: … or two of these, in this order.
PAIRS = _set(
    "api-key app-key access-key account-key auth-key client-key encryption-key license-key "
    "master-key private-key secret-key service-key session-key shared-key signing-key "
    "storage-key subscription-key functions-key pass-word pass-phrase set-cookie api-keys "
    "access-tokens refresh-tokens auth-tokens bearer-tokens api-tokens session-tokens "
    "private-keys secret-keys access-keys session-id"
)
#: … or it ends like this, however its words are parted: `APIkey`, `openaiapikey`.
ENDS = tuple(
    _set(
        "apikey accesskey secretkey privatekey sessionkey accesstoken refreshtoken authtoken "
        "idtoken sessiontoken clientsecret password passwd"
    )
)
#: Words after the telling one that do not change what the value is.
TAILS = _set("value string text header plain raw data confirmation confirm base64")
#: Tokens that are places in a list, not keys to anything; their values' look decides.
PLACES = _set("page next previous prev continuation sync cursor cancellation stop eos")
#: What is public about a session or a key by its nature.
HASHES = _set(
    "sha sha1 sha256 sha512 md5 digest hash etag checksum fingerprint commit revision oid crc "
    "integrity version ref"
)
IDENTIFIERS = _set("id ids uuid uuids guid identifier traceparent")

HEADER_WORDS = _set(
    "auth authentication authorization cookie jwt password secret session signature token"
)
#: Last words of fields that speak about a token and do not hold it, and words of rate limits.
SPEAKING = frozenset((word,) for word in ("scopes", "scope", "expiration", "expires", "type"))
LIMITS = frozenset(("ratelimit", "limit"))
OPEN_HEADERS = frozenset(("www-authenticate", "proxy-authenticate", "idempotency-key"))

#: Query parameters that are secret in a URL and plain words elsewhere, in lower case.
QUERY = _set(
    "key sig signature policy _jwt jwt code hmac hdnts hdnea hash sid session assertion "
    "samlresponse awsaccesskeyid googleaccessid key-pair-id x-amz-credential x-goog-credential "
    "x-amz-signature x-goog-signature x-amz-security-token __token__ ticket tk"
)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``X-Api-Key`` and ``xApiKey`` are x, api, key."""
    return tuple(word.lower() for word in WORD.findall(name))


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a member of this name holds a secret; a name that starts with ``/`` is a JSON
    Pointer, in which any member may say so.
    """
    if name.startswith("/"):
        return any(is_secret(part) for part in name[1:].split("/") if part)
    told = list(words(name[:200]))
    while told and (told[-1] in TAILS or told[-1].isdigit()):
        told.pop()
    if not told:
        return False
    if told[-1] == "token" and PLACES.intersection(told):
        return False
    if told[-1] == "hash" and len(told) > 1:
        return told[-2] in LAST
    joined = "".join(told[-3:])
    return told[-1] in LAST or "-".join(told[-2:]) in PAIRS or joined.endswith(ENDS)


@lru_cache(maxsize=1024)
def is_secret_header(name: str) -> bool:
    """Whether a header field of this name holds a secret."""
    if name.lower() in OPEN_HEADERS:
        return False
    told = words(name)
    if told[-1:] in SPEAKING or not LIMITS.isdisjoint(told) or told[:2] == ("access", "control"):
        return False
    return is_secret(name) or bool(HEADER_WORDS.intersection(told)) or told[-1:] == ("key",)


@lru_cache(maxsize=1024)
def is_secret_query(name: str) -> bool:
    """Whether a query parameter of this name holds a secret or a part of a URL's signature."""
    return name.lower() in QUERY or is_secret(name) or words(name)[-1:] == ("signature",)


@lru_cache(maxsize=4096)
def is_public(name: str) -> bool:
    """Whether values of this name look random and are none the less public: digests and ids."""
    last = name.rsplit("/", 1)[-1]
    told = words(last)
    if not told or "session" in told:
        return False
    return told[-1] in IDENTIFIERS or told == ("e", "tag") or not HASHES.isdisjoint(told)
