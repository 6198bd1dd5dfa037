"""Test that requests of every kind that the OpenAPI document describes are answered as it says."""

import os

import pytest

os.environ.setdefault("SCHEMATHESIS_COVERAGE", "false")
schemathesis = pytest.importorskip("schemathesis")
