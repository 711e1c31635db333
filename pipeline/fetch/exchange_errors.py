"""Why an exchange over the network came to nothing; each becomes a value before it leaves this room."""

from __future__ import annotations

from pipeline.errors import ExchangeError


class DeadlineError(ExchangeError):
    """The time for the exchange ran out."""


class UnreachableError(ExchangeError):
    """There is no connection: nobody answered, or not as TLS asks."""


class NameLookupError(UnreachableError):
    """A host name has no address, or nobody said so in time."""


class ForbiddenAddressError(UnreachableError):
    """A host has an address that must not be connected to."""


class BrokenOffError(ExchangeError):
    """A connection broke, or what came over it is no HTTP."""


class OversizeError(BrokenOffError):
    """An exchange brought more bytes than it may, whatever they were."""
