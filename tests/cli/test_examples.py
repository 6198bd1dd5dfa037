"""Test that each command shows examples that it understands."""

import shlex

import pytest
import typer.main
from support.program import run
from support.reference import commands

from classmark.cli.app import app
from classmark.cli.examples import examples_of

PROGRAM = typer.main.get_command(app)
NAMES = [
    context.command_path.partition(" ")[2]
    for context in commands(PROGRAM.context_class(PROGRAM, info_name="classmark"))
]


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_ends_with_two_or_three_examples(name):
    *_, start, shown = run(*name.split(), "--help").out.partition("  Examples:\n")
    assert start
    lines = [line.strip() for line in shown.splitlines()]
    assert 2 <= len(lines) <= 3
    assert all(line.startswith(f"classmark {name}") for line in lines)


@pytest.mark.parametrize("line", [line for name in NAMES for line in examples_of(name).splitlines()[2:]])
def test_an_example_names_options_that_there_are(line):
    command, context = PROGRAM, None
    _, *words = shlex.split(line)
    while hasattr(command, "commands"):
        context = command.context_class(command, info_name="x", parent=context)
        command = command.commands[words.pop(0)]
    command.parse_args(command.context_class(command, info_name="x", parent=context), words)
