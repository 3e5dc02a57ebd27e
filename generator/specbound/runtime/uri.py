"""The address of an uploaded file.

It knows how to be passed as a string; it must not know how it came about.
"""


class UploadedUri(str):
    """The address of an uploaded file: a string, to be passed wherever a URI is expected."""

    __slots__ = ()

    @property
    def uri(self) -> str:
        """The address as a plain string."""
        return str.__str__(self)
