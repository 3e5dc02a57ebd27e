"""A small service for the tests of the runtime, written as the generator writes packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
from pydantic import Field

from specbound.runtime.check import Check
from specbound.runtime.model import CamelModel
from specbound.runtime.operation import Operation, R
from specbound.runtime.options import Clock, Settings
from specbound.runtime.route import Body, Paging, Parameter, Route, Scheme, Service, Upload, Wait
from specbound.runtime.scalars import Integer, Omittable
from specbound.runtime.texts import Uuid as UuidText
from specbound.runtime.transport import AsyncTransport, Transport
from specbound.runtime.waits import AsyncWait, SyncWait

ID = "17f20503-6c24-4c16-946b-35dbbce2af2f"
KEY = "key_0123456789abcdef"

Uuid = Annotated[UUID, UuidText()]
HttpsUri = Annotated[str, Field(min_length=13, max_length=2048, pattern="^https://")]
RunwayUri = Annotated[str, Field(min_length=13, max_length=5000, pattern="^runway://")]
DataUri = Annotated[str, Field(min_length=13, max_length=5242880, pattern="^data:image/")]
ImageUri = HttpsUri | RunwayUri | DataUri


class Image(CamelModel, extra="forbid"):
    uri: ImageUri
    position: Literal["first", "last"]


class Settled(CamelModel, extra="forbid"):
    public_figure_threshold: Omittable[Literal["auto", "low"]] = None


class Turbo(CamelModel):
    model: Literal["gen4_turbo"]
    prompt_image: ImageUri | Annotated[list[Image], Field(min_length=1)]
    prompt_text: Omittable[Annotated[str, Field(min_length=1, max_length=1000)]] = None
    ratio: Literal["1280:720", "720:1280"]
    seed: Omittable[Annotated[Integer, Field(ge=0, le=4294967295)]] = None
    duration: Omittable[Annotated[Integer, Field(ge=2, le=10)]] = None
    content_moderation: Omittable[Settled] = None


class Older(CamelModel):
    model: Literal["gen3a_turbo"]
    prompt_image: ImageUri
    ratio: Literal["1280:768", "768:1280"]


Video = Annotated[Turbo | Older, Field(discriminator="model")]


class Created(CamelModel):
    id: Uuid


class Pending(CamelModel):
    id: Uuid
    status: Literal["PENDING", "RUNNING"]
    progress: Omittable[float] = None


class Succeeded(CamelModel):
    id: Uuid
    status: Literal["SUCCEEDED"]
    output: list[str]


class Failed(CamelModel):
    id: Uuid
    status: Literal["FAILED", "CANCELLED"]
    failure: Omittable[str] = None
    failure_code: Omittable[str] = None


Task = Annotated[Pending | Succeeded | Failed, Field(discriminator="status")]


class Update(CamelModel, extra="forbid"):
    schema_check = Check({"minProperties": 1})
    name: Omittable[Annotated[str, Field(min_length=1)]] = None


class Thing(CamelModel):
    id: str


class Page(CamelModel):
    data: list[Thing]
    has_more: bool
    next_cursor: str | None


class Slot(CamelModel):
    upload_url: str
    fields_: dict[str, str] = Field(alias="fields")
    runway_uri: str


class SlotRequest(CamelModel):
    filename: Annotated[str, Field(min_length=3)]
    type: Literal["ephemeral"]


class ErrorReply(CamelModel):
    error: str


def _task() -> Route:
    return TasksRetrieve.route


TASK = Wait(
    name="task",
    route=_task,
    success=("SUCCEEDED",),
    failure=("FAILED", "CANCELLED"),
    pending=("PENDING", "RUNNING"),
    reason="/failure",
    code="/failureCode",
)


class TaskWait(SyncWait):
    def wait_for_task_output(self, **terms: Any) -> Succeeded:
        result: Succeeded = self._wait(**terms)
        return result


class AsyncTaskWait(AsyncWait):
    async def wait_for_task_output(self, **terms: Any) -> Succeeded:
        result: Succeeded = await self._wait(**terms)
        return result


class CreatedHandle(TaskWait, Created):
    """A handle."""


VERSION = Parameter(name="X-Version", location="header", type=str, required=True, fill="2024-11-06")
ARGUMENTS = [
    "model",
    "prompt_image",
    "prompt_text",
    "ratio",
    "seed",
    "duration",
    "content_moderation",
]


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


class VideosCreate(Operation[Created, R]):
    route = Route(
        name="videos.create",
        method="POST",
        path="/v1/videos",
        parameters=(VERSION,),
        body=Body(type=Video, members={name: camel(name) for name in ARGUMENTS}),
        replies={"200": Created, "429": ErrorReply},
        wait=TASK,
    )

    def __call__(self, **arguments: Any) -> R:
        return self._call(arguments)


class TasksRetrieve(Operation[Any, R]):
    route = Route(
        name="tasks.retrieve",
        method="GET",
        path="/v1/tasks/{id}",
        parameters=(
            Parameter(name="id", location="path", python="id", type=Uuid, required=True),
            VERSION,
        ),
        replies={"200": Task, "404": ErrorReply},
        wait=TASK,
    )

    def __call__(self, id: Any, **arguments: Any) -> R:
        return self._call({"id": id, **arguments})


LIMIT = Annotated[Integer, Field(ge=1, le=100)]


class ThingsList(Operation[Page, R]):
    route = Route(
        name="things.list",
        method="GET",
        path="/v1/things",
        parameters=(
            Parameter(name="cursor", location="query", python="cursor"),
            Parameter(
                name="limit", location="query", python="limit", type=LIMIT, required=True, fill=50
            ),
        ),
        replies={"200": Page},
        pages=Paging(cursor="cursor", next="/nextCursor", more="/hasMore", items="/data"),
    )

    def __call__(self, **arguments: Any) -> R:
        return self._call(arguments)


class ThingsUpdate(Operation[None, R]):
    route = Route(
        name="things.update",
        method="PATCH",
        path="/v1/things/{id}",
        parameters=(Parameter(name="id", location="path", python="id", required=True),),
        body=Body(type=Update, members={"name": "name"}, closed=True),
        replies={"204": None},
    )

    def __call__(self, **arguments: Any) -> R:
        return self._call(arguments)


class UploadsCreate(Operation[Slot, R]):
    route = Route(
        name="uploads.create",
        method="POST",
        path="/v1/uploads",
        body=Body(type=SlotRequest, members={"filename": "filename", "type": "type"}),
        replies={"200": Slot},
        upload=Upload(
            filename="filename",
            url="/uploadUrl",
            fields="/fields",
            uri="/runwayUri",
            fixed={"type": "ephemeral"},
        ),
    )

    def __call__(self, file: Any, **arguments: Any) -> R:
        return self._call({"file": file, **arguments})


SERVICE = Service(
    package="toyclient",
    agent="toyclient/1",
    server="https://api.example.com",
    prefix="TOY",
    schemes={"key": Scheme(environment="TOY_API_KEY")},
    security=(("key",),),
)


@dataclass
class Ticks:
    """A clock that moves only when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    chance: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    def clock(self) -> Clock:
        return Clock(
            now=lambda: self.now,
            wall=lambda: 1_700_000_000.0 + self.now,
            sleep=self.sleep,
            sleep_async=self.sleep_async,
            random=lambda: self.chance,
        )


class Server:
    """Answers with what it is given, in order, the last one for ever; remembers its requests."""

    def __init__(self, *replies: Any) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Callable):  # type: ignore[arg-type]
            reply = reply(request)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return reply
        status, body = reply if isinstance(reply, tuple) else (200, reply)
        return httpx.Response(status, content=json.dumps(body), headers=JSON)

    def count(self) -> int:
        return len(self.requests)


JSON = {"content-type": "application/json"}


def client(server: Server, ticks: Ticks | None = None, **settings: Any) -> Transport:
    made = Settings(**{"api_key": KEY, "clock": (ticks or Ticks()).clock(), **settings})
    return Transport(SERVICE, made, transport=httpx.MockTransport(server))


def async_client(server: Server, ticks: Ticks | None = None, **settings: Any) -> AsyncTransport:
    made = Settings(**{"api_key": KEY, "clock": (ticks or Ticks()).clock(), **settings})
    return AsyncTransport(SERVICE, made, transport=httpx.MockTransport(server))


GOOD: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/a.png",
    "ratio": "1280:720",
}
