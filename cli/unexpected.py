"""Sentences for errors that are not the program's own: the system's, Python's, the libraries'."""

from __future__ import annotations

import errno
import os

from .process import origins_of

_MEMORY = "there is not enough memory; raise its limit, or ask for less at a time (fewer --jobs or abstracts)"
_LOST_WORKER = "a worker process was ended from outside, perhaps for lack of memory; try again, with fewer --jobs"
_PROCESSES = "the system starts no more processes or threads; ask for fewer --jobs, or raise the limit (ulimit -u)"
_FILES = "too many files are open; ask for fewer --jobs, or raise the limit (ulimit -n)"
_UNNAMED = "the standard output or a temporary file (see TMPDIR)"
_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO, errno.EROFS}
_BY_NUMBER = {
    errno.ENOMEM: _MEMORY,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.EAGAIN: _PROCESSES,
}
_FOR_LACK_OF_MEMORY = (MemoryError, SystemError)  # the latter comes from libraries in C that could not say it
_BY_TEXT = {"failed to map segment": _MEMORY, "can't start new thread": _PROCESSES} | {
    os.strerror(number): f"a temporary file (see TMPDIR) can't be written: {os.strerror(number)}; make room first"
    for number in (errno.ENOSPC, errno.EDQUOT)
}
"""Of errors without class or number: of a library that is to be loaded, of threads, of what joblib has as a text."""


def sentence_for(error: BaseException) -> str:
    """Return what is wrong and what to do, found in the error or in what it came from."""
    if isinstance(error, OSError):
        return _of_the_system(error)
    sentences = (_known(each) for each in origins_of(error))
    unknown = f"something unforeseen ({type(error).__name__}: {error}); please report it with what --debug shows"
    return next(filter(None, sentences), unknown)


def _known(error: BaseException) -> str | None:
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415  # only an error needs it

    if isinstance(error, _FOR_LACK_OF_MEMORY):
        return _MEMORY
    if isinstance(error, BrokenExecutor):
        return _LOST_WORKER
    if isinstance(error, OSError) and error.errno in _BY_NUMBER.keys() | _WRITING:
        return _of_the_system(error)
    return next((sentence for text, sentence in _BY_TEXT.items() if text in str(error)), None)


def _of_the_system(error: OSError) -> str:
    if error.errno in _BY_NUMBER:
        return _BY_NUMBER[error.errno]
    reason = error.strerror or str(error)
    if error.filename is None and error.errno in _WRITING:
        return f"{_UNNAMED} can't be written: {reason}"
    return f"{error.filename}: {reason}" if error.filename is not None else reason
