"""Whether a request has credentials where its operation asks for some.

Knows which alternatives an operation offers, and which secrets will do. It must not know where a
scheme has its secret: `contract/credentials.py` says it.
"""

from __future__ import annotations

from collections.abc import Sequence

from specbound.contract.credentials import places
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.runtime.route import Scheme
from specbound.runtime.server.credentials import secret_in
from specbound.runtime.server.messages import Call, Problem

_BEARER = frozenset(("oauth2", "openIdConnect"))


class Credentials:
    """Asks requests of one contract for credentials; without `keys` any secret will do."""

    def __init__(self, contract: Contract, keys: Sequence[str] = ()) -> None:
        self._keys = frozenset(keys)
        self._schemes = {
            name: Scheme(kind=place.kind, name=place.name)
            for name, place in places(contract).items()
        }

    def expect(self, operation: Operation, call: Call) -> None:
        """Raise `Problem` (401) where no alternative has all its secrets.

        A scheme of a kind that no header, query or cookie shows asks for nothing.
        """
        alternatives = [
            [self._schemes[name] for name in one if name in self._schemes]
            for one in operation.security
        ]
        if not alternatives:
            return
        found = [[secret_in(call, one) for one in schemes] for schemes in alternatives]
        if not any(all(map(self._does, secrets)) for secrets in found):
            kinds = dict.fromkeys(one.kind for schemes in alternatives for one in schemes)
            challenge = ", ".join(dict.fromkeys(_challenge(kind) for kind in kinds))
            message = "No credentials were sent, but they are required"
            if any(any(secrets) for secrets in found):
                message = "The credentials that were sent are not accepted"
            raise Problem(401, message, headers={"www-authenticate": challenge})

    def _does(self, secret: str | None) -> bool:
        return bool(secret) and (not self._keys or secret in self._keys)


def _challenge(kind: str) -> str:
    return {"bearer": "Bearer", "basic": 'Basic realm="mock"'}.get(kind, "ApiKey")
