"""One sentence for every code that a finding can have.

Knows what the codes mean. It must not know any finding. JSON Schema's keywords come from the table
of constraints, so that a keyword added there is documented here at once.
"""

from __future__ import annotations

import re

from specbound.contract.rules import ANY, CONSTRAINTS, Rule

#: Codes that are no keyword of JSON Schema.
OTHERS = {
    "undocumented-operation": "The document has no operation with this method and path.",
    "undocumented-status": "The operation documents no reply with this status, and no `default`.",
    "undeclared-member": "A member that the schema neither declares nor forbids: often a renamed "
    "or misspelt one, whose value nobody reads.",
    "undeclared-parameter": "A query parameter or cookie that the operation does not declare.",
    "deprecated": "The document calls this operation, parameter or member deprecated.",
    "media-type": "The body has a media type that the operation does not document.",
    "unparsable-body": "The body is not what its media type says, so it cannot be read.",
    "missing-parameter": "A parameter that the document requires is not there.",
    "missing-credentials": "A live request without the credentials that its operation asks for was "
    "answered.",
    "missing-header": "A response header that the document requires is not there.",
    "missing-body": "There is no body where the document requires one.",
    "undocumented-body": "There is a body where the document describes none.",
    "read-only": "The member is read-only: a request must not send it.",
    "write-only": "The member is write-only: a reply must not hold it.",
    "schema": "The value does not fit its schema, in a way that no single rule explains.",
    "false": "The schema takes no value at all.",
    "too-deep": "The value is nested too deeply to be judged.",
    "too-many-faults": "The value has more faults than are worth telling one by one.",
    "unlisted-operation": "A page lists operations and is silent about one that the document has.",
    "unlisted-status": "A page lists statuses and is silent about one that the document has.",
    "unlisted-member": "A page lists members and is silent about one that the document has.",
    "unlisted-value": "A page lists values and is silent about one that the document takes.",
    "default": "A page states another default than the document.",
    "broken-record": "A record of the recording cannot be read; the rest of it was.",
    "upstream-unreachable": "No connection to the upstream: no such host, refused, or no TLS.",
    "upstream-stalled": "The upstream sent or took nothing for longer than the proxy waits.",
    "upstream-broke-off": "The upstream closed or reset the connection before its reply had ended.",
    "upstream-malformed": "What the upstream sent is not HTTP/1.1.",
    "upstream-surplus": "The upstream sent more than the length of its reply; nobody was given it.",
    "client-gone": "The client left before it had the whole reply.",
    "stopped": "The proxy was stopped before the exchange had ended.",
    "proxy-failed": "The proxy met a mistake of its own; please report it.",
}

#: Keywords that one sentence of the pattern below would not explain.
SPECIAL = {
    "enum": "The value is none of those that the schema lists.",
    "const": "The value is not the only one that the schema takes.",
    "type": "The value has another JSON type than the schema says.",
    "required": "A member that the schema requires is not there.",
    "discriminator": "The member that chooses the variant is missing, or names none that exists.",
    "additionalProperties": "A member that is not declared, in an object that is closed.",
    "unevaluatedProperties": "A member that is not declared, in an object that is closed.",
    "oneOf": "The value fits none of the variants, or more than one of them.",
    "anyOf": "The value fits none of the variants.",
    "pattern": "The text does not match the schema's regular expression (ECMA-262).",
    "format": "The text is not of the schema's format.",
    "uniqueItems": "Two items of the array are equal.",
    "not": "The value is of the shape that the schema excludes.",
}


def slug(keyword: str) -> str:
    """A keyword of JSON Schema as a code: ``maxLength`` is ``max-length``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", keyword).lower()


def describe(code: str) -> str:
    """The sentence of a code; of a code that is not known, the code in words."""
    return DOCS.get(code) or f"{code.replace('-', ' ').capitalize()}."


def _sentence(rule: Rule) -> str:
    if rule.keyword in SPECIAL:
        return SPECIAL[rule.keyword]
    kinds = "value" if rule.kinds == ANY else " or ".join(sorted(rule.kinds))
    return f"The {kinds} breaks the schema's `{rule.keyword}`."


#: Every code with its sentence.
DOCS: dict[str, str] = {slug(name): _sentence(rule) for name, rule in CONSTRAINTS.items()} | OTHERS
