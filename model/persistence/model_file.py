"""Save and open model files: plain arrays and a readable header, which can't run code."""

from __future__ import annotations

from itertools import starmap
from pathlib import Path
from typing import IO

import numpy as np
from msgspec.structs import asdict

from classmark.corpus.errors import ModelFileError, SchemeError, UsageError
from classmark.corpus.output.atomic import replacing
from classmark.corpus.scheme import Code, Scheme
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.learned_texts import MOST, LearnedTexts
from classmark.model.scoring.scorer import Block, Scorer
from classmark.model.text.blocks import BLOCKS
from classmark.model.text.packed_strings import PackedStrings
from classmark.model.text.vocabulary import Vocabulary

from .container import Arrays, Header, read_container, write_container
from .content_checks import check_header, check_pairs, check_words, require
from .level_arrays import level_arrays, level_header, read_levels
from .weight_arrays import checked, read_thresholds, read_weights, weight_arrays

_LEARNED = "learned_texts"


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
        arrays |= weight_arrays(name, block.weights)
    for number, level in enumerate(classifier.levels, 1):
        arrays |= level_arrays(number, level, scorer)
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
        "levels": [level_header(level, scorer) for level in classifier.levels],
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
        read_levels(arrays, header, read, scorer),
    )


def _scorer(arrays: Arrays, header: Header) -> Scorer:
    codes = len(header["codes"])
    return Scorer(
        blocks={name: _block(arrays, name, header) for name in BLOCKS},
        intercepts=checked(arrays, "intercepts", "f8", (codes,)),
        slope=float(header["slope"]),
        offset=float(header["offset"]),
        thresholds=read_thresholds(arrays, "thresholds", codes),
        gives_best=header["gives_best"],
        min_coverage=float(header["least_known"]),
    )


def _learned(arrays: Arrays) -> LearnedTexts:
    """Return the texts of the training set; model files of version 1.0 lack them."""
    if _LEARNED not in arrays:
        return LearnedTexts()
    hashes = checked(arrays, _LEARNED, "u8", (min(arrays[_LEARNED].size, MOST),))
    require(bool(np.all(hashes[1:] > hashes[:-1])), f"{_LEARNED} are not sorted")
    return LearnedTexts(hashes)


def _block(arrays: Arrays, name: str, header: Header) -> Block:
    letters = checked(arrays, f"{name}.letters", "u1", arrays[f"{name}.letters"].shape)
    ends = checked(arrays, f"{name}.ends", "u4", arrays[f"{name}.ends"].shape)
    pairs = checked(arrays, f"{name}.pairs", "u8", (arrays[f"{name}.pairs"].size,))
    check_words(letters, ends, name)
    check_pairs(pairs, len(ends), name)
    vocabulary = Vocabulary(PackedStrings(letters, ends), pairs, tuple(header["stops"][name]))
    idf = checked(arrays, f"{name}.idf", "f4", (vocabulary.size,))
    return Block(vocabulary, idf, read_weights(arrays, name, (vocabulary.size, len(header["codes"]))))
