"""Every error the project raises on purpose.

    QwenWatchError
    ├── ConfigurationError      a file in config/ is wrong: names file, line and the fix
    ├── SecretMissingError      a secret that a channel or source needs is not in the environment
    ├── WarehouseError
    │   ├── WarehouseBusyError  another process is writing and did not finish within the wait
    │   └── MigrationError      the data directory is of a version this program cannot read
    ├── JudgementError          a person's decision cannot be taken: no such thing, or nothing to decide about it
    ├── UnknownNameError        a question is about somebody whom nobody has told of; names the nearest
    ├── InputError              what was given (a file, an address) cannot be read at all
    ├── ExchangeError           the network or a server failed; a value (`Fetch.error`) outside of pipeline/fetch
    └── UnknownCategoryError    a value outside a closed set reached a room that must know it

What is expected to fail (a source that answers 503, a broken record) is no exception but a value:
`Fetch.error`, `Problem`, `Delivery.error`.
"""


class QwenWatchError(Exception):
    """Root of the tree; its text is one line that names the thing, the place and what to do."""


class ConfigurationError(QwenWatchError):
    """One or more mistakes in the configuration, each with file, line and fix."""

    def __init__(self, mistakes: "tuple[str, ...] | list[str]") -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class SecretMissingError(QwenWatchError):
    """A secret is neither in the environment nor in a Prefect Secret block."""


class WarehouseError(QwenWatchError):
    """The warehouse cannot be opened, read or written."""


class WarehouseBusyError(WarehouseError):
    """Another process held the warehouse for writing during the whole wait."""


class MigrationError(WarehouseError):
    """The database's schema version is newer than this program, or a migration failed."""


class JudgementError(QwenWatchError):
    """A person's decision cannot be taken: its target is unknown or ambiguous, or there is nothing to decide."""


class UnknownNameError(QwenWatchError):
    """A question is about a name that no person, model or organisation bears; `nearest` are those most like it."""

    def __init__(self, name: str, nearest: "tuple[str, ...]" = ()) -> None:
        self.name, self.nearest = name, nearest
        guess = f"; did you mean {' or '.join(map(repr, nearest))}?" if nearest else ""
        super().__init__(f"no person, model or organisation is known as {name!r}{guess}")


class InputError(QwenWatchError):
    """A file or an address that was given cannot be read; names it or the reason."""


class ExchangeError(QwenWatchError):
    """An exchange over the network came to nothing."""


class UnknownCategoryError(QwenWatchError):
    """A value outside a closed set, such as an unknown source kind; names the set."""
