"""Where files go that a client uploads in two steps: an address of the mock's own.

Knows that address. It must not know what is done with files: nothing is.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from specbound.runtime import encode

#: Paths of the mock's own; no service has paths like these.
OWN = "/__specbound"
UPLOADS = f"{OWN}/uploads/{{file}}"


def address(origin: str, body: Any) -> str:
    """The URL to which the file of a reply is posted: another one for each reply."""
    name = sha256(encode.dumps(body)).hexdigest()[:32]
    return f"{origin}{UPLOADS.replace('{file}', name)}"
