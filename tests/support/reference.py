"""README's reference of commands, made from the program: ``python tests/support/reference.py`` writes it anew."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from classmark.cli.app import app

README = Path(__file__).parents[2] / "README.md"
PLACE = re.compile(r"(?<=<!-- made by tests/support/reference.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def reference() -> str:
    """Return a folded part for each command: what it does, and a table of its options."""
    program = typer.main.get_command(app)
    return "\n".join(map(part_of, commands(program.context_class(program, info_name="classmark"))))


def commands(context: Any) -> Iterator[Any]:
    """Yield the context of each command that does something."""
    if not hasattr(context.command, "commands"):
        yield context
        return
    for name, command in context.command.commands.items():
        yield from commands(command.context_class(command, info_name=name, parent=context))


def part_of(context: Any) -> str:
    summary = in_a_line(context.command.help.partition("\n\n")[0])
    records = filter(None, (param.get_help_record(context) for param in context.command.params))
    rows = [f"| `{in_a_line(names)}` | {in_a_line(what)} |\n" for names, what in records]
    head = f"<details><summary><code>{context.command_path}</code>: {summary}</summary>\n\n"
    return f"{head}| option | what it does |\n| --- | --- |\n{''.join(rows)}\n</details>\n"


def in_a_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(PLACE.sub(lambda _: reference(), README.read_text("utf-8")), encoding="utf-8")
