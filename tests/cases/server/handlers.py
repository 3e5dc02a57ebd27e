"""A server of a few operations, as a user would write it; type checkers read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from runwayml_client.models import (
    Avatar,
    AvatarCreateRequest,
    AvatarPage,
    Created,
    ImageToVideoCreateRequest,
    Task,
    TaskSucceeded,
)
from runwayml_client.server import Finding, Handlers, Problem, Reply, create_app, current


class Studio(Handlers):
    """Keeps tasks in memory; half of the methods are async."""

    def __init__(self, avatars: Mapping[UUID, Avatar]) -> None:
        self.avatars = dict(avatars)
        self.tasks: dict[UUID, Task] = {}

    async def image_to_video_create(self, *, body: ImageToVideoCreateRequest) -> Created | Reply:
        if current().call.header("x-full") is not None:
            return Reply({"error": "later"}, status=429, headers={"Retry-After": "1"})
        task = Created(id=uuid4())
        self.tasks[task.id] = TaskSucceeded(
            id=task.id,
            status="SUCCEEDED",
            created_at=datetime.now(UTC),
            output=[f"https://example.com/{body.model}.mp4"],
        )
        return task

    def tasks_retrieve(self, *, id: UUID) -> Task:
        if id not in self.tasks:
            raise Problem(404, "there is no such task")
        return self.tasks[id]

    async def tasks_delete(self, *, id: UUID) -> None:
        self.tasks.pop(id, None)

    def avatars_list(self, *, cursor: str | None, limit: int) -> AvatarPage:
        found = list(self.avatars.values())[:limit]
        return AvatarPage(data=found, next_cursor=None, has_more=False)

    def avatars_create(self, *, body: AvatarCreateRequest) -> Avatar:
        raise Problem(402, f"no credits for {body.name}")


def told(finding: Finding) -> None:
    """Where a service would count findings."""
    print(finding.operation, finding.status, finding.message, [one.path for one in finding.issues])


studio = Studio({})
app = create_app(studio, on_finding=told, document="/openapi.json")
