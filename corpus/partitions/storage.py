"""Find and open input files for several machines, by path or URL; fsspec opens URLs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from classmark.corpus.errors import CorpusError, UsageError
from classmark.corpus.input.discovery import FileState, InputFile, find_files, is_url


def local_path(path: str) -> str:
    """Return the path that a ``file://`` URL stands for; any other path unchanged."""
    return path.removeprefix("file://")


def path_for_workers(path: str) -> str:
    """Return the path by which other machines find a file: an absolute path, or the URL unchanged.

    >>> path_for_workers("s3://bucket/out"), path_for_workers("file:///tmp/out")
    ('s3://bucket/out', '/tmp/out')
    """
    return path if is_url(path) else str(Path(local_path(path)).absolute())


def find_stored_files(path: str) -> Iterator[InputFile]:
    """Yield the file at a path or URL, or the files in a folder, by name, with their sizes; hidden ones are left out.

    Raises
    ------
    FileNotFoundError
        There is no such file or folder.
    UsageError
        No file system is installed for a URL.
    CorpusError
        A folder inside the one that is named can't be opened.
    """
    return _find_by_url(path) if is_url(path) else _find(local_path(path))


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file by path or URL, as a seekable stream of its bytes, compressed as they are."""
    if not is_url(path):
        with Path(path).open("rb") as stream:
            yield stream
        return
    system, inside = file_system(path)
    with system.open(inside, "rb") as stream:
        yield stream


@contextmanager
def local_copy(path: str) -> Iterator[str]:
    """Yield the path itself or, for a URL, the path of a copy that exists during the block."""
    if not is_url(path):
        yield path
        return
    system, inside = file_system(path)
    with tempfile.TemporaryDirectory(prefix="classmark-") as folder:
        copy = str(Path(folder, PurePosixPath(inside).name))
        system.get_file(inside, copy)
        yield copy


def size_of(path: str) -> int:
    """Return how many bytes a file has, by path or URL; -1 if there is no such file."""
    if not is_url(path):
        return Path(path).stat().st_size if Path(path).is_file() else -1
    system, inside = file_system(path)
    return int(system.size(inside)) if system.isfile(inside) else -1


def file_system(url: str) -> tuple[Any, str]:
    """Return fsspec's file system for a URL, and the path in it.

    Raises
    ------
    UsageError
        No file system is installed for the URL.
    """
    from fsspec.core import url_to_fs  # noqa: PLC0415  # only URLs need it

    try:
        system, inside = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url} can't be opened: {error}") from error
    return system, str(inside)


def _find(path: str) -> Iterator[InputFile]:
    for file in find_files(path):
        place = Path(file.path)
        if place.is_dir():
            raise CorpusError(f"the folder {place} can't be opened; make it readable, or name the files to be read")
        found = place.stat()
        yield InputFile(str(place), file.within, state=FileState(found.st_size, str(found.st_mtime_ns)))


def _find_by_url(url: str) -> Iterator[InputFile]:
    system, inside = file_system(url)
    if not system.exists(inside):
        raise FileNotFoundError(url)
    if system.isfile(inside):
        yield InputFile(url, state=FileState(int(system.size(inside)), str(system.ukey(inside))))
        return
    found = system.find(inside, detail=True)
    archive = "".join(url.partition("::")[1:])  # such as zip://folder::s3://bucket/abstracts.zip
    for name in sorted(found, key=PurePosixPath):
        within = PurePosixPath(name).relative_to(PurePosixPath(inside))
        if found[name]["type"] == "file" and not any(part.startswith(".") for part in within.parts):
            state = FileState(int(found[name]["size"]), str(system.ukey(name)))
            yield InputFile(f"{system.unstrip_protocol(name)}{archive}", str(within), state=state)
