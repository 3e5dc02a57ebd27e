"""Whether a request carries what was asked for: the round trip of a value through a builder.

Knows URLs and bodies as they are on the wire. It must not know whether they are valid.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from specbound.contract.load import Contract
from specbound.contract.values import same
from specbound.prove.case import Case, Wire, media_of, server_of
from specbound.prove.design import find
from specbound.traffic.exchange import ABSENT, Request, header
from specbound.traffic.messages import request_of
from specbound.traffic.secrets import shown


def lost(case: Case, made: Request) -> str:
    """What of a case is not in the request that was made of it, in words; empty if all is."""
    asked = case.request
    if asked.method != made.method:
        return f"the method is {made.method}, not {asked.method}"
    return _path(case, made) or _query(asked, made) or _headers(case, made) or _body(case, made)


def missing(
    contract: Contract,
    operation: str,
    request: Any,
    parameters: Mapping[Wire, Any],
    body: Any = ABSENT,
) -> str:
    """What of some values a request does not carry, in words; empty if it carries all.

    Parameters stand under their place and name: ``("query", "limit")``.
    """
    one = find(contract, operation)
    case = Case(one, parameters, body, media_of(one), server_of(contract))
    return lost(case, request_of(request))


def _path(case: Case, made: Request) -> str:
    wanted = unquote(urlsplit(case.request.url).path)
    wanted = wanted.removeprefix(unquote(urlsplit(case.server).path).rstrip("/"))
    found = unquote(urlsplit(made.url).path)
    return "" if found.endswith(wanted) else f"the path is {found}, not {wanted}"


def _query(asked: Request, made: Request) -> str:
    missing = _pairs(asked.url) - _pairs(made.url)
    for name, value in missing:
        return f"the query has no {name}={shown(value, name)}"
    return ""


def _pairs(url: str) -> Counter[tuple[str, str]]:
    return Counter(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _headers(case: Case, made: Request) -> str:
    for name, value in case.request.headers or ():
        if name.lower() not in ("content-type", "cookie") and header(made.headers, name) != value:
            return f"the header {name} is not {shown(value, name)}"
    return ""


def _body(case: Case, made: Request) -> str:
    if case.body is ABSENT or "json" not in case.media:
        return ""
    found = _json(made)
    if isinstance(case.body, Mapping) and isinstance(found, Mapping):
        for name, value in case.body.items():
            if name not in found:
                return f"the body has no {name}"
            if not same(found[name], value):
                return f"{name} is {shown(found[name], name)}, not {shown(value, name)}"
        return ""
    return "" if found is not ABSENT and same(found, case.body) else "the body is another one"


def _json(made: Request) -> Any:
    if made.json is not ABSENT or not made.content:
        return made.json
    try:
        return json.loads(made.content)
    except ValueError:
        return ABSENT
