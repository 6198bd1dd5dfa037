"""Test that commands are imported when they are run, and listed as if they had been."""

import subprocess
import sys

import typer
from support.program import modules_loaded_by

from classmark.cli.app import _SUMMARIES, app


def test_the_list_of_commands_says_what_each_says_of_itself():
    program = typer.main.get_command(app)
    assert {name: command.get_short_help_str(500) for name, command in program.commands.items()} == _SUMMARIES


def test_help_imports_no_command():
    program = "import sys\nfrom classmark.cli import main\ntry: main()\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if name.startswith(("classmark.model", "classmark.cli.commands."))]
    assert not loaded


LIBRARIES = {"numpy", "typer", "msgspec", "safetensors", "xxhash"}
THEIRS = {"annotated_doc", "shellingham", "typing_extensions"}
"""What typer and msgspec import."""

SLOW = {"dataclasses", "hashlib", "html", "tempfile", "gzip", "logging", "concurrent"}


def test_one_prediction_imports_few_libraries():
    loaded = modules_loaded_by("predict")
    others = {name for name in loaded - sys.stdlib_module_names if not name.startswith("_")}
    assert others <= LIBRARIES | THEIRS | {"classmark"}
    assert not loaded & SLOW
