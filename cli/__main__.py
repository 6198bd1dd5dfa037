"""Run the program as ``python -m classmark.cli``."""

from classmark.cli import main

main()
