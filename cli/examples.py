"""Give examples of each command, for its ``--help``."""

from __future__ import annotations

_EXAMPLES = {
    "predict": (
        "classmark predict abstract.txt",
        "classmark predict articles.csv -o codes.csv",
        "classmark predict catalogue.mrc --keep -o coded.mrc",
    ),
    "explain": (
        "classmark explain abstract.txt",
        "classmark explain abstract.txt --code U --code J",
        "classmark explain articles.jsonl --format jsonl",
    ),
    "train": (
        "classmark train corpus.jsonl -o own.safetensors",
        "classmark train catalogue.mrc --scheme codes.csv -o own.safetensors",
        "classmark train corpus.csv --codes-field subject --drop-rare 5 -o own.safetensors",
    ),
    "evaluate": (
        "classmark evaluate dev.jsonl --model own.safetensors --report report.html",
        "classmark evaluate corpus.jsonl --folds 5",
        "classmark evaluate dev.jsonl --model new.safetensors --compare old.safetensors",
    ),
    "codes": (
        "classmark codes --all",
        "classmark codes --scheme codes.csv",
        "classmark codes --model own.safetensors",
    ),
    "serve": (
        "classmark serve",
        "classmark serve own.safetensors --port 8080 --workers 2",
        "classmark serve --cors https://catalogue.example.org --log-requests",
    ),
    "corpus check": (
        "classmark corpus check corpus.jsonl",
        "classmark corpus check catalogue.mrc --scheme lcc",
    ),
    "corpus stats": (
        "classmark corpus stats corpus.jsonl",
        "classmark corpus stats corpus.csv --format json",
    ),
    "corpus audit": (
        "classmark corpus audit corpus.jsonl",
        "classmark corpus audit corpus.jsonl --top 200 -o doubts.csv",
    ),
    "corpus convert": (
        "classmark corpus convert catalogue.mrc corpus.jsonl",
        "classmark corpus convert dump.tar.gz corpus.parquet",
        "classmark corpus convert corpus.jsonl parts --split 80,10,10",
    ),
    "model show": (
        "classmark model show",
        "classmark model show own.safetensors --format json",
    ),
    "model export": (
        "classmark model export own.safetensors -o own.joblib",
        "classmark model export -o default.joblib",
    ),
}


def examples_of(command: str) -> str:
    r"""Return the examples of a command, to be shown below its help; the first line keeps the others apart.

    >>> examples_of("corpus check").splitlines()[:3]
    ['\x08', 'Examples:', '  classmark corpus check corpus.jsonl']
    """
    return "\n  ".join(["\b\nExamples:", *_EXAMPLES[command]])
