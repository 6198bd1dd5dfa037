"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from classmark.corpus.errors import OutputError

from .checks import check_writable
from .destinations import is_regular_output, open_stream, target_of
from .own_files import hidden_path
from .part_files import commit, open_temporary
from .resumable import check_nothing_to_lose


@contextmanager
def replacing(path: Path, *, alone: bool = True, follow: bool = True) -> Iterator[IO[bytes]]:
    """Open a temporary file beside ``path`` that takes its name when the block ends well.

    The data is on the disk before the name changes, so that a kill at any moment leaves the old file or
    the new one. When the block raises, the old file stays and the temporary one goes. A link stays one, what it
    points to is replaced; devices, pipes and ``/dev/stdout`` are written to as they are.

    Parameters
    ----------
    alone
        Refuse if another run is writing the same file. Without, each writes its own, and the last one stays.
    follow
        Without, whatever has the name is replaced itself: a link, a pipe. For names that the user did not type.

    Raises
    ------
    UsageError
        The path is a folder, or the folder does not exist or can't be written to; another run is writing it, or has
        done a part of it.
    OutputError
        It can't be written to the end.
    """
    check_writable(path, follow=follow)
    if follow and not is_regular_output(path):
        with open_stream(path) as stream:
            yield stream
        return
    place = target_of(path, follow=follow)
    if alone:
        check_nothing_to_lose(place, path)
    part = hidden_path(place, "part" if alone else f"{os.urandom(8).hex()}.part")
    stream = open_temporary(part, path)
    try:
        stream.truncate(0)  # what a run left that was killed
        yield stream
        commit(stream, part, place, path)
    except BaseException:
        part.unlink(missing_ok=True)
        with suppress(OutputError):  # which was said already
            stream.close()
        raise
    stream.close()
