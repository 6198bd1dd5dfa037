"""The command line: it parses, calls and shows, and computes nothing."""

from .process import prepare, stopping_in_order  # and no more: before `prepare`, modules may be those of the folder

__all__ = ["main"]


def main() -> None:
    """Run the program."""
    prepare()
    from .app import app  # noqa: PLC0415  # only now

    with stopping_in_order():
        app()
