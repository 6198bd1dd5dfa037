"""Test that regular keys do not slow the hash table down."""

import numpy as np
import pytest

from classmark.model.text.hash_table import ABSENT, HashTable

REGULAR = {
    "one after the other": np.arange(100_000, dtype=np.uint64),
    "at distances of a power of two": np.arange(100_000, dtype=np.uint64) << np.uint64(40),
    "with a common factor": np.arange(100_000, dtype=np.uint64) * np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64)),
    "in the upper half of the lower half": np.arange(100_000, dtype=np.uint64) << np.uint64(15),
    "on a grid": (np.arange(100_000, dtype=np.uint64) % np.uint64(316) << np.uint64(32))
    + np.arange(100_000, dtype=np.uint64) // np.uint64(316),
}


@pytest.mark.parametrize("keys", REGULAR.values(), ids=REGULAR)
def test_regular_keys_do_not_cluster_in_the_hash_table(keys):
    table = HashTable()
    table.add(keys, np.arange(len(keys)))
    assert table.find(keys[::-1]).tolist() == list(range(len(keys)))[::-1]
    assert longest_cluster(table) < 250  # about 60 for random keys at this load


def longest_cluster(table):
    filled = np.concatenate([[False], table._numbers != ABSENT, [False]])
    edges = np.flatnonzero(np.diff(filled.astype(int)))
    return int((edges[1::2] - edges[::2]).max())
