"""The project's pages of documentation, and the blocks of code in them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MEASUREMENTS = ROOT / "tests" / "benchmarks" / "README.md"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (
        README,
        ROOT / "corpus" / "README.md",
        ROOT / "model" / "README.md",
        ROOT / "cli" / "README.md",
        MEASUREMENTS,
    )
}
"""The text of each page, by its path in the project."""


class Block(NamedTuple):
    """A block of code: its language and what stands in it."""

    language: str
    text: str


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page, in their order."""
    return [Block(*found) for found in re.findall(r"```(\w+)\n(.*?)```", PAGES[page], re.DOTALL)]


def blocks(language: str) -> list[str]:
    """Return the blocks of all pages in a language."""
    return [block.text for page in PAGES for block in blocks_of(page) if block.language == language]


def prose_of(page: str) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"```.*?```", "", PAGES[page], flags=re.DOTALL)


def section(page: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of its level."""
    level = re.match("#+", heading)[0]  # type: ignore[index]
    return re.split(rf"\n{level} ", PAGES[page].partition(f"\n{heading}\n")[2])[0]


def anchors_of(page: str) -> set[str]:
    """Return the names by which links can point to the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
