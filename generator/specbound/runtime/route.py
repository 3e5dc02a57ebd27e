"""The facts of one operation as plain data: where each argument goes, what comes back, how to wait,
page and upload.

It knows OpenAPI's words for requests and replies; it must not know how a request is built or sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .absent import OMIT

Location = Literal["path", "query", "header", "cookie"]
STYLES: dict[str, str] = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter:
    """One path, query, header or cookie parameter (OpenAPI 3.1, section 4.8.12).

    `python` is the argument's name, empty where the caller cannot give one; `fill` is the value
    that is sent when the argument is not given (a const, or a required parameter's default), else
    OMIT.
    """

    name: str
    location: Location
    python: str = ""
    type: Any = str
    required: bool = False
    style: str = ""
    explode: bool | None = None
    content: str = ""
    fill: Any = OMIT
    allow_reserved: bool = False

    @property
    def how(self) -> tuple[str, bool]:
        """Style and explode with the defaults of the specification filled in."""
        style = self.style or STYLES[self.location]
        return style, (style == "form") if self.explode is None else self.explode


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoding:
    """How one member of a form body is written (OpenAPI 3.1, section 4.8.15)."""

    content_type: str = ""
    style: str = "form"
    explode: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """A request body; `members` maps argument names to wire names, and is empty for one `body`
    argument.

    `type` None means unchecked. `files` are the wire names of binary members of a multipart form.
    `fill` holds members that are sent unless given, such as consts.
    """

    type: Any = None
    media_type: str = "application/json"
    required: bool = True
    members: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    files: frozenset[str] = frozenset()
    encoding: Mapping[str, Encoding] = field(default_factory=dict)
    fill: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wait:
    """How to wait for what an operation started: which operation to ask, and what its states mean.

    Pointers are JSON Pointers (RFC 6901) into replies; `id` points into the reply that started it
    all. An empty `output` hands over the whole last reply. Times are in seconds.
    """

    name: str
    route: "Route | Callable[[], Route]"
    id: str = "/id"
    argument: str = "id"
    state: str = "/status"
    success: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    interval: float = 5.0
    timeout: float | None = 600.0
    output: str = ""
    reason: str = ""
    code: str = ""

    def ask(self) -> "Route":
        """The operation that tells the state."""
        return self.route if isinstance(self.route, Route) else self.route()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paging:
    """How a list goes on: `cursor` is the argument to repeat the call with, the rest are JSON
    Pointers.
    """

    cursor: str
    next: str
    items: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upload:
    """How a file reaches storage: a first call for an address and form fields, then a form post
    there.

    `filename` is the argument that takes the file's name, `fixed` are further arguments of that
    call; `url`, `fields` and `uri` are JSON Pointers into its reply; `part` names the file in the
    form.
    """

    filename: str
    url: str
    uri: str
    fields: str = ""
    part: str = "file"
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One operation: all that is needed to build its request and to read its reply.

    `security` lists alternatives, each the names of the schemes that apply together; None takes the
    service's own. `replies` maps "200", "2XX" or "default" to a type, None where there is no body.
    `retry_unsafe` says that repeating a request which may have been received does no harm.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    replies: Mapping[str, Any] = field(default_factory=dict)
    wait: Wait | None = None
    pages: Paging | None = None
    upload: Upload | None = None
    retry_unsafe: bool = False
    security: tuple[tuple[str, ...], ...] | None = None
    server: str = ""

    @property
    def request(self) -> Any:
        """The type of the request body, None where there is none."""
        return self.body.type if self.body else None

    def reply(self, status: int) -> tuple[bool, Any]:
        """Whether the document describes this status, and the type of its body."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.replies:
                return True, self.replies[key]
        return False, None

    def success(self) -> Any:
        """The type of the first successful reply, None where none has a body."""
        for key, kind in self.replies.items():
            if key.startswith("2") or key == "default":
                return kind
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scheme:
    """One security scheme: `kind` is bearer, basic, header, query or cookie; `name` is the place's
    name.

    oauth2 and openIdConnect are bearer; `environment` is the variable that holds the secret.
    """

    kind: Literal["bearer", "basic", "header", "query", "cookie"] = "bearer"
    name: str = "Authorization"
    environment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """The facts of the whole service: where it is, what it is called, which secrets it takes.

    `package` names the logger, `agent` is the User-Agent, `prefix` begins the names of environment
    variables (`<PREFIX>_BASE_URL`, `<PREFIX>_LOG`). `doc_url` is where its errors are explained.
    """

    package: str
    agent: str = ""
    server: str = ""
    prefix: str = ""
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    security: tuple[tuple[str, ...], ...] = ()
    doc_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
