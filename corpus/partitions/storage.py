"""Input files by path or URL, as several machines find them; URLs are opened by fsspec."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.input.discovery import InputFile, files_in


@dataclass(frozen=True)
class StoredFile:
    """A file as it was found.

    Parameters
    ----------
    name
        As people know it: a path as they named it, or a URL.
    path
        Where every machine finds it: an absolute path, or a URL.
    relative
        Its path in the folder that was named; empty where it was named itself.
    size
        In bytes.
    stamp
        Changes when the file is written to.
    """

    name: str
    path: str
    relative: str
    size: int
    stamp: str

    @property
    def kind(self) -> str:
        """The name whose ending says what the file holds; of one in an archive, its name there."""
        return self.path.partition("::")[0] if is_url(self.path) else self.path


def is_url(path: str) -> bool:
    """Whether a path is for fsspec rather than one of this machine."""
    return "://" in path and not path.startswith("file://")


def local_path(path: str) -> str:
    """Return the path that a ``file://`` URL stands for; others as they are."""
    return path.removeprefix("file://")


def path_for_workers(path: str) -> str:
    """Return what other machines find a path by: an absolute path, or the URL as it is.

    >>> path_for_workers("s3://bucket/out"), path_for_workers("file:///tmp/out")
    ('s3://bucket/out', '/tmp/out')
    """
    return path if is_url(path) else str(Path(local_path(path)).absolute())


def find_files(paths: Iterable[str]) -> list[StoredFile]:
    """Return the files that are named, and those in the folders that are, by name, but for hidden ones.

    Raises
    ------
    UsageError
        A path does not exist, or no file system is installed for a URL.
    CorpusError
        A folder in one of those that are named can't be opened.
    """
    return [file for path in paths for file in (_find_by_url(path) if is_url(path) else _find(local_path(path)))]


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file by path or URL, as bytes that can be sought."""
    if not is_url(path):
        with Path(path).open("rb") as stream:
            yield stream
        return
    system, inside = file_system(path)
    with system.open(inside, "rb") as stream:
        yield stream


@contextmanager
def local_copy(path: str) -> Iterator[str]:
    """Give the path of a file itself or, for a URL, of a copy that is there for the while."""
    if not is_url(path):
        yield path
        return
    system, inside = file_system(path)
    with tempfile.TemporaryDirectory(prefix="classmark-") as folder:
        copy = str(Path(folder, PurePosixPath(inside).name))
        system.get_file(inside, copy)
        yield copy


def size_of(path: str) -> int:
    """Return how many bytes a file has, by path or URL; -1 if it can't be found."""
    if not is_url(path):
        return Path(path).stat().st_size if Path(path).is_file() else -1
    system, inside = file_system(path)
    return int(system.size(inside)) if system.isfile(inside) else -1


def _find(path: str) -> Iterator[StoredFile]:
    if not (path and Path(path).exists()):
        raise UsageError(f"there is no file or folder {path or repr(path)}")
    for found in files_in(str(Path(path))) if Path(path).is_dir() else [InputFile(path)]:
        file = Path(found.path)
        if file.is_dir():
            raise CorpusError(f"the folder {file} can't be opened; make it readable, or name the files to be read")
        about = file.stat()
        yield StoredFile(str(file), str(file.absolute()), found.within, about.st_size, str(about.st_mtime_ns))


def _find_by_url(url: str) -> Iterator[StoredFile]:
    system, inside = file_system(url)
    if not system.exists(inside):
        raise UsageError(f"there is no file or folder {url}")
    if system.isfile(inside):
        yield StoredFile(url, url, "", int(system.size(inside)), str(system.ukey(inside)))
        return
    found = system.find(inside, detail=True)
    archive = "".join(url.partition("::")[1:])  # such as zip://folder::s3://bucket/abstracts.zip
    for name in sorted(found, key=PurePosixPath):
        relative = PurePosixPath(name).relative_to(PurePosixPath(inside))
        if found[name]["type"] == "file" and not any(part.startswith(".") for part in relative.parts):
            full = f"{system.unstrip_protocol(name)}{archive}"
            yield StoredFile(full, full, str(relative), int(found[name]["size"]), str(system.ukey(name)))


def file_system(url: str) -> tuple[Any, str]:
    """Return fsspec's file system for a URL, and the path in it.

    Raises
    ------
    UsageError
        None is installed for it.
    """
    from fsspec.core import url_to_fs  # noqa: PLC0415  # only URLs need it

    try:
        system, inside = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url} can't be opened: {error}") from error
    return system, str(inside)
