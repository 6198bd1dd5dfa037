"""The model file: plain arrays and a readable header in one safetensors file that can't run code."""

from __future__ import annotations

import json
import mmap
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classmark.corpus import Code, ModelFileError, Scheme, UsageError, replacing

from .classifier import Card, Classifier
from .scorer import BLOCKS, Block, Scorer
from .vocabulary import SortedWords, Vocabulary

FORMAT_VERSION = 1
_KEY = "classmark"
_CODE_ARRAYS = ("intercepts", "thresholds")
_TYPES = {"F32": "<f4", "F64": "<f8", "U8": "u1", "U32": "<u4", "U64": "<u8"}

Arrays = dict[str, NDArray[Any]]


def save_classifier(classifier: Classifier, path: Path) -> None:
    """Write a model file, in one step: a kill leaves the old file or the new one.

    Raises
    ------
    UsageError
        The folder does not exist or can't be written to.
    """
    from safetensors.numpy import save  # noqa: PLC0415  # who only predicts need not wait for it

    with replacing(path) as stream:
        stream.write(save(_arrays(classifier), {_KEY: json.dumps(_header(classifier), ensure_ascii=False)}))


def open_classifier(path: Path) -> Classifier:
    """Open a model file; its arrays stay on the disk until they are needed.

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
        arrays, header = _read(path)
        return _classifier(arrays, header)
    except ModelFileError as error:
        raise ModelFileError(f"{path} {error}") from error
    except OSError as error:
        raise ModelFileError(f"{path} can't be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is damaged: its parts do not fit together ({error})") from error


def _header(classifier: Classifier) -> dict[str, object]:
    scheme = classifier.scheme
    return {
        "format": FORMAT_VERSION,
        "language": next(iter(classifier.scorer.blocks.values())).vocabulary.language,
        "stops": {name: block.vocabulary.stops for name, block in classifier.scorer.blocks.items()},
        "codes": classifier.codes,
        "scheme": {
            "codes": [[code.code, code.name, code.parent] for code in scheme.codes],
            "top_only": scheme.top_only,
            "is_closed": scheme.is_closed,
        },
        "slope": classifier.scorer.slope,
        "offset": classifier.scorer.offset,
        "card": asdict(classifier.card),
    }


def _arrays(classifier: Classifier) -> Arrays:
    scorer = classifier.scorer
    arrays: Arrays = {name: getattr(scorer, name).astype("<f8") for name in _CODE_ARRAYS}
    for name, block in scorer.blocks.items():
        vocabulary = block.vocabulary
        arrays[f"{name}.letters"] = vocabulary.words.letters
        arrays[f"{name}.ends"] = vocabulary.words.ends.astype("<u4")
        arrays[f"{name}.pairs"] = vocabulary.pairs.astype("<u8")
        arrays[f"{name}.idf"] = block.idf.astype("<f4")
        arrays[f"{name}.weights"] = np.ascontiguousarray(block.weights, dtype="<f4")
    return arrays


def _read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        with safe_open(path, framework="np") as file:
            text = (file.metadata() or {}).get(_KEY)
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  # no mapping
            kinds = {name: (part.get_dtype(), tuple(part.get_shape())) for name, part in slices.items()}
            in_order = file.offset_keys()
    except SafetensorError:
        raise ModelFileError("is no model file of classmark, or is damaged") from None
    header = json.loads(text) if text is not None else None
    if not isinstance(header, dict):
        raise ModelFileError("is a safetensors file, but no model file of classmark")
    if header.get("format") != FORMAT_VERSION:
        raise ModelFileError(
            f"has the format {header.get('format')!r}, this version reads {FORMAT_VERSION}; update classmark"
        )
    return _map(path, [(name, *kinds[name]) for name in in_order]), header


def _map(path: Path, in_order: list[tuple[str, str, tuple[int, ...]]]) -> Arrays:
    """Map the arrays into memory, which safetensors' own reader would copy."""
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(content[:8], "little")
    arrays: Arrays = {}
    for name, kind, shape in in_order:
        dtype = np.dtype(_TYPES[kind])
        size = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, size, start).reshape(shape)
        start += size * dtype.itemsize
    return arrays


def _classifier(arrays: Arrays, header: dict[str, Any]) -> Classifier:
    codes = tuple(header["codes"])
    scheme = header["scheme"]
    intercepts, thresholds = (_checked(arrays, name, (len(codes),)).astype(np.float64) for name in _CODE_ARRAYS)
    blocks = {name: _block(arrays, name, header) for name in BLOCKS}
    return Classifier(
        Scheme(tuple(Code(*code) for code in scheme["codes"]), scheme["top_only"], scheme["is_closed"]),
        codes,
        Scorer(blocks, intercepts, float(header["slope"]), float(header["offset"]), thresholds),
        Card(**header["card"]),
    )


def _block(arrays: Arrays, name: str, header: dict[str, Any]) -> Block:
    words = SortedWords(arrays[f"{name}.letters"], arrays[f"{name}.ends"])
    vocabulary = Vocabulary(words, arrays[f"{name}.pairs"], tuple(header["stops"][name]), header["language"])
    idf = _checked(arrays, f"{name}.idf", (vocabulary.size,))
    return Block(vocabulary, idf, _checked(arrays, f"{name}.weights", (vocabulary.size, len(header["codes"]))))


def _checked(arrays: Arrays, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if arrays[name].shape != shape:
        raise ValueError(f"{name} has the shape {arrays[name].shape} instead of {shape}")
    return arrays[name]
