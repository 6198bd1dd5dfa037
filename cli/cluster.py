"""Use a Dask cluster, and keep its libraries silent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from classmark.corpus.lazy_imports import import_extra

from .console import say

_NOISY = ("asyncio", "bokeh", "dask", "distributed", "fsspec", "tornado")
"""Loggers that write at length what the program says in a sentence; some have handlers of their own."""

_SILENT = logging.NullHandler()
"""For all other loggers, such as those of s3fs and botocore: without any handler, warnings would go to stderr."""


def prepare_libraries() -> None:
    """Import the libraries that speak to a cluster, before the work begins, and silence their loggers.

    Raises
    ------
    CorpusError
        One of the libraries is missing.
    """
    for library in ("distributed", "fsspec"):
        import_extra(library, "dask", "--scheduler")
    logging.getLogger().addHandler(_SILENT)  # once, even if called again
    for name in [*_NOISY, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in _NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def using_cluster(address: str | None) -> Iterator[None]:
    """Run what would be spread over cores on the cluster of a scheduler; without an address, do nothing.

    Raises
    ------
    CorpusError
        A library is missing.
    ClassmarkError
        The cluster can't be reached or used.
    """
    if address is None:
        yield
        return
    prepare_libraries()
    from classmark.model.parallel.dask_cluster import on_cluster

    with on_cluster(address, say):
        yield
