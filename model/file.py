"""The model file: a classifier as plain arrays and a readable header, which can't run code."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from classmark.corpus import Code, ModelFileError, Scheme, UsageError, replacing

from .classifier import Card, Classifier
from .container import Arrays, Header, read_container, write_container
from .hash_table import HALF, LOW_HALF
from .learned_texts import MOST, LearnedTexts
from .scorer import BLOCKS, Block, Scorer
from .sorted_words import SortedWords
from .vocabulary import Vocabulary

_LEARNED = "learned_texts"


def save_classifier(classifier: Classifier, path: Path) -> None:
    """Write a model file, in one step: a kill leaves the old file or the new one.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to, or another run is writing the file.
    OutputError
        It can't be written to the end.
    """
    with replacing(path) as out:
        write_classifier(classifier, out)


def write_classifier(classifier: Classifier, out: IO[bytes]) -> None:
    """Write what a model file holds."""
    scorer = classifier.scorer
    arrays: Arrays = {
        "intercepts": scorer.intercepts.astype("<f8"),
        "thresholds": scorer.thresholds.astype("<f8"),
    }
    if len(classifier.learned.hashes):
        arrays[_LEARNED] = classifier.learned.hashes.astype("<u8")
    for name, block in scorer.blocks.items():
        vocabulary = block.vocabulary
        arrays[f"{name}.letters"] = vocabulary.words.letters
        arrays[f"{name}.ends"] = vocabulary.words.ends.astype("<u4")
        arrays[f"{name}.pairs"] = vocabulary.pairs.astype("<u8")
        arrays[f"{name}.idf"] = block.idf.astype("<f4")
        arrays[f"{name}.weights"] = np.ascontiguousarray(block.weights, dtype="<f4")
    write_container(arrays, _header(classifier), out)


def open_classifier(path: Path) -> Classifier:
    """Open a model file; its arrays are read from the disk where they are needed.

    Raises
    ------
    UsageError
        There is no such file.
    ModelFileError
        It is no model file, is damaged, or was made by a later version.
    """
    if not path.exists():
        raise UsageError(f"there is no model file {path}; make one with: classmark train CORPUS --output {path}")
    try:
        return _classifier(*read_container(path))
    except ModelFileError as error:
        raise ModelFileError(f"{path} {error}") from error
    except OSError as error:
        raise ModelFileError(f"{path} can't be read: {error.strerror or error}") from error
    except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is damaged: its parts do not fit together ({error})") from error


def _header(classifier: Classifier) -> Header:
    scheme, scorer = classifier.scheme, classifier.scorer
    return {
        "card": asdict(classifier.card),
        "codes": classifier.codes,
        "scheme": {
            "codes": [[code.code, code.name, code.parent] for code in scheme.codes],
            "top_only": scheme.top_only,
            "is_closed": scheme.is_closed,
        },
        "stops": {name: block.vocabulary.stops for name, block in scorer.blocks.items()},
        "slope": scorer.slope,
        "offset": scorer.offset,
        "gives_best": scorer.gives_best,
        "least_known": scorer.least_known,
    }


def _classifier(arrays: Arrays, header: Header) -> Classifier:
    codes = tuple(header["codes"])
    _demand(len(codes) == len(set(codes)) and all(isinstance(code, str) for code in codes), "its codes are no codes")
    slope, offset, least_known = (float(header[name]) for name in ("slope", "offset", "least_known"))
    _demand(isfinite(slope) and isfinite(offset), "its calibration is no number")
    _demand(0 <= least_known <= 1, "least_known is no share")
    scheme = header["scheme"]
    return Classifier(
        Scheme(tuple(Code(*code) for code in scheme["codes"]), scheme["top_only"], scheme["is_closed"]),
        codes,
        Scorer(
            {name: _block(arrays, name, header) for name in BLOCKS},
            _checked(arrays, "intercepts", "f8", (len(codes),)),
            slope,
            offset,
            _checked(arrays, "thresholds", "f8", (len(codes),)),
            bool(header["gives_best"]),
            least_known,
        ),
        Card(**header["card"]),
        _learned(arrays),
    )


def _learned(arrays: Arrays) -> LearnedTexts:
    """Return the texts that were learned from, which a file of version 1.0 does not have."""
    if _LEARNED not in arrays:
        return LearnedTexts()
    hashes = _checked(arrays, _LEARNED, "u8", (min(arrays[_LEARNED].size, MOST),))
    _demand(bool(np.all(hashes[1:] > hashes[:-1])), f"{_LEARNED} are not in order")
    return LearnedTexts(hashes)


def _block(arrays: Arrays, name: str, header: Header) -> Block:
    letters, ends = arrays[f"{name}.letters"], arrays[f"{name}.ends"]
    words = SortedWords(
        _checked(arrays, f"{name}.letters", "u1", letters.shape), _checked(arrays, f"{name}.ends", "u4", ends.shape)
    )
    rising = np.all(ends[1:] >= ends[:-1]) and (ends[-1] if len(ends) else 0) == len(letters)
    _demand(letters.ndim == ends.ndim == 1 and bool(rising), f"{name}.ends do not cut up {name}.letters")
    pairs = _checked(arrays, f"{name}.pairs", "u8", (arrays[f"{name}.pairs"].size,))
    _demand(bool(np.all(pairs[1:] > pairs[:-1])), f"{name}.pairs do not rise")
    are_words = np.all(pairs & LOW_HALF < len(words)) and (not len(pairs) or pairs[-1] >> HALF < len(words))
    _demand(bool(are_words), f"{name}.pairs are no pairs of {name}.letters")
    vocabulary = Vocabulary(words, pairs, tuple(map(str, header["stops"][name])))
    idf = _checked(arrays, f"{name}.idf", "f4", (vocabulary.size,))
    weights = arrays[f"{name}.weights"]  # too many to look at; the scores tell if one is no number
    _demand(weights.shape == (vocabulary.size, len(header["codes"])), f"{name}.weights has the shape {weights.shape}")
    _demand(weights.dtype == np.float32, f"{name}.weights is of the type {weights.dtype}")
    return Block(vocabulary, idf, weights)


def _checked(arrays: Arrays, name: str, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    array = arrays[name]
    _demand(array.shape == shape, f"{name} has the shape {array.shape} instead of {shape}")
    _demand(array.dtype == np.dtype(kind), f"{name} is of the type {array.dtype}")
    _demand(kind[0] != "f" or bool(np.isfinite(array).all()), f"{name} holds what is no number")
    return array


def _demand(is_so: bool, reason: str) -> None:
    if not is_so:
        raise ValueError(reason)
