"""Sources that moved for good: the new address is kept once it has held, and the old one asked now and then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.model import Fetch, Source, SourceState

CHECKS_TO_HOLD = 3
OWN_ADDRESS_EVERY = dt.timedelta(days=7)


def address_of(source: Source, state: SourceState, now: dt.datetime) -> str:
    """Where to ask: the address that a permanent redirect has led to for three checks, else the configured one.

    The configured one is asked again once a week: redirects are taken back, and lead on.
    """
    asked = state.own_address_at
    holds = state.moved_to is not None and state.moved_checks >= CHECKS_TO_HOLD
    if state.moved_to and holds and asked is not None and now - asked < OWN_ADDRESS_EVERY:
        return state.moved_to
    return source.url


def asks_configured(source: Source, state: SourceState, now: dt.datetime) -> bool:
    """Whether it is the configured address that is asked at `now`."""
    return address_of(source, state, now) == source.url


def after_answer(source: Source, state: SourceState, fetch: Fetch, now: dt.datetime) -> SourceState:
    """`state` with what a good answer says of where the source lives now (RFC 9110, 15.4.2 and 15.4.9)."""
    if not asks_configured(source, state, now):
        # The new address answers. Where it leads on for good, all of the way has to hold anew.
        return state if fetch.moved_to is None else replace(state, moved_to=fetch.moved_to, moved_checks=1)
    held = state.moved_checks if fetch.moved_to == state.moved_to else 0
    checks = 0 if fetch.moved_to is None else held + 1
    return replace(state, moved_to=fetch.moved_to, moved_checks=checks, own_address_at=now)


def after_failure(source: Source, state: SourceState, now: dt.datetime) -> SourceState:
    """`state` after a failure: where the new address fails, the configured one is asked next."""
    if asks_configured(source, state, now):
        return replace(state, own_address_at=now)
    return replace(state, moved_to=None, moved_checks=0)
