"""Make the pictures that README shows: run ``python tests/support/pictures.py terminal`` or ``… report CORPUS``.

``terminal`` draws what `predict` shows on a terminal, by rich's own export. ``report`` takes a picture of the top of an
HTML report on the default model, measured on CORPUS; it needs Debian's ``chromium``. Look at the pictures afterwards.
"""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.pages import ROOT
from support.program import on_a_terminal, run

FOLDER = ROOT / ".images"
SHOWN = ROOT / "corpus" / "abstracts" / "U.jsonl"
WIDTH = 72


def terminal() -> None:
    """Draw the ranking of one abstract, and the table of several."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        abstract = "Armed groups, insurgency and regional security after a regime change\n"
        (folder / "abstract.txt").write_text(abstract, encoding="utf-8")
        sample = SHOWN.read_text("utf-8").splitlines(keepends=True)[:3]
        (folder / "sample.jsonl").write_text("".join(sample), encoding="utf-8")
        draw("terminal.svg", folder / "abstract.txt")
        draw("several.svg", folder / "sample.jsonl")


def draw(picture: str, file: Path) -> None:
    """Draw what `predict` shows for a file, and the command above it."""
    _, shown = on_a_terminal("predict", file, "--quiet", env={"COLUMNS": str(WIDTH)})
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text(f"$ classmark predict {file.name}", style="bold"))
    console.print(Text.from_ansi(shown.rstrip("\n")))
    drawing = console.export_svg(title="classmark", unique_id="classmark")
    without_fonts = re.sub(r"\s*@font-face \{.*?\}", "", drawing, flags=re.DOTALL)  # which a browser would fetch
    (FOLDER / picture).write_text(without_fonts, encoding="utf-8")


def report(corpus: str) -> None:
    """Take a picture of the top of a report."""
    path = Path(corpus).resolve()
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder) / "report.html", FOLDER / "report.png"
        assert run("evaluate", path, "--report", page).code == 0
        browser = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1000,900"]
        subprocess.run([*browser, f"--user-data-dir={folder}", f"--screenshot={picture}", page.as_uri()], check=True)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    {"terminal": terminal, "report": report}[sys.argv[1]](*sys.argv[2:])
