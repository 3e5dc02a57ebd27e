"""A program that uses the client, to see what an update comes to."""

from runwayml_client import RunwayML

client = RunwayML()

task = client.image_to_video.create(
    model="gen3a_turbo",
    prompt_image="https://example.com/bunny.jpg",
    prompt_text="A bunny hops.",
)
clean = client.voice_isolation.create(
    model="eleven_voice_isolation", audio_uri="https://example.com/song.mp3"
)
avatar = client.avatars.retrieve(id="3fa85f64-5717-4562-b3fc-2c963f66afa6")
