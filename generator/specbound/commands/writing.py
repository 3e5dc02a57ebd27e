"""One file replaced as a whole: what stands there is the old text or the new one, never a part.

Knows drafts and permissions. It must not know what is written.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace(file: Path, data: bytes) -> None:
    """Write a file all or nothing, with the mode that it had; raises `OSError`."""
    handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(draft, file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
        os.replace(draft, file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
