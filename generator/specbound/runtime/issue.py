"""One thing that is wrong with a request, as clients raise it and servers tell it.

It knows the shape of an issue; it must not know what is wrong, nor who asks.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a request, in the service's own shape; `path` holds wire names and
    indexes.
    """

    code: str
    path: list[str | int] = field(default_factory=list)
    message: str = ""

    def __str__(self) -> str:
        return self.message
