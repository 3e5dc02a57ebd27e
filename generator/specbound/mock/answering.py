"""One request of one operation, from the first look at it to the bytes of its answer.

Knows the order: what is preferred, who asks, whether it is right, what is done, whether the answer
fits. It must not know any of these steps' rules.
"""

from __future__ import annotations

from http import HTTPStatus
from random import Random
from typing import Any

from specbound.check.checker import Checker
from specbound.check.finding import Finding, Verdict
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.diagnostics import Severity
from specbound.mock import preferences
from specbound.mock.asked import Asked, Reader
from specbound.mock.bodies import Bodies
from specbound.mock.contents import acceptable, stated, written
from specbound.mock.credentials import Credentials
from specbound.mock.drift import Drift
from specbound.mock.headers import Fields
from specbound.mock.keeper import Keeper
from specbound.mock.making import Making
from specbound.mock.preferences import Preferences
from specbound.mock.refusals import Refusals, documented, refusal
from specbound.mock.settings import Chosen
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.replies import Replied, succeeded
from specbound.runtime.server.messages import Answer, Call, Problem
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

_HERE = Source("<mock>")


class Answering:
    """Answers the requests of one contract."""

    def __init__(self, contract: Contract, bodies: Bodies, chosen: Chosen) -> None:
        self.bodies = bodies
        self.keeper = Keeper(contract, bodies, chosen)
        self.refusals = Refusals(bodies)
        self._making = Making(contract, bodies, self.keeper)
        self._chosen = chosen
        self._checker = Checker(contract)
        self._credentials = Credentials(contract, chosen.keys)
        self._reader = Reader(contract)
        self._fields = Fields(bodies)
        self._drift = Drift(contract)
        self._faults = {key: preferences.read([text]) for key, text in chosen.faults.items()}

    def preferred(self, operation: Operation, call: Call) -> Preferences:
        """What a request prefers, else what is set for its operation or for all."""
        texts = [value for name, value in call.headers if name == "prefer"]
        if texts or not self._faults:
            return preferences.read(texts)
        for key in (operation.key, operation.name, "*"):
            if key in self._faults:
                return self._now_and_then(self._faults[key], operation)
        return Preferences()

    def _now_and_then(self, one: Preferences, operation: Operation) -> Preferences:
        """A fault that has a rate is for so many of the requests, by the seed."""
        if one.rate >= 1:
            return one
        count = self.keeper.shelves.store.count(f"fault {operation.key}")
        dice = Random(f"{self._chosen.seed} fault {operation.key} {count}")
        return one if dice.random() < one.rate else Preferences()

    def answer(self, operation: Operation, call: Call, wanted: Preferences) -> Answer:
        """The answer to a request; raises `Problem`, with findings where it is refused."""
        if wanted.throttle is not None:
            seconds = str(int(wanted.throttle) or 1)
            raise Problem(429, "Too many requests", headers={"retry-after": seconds})
        if wanted.code is not None:
            return self._coded(operation, call, wanted)
        if self._chosen.auth:
            self._credentials.expect(operation, call)
        request = _request(call)
        if self._checker.judge(Exchange(request, None, _HERE)) is not Verdict.VALID:
            self._refuse(request)
        return self._done(self._reader.asked(operation, call, wanted), request)

    def _refuse(self, request: Request) -> None:
        found = self._checker.check(Exchange(request, None, _HERE)).findings
        errors = tuple(one for one in found if one.severity is Severity.ERROR)
        if errors:
            raise Refused(errors)

    def _coded(self, operation: Operation, call: Call, wanted: Preferences) -> Answer:
        """The reply of the status that is asked for, as documented if it is."""
        status = wanted.code or 200
        one = documented(operation, status)
        if one is None and status >= 400:
            raise Problem(status, _phrase(status))
        if one is None or not one.media:
            return Answer(status)
        asked = Asked(operation, call, {}, {}, {}, wanted)
        if status >= 400 and "example" not in wanted.asked and self._has_no_example(one):
            raise Problem(status, _phrase(status))
        return self._written(asked, one, self._making.plain(asked, one))

    def _has_no_example(self, one: Replied) -> bool:
        return self.bodies.example(one) is ABSENT

    # --- the reply of success ---------------------------------------------------------------------

    def _done(self, asked: Asked, request: Request) -> Answer:
        one = self._reply(asked)
        try:
            body = self._making.body(asked, one)
            answer = self._written(asked, one, body)
            if self._is_right(request, answer):
                return self._drifted(asked, one, body, answer)
            answer = self._written(asked, one, self._making.drawn(asked, one))
        except Unsatisfiable as error:
            raise Problem(501, f"No reply can be made: {error}") from error
        if not self._is_right(request, answer):
            raise Problem(501, f"No reply was found that fits {one.form.at or one.status}")
        return answer

    def _reply(self, asked: Asked) -> Replied:
        """The reply of success, in the type that the client accepts if the document has it."""
        one = succeeded(asked.operation)
        if one.reply is None or len(one.reply.content) < 2:
            return one
        wanted = acceptable(asked.call.header("accept") or "", one.reply.content)
        return one._replace(media=wanted) if wanted else one

    # --- the answer -------------------------------------------------------------------------------

    def _written(self, asked: Asked, one: Replied, body: Any) -> Answer:
        headers = self._fields.of(asked, one, body)
        if asked.applied:
            headers["preference-applied"] = ", ".join(asked.applied)
        if not one.media:
            return Answer(one.status, b"", headers)
        head = {"content-type": stated(one.media), **headers}
        return Answer(one.status, written(one.media, body), head)

    def _is_right(self, request: Request, answer: Answer) -> bool:
        """Whether the contract takes an answer; what it says nothing of is right."""
        response = Response(answer.status, tuple(answer.headers.items()), content=answer.content)
        verdict = self._checker.judge(Exchange(request, response, _HERE))
        return verdict is Verdict.VALID or (verdict is Verdict.UNDOCUMENTED and not answer.content)

    def _drifted(self, asked: Asked, one: Replied, body: Any, answer: Answer) -> Answer:
        """The answer with one fault in its body, where that is asked for and can be had."""
        keyword = asked.preferences.drift
        if keyword is None or body is ABSENT or "json" not in one.media:
            return answer
        salt = f"{self._chosen.seed} {self.keeper.shelves.store.count('drift')}"
        found = self._drift.broken(one.form, body, keyword, salt)
        if found is None:
            return answer
        applied = {"preference-applied": ", ".join([*asked.applied, f'drift="{found[1]}"'])}
        return Answer(answer.status, written(one.media, found[0]), {**answer.headers, **applied})


class Refused(Problem):
    """A request that the contract refuses; `findings` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        told = refusal(findings)
        super().__init__(told.status, told.message, told.issues)
        self.findings = findings


def _request(call: Call) -> Request:
    url = f"{call.path}?{call.query}" if call.query else call.path
    return Request(call.method, url, call.headers, content=call.content or None)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
