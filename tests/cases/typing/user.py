"""What a user of the package writes, and what both type checkers have to make of it.

`# refused` marks a line that both must refuse, `# is: TYPE` the type that `reveal_type` shows.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import reveal_type
from uuid import UUID

import httpx
from runwayml_client import OPERATIONS, AsyncRunwayML, Options, RunwayML
from runwayml_client.models import Avatar, ImageUri, TaskSucceeded
from runwayml_client.resources.image_to_video import ImageToVideoCreate

client = RunwayML(api_key="key")
asynchronous = AsyncRunwayML(api_key="key")
ID = UUID("17f20503-6c24-4c16-946b-35dbbce2af2f")
uri: ImageUri = "https://example.com/a.jpg"

# A union's branches exclude one another.
started = client.image_to_video.create(model="gen4_turbo", prompt_image=uri, ratio="1280:720")
reveal_type(started)  # is: StartedTask
client.image_to_video.create(model="gen4_turbo", prompt_image=uri, ratio="1280:768")  # refused
client.image_to_video.create(model="gen4_turbo", prompt_image=uri)  # refused
client.image_to_video.create(model="gen9", prompt_image=uri, ratio="1280:720")  # refused
create = client.image_to_video.create
create(model="veo3", prompt_image=uri, ratio="1280:720", duration=4)  # refused
create(model="gen3a_turbo", prompt_image=uri, prompt_text="x", ratio="1280:768")

# Nested objects are dicts or models, identifiers and times are text or typed.
client.image_to_video.create(
    model="veo3.1",
    prompt_image=[{"uri": uri, "position": "first"}],
    ratio="1280:720",
)
client.avatars.create(
    name="A",
    reference_image=uri,
    personality="kind",
    voice={"type": "runway-live-preset", "preset_id": "adrian"},
    document_ids=[ID, str(ID)],
)
client.avatars.get_usage(start_date=datetime.now(UTC), end_date="2026-05-09T00:00:00Z")
client.sound_effect.create(model="eleven_text_to_sound_v2", promptText="x")  # refused

# Waits.
reveal_type(started.wait_for_task_output(timeout=60))  # is: TaskSucceeded
reveal_type(started.id)  # is: UUID
task = client.tasks.retrieve(ID)
reveal_type(task.wait_for_task_output())  # is: TaskSucceeded
if task.status == "SUCCEEDED":
    reveal_type(task.output)  # is: list[str]
if isinstance(task, TaskSucceeded):
    print(task.output[0])
reveal_type(client.workflows.run(ID).wait_for_task_output())  # is: WorkflowInvocationSucceeded
client.avatars.delete(ID).wait_until_ready()  # refused

# Pages.
for avatar in client.avatars.list():
    print(avatar.name, avatar.created_at.year)
reveal_type(client.documents.list().page)  # is: DocumentPage
first: Iterator[Avatar] = iter(client.avatars.list(limit=5))
reveal_type(client.workflows.list())  # is: WorkflowListResponse

# Uploads.
reveal_type(client.uploads.create_ephemeral(file=Path("cats.mp4")))  # is: UploadedUri
client.uploads.create_ephemeral(file=b"...", on_progress=lambda sent, size: print(sent / size))
client.uploads.create_ephemeral(file=3)  # refused
client.video_to_video.create(
    model="gen4_aleph",
    video_uri=client.uploads.create_ephemeral(file="cats.mp4"),
    prompt_text="more cats",
)

# Builders and raw access.
request = create.build(model="gen4_turbo", prompt_image=uri, ratio="1280:720")
reveal_type(request)  # is: Request
client.image_to_video.create.build(model="gen4_turbo", prompt_image=uri, ratio="9:16")  # refused
reveal_type(client.image_to_video.create.parse(client.send(request)))  # is: Created
response: httpx.Response = client.send(request)
OPERATIONS["POST /v1/image_to_video"].build(model="gen4_turbo")
built = ImageToVideoCreate.builder(base_url="https://example.com")(
    model="gen4_turbo", prompt_image=uri, ratio="1280:720"
)
reveal_type(built)  # is: Request
client.organization.retrieve(options=Options(timeout=5.0, retries=0))
RunwayML(api_key="key", on_drift="shout")  # refused
with client.with_options(max_retries=0) as patient:
    reveal_type(patient)  # is: RunwayML


async def run() -> None:
    video = asynchronous.image_to_video
    call = video.create(model="gen4_turbo", prompt_image=uri, ratio="1280:720")
    reveal_type(await call)  # is: AsyncStartedTask
    reveal_type(await call.wait_for_task_output())  # is: TaskSucceeded
    async for avatar in asynchronous.avatars.list():
        print(avatar.name)
    reveal_type(await asynchronous.uploads.create_ephemeral(file="a.png"))  # is: UploadedUri
    reveal_type((await asynchronous.organization.retrieve()).credit_balance)  # is: int
    video.create(model="gen4_turbo", prompt_image=uri, ratio="1280:768")  # refused
