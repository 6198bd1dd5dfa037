"""Check and add up the summaries of partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from classmark.corpus.partitions.output import PartitionedOutput
from classmark.corpus.partitions.plan import MANIFEST
from classmark.corpus.partitions.result import PartitionResult

if TYPE_CHECKING:
    from classmark.model.prediction.summary import PredictionSummary


def sum_summaries(parts: Sequence[Mapping[str, Any]]) -> PredictionSummary:
    """Return the summary of all partitions; raises a `ValueError` if that of one is damaged."""
    from classmark.model.prediction.summary import PredictionSummary

    total = PredictionSummary()
    for part in parts:
        total.add(PredictionSummary.read(part))
    return total


def checked_summary(manifest: Mapping[str, Any], target: PartitionedOutput) -> PredictionSummary:
    """Return the summary in a manifest.

    Raises
    ------
    UsageError
        It is damaged, or is not the sum of the partitions' summaries.
    """
    from classmark.model.prediction.summary import PredictionSummary

    try:
        summary, total = PredictionSummary.read(manifest), sum_summaries(manifest["parts"])
    except ValueError as error:
        raise target.damaged(MANIFEST) from error
    if summary != total or summary.records != manifest["records"]:
        raise target.damaged(MANIFEST)
    return summary


def valid_results(results: Mapping[int, PartitionResult]) -> dict[int, PartitionResult]:
    """Leave out partitions whose counts are wrong, so that they are predicted again."""
    return {number: result for number, result in results.items() if _is_valid(result)}


def _is_valid(result: PartitionResult) -> bool:
    from classmark.model.prediction.summary import PredictionSummary

    try:
        return PredictionSummary.read(result.summary).records == result.records
    except ValueError:
        return False
