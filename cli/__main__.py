"""So that ``python -m classmark.cli`` runs the program."""

from classmark.cli import main

main()
