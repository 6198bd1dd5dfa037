"""Find out whether an output is a file to replace, or a device, pipe or descriptor to write to directly."""

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
_MAX_LINKS = 40


def target_of(path: Path, *, follow: bool = True) -> Path:
    """Return the path that an output has in the end: of a link, what it points to; without ``follow``, its own.

    Raises
    ------
    UsageError
        Another user made the link, in a folder that others can write to.
    """
    if not follow:
        return Path(os.path.realpath(path.parent), path.name)
    steps = _resolution_steps(path)
    for link in steps[:-1]:
        _check_link(link, path)
    return steps[-1]


def is_regular_output(path: Path) -> bool:
    """Return whether an output is a file to create or replace.

    If not, it is written to directly: a device, a pipe, ``/dev/stdout`` and its like, and the file that the standard
    output or the standard error is redirected to.
    """
    if _OF_DESCRIPTOR.fullmatch(str(_resolution_steps(path)[-1])):
        return False
    try:
        found = path.stat()
    except OSError:
        return True
    return stat.S_ISREG(found.st_mode) and _redirected(found) is None


def open_stream(path: Path) -> io.BufferedWriter:
    """Open a device, pipe or descriptor for writing; a descriptor of this process continues at its position.

    Raises
    ------
    UsageError
        It is a descriptor that this process did not inherit: one that it opened itself, or that is not open.
    OutputError
        It can't be opened.
    """
    with reporting_errors_for(path):
        descriptor = _descriptor(path)
        opened = os.open(path, os.O_WRONLY | os.O_APPEND) if descriptor is None else os.dup(descriptor)
        return io.BufferedWriter(NamedFile(opened, path))


def _resolution_steps(path: Path) -> list[Path]:
    """Return the path and, link after link, what it points to; ``/dev/fd`` and its like are not followed."""
    steps = [Path(os.path.realpath(path.parent), path.name)]
    while len(steps) <= _MAX_LINKS and _is_link_to_follow(steps[-1]):
        target = steps[-1].parent / steps[-1].readlink()
        steps.append(Path(os.path.realpath(target.parent), target.name))
    return steps


def _is_link_to_follow(path: Path) -> bool:
    return os.path.islink(path) and not _OF_DESCRIPTOR.fullmatch(str(path))  # noqa: PTH114


def _check_link(link: Path, output: Path) -> None:
    folder = link.parent.stat()
    others_write = folder.st_mode & (stat.S_IWOTH | stat.S_IWGRP)
    if others_write and link.lstat().st_uid not in {_user(), folder.st_uid, 0}:
        raise UsageError(f"{output} leads through a link that another user made; name the file itself")


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that the path stands for; None for any other path."""
    known = _OF_DESCRIPTOR.fullmatch(str(_resolution_steps(path)[-1]))
    if known and known[1] in {None, str(os.getpid())}:
        _check_inherited(int(known[2]), path)
        return int(known[2])
    if known:
        return None
    return _redirected(path.stat())


def _redirected(found: os.stat_result) -> int | None:
    """Return which of the standard output and the standard error goes to a file, if one does."""
    standard = [number for number, stream in ((1, sys.stdout), (2, sys.stderr)) if stream is not None]
    return next((number for number in standard if _is_same(number, found)), None)


def _check_inherited(descriptor: int, path: Path) -> None:
    """Raise if this process opened the descriptor itself, which is never inheritable."""
    try:
        is_inherited = os.get_inheritable(descriptor)
    except OSError:
        is_inherited = False
    if not is_inherited:
        raise UsageError(f"{path} can't be written: no such file is open; redirect it, as in: {descriptor}> FILE")


def _is_same(descriptor: int, found: os.stat_result) -> bool:
    try:
        return stat.S_ISREG(found.st_mode) and os.path.samestat(os.fstat(descriptor), found)
    except OSError:
        return False
