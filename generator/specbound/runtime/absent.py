"""The keyword argument that was not given: `OMIT`, which is neither None nor null.

Knows one value and its type. It must not know what an argument means.
"""

from __future__ import annotations

from typing import Any, Final, Self


class Omit:
    """The type of `OMIT`; there is one instance, also after pickling and copying."""

    __slots__ = ()
    _instance: Any = None

    def __new__(cls) -> Self:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance  # type: ignore[no-any-return]

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "OMIT"

    def __reduce__(self) -> str:
        return "OMIT"


OMIT: Final = Omit()
