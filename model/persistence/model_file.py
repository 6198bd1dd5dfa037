"""Save and open model files: plain arrays and a readable header, which can't run code."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import starmap
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.errors import ModelFileError, SchemeError, UsageError
from classmark.corpus.output.atomic import replacing
from classmark.corpus.scheme import Code, Scheme
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.learned_texts import MOST, LearnedTexts
from classmark.model.scoring.levels import Level, finer_scorer
from classmark.model.scoring.scorer import Block, Scorer
from classmark.model.scoring.weight_checks import CHUNK, WeightChecks, chunk_checksums
from classmark.model.scoring.weights import SparseWeights, column_type
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.packed_strings import PackedStrings
from classmark.model.text.vocabulary import Vocabulary

from .container import Arrays, Header, read_container, write_container
from .content_checks import check_header, check_pairs, check_words, require

_LEARNED = "learned_texts"

_LONGEST = 4
"""Bytes of a number of weights of a feature, at most."""

_CHECKED_AT_ONCE = 5_000_000
"""Weights of a block (20 MB) that are checked when a model is opened; more are checked when they are used."""


def save_classifier(classifier: Classifier, path: Path) -> None:
    """Write a model file atomically: a kill leaves the old file or the new one.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to, or another run is writing the file.
    OutputError
        Writing fails.
    """
    with replacing(path) as out:
        write_classifier(classifier, out)


def write_classifier(classifier: Classifier, out: IO[bytes]) -> None:
    """Write the contents of a model file."""
    scorer = classifier.scorer
    arrays: Arrays = {
        "intercepts": scorer.intercepts.astype("<f8"),
        "thresholds": scorer.thresholds.astype("<f8"),
    }
    if len(classifier.learned.hashes):
        arrays[_LEARNED] = classifier.learned.hashes.astype("<u8")
    for name, block in scorer.blocks.items():
        vocabulary = block.vocabulary
        arrays[f"{name}.letters"] = vocabulary.words.data
        arrays[f"{name}.ends"] = vocabulary.words.offsets.astype("<u4")
        arrays[f"{name}.pairs"] = vocabulary.pairs.astype("<u8")
        arrays[f"{name}.idf"] = block.idf.astype("<f4")
        arrays |= _weight_arrays(name, block.weights)
    for number, level in enumerate(classifier.levels, 1):
        arrays |= _level_arrays(number, level, scorer)
    write_container(arrays, _header(classifier), out)


def open_classifier(path: Path) -> Classifier:
    """Open a model file; its arrays are read from the disk when they are needed.

    Raises
    ------
    UsageError
        The file does not exist.
    ModelFileError
        The file is no model file, is damaged, or is from another version.
    """
    if not path.exists():
        raise UsageError(f"there is no model file {path}; make one with: classmark train CORPUS --output {path}")
    try:
        return _classifier(*read_container(path))
    except ModelFileError as error:
        raise ModelFileError(f"{path} {error}") from error
    except OSError as error:
        raise ModelFileError(f"{path} can't be read: {error.strerror or error}") from error
    except (AttributeError, LookupError, OverflowError, RecursionError, SchemeError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is damaged: its contents are invalid ({error})") from error


def _header(classifier: Classifier) -> Header:
    """Return all of a classifier that is no array, as values for JSON."""
    scheme, scorer = classifier.scheme, classifier.scorer
    return {
        "card": asdict(classifier.card),
        "codes": classifier.codes,
        "scheme": {
            "codes": _scheme_rows(scheme, classifier.codes),
            "top_only": scheme.level == 1,
            "is_closed": scheme.is_closed,
        },
        "levels": [_level_header(level, scorer) for level in classifier.levels],
        "stops": {name: block.vocabulary.stops for name, block in scorer.blocks.items()},
        "slope": scorer.slope,
        "offset": scorer.offset,
        "gives_best": scorer.gives_best,
        "least_known": scorer.min_coverage,
    }


def _scheme_rows(scheme: Scheme, codes: tuple[str, ...]) -> list[list[str | None]] | None:
    """Return the codes of a scheme; None if they are ``codes`` without names, which keeps the header small."""
    if scheme.codes == tuple(Code(code, code) for code in codes):
        return None
    return [[code.code, code.name, code.parent] for code in scheme.codes]


def _classifier(arrays: Arrays, header: Header) -> Classifier:
    """Return the classifier of a model file, after checking all of its contents."""
    check_header(header, BLOCKS)
    scheme = header["scheme"]
    codes = map(Code, header["codes"], header["codes"]) if scheme["codes"] is None else starmap(Code, scheme["codes"])
    read = Scheme(tuple(codes), 1 if scheme["top_only"] else None, scheme["is_closed"])
    scorer = _scorer(arrays, header)
    return Classifier(
        read,
        tuple(header["codes"]),
        scorer,
        ModelCard(**header["card"]),
        _learned(arrays),
        _levels(arrays, header, read, scorer),
    )


def _scorer(arrays: Arrays, header: Header) -> Scorer:
    codes = len(header["codes"])
    return Scorer(
        blocks={name: _block(arrays, name, header) for name in BLOCKS},
        intercepts=_checked(arrays, "intercepts", "f8", (codes,)),
        slope=float(header["slope"]),
        offset=float(header["offset"]),
        thresholds=_thresholds(arrays, "thresholds", codes),
        gives_best=header["gives_best"],
        min_coverage=float(header["least_known"]),
    )


def _learned(arrays: Arrays) -> LearnedTexts:
    """Return the texts of the training set; model files of version 1.0 lack them."""
    if _LEARNED not in arrays:
        return LearnedTexts()
    hashes = _checked(arrays, _LEARNED, "u8", (min(arrays[_LEARNED].size, MOST),))
    require(bool(np.all(hashes[1:] > hashes[:-1])), f"{_LEARNED} are not sorted")
    return LearnedTexts(hashes)


def _level_header(level: Level, default: Scorer) -> Header:
    """Return all of a level that is no array; a level with the weights of the default scorer does not repeat them."""
    scorer = level.scorer
    return {
        "codes": level.codes,
        "slope": scorer.slope,
        "offset": scorer.offset,
        "has_weights": not _has_weights_of(scorer, default),
    }


def _level_arrays(number: int, level: Level, default: Scorer) -> Arrays:
    """Return the arrays of a level for a file."""
    scorer, prefix = level.scorer, f"level{number}"
    arrays: Arrays = {f"{prefix}.thresholds": scorer.thresholds.astype("<f8")}
    if not _has_weights_of(scorer, default):
        arrays[f"{prefix}.intercepts"] = scorer.intercepts.astype("<f8")
        for name, block in scorer.blocks.items():
            arrays |= _weight_arrays(f"{prefix}.{name}", block.weights)
    return arrays


def _has_weights_of(scorer: Scorer, default: Scorer) -> bool:
    return all(block.weights is default.blocks[name].weights for name, block in scorer.blocks.items())


def _levels(arrays: Arrays, header: Header, scheme: Scheme, default: Scorer) -> tuple[Level, ...]:
    """Return the levels of a model file; older ones have none."""
    levels: list[Level] = []
    for number, own in enumerate(header.get("levels", []), 1):
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
    scorer = replace(scorer, thresholds=_thresholds(arrays, f"{prefix}.thresholds", codes))
    if not header["has_weights"]:
        require(codes == len(default.intercepts), f"{prefix} has no weights")
        return scorer
    blocks = {
        name: replace(block, weights=_weights(arrays, f"{prefix}.{name}", (block.vocabulary.size, codes), in_use=True))
        for name, block in default.blocks.items()
    }
    intercepts = _checked(arrays, f"{prefix}.intercepts", "f8", (codes,))
    return replace(scorer, blocks=blocks, intercepts=intercepts)


def _thresholds(arrays: Arrays, name: str, codes: int) -> NDArray[np.float64]:
    thresholds = _checked(arrays, name, "f8", (codes,))
    require(bool(np.all((thresholds >= 0) & (thresholds < 2))), f"{name} are out of range")
    return thresholds


def _block(arrays: Arrays, name: str, header: Header) -> Block:
    letters = _checked(arrays, f"{name}.letters", "u1", arrays[f"{name}.letters"].shape)
    ends = _checked(arrays, f"{name}.ends", "u4", arrays[f"{name}.ends"].shape)
    pairs = _checked(arrays, f"{name}.pairs", "u8", (arrays[f"{name}.pairs"].size,))
    check_words(letters, ends, name)
    check_pairs(pairs, len(ends), name)
    vocabulary = Vocabulary(PackedStrings(letters, ends), pairs, tuple(header["stops"][name]))
    idf = _checked(arrays, f"{name}.idf", "f4", (vocabulary.size,))
    return Block(vocabulary, idf, _weights(arrays, name, (vocabulary.size, len(header["codes"]))))


def _weight_arrays(name: str, weights: SparseWeights) -> Arrays:
    """Return the arrays of a block's weights for a file."""
    return {
        f"{name}.lengths": _as_small(np.diff(weights.starts)),
        f"{name}.columns": weights.columns,
        f"{name}.values": weights.values,
        f"{name}.checksums": chunk_checksums(weights.columns, weights.values),
    }


