"""So that ``python -m classmark.cli`` runs the program."""

from .app import main

main()
