"""Install or show the completion of a shell that is named.

Typer's options ``--install-completion`` and ``--show-completion`` take no name: they install the completion of the
shell that the program runs in, whatever shell is named after them.
"""

from __future__ import annotations

from typing import Any

from typer.completion import install_callback, show_callback

from classmark.corpus.errors import UsageError

_CALLBACKS = {"--install-completion": install_callback, "--show-completion": show_callback}
_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def complete_named_shell(ctx: Any, args: list[str]) -> None:  # Typer's own types are private
    """Do what the arguments of the program ask for, and exit, if they name a shell to complete in.

    Raises
    ------
    UsageError
        There is no completion for that shell.
    """
    option, _, shell = args[0].partition("=") if args else ("", "", "")
    callback = _CALLBACKS.get(option)
    shell = shell or " ".join(args[1:2])
    if callback is None or not shell:
        return
    if shell not in _SHELLS:
        raise UsageError(f"{option}: there is no completion for {shell!r}, only for {', '.join(_SHELLS)}")
    callback(ctx, None, shell)  # type: ignore[arg-type]  # it does not look at the option
