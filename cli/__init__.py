"""Command line: parse options, call the model and the corpus, show results."""

from .process import (
    prepare,
    stopping_in_order,
)  # import nothing else here: until `prepare` runs, imports could find modules of the working folder

__all__ = ["main"]


def main() -> None:
    """Run the program."""
    prepare()
    from .app import app  # noqa: PLC0415  # only now

    with stopping_in_order():
        app()
