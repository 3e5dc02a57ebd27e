"""The files of one document: which may be read, and each is read once.

Knows folders, and that nothing outside the document's own is ever opened or fetched. It must not
know what the files hold.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from specbound.diagnostics import Code, failure
from specbound.origin import Origin
from specbound.source.text import Text, read_file

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(slots=True)
class Files:
    """Reads a document and what it refers to; names are relative to where the caller stands."""

    root: str
    remote: bool = False
    texts: dict[str, Text] = field(default_factory=dict)
    _folder: Path = Path()

    @classmethod
    def of(cls, path: str | Path, remote: bool) -> Files:
        """Read the document itself; ``-`` is standard input, whose folder is the current one."""
        name = "<stdin>" if str(path) == "-" else str(path)
        files = cls(name, remote)
        files.texts[name] = read_file(path, name)
        if name != "<stdin>":
            files._folder = Path(path).parent
        return files

    def open(self, referrer: str, uri: str, origin: Origin) -> str:
        """Read the file that a reference in `referrer` names; gives its name in `texts`."""
        start = "" if referrer == "<stdin>" else os.path.dirname(referrer)
        name = os.path.normpath(os.path.join(start, self._local(uri, origin)))
        if name == os.path.normpath(self.root):
            return self.root
        if name in self.texts:
            return name
        folder = self._folder.resolve()
        try:
            real = Path(name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise failure(Code.BROKEN_REFERENCE, f"`{uri}` names no file", origin) from None
        if not real.is_relative_to(folder):
            message = f"`{uri}` leaves the folder of the document"
            raise failure(Code.FORBIDDEN_REFERENCE, message, origin, "copy the file beside it")
        if not real.exists():
            raise failure(Code.BROKEN_REFERENCE, f"there is no file `{name}`", origin)
        self.texts[name] = read_file(real, name)
        return name

    def _local(self, uri: str, origin: Origin) -> str:
        scheme = _SCHEME.match(uri)
        if scheme is not None and scheme.group(1).lower() in ("http", "https") and self.remote:
            raise failure(Code.UNSUPPORTED, f"`{uri}` is not fetched: remote files", origin)
        if scheme is not None or uri.startswith("//"):
            message = f"`{uri}` is not a relative file"
            raise failure(Code.FORBIDDEN_REFERENCE, message, origin, "nothing is ever fetched")
        path = unquote(uri)
        if path.startswith(("/", "\\")) or "\0" in path:
            raise failure(Code.FORBIDDEN_REFERENCE, f"`{uri}` is not a relative path", origin)
        return path
