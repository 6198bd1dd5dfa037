"""So that ``python -m classmark.cli`` runs the program."""

from . import main

main()
