"""An output folder by path or URL that several machines write to; each file appears in one step.

A local folder and one at a URL stay two classes: only a local one has locks, descriptors, and links not to follow.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from uuid import uuid4

from msgspec import Struct

from classmark.corpus.errors import UsageError
from classmark.corpus.input.discovery import is_url
from classmark.corpus.output.atomic import replacing
from classmark.corpus.output.digest import Digest
from classmark.corpus.output.locks import lock_folder
from classmark.corpus.output.own_files import open_regular, read_regular

from .storage import file_system, local_path, size_of

_MAX_BYTES = 1_000_000_000
"""Of a plan or manifest, which has some hundred bytes per input file."""


class Folder(Protocol):
    """A folder whose files appear in one step."""

    def names(self) -> set[str]:
        """Return the names of its files; none if the folder does not exist."""

    def read(self, name: str) -> bytes:
        """Return what a file holds."""

    def size(self, name: str) -> int:
        """Return how many bytes a file has; -1 if it does not exist."""

    def digest(self, name: str) -> Digest:
        """Return the digest of a file that exists."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Create or replace a file, in one step; create the folder if it does not exist."""

    def remove(self, name: str) -> None:
        """Remove a file, if it exists."""

    def alone(self) -> AbstractContextManager[None]:
        """Lock the folder for one run during the block, if it is a local one; see `lock_folder`."""


def open_folder(path: str) -> Folder:
    """Return a folder by path or URL, whether it exists or not.

    Raises
    ------
    UsageError
        The path is a file, or no file system is installed for a URL.
    """
    if is_url(path):
        return _UrlFolder(*file_system(path))
    folder = Path(local_path(path)).absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{path} is a file; name a folder for the output")
    return _LocalFolder(folder)


class _LocalFolder(Struct, frozen=True):
    """A folder of this machine, or of a file system that machines share."""

    path: Path

    def names(self) -> set[str]:
        """Return the names of all entries, folders included."""
        return set(os.listdir(self.path)) if self.path.is_dir() else set()  # noqa: PTH208  # names are asked for

    def read(self, name: str) -> bytes:
        """Return what a file holds; nothing if it is a link or a pipe."""
        return read_regular(self.path / name, _MAX_BYTES) or b""

    def size(self, name: str) -> int:
        """Return how many bytes a file has; -1 if it does not exist."""
        return size_of(str(self.path / name))

    def digest(self, name: str) -> Digest:
        """Return the digest of a file; of a link or a pipe, that of nothing."""
        digest = Digest()
        stream = open_regular(self.path / name)
        if stream:
            with stream:
                digest.read(stream, self.size(name))
        return digest

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a temporary file beside it first, so that it appears in one step."""
        self.path.mkdir(parents=True, exist_ok=True)
        with replacing(self.path / name, alone=False, follow=False) as stream:
            stream.writelines(chunks)

    def remove(self, name: str) -> None:
        """Remove a file, if it exists."""
        (self.path / name).unlink(missing_ok=True)

    def alone(self) -> AbstractContextManager[None]:
        """Lock the folder for one run during the block."""
        return lock_folder(self.path)


class _UrlFolder(Struct, frozen=True):
    """A folder of a file system that fsspec opens."""

    system: Any
    path: str

    def names(self) -> set[str]:
        """Return the names of all entries, as they are now rather than in a cache."""
        self.system.invalidate_cache(self.path)
        if not self.system.isdir(self.path):
            return set()
        return {PurePosixPath(name).name for name in self.system.ls(self.path, detail=False)}

    def read(self, name: str) -> bytes:
        """Return what a file holds."""
        return bytes(self.system.cat_file(self._inside(name)))

    def size(self, name: str) -> int:
        """Return how many bytes a file has, now rather than in a cache; -1 if it does not exist."""
        self.system.invalidate_cache(self.path)
        return int(self.system.size(self._inside(name))) if self.system.isfile(self._inside(name)) else -1

    def digest(self, name: str) -> Digest:
        """Return the digest of a file."""
        digest = Digest()
        with self.system.open(self._inside(name), "rb") as stream:
            digest.read(stream, self.size(name))
        return digest

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write under another name first, as many file systems show a file while it is being written."""
        self.system.makedirs(self.path, exist_ok=True)
        temporary = self._inside(f".{name}.{uuid4().hex}.part")
        with tempfile.TemporaryFile() as copy:
            copy.writelines(chunks)
            copy.seek(0)
            with self.system.open(temporary, "wb") as stream:
                shutil.copyfileobj(copy, stream)
        self.system.mv(temporary, self._inside(name))

    def remove(self, name: str) -> None:
        """Remove a file, if it exists."""
        if self.system.exists(self._inside(name)):
            self.system.rm_file(self._inside(name))

    def alone(self) -> AbstractContextManager[None]:
        """Do nothing: file systems behind URLs have no locks."""
        return nullcontext()

    def _inside(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"
