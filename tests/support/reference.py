"""Write the reference of commands in ``cli/README.md`` from the program: run ``python tests/support/reference.py``."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from classmark.cli.app import app

PAGE = Path(__file__).parents[2] / "cli" / "README.md"
PLACE = re.compile(r"(?<=<!-- made by tests/support/reference.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def reference() -> str:
    """Return a folded section per command: what it does, and a table of its options."""
    program = typer.main.get_command(app)
    return "\n".join(map(section_of, commands(program.context_class(program, info_name="classmark"))))


def commands(context: Any) -> Iterator[Any]:
    """Yield the context of each command that is no group of commands."""
    if not hasattr(context.command, "commands"):
        yield context
        return
    for name, command in context.command.commands.items():
        yield from commands(command.context_class(command, info_name=name, parent=context))


def section_of(context: Any) -> str:
    summary = in_a_line(context.command.help.partition("\n\n")[0])
    records = filter(None, (param.get_help_record(context) for param in context.command.params))
    rows = [f"| `{in_a_line(names)}` | {in_a_line(what)} |\n" for names, what in records]
    head = f"<details><summary><code>{context.command_path}</code>: {summary}</summary>\n\n"
    return f"{head}| option | what it does |\n| --- | --- |\n{''.join(rows)}\n</details>\n"


def in_a_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(PLACE.sub(lambda _: reference(), PAGE.read_text("utf-8")), encoding="utf-8")
