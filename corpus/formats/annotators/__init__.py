"""Annotators: copy a file of one format and add codes to its records, every other byte unchanged (``predict --keep``).

The annotator of a format is in the module of its name; `annotation` defines their arguments and results.
"""
