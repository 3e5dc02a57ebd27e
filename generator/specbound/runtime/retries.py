"""Whether and when a request is sent again.

It knows statuses, methods and Retry-After; it must not send anything, nor sleep.
"""

import re
from dataclasses import dataclass

import httpx

from .options import NO_OPTIONS, Clock, Options, Settings
from .route import Route

STATUSES = frozenset({429, 502, 503, 504})
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
FIRST, LONGEST, JITTER = 0.5, 8.0, 0.5
SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long; `unsafe` allows to repeat what may have been received.

    `max_wait` is the longest Retry-After in seconds, `deadline` the moment (monotonic) to be done
    by.
    """

    retries: int
    unsafe: bool
    max_wait: float
    deadline: float | None = None


def policy_of(
    settings: Settings,
    route: Route | None,
    options: Options = NO_OPTIONS,
    deadline: float | None = None,
) -> Policy:
    """The policy of one call: its options before the client's settings."""
    unsafe = settings.retry_unsafe or (route is not None and route.retry_unsafe)
    return Policy(
        settings.max_retries if options.retries is None else options.retries,
        unsafe if options.retry_unsafe is None else options.retry_unsafe,
        settings.max_wait if options.max_wait is None else options.max_wait,
        deadline,
    )


def backoff(attempt: int, clock: Clock) -> float:
    """Seconds to wait after attempt 0, 1, 2 …: 0.5·2ⁿ, at most 8, and up to half as much again."""
    return min(FIRST * 2.0 ** min(attempt, 10), LONGEST) * (1 + JITTER * clock.random())


def retry_after(response: httpx.Response, clock: Clock) -> float | None:
    """The Retry-After header in seconds from now (RFC 9110, section 10.2.3), None where there is
    none.
    """
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    if SECONDS.fullmatch(text):
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - clock.wall())
    except (ValueError, TypeError, OverflowError):
        return None


def after_reply(
    response: httpx.Response, attempt: int, policy: Policy, clock: Clock
) -> float | None:
    """Seconds to wait before the next attempt, None where the reply is final.

    A Retry-After beyond the limit is final: it is never shortened.
    """
    if response.status_code not in STATUSES or attempt >= policy.retries:
        return None
    asked = retry_after(response, clock)
    if asked is not None and asked > policy.max_wait:
        return None
    return _in_time(max(backoff(attempt, clock), asked or 0.0), policy, clock)


def after_failure(
    error: httpx.RequestError, request: httpx.Request, attempt: int, policy: Policy, clock: Clock
) -> float | None:
    """Seconds to wait before the next attempt, None where the request may have been received."""
    if attempt >= policy.retries or isinstance(error, httpx.UnsupportedProtocol):
        return None
    may_repeat = policy.unsafe or request.method in REPEATABLE or isinstance(error, UNSENT)
    if not may_repeat:
        return None
    return _in_time(backoff(attempt, clock), policy, clock)


def _in_time(delay: float, policy: Policy, clock: Clock) -> float | None:
    late = policy.deadline is not None and clock.now() + delay > policy.deadline
    return None if late else delay


def replayable(request: httpx.Request) -> bool:
    """Whether the body can be sent a second time."""
    return isinstance(request.stream, httpx.ByteStream) or "replayable" in request.extensions
