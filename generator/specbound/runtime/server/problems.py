"""Problems as the service tells them: `{error, issues, docUrl}` in JSON.

It knows the shape of a problem's body; it must not know what went wrong.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ..issue import Issue
from .messages import Answer, Endpoint, Problem

JSON_HEADERS = {"content-type": "application/json"}


def problem_body(problem: Problem, doc_url: str = "") -> dict[str, Any]:
    """The body of a problem; `issues` is there even if empty, `docUrl` only if it is known."""
    body: dict[str, Any] = {"error": problem.message, "issues": issue_list(problem.issues)}
    if doc_url:
        body["docUrl"] = doc_url
    return body


def issue_list(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Issues as plain data: `{code, path, message}` each."""
    return [asdict(issue) for issue in issues]


def problem_answer(problem: Problem, endpoint: Endpoint | None = None, doc_url: str = "") -> Answer:
    """The answer to a request that is refused; `endpoint` is None where none was found."""
    return told(problem, problem_body(problem, doc_url))


def told(problem: Problem, body: Any) -> Answer:
    """The answer to a request that is refused, its body as given."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {**JSON_HEADERS, **problem.headers}
    return Answer(problem.status, text.encode("utf-8", "replace"), headers)
