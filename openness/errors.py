"""The error tree: every error that a user can cause carries where it is and what to do about it."""

from __future__ import annotations


class OpennessError(Exception):
    """Base of all errors that end in one clear line and exit code 2.

    `path` is what the user knows the input by, `line` is 1-based; both may be None.
    """

    def __init__(self, message: str, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = "".join(f"{part}:" for part in (self.path, self.line) if part is not None)
        return f"{where} {self.message}" if where else self.message


class SourceError(OpennessError):
    """An input cannot be read: a card, a folder, a descriptor, an unknown release."""


class DefinitionError(OpennessError):
    """A definition pack in `rules/definitions` (or one that the user wrote) is not valid."""


class CatalogError(OpennessError):
    """A licence or term file in `rules/` is not valid."""


class PolicyError(OpennessError):
    """The user's policy file is not valid, or names something that does not exist."""