def _as_small(numbers: NDArray[np.int64]) -> NDArray[np.unsignedinteger[Any]]:
    """Return the numbers in the smallest type that can hold them."""
    return numbers.astype(column_type(int(numbers.max(initial=0)) + 1))


def _weights(arrays: Arrays, name: str, shape: tuple[int, int], *, in_use: bool = False) -> SparseWeights:
    """Return the weights of a block, shape (features, codes).

    Parameters
    ----------
    in_use
        True to check them when they are used, as if they were many.
    """
    features, codes = shape
    lengths = arrays[f"{name}.lengths"]
    require(lengths.dtype.kind == "u" and lengths.itemsize <= _LONGEST, f"{name}.lengths have the type {lengths.dtype}")
    lengths = _checked(arrays, f"{name}.lengths", lengths.dtype.str[1:], (features,))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    size = int(starts[-1])
    columns = _checked(arrays, f"{name}.columns", np.dtype(column_type(codes)).str[1:], (size,))
    values = _checked(arrays, f"{name}.values", "f2", (size,))
    checksums = _checked(arrays, f"{name}.checksums", "u8", (-(-size // CHUNK),))
    checks = WeightChecks(columns, values, codes, checksums)
    if size <= _CHECKED_AT_ONCE and not in_use:
        checks.check_chunks(np.arange(len(checksums)))
    return SparseWeights(starts, columns, values, codes, checks)


def _checked(arrays: Arrays, name: str, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array; raise if its shape or type is wrong."""
    array = arrays[name]
    require(array.shape == shape, f"{name} has the shape {array.shape} instead of {shape}")
    require(array.dtype == np.dtype(kind), f"{name} has the type {array.dtype}")
    return array
