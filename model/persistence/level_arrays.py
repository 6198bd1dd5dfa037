"""Lay out the levels of a model as a part of its file, and read them again."""

from __future__ import annotations

from msgspec.structs import replace

from classmark.corpus.scheme import Scheme
from classmark.model.scoring.levels import Level, finer_scorer
from classmark.model.scoring.scorer import Scorer

from .container import Arrays, Header
from .content_checks import require
from .weight_arrays import checked, read_thresholds, read_weights, weight_arrays


def level_header(level: Level, default: Scorer) -> Header:
    """Return all of a level that is no array; a level with the weights of the default scorer does not repeat them."""
    scorer = level.scorer
    return {
        "codes": level.codes,
        "slope": scorer.slope,
        "offset": scorer.offset,
        "has_weights": not _has_weights_of(scorer, default),
    }


def level_arrays(number: int, level: Level, default: Scorer) -> Arrays:
    """Return the arrays of a level for a file."""
    scorer, prefix = level.scorer, f"level{number}"
    arrays: Arrays = {f"{prefix}.thresholds": scorer.thresholds.astype("<f8")}
    if not _has_weights_of(scorer, default):
        arrays[f"{prefix}.intercepts"] = scorer.intercepts.astype("<f8")
        for name, block in scorer.blocks.items():
            arrays |= weight_arrays(f"{prefix}.{name}", block.weights)
    return arrays


def _has_weights_of(scorer: Scorer, default: Scorer) -> bool:
    return all(block.weights is default.blocks[name].weights for name, block in scorer.blocks.items())


def read_levels(arrays: Arrays, header: Header, scheme: Scheme, default: Scorer) -> tuple[Level, ...]:
    """Return the levels of a model file."""
    levels: list[Level] = []
    for number, own in enumerate(header["levels"], 1):
        level = Level(tuple(own["codes"]), _level_scorer(arrays, f"level{number}", own, default))
        at_level = scheme.at_level(number)
        require(all(at_level.resolve(code) == code for code in level.codes), f"level {number} has a code of another")
        if levels:
            level = Level(level.codes, finer_scorer(level, levels[-1], at_level))
        levels.append(level)
    return tuple(levels)


def _level_scorer(arrays: Arrays, prefix: str, header: Header, default: Scorer) -> Scorer:
    codes = len(header["codes"])
    scorer = replace(default, slope=float(header["slope"]), offset=float(header["offset"]))
    scorer = replace(scorer, thresholds=read_thresholds(arrays, f"{prefix}.thresholds", codes))
    if not header["has_weights"]:
        require(codes == len(default.intercepts), f"{prefix} has no weights")
        return scorer
    blocks = {}
    for name, block in default.blocks.items():
        weights = read_weights(arrays, f"{prefix}.{name}", (block.vocabulary.size, codes), in_use=True)
        blocks[name] = replace(block, weights=weights)
    intercepts = checked(arrays, f"{prefix}.intercepts", "f8", (codes,))
    return replace(scorer, blocks=blocks, intercepts=intercepts)
