"""Names and addresses of the internet as JSON Schema's formats define them.

Knows RFC 1123, 3986, 3987, 5321, 5890 and their like. It must not know types or schemas, and
asks nobody whether an address exists.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Callable
from functools import cache

_HOST_CHARACTERS = r"A-Za-z0-9\-._~!$&'()*+,;="
_WIDE = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    "\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd\U00040000-\U0004fffd"
    "\U00050000-\U0005fffd\U00060000-\U0006fffd\U00070000-\U0007fffd\U00080000-\U0008fffd"
    "\U00090000-\U0009fffd\U000a0000-\U000afffd\U000b0000-\U000bfffd\U000c0000-\U000cfffd"
    "\U000d0000-\U000dfffd\U000e1000-\U000efffd"
)
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"


@cache
def _uri_parts(wide: str, private: str) -> re.Pattern[str]:
    """The grammar of RFC 3986 (or of RFC 3987, with its wider characters) in one pattern."""
    plain = rf"(?:[{_HOST_CHARACTERS}{wide}]|%[0-9A-Fa-f]{{2}})"
    segment = rf"(?:[{_HOST_CHARACTERS}:@{wide}]|%[0-9A-Fa-f]{{2}})"
    query = rf"(?:[{_HOST_CHARACTERS}:@/?{wide}{private}]|%[0-9A-Fa-f]{{2}})*"
    user = rf"(?:(?:[{_HOST_CHARACTERS}:{wide}]|%[0-9A-Fa-f]{{2}})*@)?"
    literal = rf"\[(?P<literal>[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[{_HOST_CHARACTERS}:]+)\]"
    authority = rf"//{user}(?:{literal}|{plain}*)(?::[0-9]*)?"
    return re.compile(
        rf"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?"
        rf"(?P<authority>{authority})?"
        rf"(?P<path>(?:{segment}|/)*)"
        rf"(?:\?{query})?"
        rf"(?:\#{query.replace(private, '') if private else query})?"
    )


def _is_reference(text: str, wide: str, private: str, absolute: bool) -> bool:
    match = _uri_parts(wide, private).fullmatch(text)
    if match is None or (absolute and not match["scheme"]):
        return False
    path, literal = match["path"], match["literal"]
    if match["authority"] is not None:
        if path and not path.startswith("/"):
            return False
        return literal is None or literal[0] in "vV" or is_ipv6(literal)
    # A relative path may not look like one that has a scheme.
    return bool(match["scheme"]) or ":" not in path.split("/", 1)[0]


def is_uri(text: str) -> bool:
    """RFC 3986 URI: it has a scheme."""
    return _is_reference(text, "", "", absolute=True)


def is_uri_reference(text: str) -> bool:
    """RFC 3986 URI or relative reference."""
    return _is_reference(text, "", "", absolute=False)


def is_iri(text: str) -> bool:
    """RFC 3987 IRI: it has a scheme."""
    return _is_reference(text, _WIDE, _PRIVATE, absolute=True)


def is_iri_reference(text: str) -> bool:
    """RFC 3987 IRI or relative reference."""
    return _is_reference(text, _WIDE, _PRIVATE, absolute=False)


def is_ipv4(text: str) -> bool:
    """Four decimal numbers without leading zeros."""
    return bool(re.fullmatch(rf"{_OCTET}(?:\.{_OCTET}){{3}}", text))


def is_ipv6(text: str) -> bool:
    """RFC 4291 section 2.2, without a zone."""
    if not text.isascii() or not re.fullmatch(r"[0-9A-Fa-f:.]+", text):
        return False
    if "." in text and not is_ipv4(text.rpartition(":")[2]):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        return False
    return True


def _is_punycode(label: str) -> bool:
    """Whether an A-label decodes to a U-label that encodes back to it."""
    try:
        decoded = label[4:].lower().encode("ascii").decode("punycode")
        again = decoded.encode("punycode").decode("ascii")
    except (UnicodeError, ValueError, OverflowError):
        return False
    return again == label[4:].lower() and not decoded.isascii() and _is_unicode_label(decoded)


def _is_ascii_label(label: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?", label):
        return False
    if label[2:4] != "--":
        return True
    return label[:4].lower() == "xn--" and _is_punycode(label)


def is_hostname(text: str) -> bool:
    """RFC 1123 host name; an A-label must be well-formed (RFC 5890)."""
    return len(text) <= 253 and all(_is_ascii_label(label) for label in text.split("."))


_CONTEXT: dict[str, Callable[[str, str], bool]] = {
    "\u00b7": lambda before, after: before == "l" and after == "l",
    "\u0375": lambda before, after: "GREEK" in unicodedata.name(after or " ", ""),
    "\u05f3": lambda before, after: "HEBREW" in unicodedata.name(before or " ", ""),
    "\u05f4": lambda before, after: "HEBREW" in unicodedata.name(before or " ", ""),
    "\u200d": lambda before, after: bool(before) and unicodedata.combining(before) == 9,
    "\u200c": lambda before, after: bool(before) and unicodedata.combining(before) == 9,
}
_EXCEPTIONS = set("\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b")


def _is_allowed(label: str, index: int) -> bool:
    """RFC 5892: letters, digits and marks that case folding and NFKC leave alone."""
    character = label[index]
    if character in _CONTEXT:
        before = label[index - 1] if index else ""
        return _CONTEXT[character](before, label[index + 1 : index + 2])
    if character == "\u30fb":
        return any(
            unicodedata.name(other, "").startswith(("HIRAGANA", "KATAKANA LETTER", "CJK UNIFIED"))
            for other in label
        )
    if character in _EXCEPTIONS:
        return False
    if character in "ßς་〇-":
        return True
    if unicodedata.category(character) not in ("Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc"):
        return False
    return unicodedata.normalize("NFKC", character.casefold()) == character


def _is_unicode_label(label: str) -> bool:
    if unicodedata.normalize("NFC", label) != label or unicodedata.category(label[0])[0] == "M":
        return False
    if label[0] == "-" or label[-1] == "-" or label[2:4] == "--":
        return False
    if len(label.encode("punycode", "replace")) > 59:
        return False
    arabic = any("\u0660" <= each <= "\u0669" for each in label)
    if arabic and any("\u06f0" <= each <= "\u06f9" for each in label):
        return False
    return all(_is_allowed(label, index) for index in range(len(label)))


def is_idn_hostname(text: str) -> bool:
    """RFC 5890 internationalized host name."""
    labels = re.split("[.\u3002\uff0e\uff61]", text)
    return len(text) <= 253 and all(
        bool(label) and (_is_ascii_label(label) if label.isascii() else _is_unicode_label(label))
        for label in labels
    )


def _is_mailbox(text: str, atom: str, wide: bool) -> bool:
    local, at, domain = text.rpartition("@")
    if not at or not local or len(local.encode("utf-8", "replace")) > 64:
        return False
    quoted = r'"(?:[ !#-\[\]-~' + ("\u0080-\U0010ffff" if wide else "") + r']|\\[ -~])*"'
    if not re.fullmatch(rf"(?:{atom}+(?:\.{atom}+)*|{quoted})", local):
        return False
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal.startswith("IPv6:") else is_ipv4(literal)
    return is_idn_hostname(domain) if wide else is_hostname(domain)


def is_email(text: str) -> bool:
    """RFC 5321 section 4.1.2 mailbox."""
    return _is_mailbox(text, r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]", wide=False)


def is_idn_email(text: str) -> bool:
    """RFC 6531 mailbox."""
    return _is_mailbox(text, "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\u0080-\U0010ffff]", wide=True)
