"""Define the errors that are reported to the user in one sentence: what is wrong, where, what to do."""


class ClassmarkError(Exception):
    """Something could not be done; the message is a sentence for the user."""


class UsageError(ClassmarkError):
    """The program is used wrongly, for instance with a file that does not exist."""


class CorpusError(ClassmarkError, ValueError):
    """A corpus cannot be read, or cannot be trained on."""


class TooLongError(CorpusError):
    """A record takes more bytes or more work than allowed; it is reported, and the others are read."""


class OutputError(ClassmarkError):
    """A result cannot be written: the disk is full, or something happened to the folder."""


class SchemeError(ClassmarkError):
    """A scheme file is invalid, or a code fits nowhere in a scheme."""


class ModelFileError(ClassmarkError):
    """A model file is not one, is damaged, or comes from a later version."""


class IncompleteInputWarning(UserWarning):
    """An input is a part of something longer, such as one page of a list."""
