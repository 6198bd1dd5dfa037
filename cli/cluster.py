"""A run on a Dask cluster: a folder of predictions, a file a part, and a manifest once it is whole."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from classmark.corpus.lazy_imports import import_extra

from .console import say


def check_libraries() -> None:
    """Find out before the work whether the libraries are there that speak to a cluster.

    Raises
    ------
    CorpusError
        One of them is missing.
    """
    for library in ("distributed", "fsspec"):
        import_extra(library, "dask", "--scheduler")
    logging.disable()  # they log at length what is said here in a sentence


@contextmanager
def joined(address: str | None) -> Iterator[None]:
    """Have the cluster of a scheduler do what would be spread over cores, for the while; without address, nothing."""
    if address is None:
        yield
        return
    check_libraries()
    from classmark.model.parallel.dask_cluster import on_cluster

    with on_cluster(address, say):
        yield
