"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .errors import OutputError, UsageError
from .part_files import give_name, open_device, open_part
from .streams import STDIN


def check_writable(path: Path) -> None:
    """Find out before the work whether its result has a place to go.

    Raises
    ------
    UsageError
        The path is a folder, or in a folder that does not exist.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file for the output")
    if not path.parent.is_dir():
        raise UsageError(f"{path} can't be written: there is no folder {path.parent}")


def check_apart(output: Path, paths: Iterable[str]) -> None:
    """Find out before the work whether its result would be taken for input, now or the next time.

    Raises
    ------
    UsageError
        The output is one of the files or folders that are read, or in one of these.
    """
    target = output.resolve()
    for path in paths:
        given = Path(path).resolve()
        if path != STDIN and target == given:
            raise UsageError(f"{output} is read and would be written, too; name another output")
        if path != STDIN and given.is_dir() and target.is_relative_to(given):
            raise UsageError(
                f"{output} is in {path}, which is read; name an output elsewhere, or it is input next time"
            )


@contextmanager
def replacing(path: Path, *, alone: bool = True) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path`` that takes its name when the block ends well.

    The data is on the disk before the name changes, so that a kill at any moment leaves the old file or
    the new one. When the block raises, the old file stays and the temporary one goes. A link stays one, what it
    points to is replaced; devices and pipes are written to as they are.

    Parameters
    ----------
    alone
        Refuse if another run is writing the same file. Without, each writes its own, and the last one stays.

    Raises
    ------
    UsageError
        The path is a folder, or the folder does not exist or can't be written to; another run is writing it.
    OutputError
        It can't be written to the end.
    """
    check_writable(path)
    place = path.resolve()
    if place.exists() and not place.is_file():
        with open_device(path) as stream:
            yield stream
        return
    part = place.with_name(f".{place.name}.part" if alone else f".{place.name}.{os.urandom(8).hex()}.part")
    stream = open_part(part, path)
    try:
        stream.truncate(0)  # what a run left that was killed
        yield stream
        give_name(stream, part, place, path)
    except BaseException:
        part.unlink(missing_ok=True)
        with suppress(OutputError):  # which was said already
            stream.close()
        raise
    stream.close()
