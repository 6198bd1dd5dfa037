"""Test that completion is installed for the shell that is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("classmark")


def at_home(home: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HOME": str(home)} | env
    return subprocess.run([PROGRAM, *args], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("args", "file"),
    [
        (["--install-completion", "zsh"], ".zfunc/_classmark"),
        (["--install-completion=zsh"], ".zfunc/_classmark"),
        (["--install-completion", "bash"], ".bash_completions/classmark.sh"),
        (["--install-completion", "fish"], ".config/fish/completions/classmark.fish"),
    ],
)
def test_the_completion_of_the_named_shell_is_installed(tmp_path, args, file):
    done = at_home(tmp_path, *args, SHELL="/bin/sh")
    assert done.returncode == 0, done.stderr
    assert "_CLASSMARK_COMPLETE=complete_" in (tmp_path / file).read_text("utf-8")
    shells = {"bash": ".bashrc", "zsh": ".zshrc"}
    written = {path.name for path in tmp_path.iterdir()}
    assert written & set(shells.values()) == {shells[shell] for shell in shells if shell in args[-1]}


def test_the_completion_of_the_named_shell_is_shown(tmp_path):
    done = at_home(tmp_path, "--show-completion", "fish")
    assert done.stdout.startswith("complete --command classmark ")
    assert list(tmp_path.iterdir()) == []


def test_a_shell_without_completion_is_refused(tmp_path):
    done = at_home(tmp_path, "--install-completion", "tcsh")
    assert done.returncode == 2
    assert "there is no completion for 'tcsh', only for bash, zsh, fish" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_installed_completion_names_commands(tmp_path):
    done = at_home(tmp_path, _CLASSMARK_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="classmark corpus ")
    assert all(name in done.stdout for name in ("check", "stats", "audit", "convert"))
