"""The errors that the program tells its user in one sentence: what is wrong, where, what to do."""


class ClassmarkError(Exception):
    """Something could not be done; the message is a sentence for the user."""


class UsageError(ClassmarkError):
    """The program was asked for something that makes no sense, such as a file that does not exist."""


class CorpusError(ClassmarkError, ValueError):
    """A corpus can't be read, or can't be learned from."""


class TooLongError(CorpusError):
    """A record takes more bytes, or more work, than one may; it is named, and the others are read."""


class OutputError(ClassmarkError):
    """A result can't be written, for want of room or for what happened to its folder."""


class SchemeError(ClassmarkError):
    """A scheme file is broken, or a code fits nowhere in a scheme."""


class ModelFileError(ClassmarkError):
    """A model file is not one, is damaged, or comes from a later version."""
