"""Where an output goes: to a file that is replaced, or to a stream that is written to as it is."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from pathlib import Path

from classmark.corpus.errors import UsageError

from .own_files import NamedFile, reporting_errors_for

_OF_DESCRIPTOR = re.compile(r"/(?:dev|proc/([0-9]+)(?:/task/[0-9]+)?)/fd/([0-9]+)")
_MOST_LINKS = 40


def target_of(path: Path, *, follow: bool = True) -> Path:
    """Return the name that an output gets in the end: of a link, what it points to; without ``follow``, its own.

    Raises
    ------
    UsageError
        Somebody else laid the link, in a folder that others can write to.
    """
    if not follow:
        return Path(os.path.realpath(path.parent), path.name)
    *links, place = _way(path)
    for link in links:
        _check_link(link, path)
    return place


def is_regular_output(path: Path) -> bool:
    """Whether an output is a file to replace or to make.

    If not, it is written to as it is: a device, a pipe, ``/dev/stdout`` and its like, and the file that the standard
    output or the standard error is redirected to.
    """
    if _OF_DESCRIPTOR.fullmatch(str(_way(path)[-1])):
        return False
    try:
        found = path.stat()
    except OSError:
        return True
    return stat.S_ISREG(found.st_mode) and _redirected(found) is None


def open_stream(path: Path) -> io.BufferedWriter:
    """Open what is no file to be replaced; a descriptor of this process goes on where it is.

    Raises
    ------
    UsageError
        It is a descriptor that was not handed to this process, but is one of its own or none.
    OutputError
        It can't be opened.
    """
    with reporting_errors_for(path):
        descriptor = _descriptor(path)
        opened = os.open(path, os.O_WRONLY | os.O_APPEND) if descriptor is None else os.dup(descriptor)
        return io.BufferedWriter(NamedFile(opened, path))


def _way(path: Path) -> list[Path]:
    """Return the path, and what it leads to from link to link; a descriptor is an end."""
    way = [Path(os.path.realpath(path.parent), path.name)]
    while len(way) <= _MOST_LINKS and os.path.islink(way[-1]) and not _OF_DESCRIPTOR.fullmatch(str(way[-1])):  # noqa: PTH114
        target = way[-1].parent / way[-1].readlink()
        way.append(Path(os.path.realpath(target.parent), target.name))
    return way


def _check_link(link: Path, output: Path) -> None:
    folder = link.parent.stat()
    others_write = folder.st_mode & (stat.S_IWOTH | stat.S_IWGRP)
    if others_write and link.lstat().st_uid not in {_user(), folder.st_uid, 0}:
        raise UsageError(f"{output} leads through a link that another user laid; name the file itself")


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that the path stands for; None if it stands for none."""
    known = _OF_DESCRIPTOR.fullmatch(str(_way(path)[-1]))
    if known and known[1] in {None, str(os.getpid())}:
        _check_handed_on(int(known[2]), path)
        return int(known[2])
    if known:
        return None
    return _redirected(path.stat())


def _redirected(found: os.stat_result) -> int | None:
    """Return which of the standard output and the standard error goes to a file, if one does."""
    standard = [number for number, stream in ((1, sys.stdout), (2, sys.stderr)) if stream is not None]
    return next((number for number in standard if _is_same(number, found)), None)


def _check_handed_on(descriptor: int, path: Path) -> None:
    """Refuse what this process has opened itself, which is never inheritable."""
    try:
        is_handed_on = os.get_inheritable(descriptor)
    except OSError:
        is_handed_on = False
    if not is_handed_on:
        raise UsageError(f"{path} can't be written: no such file is open; redirect it, as in: {descriptor}> FILE")


def _is_same(descriptor: int, found: os.stat_result) -> bool:
    try:
        return stat.S_ISREG(found.st_mode) and os.path.samestat(os.fstat(descriptor), found)
    except OSError:
        return False
